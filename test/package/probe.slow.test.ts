import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { makeFolder } from '../support/folder.js';
import { runCommand } from '../support/server.js';

const APP = fileURLToPath(new URL('../support/late-app.mjs', import.meta.url));
const PROBE = fileURLToPath(new URL('../../dist/probe.cjs', import.meta.url));
const WAYS = [
  'promises',
  'timer',
  'child process',
  'worker',
  'a worker that stays',
  'a worker that is woken',
  'compression',
  'an add-on',
  'a child that answers',
  'reads',
  'connections that stay',
];
/** Of each way, with each of three waits: with 14 there are more than 200. */
const LIVES = Number(process.env['GREENROOM_LIVES'] ?? 1);

interface Told {
  readonly exact: number;
  readonly pid: number;
  readonly probes: readonly { readonly pid: number; readonly state: string }[];
  readonly notes: readonly string[];
}

async function exec(program: readonly string[], ...flags: readonly string[]): Promise<{ told: Told; stderr: string }> {
  const child = ['--', process.execPath, ...program];
  const { stdout, stderr } = await runCommand(['exec', '--quiet', '--clock', 'frozen', ...flags, ...child]);
  return { told: JSON.parse(stdout) as Told, stderr };
}

const module = (text: string): readonly string[] => ['--input-type=module', '-e', text];

/** Two processes: a test that moves time, and an app that works on from before it answers, and is killed once time waits for it. */
const KILLS = `
  import { spawn } from 'node:child_process';
  import { once } from 'node:events';
  const { ATTENDEE_API_URL, ATTENDEE_API_KEY, GREENROOM_URL } = process.env;
  const post = async (url, body) => (await fetch(url, { method: 'POST', body: JSON.stringify(body),
    headers: { authorization: 'Token ' + ATTENDEE_API_KEY, 'content-type': 'application/json' } })).json();
  const app = spawn(process.execPath, ['-e', \`
    const work = () => require('fs').readFile(process.execPath, work);
    const server = require('http').createServer((request, response) => request.resume().on('end', () => {
      work();
      work();
      response.end();
      process.send('works');
    })).listen(0, '127.0.0.1', () => process.send(server.address().port));\`], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [port] = await once(app, 'message');
  let killed;
  app.once('message', () => setTimeout(() => { killed = performance.now(); app.kill('SIGKILL'); }, 1000));
  const webhooks = [{ url: 'http://127.0.0.1:' + port, triggers: ['bot.state_change'] }];
  await post(ATTENDEE_API_URL + '/api/v1/bots', { meeting_url: 'https://meet.google.com/abc-defg-hij', bot_name: 'Notes', webhooks });
  await post(GREENROOM_URL + '/_greenroom/clock/advance', { by: '1s' });
  const exact = performance.now() - killed;
  const { entries } = await (await fetch(GREENROOM_URL + '/_greenroom/timeline')).json();
  const notes = entries.filter(({ topic }) => topic === 'probe').map(({ text }) => text);
  console.log(JSON.stringify({ exact, pid: app.pid, probes: [], notes }));`;

/** Two processes: a test that looks at the clock, and an app that asks another service, which answers once it has been seen. */
const ASKS = `
  import { spawn } from 'node:child_process';
  import { once } from 'node:events';
  import { createServer } from 'node:http';
  const { ATTENDEE_API_URL, ATTENDEE_API_KEY, GREENROOM_URL } = process.env;
  let isSeen = false;
  const asked = [];
  const other = createServer((request, response) => (isSeen ? response.end() : asked.push(response)));
  await once(other.listen(0, '127.0.0.1'), 'listening');
  const app = spawn(process.execPath, ['-e', \`
    const server = require('http').createServer((request, response) => {
      fetch('http://127.0.0.1:' + process.argv[1] + '/v1/secret?of=nobody').then((answer) => answer.text());
      request.resume().on('end', () => response.end());
    }).listen(0, '127.0.0.1', () => process.send(server.address().port));\`, other.address().port], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [port] = await once(app, 'message');
  const headers = { authorization: 'Token ' + ATTENDEE_API_KEY, 'content-type': 'application/json' };
  const post = (url, body) => fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const webhooks = [{ url: 'http://127.0.0.1:' + port, triggers: ['bot.state_change'] }];
  await post(ATTENDEE_API_URL + '/api/v1/bots', { meeting_url: 'https://meet.google.com/abc-defg-hij', bot_name: 'Notes', webhooks });
  const advanced = post(GREENROOM_URL + '/_greenroom/clock/advance', { by: '1s' });
  const look = async () => (await fetch(GREENROOM_URL + '/_greenroom/clock?wait=false')).json();
  let inHand;
  while (!inHand) inHand = (await look()).probes.find(({ pid }) => pid === app.pid)?.in_hand;
  isSeen = true;
  for (const response of asked) response.end();
  await advanced;
  app.kill();
  other.close();
  console.log(JSON.stringify({ exact: 0, pid: app.pid, probes: [], notes: [inHand] }));`;

/** One process is killed when it is at rest, and another goes on when the command has ended. */
const GOES = `
  import { spawn } from 'node:child_process';
  import { once } from 'node:events';
  const start = () => spawn(process.execPath, ['-e', 'setTimeout(() => {}, 5000)'], { stdio: 'ignore', detached: true });
  const read = async (path) => (await fetch(process.env.GREENROOM_URL + '/_greenroom' + path)).json();
  const find = async ({ pid }) => (await read('/clock')).probes.find((probe) => probe.pid === pid)?.state;
  const [killed, left] = [start(), start()];
  let exact = 0;
  for (const child of [killed, left]) {
    while (await find(child) !== 'at rest');
    exact++;
  }
  killed.kill('SIGKILL');
  while (await find(killed));
  const notes = (await read('/timeline')).entries.filter(({ topic }) => topic === 'probe').map(({ text }) => text);
  left.unref();
  console.log(JSON.stringify({ exact, pid: process.pid, probes: [], notes }));`;

/**
 * A probe of its own hand, of a process that says after each webhook that it is at rest. At `joined_recording` it has called
 * before, and goes on because of the answer: who asks it then waits until it has made the bot leave.
 */
const SPEAKS = `
  import { connect } from 'node:net';
  import { createServer } from 'node:http';
  import { setTimeout as sleep } from 'node:timers/promises';
  const { ATTENDEE_API_URL, ATTENDEE_API_KEY, GREENROOM_URL, GREENROOM_PROBE } = process.env;
  const headers = { authorization: 'Token ' + ATTENDEE_API_KEY, 'content-type': 'application/json' };
  const call = async (url, body) => (await fetch(url, body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers })).json();
  const now = () => process.hrtime().reduce((s, ns) => s * 1000 + ns / 1e6);
  const [secret, path] = GREENROOM_PROBE.split('@');
  let [asked, messages, busy] = [0, 0, undefined];
  const say = (message) => door.write(JSON.stringify({ probe: 1, ...message }) + '\\n');
  const hear = async ({ ask }) => {
    if (!ask) return;
    asked++;
    await busy;
    say({ rest: ask, seen: messages, stirs: messages, started: [] });
  };
  const door = connect(path).setEncoding('utf8').on('data', (text) => text.trim().split('\\n').forEach((line) => hear(JSON.parse(line))));
  say({ hello: { secret, pid: process.pid, thread: 0 } });
  const app = createServer(async (request, response) => {
    const since = now();
    messages++;
    let text = '';
    for await (const piece of request) text += piece;
    const { bot_id, data } = JSON.parse(text);
    const bot = ATTENDEE_API_URL + '/api/v1/bots/' + bot_id;
    if (data.new_state === 'joined_recording') {
      await call(bot);
      busy = sleep(80).then(() => call(bot + '/leave', {}));
    }
    response.on('close', () => say({ answered: { connections: [request.socket.remotePort + '-' + request.socket.localPort], since, rests: true } }));
    response.end();
  }).listen(0, '127.0.0.1', async () => {
    const webhooks = [{ url: 'http://127.0.0.1:' + app.address().port, triggers: ['bot.state_change'] }];
    const { id } = await call(ATTENDEE_API_URL + '/api/v1/bots', { meeting_url: 'https://meet.google.com/abc-defg-hij', bot_name: 'Notes', webhooks });
    await call(GREENROOM_URL + '/_greenroom/clock/advance', { until: 'idle' });
    const { entries } = await call(GREENROOM_URL + '/_greenroom/timeline?subject=' + id);
    const told = entries.find(({ kind, state }) => kind === 'delivery' && state === 'joined_recording');
    const left = entries.find(({ summary }) => summary.includes(id + '/leave'));
    console.log(JSON.stringify({ asked, messages, isExact: left.at === told.at }));
    say({ bye: true });
    door.end(() => process.exit());
  });`;

/** Says this to the door of the probes, and prints what is answered. */
const SAYS = (message: string) => `
  import { connect } from 'node:net';
  const [secret, path] = process.env.GREENROOM_PROBE.split('@');
  let text = '';
  connect(path, function () { this.write(${message} + '\\n'); }).setEncoding('utf8')
    .on('data', (more) => (text += more)).on('close', () => console.log(JSON.stringify({ notes: [JSON.parse(text).refused] })));`;

describe('An app under greenroom exec', () => {
  // Beside one another: most of that is real time.
  test.concurrent.for(['80', '400', '1500'])(
    'that works on for %s ms after its answer, in whatever way, is served at the instant of its webhook',
    { timeout: 3_600_000 },
    async (ms) => {
      const lives = LIVES * WAYS.length;
      const { told } = await exec(['--experimental-websocket', APP, WAYS.join(), ms, String(lives)]);
      expect(told).toMatchObject({ exact: lives, missed: [], notes: [] });
    },
  );

  test('is served so on a live clock and on auto, too', async () => {
    for (const mode of ['live', 'auto']) {
      const { told } = await exec([APP, 'timer', '400', '1'], '--clock', mode);
      expect([told.exact, told.notes]).toEqual([1, []]);
    }
  });

  test('is shown with the clock, as long as it lives', async () => {
    const { told } = await exec([APP, 'child process', '0', '1']);
    expect(told.probes).toEqual([{ pid: told.pid, state: 'at rest', since: expect.stringContaining('T') }]);
  });

  test('that holds up its event loop for more than a second is followed by quiet time, and a note', async () => {
    const { told, stderr } = await exec([APP, 'blocked loop', '2500', '1']);
    const note = `The process ${told.pid} of the app has said nothing for a second: it is stopped, or its code holds up its event loop. Each webhook is followed by quiet time until the app is at rest again`;
    expect([told.notes, stderr]).toEqual([[note], `${note}\n`]);
  });

  test('that waits for another service names its host, and nothing more of the request', async () => {
    const { told } = await exec(module(ASKS));
    expect(told.notes).toEqual([expect.stringMatching(/^a request that it makes to 127\.0\.0\.1:\d+$/)]);
  });

  test('that is killed while time waits for it ends the wait within two seconds, with the reason', async () => {
    const { told } = await exec(module(KILLS));
    expect(told.notes).toEqual([
      `The process ${told.pid} of the app is gone while time waited for it. Each webhook is followed by quiet time until the app is at rest again`,
    ]);
    expect(told.exact).toBeLessThan(2000);
  });

  test('may end without a word, or outlive the command, where nothing waits for it', async () => {
    const { told, stderr } = await exec(module(GOES));
    expect([told.exact, told.notes, stderr]).toEqual([2, [], '']);
  });

  test.skipIf(process.platform === 'win32')(
    'that says by itself that it is at rest is asked only where it has called since its webhook',
    async () => {
      const bare = ['--', 'env', '-u', 'NODE_OPTIONS', process.execPath, ...module(SPEAKS)];
      const { stdout, stderr } = await runCommand(['exec', '--quiet', '--clock', 'frozen', ...bare]);
      const { asked, messages, isExact } = JSON.parse(stdout) as { asked: number; messages: number; isExact: boolean };
      expect([stderr, isExact]).toEqual(['', true]);
      // As it begins, for want of better knowledge of its first message, and at `joined_recording`.
      expect(asked).toBeLessThan(messages);
    },
  );

  test('has no probe with --no-probe', async () => {
    expect((await exec([APP, 'timer', '0', '1'], '--no-probe')).told.probes).toEqual([]);
  });

  test('has the probe behind npm run', async () => {
    const folder = makeFolder();
    const scripts = { app: `node ${JSON.stringify(APP)} timer 80 2` };
    fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ scripts }));
    const command = ['exec', '--quiet', '--clock', 'frozen', '--', 'npm', 'run', '--silent', '--prefix', folder, 'app'];
    const told = JSON.parse((await runCommand(command)).stdout) as Told;
    fs.rmSync(folder, { recursive: true });
    expect([told.exact, told.notes]).toEqual([2, []]);
    expect(told.probes).toContainEqual({ pid: told.pid, state: 'at rest', since: expect.stringContaining('T') });
  });

  test.skipIf(process.platform === 'win32')(
    'loads the probe itself where its NODE_OPTIONS are taken away',
    async () => {
      const bare = ['--', 'env', '-u', 'NODE_OPTIONS', process.execPath];
      const lives = async (...words: string[]): Promise<Told> => {
        const command = ['exec', '--quiet', '--clock', 'frozen', ...bare, ...words, APP, 'timer', '0', '1'];
        return JSON.parse((await runCommand(command)).stdout) as Told;
      };
      expect((await lives()).probes).toEqual([]);
      expect((await lives('--import', 'greenroom/probe')).probes).toHaveLength(1);
    },
  );

  test('is at rest while the loaders of its modules wait for work in a thread of their own', async () => {
    const folder = makeFolder();
    const hooks = path.join(folder, 'hooks.mjs');
    fs.writeFileSync(
      hooks,
      'setInterval(() => undefined, 1); export const resolve = (name, context, next) => next(name, context);',
    );
    const registers = `import { register } from 'node:module'; register(${JSON.stringify(pathToFileURL(hooks).href)});`;
    const { told } = await exec([
      '--import',
      `data:text/javascript,${encodeURIComponent(registers)}`,
      APP,
      'timer',
      '80',
      '2',
    ]);
    fs.rmSync(folder, { recursive: true });
    expect([told.exact, told.notes, told.probes.map(({ pid }) => pid)]).toEqual([2, [], [told.pid]]);
  });

  test.each(['deno', 'bun'])('has no probe in %s, which loads it and shows none of its work', async (runtime) => {
    const folder = makeFolder();
    const other = path.join(folder, 'other.cjs');
    const versions = `{ ...process.versions, ${runtime}: '2.9.6' }`;
    fs.writeFileSync(other, `Object.defineProperty(process, 'versions', { value: ${versions} });`);
    const command = ['exec', '--quiet', '--clock', 'frozen', '--', process.execPath, APP, 'timer', '0', '1'];
    const { stdout, stderr } = await runCommand(command, { NODE_OPTIONS: `--require ${other}` });
    fs.rmSync(folder, { recursive: true });
    expect([(JSON.parse(stdout) as Told).probes, stderr]).toEqual([[], '']);
  });

  test('keeps the options that Node has', async () => {
    const prints = 'console.log(JSON.stringify([process.env.NODE_OPTIONS, process.title]))';
    const child = ['--', process.execPath, '-e', prints];
    const { stdout } = await runCommand(['exec', '--quiet', ...child], { NODE_OPTIONS: '--title=mine' });
    expect(JSON.parse(stdout)).toEqual([`--title=mine --require ${PROBE}`, 'mine']);
  });
});

describe.concurrent('The door of the probes', () => {
  test.each([
    [`JSON.stringify({ probe: 1, hello: { secret: 'forged', pid: 1, thread: 0 } })`, 'is of no workspace here'],
    [`JSON.stringify({ probe: 2, hello: { secret, pid: 1, thread: 0 } })`, 'version 1 of the protocol'],
    [`JSON.stringify({ probe: 1, hello: { secret, pid: 'one' } })`, 'version 1 of the protocol'],
    [`JSON.stringify({ probe: 1, rest: 1 })`, 'expected a greeting first'],
    [`'{'.repeat(100_000)`, 'version 1 of the protocol'],
  ])('refuses %s with a sentence', async (message, reason) => {
    const { told, stderr } = await exec(module(SAYS(message)));
    expect([told.notes[0], stderr]).toEqual([expect.stringContaining(reason), expect.stringContaining(reason)]);
  });

  test('is missed with a sentence by a probe whose greenroom is gone, and the program runs', async () => {
    const program = [process.execPath, '--require', PROBE, '-e', 'setTimeout(() => console.log("done"), 100)'];
    const env = { GREENROOM_PROBE: 'secret@/nowhere/probes' };
    const { stdout, stderr } = await runCommand(['exec', '--quiet', '--no-probe', '--', ...program], env);
    expect([stdout, stderr]).toEqual([
      'done\n',
      expect.stringMatching(/^greenroom: this process is not probed.*ENOENT/),
    ]);
  });
});
