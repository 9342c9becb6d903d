import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Project } from '../support/project.js';
import { COMMAND, runCommand, startProcess } from '../support/server.js';

/** A program of a user: reads its bot until it has ended, and nobody moves the clock. */
const WAITS_FOR_THE_END = `
  const { ATTENDEE_API_URL, ATTENDEE_API_KEY } = process.env;
  const call = async (path, init) => (await fetch(ATTENDEE_API_URL + '/api/v1' + path, {
    headers: { authorization: 'Token ' + ATTENDEE_API_KEY, 'content-type': 'application/json' }, ...init })).json();
  const meeting = { meeting_url: 'https://meet.google.com/abc-defg-hij', bot_name: 'Notes' };
  let bot = await call('/bots', { method: 'POST', body: JSON.stringify({ ...meeting, ...JSON.parse(process.argv[1] ?? '{}') }) });
  while (bot.state !== 'ended' && bot.id) bot = await call('/bots/' + bot.id);
  console.log(bot.state ?? 'refused');`;

const program = (...more: string[]) => [
  '--',
  process.execPath,
  '--input-type=module',
  '-e',
  WAITS_FOR_THE_END,
  ...more,
];

describe('greenroom exec -- CMD', () => {
  test('an unchanged program that polls sees a whole life, and is told what it exercised', async () => {
    const { code, stdout, stderr } = await runCommand(['exec', ...program()]);
    expect([code, stdout]).toEqual([0, 'ended\n']);
    expect(stderr).toMatch(/attendee +\d+ of +\d+/);
    expect(stderr).toMatch(/\n0 violations\n$/);
  });

  test("passes the command's exit code on", async () => {
    expect((await runCommand(['exec', '--quiet', '--', process.execPath, '-e', 'process.exit(7)'])).code).toBe(7);
  });

  test('ends with 1 for violations if that is asked for', async () => {
    const misspelt = program(JSON.stringify({ metdata: {} }));
    const { code, stdout, stderr } = await runCommand(['exec', '--fail-on-violations', ...misspelt]);
    expect([code, stdout]).toEqual([1, 'refused\n']);
    expect(stderr).toMatch(/createBot \/metdata expected a known field, perhaps "metadata".*\n1 violation\n$/);
    expect((await runCommand(['exec', '--quiet', ...misspelt])).code).toBe(0);
  });

  test('takes the flags of start, and prints nothing if asked', async () => {
    const prints = "console.log((await (await fetch(process.env.GREENROOM_URL + '/_greenroom/clock')).json()).mode)";
    const child = ['--', process.execPath, '--input-type=module', '-e', prints];
    expect(await runCommand(['exec', '--clock', 'frozen', '--quiet', ...child])).toEqual({
      code: 0,
      stdout: 'frozen\n',
      stderr: '',
    });
  });

  test('plays what the settings file casts', async () => {
    using project = new Project({
      'greenroom.config.mjs': `export default { casting: [{ scenario: 'manual', match: { bot_name: 'Notes' } }] };`,
    });
    const prints =
      "console.log((await (await fetch(process.env.GREENROOM_URL + '/_greenroom/casting')).json()).casting[0].scenario)";
    const child = ['--', process.execPath, '--input-type=module', '-e', prints];
    expect(project.greenroom('exec', '--quiet', ...child)).toEqual({ code: 0, stdout: 'manual\n', stderr: '' });
  });

  test('hands signals on, and ends as the command that they end', async () => {
    const waits = "process.on('SIGTERM', () => process.exit(9)); setInterval(() => {}, 1000); console.log('waits')";
    const exec = spawn(process.execPath, [COMMAND, 'exec', '--quiet', '--', process.execPath, '-e', waits]);
    await once(exec.stdout, 'data');
    exec.kill('SIGTERM');
    expect(await once(exec, 'close')).toEqual([9, null]);
  });

  test('says what is wrong when there is no command', async () => {
    const [none, unknown] = [await runCommand(['exec']), await runCommand(['exec', '--', 'no-such-program-here'])];
    expect([none.code, unknown.code]).toEqual([2, 2]);
    expect([none.stderr, unknown.stderr].join()).toMatch(/expected one after --.*no-such-program-here/s);
  });
});

describe('greenroom env', () => {
  test('prints what points an app at the greenroom that runs, as a shell takes it in', async () => {
    const server = await startProcess();
    const script = `eval "$(${process.execPath} ${COMMAND} env --url ${server.url})"; echo $CRONOFY_API_URL $ATTENDEE_API_KEY`;
    const { stdout } = await promisify(execFile)('sh', ['-c', script]);
    await server.stop();
    expect(stdout).toBe(`${server.url} ${server.attendee.api_key}\n`);
  });

  test('foretells what flags of start will give', async () => {
    const { stdout } = await runCommand(['env', '--port', '4999', '--client-secret', "it's", '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      CRONOFY_API_URL: 'http://127.0.0.1:4999',
      CRONOFY_CLIENT_SECRET: "it's",
      ATTENDEE_API_KEY: expect.stringMatching(/./),
    });
  });
});
