// What a workspace costs, through the control plane of a room in this process, against a bare route in this process.
import { Hono } from 'hono';
import { makeServer } from '../build/server/server.js';

const COUNT = 1000;

const bare = new Hono();
bare.post('/workspaces', async (c) => c.json({ id: 'ws', ...(await c.req.json()) }, 201));

async function each(count, fetch, url) {
  const from = performance.now();
  for (let i = 0; i < count; i++) {
    const response = await fetch(
      new Request(url, { method: 'POST', headers: { host: 'localhost' }, body: JSON.stringify({ seed: i }) }),
    );
    if (response.status !== 201) throw new Error(await response.text());
    await response.json();
  }
  return (performance.now() - from) / count;
}

export async function run() {
  const room = makeServer();
  const makeOurs = (count) => each(count, room.app.fetch, 'http://localhost/_greenroom/workspaces');
  const makeBare = (count) => each(count, bare.fetch, 'http://localhost/workspaces');
  await makeOurs(COUNT / 10);
  await makeBare(COUNT / 10);
  const [ours, other] = [await makeOurs(COUNT), await makeBare(COUNT)];
  room.close();
  const cells = [`${ours.toFixed(2)} ms`, `${other.toFixed(2)} ms`, (ours / other).toFixed(2), '< 1 ms'];
  return {
    head: ['figure', 'greenroom', 'bare route', 'ratio', 'aim'],
    rows: [['a workspace, one of 1,000', ...cells]],
  };
}
