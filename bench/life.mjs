// What the whole life of a bot costs in a test: a workspace of its own, a bot from scheduling to its end, every webhook
// delivered, and a look at what was delivered.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import { median } from './median.mjs';
import { createGreenroom, startGreenroom } from '../dist/index.js';

const PROBE = new URL('../dist/probe.cjs', import.meta.url).pathname;
const HOOK = 'https://app.test';

async function life(room, hooks, post) {
  const response = await post(`${room.url}/api/v1/bots`, {
    method: 'POST',
    headers: { authorization: `Token ${room.attendee.api_key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      meeting_url: 'https://meet.google.com/abc-defg-hij',
      bot_name: 'Bench',
      join_at: '2026-01-01T09:30:00Z',
      webhooks: [{ url: `${hooks}/hooks`, triggers: ['bot.state_change'] }],
    }),
  });
  const bot = await response.json();
  await room.clock.until({ subject: bot.id, state: 'ended' });
  const { deliveries } = await room.deliveries.list({ subject: bot.id, status: 'delivered' });
  if (deliveries.at(-1)?.state !== 'ended') throw new Error('the bot did not tell of its end');
  return deliveries.length;
}

/** Milliseconds of each of so many lives. */
async function times(count, one) {
  const all = [];
  for (let i = 0; i < count; i++) {
    const from = performance.now();
    await one();
    all.push(performance.now() - from);
  }
  return all;
}

/** With `createGreenroom` and a receiver that is a function of this process. */
async function livesInProcess(count) {
  const server = await createGreenroom();
  const all = await times(count, async () => {
    const room = await server.workspace({ receivers: { [HOOK]: () => new Response() } });
    await life(room, HOOK, room.fetch);
    await room.close();
  });
  await server.close();
  return all;
}

/** With `startGreenroom`, an app that calls it by `fetch`, and a receiver on a port. */
async function livesOverSocket(count) {
  const server = await startGreenroom();
  const receiver = createServer((request, response) => request.resume().on('end', () => response.end()));
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  const hooks = `http://127.0.0.1:${receiver.address().port}`;
  const all = await times(count, async () => {
    const room = await server.workspace();
    await life(room, hooks, fetch);
    await room.close();
  });
  receiver.closeAllConnections();
  receiver.close();
  await server.close();
  return all;
}

const WEBHOOKS = 6;

/** As many messages as a life has, of bare node:http, each over a connection of its own, as the vendors make them. */
async function bareMessages(count) {
  const app = spawn(process.execPath, ['-e', APP], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [port] = await once(app, 'message');
  const agent = new Agent({ keepAlive: false });
  const send = async () => {
    const sent = request({ host: '127.0.0.1', port, method: 'POST', agent }).end('{}');
    const [response] = await once(sent, 'response');
    await once(response.resume(), 'end');
  };
  const all = await times(count, async () => {
    for (let i = 0; i < WEBHOOKS; i++) await send();
  });
  app.disconnect();
  app.kill();
  return all;
}

const APP = `
  const server = require('node:http').createServer((request, response) => request.resume().on('end', () => response.end()))
    .listen(0, '127.0.0.1', () => process.send(server.address().port));`;

/** With an app in a process of its own, whose workspace is reset for each life; with a probe or without. */
async function livesOfProcess(count, hasProbe) {
  const room = await startGreenroom();
  const env = { ...process.env, ...(hasProbe ? await room.clock.probes() : {}) };
  const args = [...(hasProbe ? ['--require', PROBE] : []), '-e', APP];
  const app = spawn(process.execPath, args, { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [port] = await once(app, 'message');
  const all = await times(count, async () => {
    await room.reset();
    await life(room, `http://127.0.0.1:${port}`, fetch);
  });
  app.disconnect();
  app.kill();
  await room.close();
  return all;
}

function row(where, [first, ...rest], aim) {
  const after = median(rest);
  const cells = [`${after.toFixed(1)} ms`, `${first.toFixed(1)} ms`, (after / first).toFixed(2), aim];
  return [`a bot's life in a test, ${where}`, ...cells];
}

export async function run() {
  const inProcess = await livesInProcess(200);
  const bare = await bareMessages(100);
  const floor = median(inProcess.slice(1)) + median(bare.slice(1));
  const note = `${WEBHOOKS} messages of bare node:http to a process of its own, each over a connection of its own, and a life in process take ${floor.toFixed(1)} ms here: a life with the probe can take no less.`;
  return {
    head: ['figure', 'after the first', 'the first', 'ratio', 'aim'],
    notes: [note],
    rows: [
      row('in process', inProcess, '≤ 10 ms'),
      row('over a socket', await livesOverSocket(50), '–'),
      row('with an app in a process of its own', await livesOfProcess(100, false), '–'),
      row('with an app in a process of its own and its probe', await livesOfProcess(100, true), '≤ 12 ms'),
    ],
  };
}
