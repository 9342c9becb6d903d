// What a webhook takes that goes from a service through a listener, beside one that a greenroom on this machine sends: lives of
// bots by turns, with the clock moved from beside the service, and a line that holds up each byte.
import { once } from 'node:events';
import { createServer } from 'node:http';
import net from 'node:net';
import { connectGreenroom, startGreenroom } from '../dist/index.js';
import { listen } from '../build/server/host/listen.js';
import { allVendors } from '../build/server/server.js';
import { connectPublic } from '../build/server/host/public-network.js';
import { ServerToken } from '../build/server/shared/bearer.js';
import { shareServer } from '../build/server/shared/share.js';
import { median } from './median.mjs';

const TOKEN = 'the-token-of-the-bench';
const LIVES = 40;
/** Milliseconds for each way. */
const WAYS = [0, 10, 40];

/** Milliseconds from the advance to the last webhook's rest, for each webhook. */
async function life(room, hooks) {
  const made = await fetch(`${room.url}/api/v1/bots`, {
    method: 'POST',
    headers: { authorization: `Token ${room.attendee.api_key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      meeting_url: 'https://meet.google.com/abc-defg-hij',
      bot_name: 'Bench',
      webhooks: [{ url: hooks, triggers: ['bot.state_change'] }],
    }),
  });
  const { id } = await made.json();
  const from = performance.now();
  await room.clock.until({ subject: id, state: 'ended' });
  const ms = performance.now() - from;
  // The first is on its way when the clock begins to move, and is waited for too.
  const { deliveries } = await room.deliveries.list({ subject: id, status: 'delivered' });
  return ms / deliveries.length;
}

/** A line to a port that holds up each byte for so many milliseconds, either way. */
async function slowLine(port, delay) {
  const sockets = new Set();
  const server = net.createServer((client) => {
    const other = net.connect(port, '127.0.0.1');
    for (const [from, to] of [
      [client, other],
      [other, client],
    ]) {
      sockets.add(from.setNoDelay(true));
      from.on('data', (bytes) => (delay === 0 ? to.write(bytes) : setTimeout(() => to.write(bytes), delay)));
      from.on('close', () => to.destroy()).on('error', () => undefined);
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}`, close };
}

export async function run() {
  const receiver = createServer((request, response) => request.resume().on('end', () => response.end()));
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  const hooks = `http://127.0.0.1:${receiver.address().port}/hooks`;
  const local = await startGreenroom();
  const service = await listen({
    port: 0,
    host: '127.0.0.1',
    shared: shareServer({
      token: new ServerToken(TOKEN, 'Give a longer one'),
      vendors: allVendors(),
      connect: connectPublic,
    }),
  });
  const rows = [];
  for (const way of WAYS) {
    const line = await slowLine(service.port, way);
    const made = await (await connectGreenroom(line.url, { token: TOKEN })).workspace();
    const beside = await connectGreenroom(service.url, { token: TOKEN, workspace: made.id });
    const here = await local.workspace();
    const [far, near] = [[], []];
    for (let i = 0; i < LIVES; i++) {
      near.push(await life(here, hooks));
      far.push(await life(beside, hooks));
    }
    const more = median(far.map((ms, i) => ms - near[i]));
    rows.push([
      `${2 * way} ms`,
      `${median(near).toFixed(1)} ms`,
      `${median(far).toFixed(1)} ms`,
      `${(more - 2 * way).toFixed(1)} ms (at most 5)`,
    ]);
    await made.close();
    await here.close();
    line.close();
  }
  await local.close();
  await service.stop();
  receiver.close();
  const head = ['round trip', 'a webhook, here', 'a webhook, through a listener', 'beyond the round trip'];
  return { head, rows };
}
