import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { freePort } from '../../src/server/host/free-port.js';
import { COMMAND, runCommand } from '../support/server.js';

const APP = fileURLToPath(new URL('../support/led-app.mjs', import.meta.url));
const TIMED = fileURLToPath(new URL('../support/timed-app.mjs', import.meta.url));
const INDEX = new URL('../../dist/index.js', import.meta.url).href;
const RUNS = Number(process.env['GREENROOM_RUNS'] ?? 2);

const TIMER = 'setTimeout(() => 0, 3_600_000);';
/** The other ends with this one. */
const BESIDE_A_SERVER = `
  const serves = 'require("node:http").createServer().listen(0, "127.0.0.1"); process.stdin.resume().on("end", () => process.exit());';
  require('node:child_process').spawn(process.execPath, ['-e', serves], { stdio: ['pipe', 'ignore', 'ignore'] });
  ${TIMER}`;

interface Told {
  readonly diary: readonly string[];
  readonly hours: number;
  readonly timeline: string;
}

async function run(): Promise<Told> {
  const flags = ['exec', '--quiet', '--lockstep', '--start', '2026-01-01T09:00:00Z'];
  const { stdout, stderr } = await runCommand([...flags, '--', process.execPath, APP]);
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Told;
}

/** Ends right after a call, and leaves a process behind that is busy then, and is killed. */
const LEAVES = `
  import { spawn } from 'node:child_process';
  import { once } from 'node:events';
  const busy = \`
    require('node:http').createServer().listen(0, '127.0.0.1', () => process.send('up'));
    process.once('message', () => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700);
      process.kill(process.pid, 'SIGKILL');
    });\`;
  const child = spawn(process.execPath, ['-e', busy], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  await once(child, 'message');
  const probes = async () => (await (await fetch(process.env.GREENROOM_URL + '/_greenroom/clock')).json()).probes;
  while ((await probes()).length < 2);
  await new Promise((resolve) => child.send('be busy', resolve));
  const { ATTENDEE_BASE_URL, ATTENDEE_API_KEY } = process.env;
  await fetch(ATTENDEE_BASE_URL + '/api/v1/bots', { headers: { authorization: 'Token ' + ATTENDEE_API_KEY } });
  process.exit();`;

describe('greenroom exec --lockstep', () => {
  test('has the timers of two processes and the events of the vendor happen in one order, in no time', async () => {
    const { diary, hours } = await run();
    expect(diary).toEqual([
      '09:00:00 begins',
      '09:00:00 joining',
      '09:00:06 joined_not_recording',
      '09:00:07 joined_recording',
      '09:10:07 worker sees joined_recording',
      '09:30:00 post_processing',
      '09:30:30 ended',
      '10:00:00 cron',
      '11:00:00 cron',
    ]);
    expect(hours).toBeCloseTo(2.5083, 3);
  });

  test('gives one and the same timeline in each run', async () => {
    const first = await run();
    for (let i = 1; i < RUNS; i++) expect(await run()).toEqual(first);
  }, 3_600_000);

  test('gives the same bytes as a room in the process of the app, with the same seed and app', async () => {
    // Both name one port: it stands in the timeline.
    const port = String(await freePort());
    const { stdout: within } = await promisify(execFile)(process.execPath, [TIMED, port]);
    const flags = ['exec', '--quiet', '--lockstep', '--clock', 'frozen', '--start', '2026-01-01T09:00:00Z'];
    const { stdout, stderr } = await runCommand([...flags, '--', process.execPath, TIMED, port]);
    expect([stderr, within.length > 1000]).toEqual(['', true]);
    expect(stdout).toBe(within);
  });

  test.concurrent.each(['within', 'apart'])(
    'has time move for a request that waits for a timer of the service that it asks, %s',
    async (where) => {
      const service = fileURLToPath(new URL('../support/slow-service.mjs', import.meta.url));
      const flags = ['exec', '--quiet', '--lockstep', '--clock', 'frozen', '--start', '2026-01-01T09:00:00Z'];
      const { stdout, stderr } = await runCommand([...flags, '--', process.execPath, service, where]);
      expect([stderr, JSON.parse(stdout)]).toEqual([
        '',
        [
          '09:05:00.100 staged',
          '09:09:55.100 joining',
          '09:10:01.100 joined_not_recording',
          '09:10:02.100 joined_recording',
          '09:39:55.100 post_processing',
          '09:40:25.100 ended',
        ],
      ]);
    },
  );

  test('says nothing of a process that goes when the command has ended', async () => {
    const script = ['--input-type=module', '-e', LEAVES];
    const { code, stderr } = await runCommand(['exec', '--quiet', '--lockstep', '--', process.execPath, ...script]);
    expect([code, stderr]).toEqual([0, '']);
  });

  test('needs a clock that can lead, and the probe', async () => {
    const child = ['--', process.execPath, '-e', ''];
    const live = await runCommand(['exec', '--quiet', '--lockstep', '--clock', 'live', ...child]);
    const without = await runCommand(['exec', '--lockstep', '--no-probe', ...child]);
    expect([live.code, live.stderr]).toEqual([2, expect.stringContaining('only a frozen or auto one can lead')]);
    expect([without.code, without.stderr]).toEqual([2, expect.stringContaining('Leave --no-probe out')]);
  });
});

/** Programs that wait for timers of half a second at the most, in real time too. */
const WAITING = {
  'for a timer': `setTimeout(() => console.log('fired'), 200);`,
  'for a timer, before its main module is over': `await new Promise((resolve) => setTimeout(resolve, 200)); console.log('over');`,
  'for timers of promises': `
    import { setInterval, setTimeout as sleep } from 'node:timers/promises';
    import { promisify } from 'node:util';
    console.log(await sleep(100, 'slept'), await promisify(setTimeout)(100, 'promisified'));
    let ticks = 0;
    for await (const tick of setInterval(100, 'tick')) if (console.log(tick) ?? ++ticks === 2) break;
    const waits = new AbortController();
    setImmediate(() => waits.abort());
    await sleep(60_000, 0, { signal: waits.signal }).catch(({ name }) => console.log(name));
    await sleep(100, 0, { ref: false });`,
  'for an interval that it clears': `
    let ticks = 0;
    const interval = setInterval(() => (console.log('tick'), ++ticks === 3 && clearInterval(interval)), 100);`,
  "for no timer that is unref'd, cleared or closed": `
    console.log(setTimeout(() => console.log('never'), 60_000).unref().hasRef());
    setInterval(() => console.log('never'), 60_000).unref();
    const [cleared, closed] = [0, 1].map(() => setTimeout(() => console.log('never'), 60_000));
    setImmediate(() => (clearTimeout(Number(cleared)), closed.close()));
    process.nextTick(() => console.log('next'));`,
  "for a timer that is ref'd and set again": `
    let fired = 0;
    const timer = setTimeout(() => (console.log('fired'), ++fired < 3 && timer.refresh()), 100).unref().ref();`,
  'for timers that follow one another': `
    let turns = 0;
    process.on('beforeExit', () => turns++ < 2 && setTimeout(() => console.log('turn', turns), 100));
    process.on('exit', (code) => console.log('ends with', code));
    setTimeout(() => process.exit(7), 1000).unref();`,
  'in a context of node:vm, as those in which Jest runs tests': `
    import { createContext, runInContext } from 'node:vm';
    const began = Date.now();
    const context = createContext({ setTimeout, console, began });
    runInContext('setTimeout(() => console.log(Date.now() - began >= 200, new Date() - began < 400), 200)', context);`,
  'in a worker and in a child': `
    import { spawn } from 'node:child_process';
    import { once } from 'node:events';
    import { Worker } from 'node:worker_threads';
    const late = (text) => 'setTimeout(() => console.log("' + text + '"), 200)';
    await once(new Worker(late('worker'), { eval: true }), 'exit');
    await once(spawn(process.execPath, ['-e', late('child')], { stdio: 'inherit' }), 'exit');`,
  'for what a timer throws': `
    process.on('exit', (code) => console.log('ends with', code));
    setTimeout(() => { throw new Error('a bug of the app'); }, 100);`,
  'for the timers after one that throws, if it bears that': `
    process.on('uncaughtException', (error) => console.log('uncaught', error.message));
    setTimeout(() => { throw new Error('a bug of the app'); }, 100);
    setTimeout(() => console.log('later'), 200);`,
};

describe('A process that greenroom exec leads in time lives as it would by itself', () => {
  test.each(Object.entries(WAITING))('waits %s', async (_, program) => {
    const node = [process.execPath, '--input-type=module', '-e', program] as const;
    const alone = await new Promise<object>((resolve) => {
      execFile(node[0], node.slice(1), (error, stdout) => resolve({ code: Number(error?.code ?? 0), stdout }));
    });
    const { code, stdout } = await runCommand(['exec', '--quiet', '--lockstep', '--', ...node]);
    expect({ code, stdout }).toEqual(alone);
  });

  test('has the last tick of a poll after which nothing else happens', async () => {
    const poll = `
      const { ATTENDEE_API_URL, ATTENDEE_API_KEY } = process.env;
      const headers = { authorization: 'Token ' + ATTENDEE_API_KEY, 'content-type': 'application/json' };
      const call = async (path, body) => (await fetch(ATTENDEE_API_URL + '/api/v1/bots' + path, { headers, ...body })).json();
      const meeting = { meeting_url: 'https://meet.google.com/abc-defg-hij', bot_name: 'Notes' };
      const { id } = await call('', { method: 'POST', body: JSON.stringify(meeting) });
      const interval = setInterval(async () => {
        if ((await call('/' + id)).state !== 'ended') return;
        clearInterval(interval);
        console.log(new Date().toISOString());
      }, 7 * 60_000);`;
    const flags = ['exec', '--quiet', '--lockstep', '--start', '2026-01-01T09:00:00Z', '--'];
    const ended = await runCommand([...flags, process.execPath, '--input-type=module', '-e', poll]);
    expect(ended).toEqual({ code: 0, stdout: '2026-01-01T09:35:00.000Z\n', stderr: '' });
  });

  test('says of a process that lost the variable that it keeps its own time', async () => {
    const program = `const { GREENROOM_TIME: _, ...env } = process.env;
      const later = "console.log(Date.now() > Date.UTC(2026, 0, 1, 10));";
      const { status } = require("node:child_process").spawnSync(process.execPath, ["-e", later + "setTimeout(() => 0, 300)"], { env, stdio: "inherit" });
      process.exitCode = status;`;
    const flags = ['exec', '--quiet', '--lockstep', '--start', '2026-01-01T09:00:00Z', '--'];
    const { stdout, stderr, code } = await runCommand([...flags, process.execPath, '-e', program]);
    expect([code, stdout, stderr]).toEqual([
      0,
      'true\n',
      'A process of the app (Node) is not in lockstep: its clock and its timers are real, and no advance moves them. ' +
        'Lockstep leads processes of Node that have GREENROOM_TIME in their environment\n',
    ]);
  });

  test.each([
    [
      '100',
      /^Timers of the app go off every 100 ms, and lockstep plays each, which is slow: give tests longer ones\n$/,
    ],
    ['2000', /^$/],
  ])('says once what takes so long where timers of %s ms are played for a long time', async (every, told) => {
    const program = `setInterval(() => 0, ${every}); setTimeout(process.exit, 2200 * ${every});`;
    const { stderr } = await runCommand(['exec', '--quiet', '--lockstep', '--', process.execPath, '-e', program]);
    expect(stderr).toMatch(told);
  });

  test('says so of a command in which no process is led', async () => {
    const program = ['env', '-u', 'NODE_OPTIONS', process.execPath, '-e', 'console.log(1)'];
    const { stdout, stderr, code } = await runCommand(['exec', '--quiet', '--lockstep', '--', ...program]);
    expect([code, stdout]).toEqual([0, '1\n']);
    expect(stderr).toMatch(
      /^No process of the command was in lockstep: .* Bun, Deno and other languages keep their own time\n$/,
    );
  });

  test('says so of a runtime that called beside processes that are led', async () => {
    const program = `for (const name of ['Bun/1.4.5', 'Bun/1.4.5', 'node'])
      await fetch(process.env.ATTENDEE_BASE_URL + '/api/v1/bots', { headers: { 'user-agent': name } });`;
    const flags = ['exec', '--quiet', '--lockstep', '--', process.execPath, '--input-type=module', '-e', program];
    expect((await runCommand(flags)).stderr).toBe(
      'A process of the app (Bun) was not in lockstep: its clock and its timers were real, and no advance moved them. Lockstep leads processes of Node\n',
    );
  });

  test.concurrent.for([
    ['alone', TIMER],
    ['beside a server', BESIDE_A_SERVER],
  ])('%s, hears from greenroom why it waits on a frozen clock that nobody advances', async ([, program]) => {
    const flags = ['exec', '--quiet', '--lockstep', '--clock', 'frozen', '--start', '2026-01-01T09:00:00Z', '--'];
    const child = spawn(process.execPath, [COMMAND, ...flags, process.execPath, '-e', program!], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [said] = (await once(child.stderr.setEncoding('utf8'), 'data')) as [string];
    child.kill('SIGINT');
    await once(child, 'close');
    expect(said).toBe(
      'The clock is frozen at 2026-01-01T09:00:00Z and nobody advances it, and a process of the app waits for nothing but its timers: the next is due at ' +
        '2026-01-01T10:00:00Z. POST /_greenroom/clock/advance {"next":true} runs it, and with --clock auto time moves by itself\n',
    );
  });

  test.concurrent('is told that a greenroom of its own needs time that nobody leads', async () => {
    const program = `import(${JSON.stringify(INDEX)}).then(({ startGreenroom }) => startGreenroom()).catch(({ message }) => console.log(message))`;
    const { stdout } = await runCommand(['exec', '--quiet', '--lockstep', '--', process.execPath, '-e', program]);
    expect(stdout).toBe(
      'Failed to start greenroom: it needs the real timers, but exec --lockstep leads those of this process. Leave out --lockstep, for a room of a test ' +
        'has { lockstep: true }, or connect to the greenroom of GREENROOM_URL.\n',
    );
  });

  test.concurrent('is told that a hold keeps the timers that it waits for', { timeout: 60_000 }, async () => {
    const program = `
      const call = async (path, body) => (await fetch(process.env.GREENROOM_URL + '/_greenroom/clock' + path,
        { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })).json();
      const { id } = await call('/hold', { reason: 'the job' });
      setTimeout(() => call('/hold/' + id), 500);
      console.log((await call('/advance', { by: '1m' })).detail);
      process.exit();`;
    const flags = ['exec', '--quiet', '--lockstep', '--clock', 'frozen', '--'];
    const { stdout } = await runCommand([...flags, process.execPath, '--input-type=module', '-e', program]);
    expect(stdout).toBe(
      'Failed to move time: the hold hold_1 (the job) was not released within 30 s of real time. Release it with DELETE /_greenroom/clock/hold/hold_1. ' +
        'In lockstep it also stops the timers of the app: what waits for one needs no hold.\n',
    );
  });
});
