import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { startGreenroom } from '../../src/index.js';
import { COMMAND, runCommand } from '../support/server.js';
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

  test('is told which of its calls were refused, though it ends well', async ({ service }) => {
    const asks = `const { ATTENDEE_API_URL, ATTENDEE_API_KEY } = process.env;
      await fetch(ATTENDEE_API_URL + '/api/v1/bots/bot_0123456789abcdef', { headers: { authorization: 'Token ' + ATTENDEE_API_KEY } });`;
    const { code, stderr } = await exec(service.url, ['--input-type=module', '-e', asks]);
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(
        /\nCalls refused: 1 of 1 \(404 × 1\), such as GET \/api\/v1\/bots\/bot_0123456789abcdef → 404.*\n0 violations\n$/,
      ),
    ]);
  });

  const REFUSES = `
    import { createServer } from 'node:http';
    const { ATTENDEE_API_URL, ATTENDEE_API_KEY, GREENROOM_URL, GREENROOM_TOKEN, GREENROOM_WORKSPACE } = process.env;
    const post = (url, headers, body) => fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    const app = createServer((_, response) => response.writeHead(401).end()).listen(0, '127.0.0.1', async () => {
      const webhooks = [{ url: 'http://127.0.0.1:' + app.address().port + '/hooks', triggers: ['bot.state_change'] }];
      const wish = { meeting_url: 'https://meet.google.com/abc-defg-hij', bot_name: 'Notes', webhooks };
      const key = { authorization: 'Token ' + ATTENDEE_API_KEY, 'content-type': 'application/json' };
      await post(ATTENDEE_API_URL + '/api/v1/bots', key, wish);
      const control = { authorization: 'Bearer ' + GREENROOM_TOKEN, 'greenroom-workspace': GREENROOM_WORKSPACE };
      await post(GREENROOM_URL + '/_greenroom/clock/advance', control, { until: 'idle' });
      process.exit(Number(process.argv[1]));
    });`;
  const refuses = (code: number) => ['--input-type=module', '-e', REFUSES, String(code)];

  test('and fails is told which webhooks failed, with what they are signed, and who explains it', async ({
    service,
  }) => {
    const { code, stderr } = await exec(service.url, refuses(3), '--clock', 'frozen');
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /\nWebhooks that failed:\n {2}401 × \d+ to http:\/\/127\.0\.0\.1:\d+\/hooks\n {2}401 and 403 say .* signs with ATTENDEE_WEBHOOK_SECRET, which the command was given; .*: greenroom doctor signature --provider attendee\n\nThe end of the timeline of ws_/,
    );
  });

  test('is held to a share of the contracts of the vendors that it calls', async ({ service }) => {
    const frozen = ['--clock', 'frozen'];
    const { code, stderr } = await exec(service.url, refuses(0), ...frozen, '--min', '90', '--coverage');
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/\n\d+\.\d % is exercised, and --min asks for 90 %\.\n$/),
    ]);
    expect(stderr).toMatch(/\nContracts exercised:\nattendee \S+ +\d+ of +\d+ /);
    expect(stderr).not.toContain('cronofy');
    expect((await exec(service.url, refuses(0), ...frozen, '--min', '1')).code).toBe(0);
    expect((await exec(service.url, ['-e', ''], '--min', '1')).stderr).toContain('0 % is exercised');
  });

  test('is told that it called nobody, and short if its user has ended it', async ({ service }) => {
    const calm = await exec(service.url, ['-e', '']);
    expect(calm.stderr).toMatch(
      /\nNobody called a vendor here\. Tests that start a greenroom of their own .*\n0 violations\n$/,
    );
    const ended = `process.on('SIGINT', () => process.exit(3)); process.kill(process.ppid, 'SIGINT'); setInterval(() => {}, 1000);`;
    const { code, stderr } = await exec(service.url, ['-e', ended]);
    expect([code, stderr]).toEqual([
      3,
      expect.stringMatching(/^greenroom at \S+, workspace ws_\d+\nNobody called a vendor here\.\n0 violations\n$/),
    ]);
  });

  test('is told which processes it has left behind', async ({ service }) => {
    const leaves = `const { spawn } = require('node:child_process');
      const options = { detached: true, stdio: 'ignore' };
      spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)', 'worker'], options).unref();`;
    const { code, stderr } = await exec(service.url, ['-e', leaves]);
    const [, command, pid] =
      /\nThe command has left a process behind, and nobody takes its webhooks to this machine any more: (.+) \((\d+)\)\. To end it: kill \2\n$/.exec(
        stderr,
      ) ?? [];
    if (pid !== undefined) process.kill(Number(pid), 'SIGKILL');
    expect([code, command], stderr).toEqual([0, expect.stringContaining('-e setTimeout(() => {}, 60_000)')]);
  });

  test('takes no flags of a greenroom on this machine', async ({ service }) => {
    const { code, stderr } = await exec(service.url, ['-e', ''], '--lockstep');
    expect([code, stderr]).toEqual([
      2,
      'Failed to run a command against a service: --lockstep is of a greenroom on this machine. Leave it out, or leave --url out.\n',
    ]);
  });
});

describe('The environment of greenroom exec', () => {
  const SAYS = 'console.log(process.env.GREENROOM_URL, process.env.GREENROOM_WORKSPACE, process.env.GREENROOM_TOKEN)';
  const says = ['--', process.execPath, '-e', SAYS];
  const exec = ['exec', '--quiet'];
  const within = ['--', process.execPath, COMMAND, ...exec];
  const said = async (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
    const { code, stdout, stderr } = await runCommand(args, env);
    expect([code, stderr]).toEqual([0, '']);
    return stdout.trim().split(' ');
  };

  test('names a service as flags do', async ({ service, a }) => {
    const there = { GREENROOM_URL: service.url, GREENROOM_TOKEN: SERVER_TOKEN };
    const [url, workspace] = await said([...exec, ...says], there);
    expect([url, workspace]).toEqual([service.url, expect.stringMatching(/^ws_/)]);
    expect((await said([...exec, ...says], { ...there, GREENROOM_WORKSPACE: a.id }))[1]).toBe(a.id);
    const { code, stderr } = await runCommand([...exec, '--data', 'x', ...says], there);
    expect([code, stderr]).toEqual([2, expect.stringContaining('Leave it out, or empty GREENROOM_URL.')]);
  });

  test('leads an exec within to the same workspace of a service', async ({ service, a }) => {
    const there = { GREENROOM_URL: service.url, GREENROOM_TOKEN: a.token };
    const args = [...exec, ...within, ...says];
    const { code, stdout } = await runCommand(args, there);
    expect([code, stdout.trim()]).toEqual([0, `${service.url} ${a.id} ${a.token}`]);
  });

  test('has the token of the workspace, and not that of the server', async ({ service }) => {
    const shows = `console.log(Object.values(process.env).includes('${SERVER_TOKEN}'), process.env.GREENROOM_TOKEN)`;
    const args = [...exec, '--', process.execPath, '-e', shows];
    for (const name of ['GREENROOM_CONTROL_TOKEN', 'GREENROOM_TOKEN']) {
      const [isThere, token] = await said(args, { GREENROOM_URL: service.url, [name]: SERVER_TOKEN });
      expect([name, isThere, token]).toEqual([name, 'false', expect.stringMatching(/^\S{10,}$/)]);
    }
  });

  test('has an exec within another on this machine begin a greenroom of its own', async () => {
    const print = `console.log(process.env.GREENROOM_URL)`;
    const inner = `require('child_process').spawnSync(process.execPath, ${JSON.stringify([COMMAND, ...exec, '--', process.execPath, '-e', print])}, { stdio: 'inherit' })`;
    const { code, stdout } = await runCommand([...exec, '--', process.execPath, '-e', `${print}; ${inner}`]);
    const [outer, own] = stdout.trim().split('\n');
    expect([code, own]).toEqual([0, expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/)]);
    expect(own).not.toBe(outer);
  });

  test('that names no service is refused, and empty it names none', async () => {
    await using room = await startGreenroom();
    const { code, stderr } = await runCommand([...exec, ...says], { GREENROOM_URL: room.url });
    expect([code, stderr]).toEqual([2, expect.stringContaining('where it is empty, exec has a greenroom of its own.')]);
    const [own] = await said([...exec, ...says], { GREENROOM_URL: '', GREENROOM_WORKSPACE: 'elsewhere' });
    expect(own).not.toBe(room.url);
  });

  test('has its own flags, too', async () => {
    const args = ['exec', '--', process.execPath, '-e', ''];
    expect((await runCommand(args, { GREENROOM_COVERAGE: '1', GREENROOM_CONFIG: 'nowhere.json' })).stderr).toContain(
      'there is no file nowhere.json',
    );
    expect((await runCommand(args, { GREENROOM_QUIET: '1' })).stderr).toBe('');
  });
});

test('A command takes the workspace and the token from the environment', async ({ service, a }) => {
  await a.control('POST', '/clock/advance', { by: '90m' });
  const clock = (env: NodeJS.ProcessEnv) => runCommand(['clock'], { GREENROOM_URL: service.url, ...env });
  for (const env of [
    { GREENROOM_TOKEN: a.token },
    { GREENROOM_CONTROL_TOKEN: SERVER_TOKEN, GREENROOM_WORKSPACE: a.id },
  ])
    expect((await clock(env)).stdout).toContain('2026-01-01T10:30:00Z');
});
