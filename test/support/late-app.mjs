// An app that answers each webhook at once and works afterwards, and a test of it, in one process: after the webhook of
// `joined_recording` it waits, in the next of the ways that it is told, and has the bot leave. The ways may be those of a queue.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { gzip } from 'node:zlib';
import { standingConnections } from './standing-connections.mjs';

const { ATTENDEE_API_URL, ATTENDEE_API_KEY, GREENROOM_URL, GREENROOM_TOKEN, GREENROOM_WORKSPACE } = process.env;
const [ways, ms, lives, queue] = [
  process.argv[2].split(','),
  Number(process.argv[3]),
  Number(process.argv[4]),
  process.argv[5],
];
let way = '';
const headers = { authorization: `Token ${ATTENDEE_API_KEY}`, 'content-type': 'application/json' };
const control = {
  ...(GREENROOM_TOKEN && { authorization: `Bearer ${GREENROOM_TOKEN}` }),
  ...(GREENROOM_WORKSPACE && { 'greenroom-workspace': GREENROOM_WORKSPACE }),
};
const post = async (url, body, more = headers) =>
  (await fetch(url, { method: 'POST', headers: more, body: JSON.stringify(body) })).json();
const ask = async (path) => (await fetch(`${GREENROOM_URL}/_greenroom${path}`, { headers: control })).json();
const leaveOf = (bot) => `${ATTENDEE_API_URL}/api/v1/bots/${bot}/leave`;
const timelineOf = (bot) => ask(`/timeline?subject=${bot}`);

const LEAVES_LATER = `
  const [url, ms, headers] = require('node:worker_threads').workerData ?? JSON.parse(process.argv[1]);
  setTimeout(() => fetch(url, { method: 'POST', headers }), ms);`;

/** As the workers of pools do: it hears nothing until it is woken. */
const SLEEPS = `
  const { parentPort, receiveMessageOnPort, workerData } = require('node:worker_threads');
  (async () => {
    for (let turn = 0; ; turn++) {
      Atomics.wait(workerData, 0, turn);
      const [url, ms, headers] = receiveMessageOnPort(parentPort).message;
      await new Promise((resolve) => setTimeout(resolve, ms));
      await (await fetch(url, { method: 'POST', headers })).text();
    }
  })();`;

/** Without a probe, as a program in another language is. */
const ANSWERS = `process.stdin.on('data', (text) => setTimeout(() => process.stdout.write(text), 50));`;
let askChild;
if (ways.includes('a child that answers')) {
  const child = spawn(process.execPath, ['-e', ANSWERS], { env: {}, stdio: ['pipe', 'pipe', 'inherit'] });
  askChild = () => {
    child.stdin.write('?');
    return once(child.stdout, 'data');
  };
  await askChild();
}

let stays;
let sleeps;
let connect;
const turns = new Int32Array(new SharedArrayBuffer(4));
const NOISE = randomBytes(2 ** 20);
const PROGRAM = 'export default [];\n'.repeat(1000);

const WAYS = {
  async promises(bot) {
    // Each turn of the event loop, and no timer that would tell how many are to come.
    for (const end = performance.now() + ms; performance.now() < end;) await new Promise((next) => setImmediate(next));
    await post(leaveOf(bot));
  },
  async timer(bot) {
    await sleep(ms / 2);
    setTimeout(() => post(leaveOf(bot)), ms / 2);
  },
  'child process': (bot) =>
    void spawn(process.execPath, ['-e', LEAVES_LATER, JSON.stringify([leaveOf(bot), ms, headers])]),
  worker: (bot) => void new Worker(LEAVES_LATER, { eval: true, workerData: [leaveOf(bot), ms, headers] }),
  'a worker that stays'(bot) {
    stays ??= new Worker(
      `require('node:worker_threads').parentPort.on('message', ([url, ms, headers]) =>
      setTimeout(() => fetch(url, { method: 'POST', headers }), ms))`,
      { eval: true },
    );
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread has none
    stays.postMessage([leaveOf(bot), ms, headers]);
  },
  'a worker that is woken'(bot) {
    sleeps ??= new Worker(SLEEPS, { eval: true, workerData: turns });
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread has none
    sleeps.postMessage([leaveOf(bot), ms, headers]);
    Atomics.add(turns, 0, 1);
    Atomics.notify(turns, 0, 1);
  },
  async compression(bot) {
    for (const end = performance.now() + ms; performance.now() < end;) await promisify(gzip)(NOISE);
    await post(leaveOf(bot));
  },
  async 'an add-on'(bot) {
    const { parse } = await import('oxc-parser');
    // A thread of its own parses, and no operation of Node's is in hand.
    for (const end = performance.now() + ms; performance.now() < end;) await parse('program.js', PROGRAM);
    await post(leaveOf(bot));
  },
  async 'a child that answers'(bot) {
    for (const end = performance.now() + ms; performance.now() < end;) await askChild();
    await post(leaveOf(bot));
  },
  async reads(bot) {
    for (const path of ['/clock', '/timeline', '/deliveries']) {
      const { settled } = await ask(path);
      if (settled !== false) throw new Error(`${path} was answered when time had gone on`);
      await sleep(ms / 3);
    }
    await post(leaveOf(bot));
  },
  async 'connections that stay'(bot) {
    connect ??= await standingConnections();
    await connect();
    await sleep(ms);
    await post(leaveOf(bot));
  },
  'blocked loop': () => {
    for (const end = performance.now() + ms; performance.now() < end;);
  },
};

if (queue) {
  const { startQueue } = await import('./late-queues.mjs');
  for (const [name, put] of Object.entries(await startQueue(queue)))
    WAYS[name] = (bot) => put({ url: leaveOf(bot), ms, headers });
}

async function live(hooks) {
  const webhooks = [{ url: hooks, triggers: ['bot.state_change'] }];
  const meeting = { meeting_url: 'https://meet.google.com/abc-defg-hij', bot_name: 'Notes', webhooks };
  const { id } = await post(`${ATTENDEE_API_URL}/api/v1/bots`, meeting);
  await post(`${GREENROOM_URL}/_greenroom/clock/advance`, { until: 'idle' }, control);
  const { entries } = await timelineOf(id);
  const told = entries.find(({ kind, state }) => kind === 'delivery' && state === 'joined_recording');
  const asked = entries.find(({ summary }) => summary.includes(`${id}/leave`));
  return asked?.at === told.at;
}

const app = createServer((request, response) => {
  let text = '';
  request.on('data', (chunk) => (text += chunk));
  request.on('end', () => {
    response.end();
    const { bot_id, data } = JSON.parse(text);
    if (data.new_state === 'joined_recording') response.on('finish', () => WAYS[way](bot_id));
  });
});
app.listen(0, '127.0.0.1', async () => {
  const hooks = `http://127.0.0.1:${app.address().port}/hooks`;
  let exact = 0;
  const missed = [];
  for (let i = 0; i < lives; i++) {
    way = ways[i % ways.length];
    if (await live(hooks)) exact++;
    else missed.push(way);
  }
  const { probes } = await ask('/clock');
  const { entries } = await ask('/timeline');
  const notes = entries.filter(({ topic }) => topic === 'probe').map(({ text }) => text);
  console.log(JSON.stringify({ exact, missed, pid: process.pid, probes, notes }));
  process.exit();
});
