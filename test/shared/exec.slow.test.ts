import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { runCommand } from '../support/server.js';
import { SERVER_TOKEN, test } from '../support/service.js';

const APP = fileURLToPath(new URL('../support/late-app.mjs', import.meta.url));
const WAYS = ['promises', 'timer', 'child process', 'worker', 'a worker that stays'];

/** An app that reads its bot in a loop after the first webhook of each bot, and prints the states that it was told of. */
const READS_IN_A_LOOP = `
  import { createServer } from 'node:http';
  const { ATTENDEE_API_URL, ATTENDEE_API_KEY } = process.env;
  const call = async (path, init) => (await fetch(ATTENDEE_API_URL + '/api/v1' + path, {
    headers: { authorization: 'Token ' + ATTENDEE_API_KEY, 'content-type': 'application/json' }, ...init })).json();
  let reading;
  const app = createServer(async (request, response) => {
    for await (const _ of request);
    response.end();
    reading ??= (async () => {
      while ((await call('/bots/' + bot.id)).state !== 'ended');
      console.log('ended');
      process.exit();
    })();
  }).listen(0, '127.0.0.1', async () => {
    const webhooks = [{ url: 'http://127.0.0.1:' + app.address().port, triggers: ['bot.state_change'] }];
    const meeting = { meeting_url: 'https://meet.google.com/abc-defg-hij', bot_name: 'Notes', webhooks };
    globalThis.bot = await call('/bots', { method: 'POST', body: JSON.stringify(meeting) });
    while (!reading) await call('/bots/' + bot.id);
  });`;

describe('A command that greenroom exec runs against a service', () => {
  const exec = (url: string, program: readonly string[], ...flags: readonly string[]) =>
    runCommand(['exec', '--url', url, '--token', SERVER_TOKEN, ...flags, '--', process.execPath, ...program]);

  test.for(['80', '400'])(
    'is served at the instants of its webhooks, though it works on for %s ms after its answers',
    async (ms, { service }) => {
      const lives = WAYS.length;
      const { stdout, stderr } = await exec(
        service.url,
        [APP, WAYS.join(), ms, String(lives)],
        '--quiet',
        '--clock',
        'frozen',
      );
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toMatchObject({ exact: lives, missed: [], notes: [] });
    },
  );

  test('may read in a loop on a clock that jumps ahead, and its workspace is gone afterwards', async ({ service }) => {
    const { code, stdout, stderr } = await exec(service.url, ['--input-type=module', '-e', READS_IN_A_LOOP]);
    expect([code, stdout]).toEqual([0, 'ended\n']);
    expect(stderr).toMatch(/^greenroom at http:\S+, workspace ws_\d+\n0 violations\n$/);
    expect(await service.ids()).toEqual(['default']);
  });

  test('takes no flags of a greenroom on this machine', async ({ service }) => {
    const { code, stderr } = await exec(service.url, ['-e', ''], '--lockstep');
    expect([code, stderr]).toEqual([
      2,
      'Failed to run a command against a service: --lockstep is of a greenroom on this machine. Leave it out, or leave --url out.\n',
    ]);
  });
});
