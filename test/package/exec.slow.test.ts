import { execFile, spawn, spawnSync } from 'node:child_process';
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

/** How the programs below call the vendor, and wait between two calls. */
const CALLS_AND_SLEEPS = `
      import { setTimeout } from 'node:timers/promises';
      const { ATTENDEE_API_URL, ATTENDEE_API_KEY } = process.env;
      const call = async (path, body) => (await fetch(ATTENDEE_API_URL + '/api/v1/bots' + path, {
        headers: { authorization: 'Token ' + ATTENDEE_API_KEY, 'content-type': 'application/json' },
        ...(body && { method: 'POST', body: JSON.stringify(body) }) })).json();`;

/** Is at work on its first webhook for ever. */
const APP_AT_WORK = `
  import { createServer } from 'node:http';
  const silent = createServer(() => console.log('at work')).listen(0, '127.0.0.1');
  createServer((request, response) => {
    response.end();
    fetch('http://127.0.0.1:' + silent.address().port).catch(() => {});
  }).listen(0, '127.0.0.1', function () {
    console.log(this.address().port);
  });`;

/** Has an app, which time waits for; ends it when it is to end itself, and ends when greenroom knows of that. */
const ENDS_ITS_APP = `
  import { spawn } from 'node:child_process';
  import { once } from 'node:events';
  const { ATTENDEE_API_URL, ATTENDEE_API_KEY, GREENROOM_URL } = process.env;
  const post = (url, body) => fetch(url, {
    method: 'POST',
    headers: { authorization: 'Token ' + ATTENDEE_API_KEY, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const app = spawn(process.execPath, ['--input-type=module', '-e', process.argv[1]], { stdio: ['ignore', 'pipe', 'inherit'] });
  process.on('SIGTERM', async () => {
    app.kill('SIGKILL');
    const isThere = async () => (await (await fetch(GREENROOM_URL + '/_greenroom/clock')).json()).probes.some(({ pid }) => pid === app.pid);
    while (await isThere());
    process.exit(9);
  });
  const [port] = await once(app.stdout, 'data');
  const webhooks = [{ url: 'http://127.0.0.1:' + String(port).trim(), triggers: ['bot.state_change'] }];
  await post(ATTENDEE_API_URL + '/api/v1/bots', { meeting_url: 'https://meet.google.com/abc-defg-hij', bot_name: 'Notes', webhooks });
  post(GREENROOM_URL + '/_greenroom/clock/advance', { by: '1h' }).catch(() => {});
  await once(app.stdout, 'data');
  console.log('at work');`;

/** How the programs below make a bot that is to join so many seconds from now, and whose webhooks go to their receiver. */
const MAKES_BOTS = `
  const { ATTENDEE_API_URL, ATTENDEE_API_KEY } = process.env;
  const makeBot = ({ port }, seconds) => fetch(ATTENDEE_API_URL + '/api/v1/bots', {
    method: 'POST',
    headers: { authorization: 'Token ' + ATTENDEE_API_KEY, 'content-type': 'application/json' },
    body: JSON.stringify({
      meeting_url: 'https://meet.google.com/abc-defg-hij',
      bot_name: 'Notes',
      join_at: new Date(Date.now() + seconds * 1000),
      webhooks: [{ url: 'http://127.0.0.1:' + port, triggers: ['bot.state_change'] }],
    }),
  });`;

/** Makes its bot long after its start, takes its time to store that, and says of each webhook whether it knows the bot. */
const STORES_SLOWLY = `${MAKES_BOTS}
  import { createServer } from 'node:http';
  import { pbkdf2 } from 'node:crypto';
  import { promisify } from 'node:util';
  const known = new Set();
  const receiver = createServer((request, response) => {
    let text = '';
    request.on('data', (part) => (text += part)).on('end', () => {
      const { bot_id, data } = JSON.parse(text);
      console.log(data.new_state, known.has(bot_id));
      response.end();
      if (data.new_state === 'ended') process.exit();
    });
  });
  receiver.listen(0, '127.0.0.1', () => setTimeout(makeAndStore, 2000));
  async function makeAndStore() {
    const { id } = await (await makeBot(receiver.address(), 60)).json();
    for (let i = 0; i < 5; i++) await promisify(pbkdf2)('slow', 'store', 200_000, 32, 'sha256');
    known.add(id);
  }`;

/** Answers each webhook, and then reads its bot until that is in another state. */
const READS_ON = `
  import { createServer } from 'node:http';
  const { ATTENDEE_API_URL, ATTENDEE_API_KEY } = process.env;
  const call = async (path, init) => (await fetch(ATTENDEE_API_URL + '/api/v1' + path, {
    headers: { authorization: 'Token ' + ATTENDEE_API_KEY, 'content-type': 'application/json' }, ...init })).json();
  createServer((request, response) => {
    let text = '';
    request.on('data', (part) => (text += part)).on('end', async () => {
      const { bot_id, data } = JSON.parse(text);
      response.end();
      console.log(data.new_state);
      if (data.new_state === 'ended') process.exit();
      while ((await call('/bots/' + bot_id)).state === data.new_state);
    });
  }).listen(0, '127.0.0.1', async function () {
    const webhooks = [{ url: 'http://127.0.0.1:' + this.address().port, triggers: ['bot.state_change'] }];
    const meeting_url = 'https://meet.google.com/abc-defg-hij';
    await call('/bots', { method: 'POST', body: JSON.stringify({ meeting_url, bot_name: 'Notes', webhooks }) });
  });`;

/** Has a receiver, makes a bot for later, and is done. */
const GOES_AT_THE_END = `${MAKES_BOTS}
  import { createServer } from 'node:http';
  createServer((request, response) => request.resume().on('end', () => response.end())).listen(0, '127.0.0.1', async function () {
    const made = await makeBot(this.address(), 3600);
    console.log(made.status);
    process.exit();
  });`;

const program = (...more: string[]) => [
  '--',
  process.execPath,
  '--input-type=module',
  '-e',
  WAITS_FOR_THE_END,
  ...more,
];

/** The states of those of these processes that run; one that has ended stays in the list until its parent has looked. */
const running = (pids: readonly number[]): string[] =>
  spawnSync('ps', ['-o', 'stat=', '-p', pids.join(',')], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter((state) => /^[^Z\s]/.test(state));

// Beside one another: most of them wait for real time.
describe.concurrent('greenroom exec -- CMD', () => {
  test('an unchanged program that polls sees a whole life, and is told what it exercised', async () => {
    const { code, stdout, stderr } = await runCommand(['exec', ...program()]);
    expect([code, stdout]).toEqual([0, 'ended\n']);
    expect(stderr).toMatch(/\nContracts exercised:\nattendee: \d+ of \d+ \([\d.]+ %\)\n0 violations\n$/);
  });

  test('with --coverage says in full what of the vendors that were called was exercised', async () => {
    const { stderr } = await runCommand(['exec', '--coverage', ...program()]);
    expect(stderr).toMatch(/\nattendee 1\.64\.1 +\d+ of +\d+ .*\nNext:\n/s);
    expect(stderr).not.toContain('cronofy');
  });

  test('with --min ends with 1 if less of the vendors that were called is exercised', async () => {
    const enough = await runCommand(['exec', '--min', '1', ...program()]);
    const less = await runCommand(['exec', '--min', '99', ...program()]);
    const none = await runCommand(['exec', '--quiet', '--min', '0.1', '--', process.execPath, '-e', '']);
    expect([enough.code, enough.stderr]).toEqual([0, expect.not.stringContaining('--min')]);
    expect([less.code, less.stderr]).toEqual([
      1,
      expect.stringMatching(/\n([\d.]+) % is exercised, and --min asks for 99 %\.\n$/),
    ]);
    expect(less.stderr).toContain(`(${/([\d.]+) % is exercised/.exec(less.stderr)![1]} %)`);
    expect([none.code, none.stderr]).toEqual([1, '0 % is exercised, and --min asks for 0.1 %.\n']);
    expect((await runCommand(['exec', '--min', '40%', '--', 'true'])).code).toBe(2);
  });

  test('begins at the present, and says which --start repeats the run', async () => {
    const later = program(JSON.stringify({ join_at: new Date(Date.now() + 3_600_000).toISOString() }));
    const before = program(JSON.stringify({ join_at: new Date(Date.now() - 60_000).toISOString() }));
    const { stdout, stderr } = await runCommand(['exec', ...later]);
    const [, start, again] = /from (\S+) \(to repeat the run: --start (\S+)\)/.exec(stderr)!;
    expect([stdout, Math.abs(Date.now() - Date.parse(start!)) < 120_000, again]).toEqual(['ended\n', true, start]);
    expect((await runCommand(['exec', '--quiet', ...before])).stdout).toBe('refused\n');
    expect((await runCommand(['exec', '--start', '2020-01-01T00:00:00Z', ...later])).stderr).toContain(
      'clock auto from 2020-01-01T00:00:00Z',
    );
  });

  test('shows the webhooks that were not taken and the end of the timeline if the command fails', async () => {
    const refuses = (status: number) => `
      import { createServer } from 'node:http';
      const server = createServer((_, response) => response.writeHead(${status}).end()).listen(0, '127.0.0.1', async () => {
        const { ATTENDEE_API_URL, ATTENDEE_API_KEY } = process.env;
        const url = 'http://127.0.0.1:' + server.address().port + '/hooks';
        await fetch(ATTENDEE_API_URL + '/api/v1/bots', { method: 'POST',
          headers: { authorization: 'Token ' + ATTENDEE_API_KEY, 'content-type': 'application/json' },
          body: JSON.stringify({ meeting_url: 'https://meet.google.com/abc-defg-hij', bot_name: 'Notes',
            webhooks: [{ url, triggers: ['bot.state_change'] }] }) });
        await fetch(process.env.GREENROOM_URL + '/_greenroom/clock/advance', { method: 'POST', body: '{"until":"idle"}' });
        process.exit(3);
      });`;
    const run = (status: number) =>
      runCommand(['exec', '--clock', 'frozen', '--', process.execPath, '--input-type=module', '-e', refuses(status)]);
    const [{ code, stderr }, doubting] = await Promise.all([run(401), run(400)]);
    expect(code).toBe(3);
    expect(doubting.stderr).toMatch(/\n {2}400 to all of them may say .* signs with ATTENDEE_WEBHOOK_SECRET, which /);
    expect(stderr).toMatch(/\nWebhooks that failed:\n {2}401 × \d+ to http:\/\/127\.0\.0\.1:\d+\/hooks\n/);
    expect(stderr).toMatch(
      /\n {2}401 and 403 say .* signs with ATTENDEE_WEBHOOK_SECRET, which the command was given; .*: greenroom doctor signature --provider attendee\n/,
    );
    expect(/The end of the timeline of default:\n((?:.+\n)+)/.exec(stderr)![1]!.split('\n')).toHaveLength(21);
  });

  test('may ask for a control token, which it knows itself', async () => {
    const { code, stderr } = await runCommand(['exec', '--control-token', 'T', '--', process.execPath, '-e', '']);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/\nNobody called a vendor here\. .+\n0 violations\n$/)]);
  });

  test('keeps a proxy of the environment away from this machine', async () => {
    const prints = 'console.log(process.env.NO_PROXY, process.env.no_proxy)';
    const proxied = { NO_PROXY: 'intranet.example', no_proxy: '' };
    const { stdout } = await runCommand(['exec', '--quiet', '--', process.execPath, '-e', prints], proxied);
    const hosts = 'intranet.example,127.0.0.1,localhost';
    expect(stdout).toBe(`${hosts} ${hosts}\n`);
    expect((await runCommand(['env', '--port', '4999'], proxied)).stdout).toContain(`export NO_PROXY='${hosts}'\n`);
  });

  test('a program that polls every two seconds until a state, acts, and polls on, gets each state it waits for', async () => {
    const polls = `
      ${CALLS_AND_SLEEPS}
      const { id } = await call('', { meeting_url: 'https://meet.google.com/abc-defg-hij', bot_name: 'Notes' });
      const until = async (wanted) => {
        for (;;) {
          const { state } = await call('/' + id);
          if (state === wanted) return;
          if (state === 'ended') throw new Error('it has ended already');
          await setTimeout(2000);
        }
      };
      await until('joined_recording');
      await call('/' + id + '/leave', {});
      await until('ended');`;
    const { code, stderr } = await runCommand([
      'exec',
      '--quiet',
      '--',
      process.execPath,
      '--input-type=module',
      '-e',
      polls,
    ]);
    expect([code, stderr]).toEqual([0, '']);
  });

  test('a program that polls every 20 ms, 200 ms, second or two seconds sees every state', async () => {
    const polls = `
      ${CALLS_AND_SLEEPS}
      let { id, state } = await call('', { meeting_url: 'https://meet.google.com/abc-defg-hij', bot_name: 'Notes' });
      const seen = new Set([state]);
      while (state !== 'ended') {
        await setTimeout(Number(process.argv[1]));
        ({ state } = await call('/' + id));
        seen.add(state);
      }
      console.log(...seen);`;
    const child = [process.execPath, '--input-type=module', '-e', polls];
    const runs = ['20', '200', '1000', '2000'].map((gap) => runCommand(['exec', '--quiet', '--', ...child, gap]));
    const life = 'joining joined_not_recording joined_recording post_processing ended\n';
    expect((await Promise.all(runs)).map(({ stdout }) => stdout)).toEqual([life, life, life, life]);
  });

  test("passes the command's exit code on", async () => {
    expect((await runCommand(['exec', '--quiet', '--', process.execPath, '-e', 'process.exit(7)'])).code).toBe(7);
  });

  test('ends with 1 for violations if that is asked for', async () => {
    const misspelt = program(JSON.stringify({ metdata: {} }));
    const { code, stdout, stderr } = await runCommand(['exec', '--fail-on', 'warning', ...misspelt]);
    expect([code, stdout]).toEqual([1, 'refused\n']);
    expect(stderr).toMatch(
      /createBot \/metdata expected a known field, perhaps "metadata".*\n1 violation \(1 warning\)\n$/,
    );
    const unknown = ['--', process.execPath, '-e', "fetch(process.env.ATTENDEE_BASE_URL + '/api/v1/botz')"];
    expect((await runCommand(['exec', '--quiet', '--fail-on-violations', ...unknown])).code).toBe(1);
    expect((await runCommand(['exec', '--quiet', '--fail-on-violations', ...misspelt])).code).toBe(0);
    expect((await runCommand(['exec', '--quiet', ...misspelt])).code).toBe(0);
  });

  test('counts the violations of workspaces that the command has made and deleted', async () => {
    const lives = `
      const { GREENROOM_URL, ATTENDEE_BASE_URL } = process.env;
      const workspaces = GREENROOM_URL + '/_greenroom/workspaces';
      const { id, attendee } = await (await fetch(workspaces, { method: 'POST' })).json();
      await fetch(attendee.base_url + '/api/v1/botz', { headers: { authorization: 'Token ' + attendee.api_key } });
      await fetch(workspaces + '/' + id, { method: 'DELETE' });`;
    const child = ['--', process.execPath, '--input-type=module', '-e', lives];
    const { code, stderr } = await runCommand(['exec', '--fail-on-violations', ...child]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/No call was for an operation of a vendor\.\nerror: .+\n1 violation\n$/),
    ]);
  });

  /** A command that passes, with a bot whose webhooks go somewhere, and what it does besides. */
  const passes = (url: string, more = '') => [
    '--',
    process.execPath,
    '--input-type=module',
    '-e',
    `const { GREENROOM_URL, ATTENDEE_API_URL, ATTENDEE_API_KEY } = process.env;
      const control = (path, body) => fetch(GREENROOM_URL + '/_greenroom' + path, { method: 'POST', body });
      const life = async () => {
        await fetch(ATTENDEE_API_URL + '/api/v1/bots', { method: 'POST',
          headers: { authorization: 'Token ' + ATTENDEE_API_KEY, 'content-type': 'application/json' },
          body: JSON.stringify({ meeting_url: 'https://meet.google.com/abc-defg-hij', bot_name: 'Notes',
            webhooks: [{ url: ${url}, triggers: ['bot.state_change'] }] }) });
        await control('/clock/advance', '{"until":"idle"}');
      };
      ${more}
      await life();
      process.exit();`,
  ];
  const NOBODY = "'http://127.0.0.1:9/h'";

  test('says of a command that passes which calls were refused, but for those that its faults refuse', async () => {
    const refused = `
      await fetch(ATTENDEE_API_URL + '/api/v1/bots', { method: 'POST',
        headers: { authorization: 'Token ' + ATTENDEE_API_KEY, 'content-type': 'application/json' },
        body: JSON.stringify({ meeting_url: 'https://meet.google.com/abc-defg-hij', bot_name: 'Notes \u{1f4dd}' }) });
      await control('/faults', JSON.stringify({ on: 'request', times: 1, do: { status: 503 } }));
      await life();`;
    const { code, stderr } = await runCommand(['exec', '--clock', 'frozen', ...passes(NOBODY, refused)]);
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(
        /%\)\nCalls refused: 1 of 3 \(400 × 1\), such as POST \/api\/v1\/bots → 400 .*\nWebhooks not taken: .+\n0 violations\n$/,
      ),
    ]);
  });

  test('says of a command that passes which webhooks were not taken, with an example and why', async () => {
    const { code, stderr } = await runCommand(['exec', '--clock', 'frozen', ...passes(NOBODY)]);
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(
        /%\)\nWebhooks not taken: 5 of 5 \(refused \(ECONNREFUSED\) × 5\), such as bot\.state_change joining to http:\/\/127\.0\.0\.1:9\/h\n0 violations\n$/,
      ),
    ]);
    const captured = await runCommand(['exec', '--clock', 'frozen', ...passes("'https://app.example/h'")]);
    expect(captured.stderr).toMatch(
      /\nWebhooks kept here: 5 of 5, for hosts that are not this machine, such as .+ to https:\/\/app\.example\/h; .+\n0 violations\n$/,
    );
  });

  test('counts those from before a reset, and their violations', async () => {
    const resets = `await life(); await fetch(ATTENDEE_API_URL + '/api/v1/botz'); await control('/reset');`;
    const { code, stderr } = await runCommand([
      'exec',
      '--clock',
      'frozen',
      '--fail-on-violations',
      ...passes(NOBODY, resets),
    ]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/\nWebhooks not taken: 10 of 10 .+\n1 violation\n$/)]);
  });

  test('says nothing of webhooks that were taken in the end, or that a fault of the test has lost', async () => {
    const receives = `
      const { createServer } = await import('node:http');
      let refused = 0;
      const server = createServer((_, response) => response.writeHead(refused++ < 2 ? 500 : 204).end());
      await new Promise((listens) => server.listen(0, '127.0.0.1', listens));
      globalThis.url = 'http://127.0.0.1:' + server.address().port + '/h';
      await life();`;
    const { stderr } = await runCommand(['exec', '--clock', 'frozen', ...passes('globalThis.url', receives)]);
    expect(stderr).not.toContain('Webhooks');
    const drops = `await control('/faults', '{"on":"delivery","match":{},"do":{"drop":true}}');`;
    expect((await runCommand(['exec', '--clock', 'frozen', ...passes(NOBODY, drops)])).stderr).not.toContain(
      'Webhooks',
    );
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

  test('an app that takes its time to store its bot knows it in each webhook, with time of its own', async () => {
    const command = ['--', process.execPath, '--input-type=module', '-e', STORES_SLOWLY];
    const { stdout } = await runCommand(['exec', '--quiet', ...command]);
    expect(stdout).toMatch(/^(\w+ true\n)+ended true\n$/);
  });

  test('an app that reads on after each webhook until there is another state lives through its meeting', async () => {
    const command = ['--', process.execPath, '--input-type=module', '-e', READS_ON];
    const { stdout } = await runCommand(['exec', '--quiet', ...command]);
    expect(stdout).toBe('joining\njoined_not_recording\njoined_recording\npost_processing\nended\n');
  });

  test('in lockstep sends nothing to an app that goes at the end of its command', async () => {
    const command = ['--', process.execPath, '--input-type=module', '-e', GOES_AT_THE_END];
    const { code, stdout, stderr } = await runCommand(['exec', '--lockstep', ...command]);
    expect([code, stdout]).toEqual([0, '201\n']);
    expect(stderr).not.toContain('not taken');
  });

  test('says nothing of a process that goes because somebody ends the command', async () => {
    const flags = ['exec', '--quiet', '--', process.execPath, '--input-type=module', '-e', ENDS_ITS_APP, APP_AT_WORK];
    const exec = spawn(process.execPath, [COMMAND, ...flags]);
    const told: string[] = [];
    exec.stderr.on('data', (text) => told.push(String(text)));
    await once(exec.stdout, 'data');
    exec.kill('SIGTERM');
    expect([await once(exec, 'close'), told.join('')]).toEqual([[9, null], '']);
  });

  test('hands signals on, and ends as the command that they end', async () => {
    const waits = "process.on('SIGTERM', () => process.exit(9)); setInterval(() => {}, 1000); console.log('waits')";
    const exec = spawn(process.execPath, [COMMAND, 'exec', '--quiet', '--', process.execPath, '-e', waits]);
    await once(exec.stdout, 'data');
    exec.kill('SIGTERM');
    expect(await once(exec, 'close')).toEqual([9, null]);
  });

  test('with --inspect serves on what the command has left, and stands still, until Ctrl-C', async () => {
    const child = spawn(process.execPath, [COMMAND, 'exec', '--inspect', ...program()], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = once(child, 'close');
    let told = '';
    for await (const chunk of child.stderr) if ((told += String(chunk)).includes('until Ctrl-C.\n')) break;
    const [, place] = /in a browser: (http\S+)\n/.exec(told)!;
    expect(told).toContain(`0 violations\nThe command has ended. What happened is at ${place} until Ctrl-C.\n`);
    const page = await fetch(place!, { headers: { accept: 'text/html' } });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await (await fetch(`${place}clock`)).json()).toMatchObject({ mode: 'frozen' });
    child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
  });

  test('ends a command that ignores Ctrl-C, and what that has started, at the second one', async ({ expect }) => {
    const stays = "process.on('SIGINT', () => {}); setInterval(() => {}, 1000); console.log(process.pid);";
    const starts = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(stays)}], { stdio: 'inherit' }); ${stays}`;
    const exec = spawn(process.execPath, [COMMAND, 'exec', '--quiet', '--', process.execPath, '-e', starts]);
    let printed = '';
    exec.stdout.on('data', (chunk) => (printed += String(chunk)));
    const pids = () => printed.split('\n').slice(0, -1).map(Number);
    await expect.poll(pids, { timeout: 60_000 }).toHaveLength(2);
    // The first is handed on; how often more come is up to the one who presses, as long as something is there to be ended.
    const presses = setInterval(() => running(pids()).length > 0 && exec.kill('SIGINT'), 50);
    expect((await once(exec, 'exit'))[0]).toBe(130);
    clearInterval(presses);
    await expect.poll(() => running(pids())).toEqual([]);
  });

  test('says what is wrong when there is no command', async () => {
    const none = await runCommand(['exec']);
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('expected one after --')]);
    expect(await runCommand(['exec', '--', 'no-such-program-here'])).toMatchObject({
      code: 127,
      stderr: expect.stringMatching(/\nFailed to run no-such-program-here: command not found: .+ -- sh -c "…"\.\n$/),
    });
    using project = new Project({ 'data.txt': '' });
    const text = project.greenroom('exec', '--quiet', '--', './data.txt');
    expect([text.code, text.stderr]).toEqual([126, expect.stringContaining('./data.txt: permission denied')]);
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
