// Bot lives against a bare binary heap that does as many jobs, in a process with a heap of its own.
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { makeServer } from '../build/server/server.js';

const SCENARIOS = fileURLToPath(new URL('scenarios', import.meta.url));

/** Milliseconds of processor time of this process: others may use the cores as well. */
const now = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const LATER = 4 * 3600 * 1_000_000;

/** A second of the hour for each life, in no order: lives in step would leave the heap nothing to sort. */
const secondOf = (i) => (i * 7919) % 3600;

/** Schedules so many bots over an hour and advances over their whole lives. */
async function lives(count, scenario) {
  const room = makeServer({
    scenarios: SCENARIOS,
    workspace: { scenario, attendee: { concurrent_bots_limit: 'off' } },
  });
  const { world } = room.workspaces.default;
  const { attendee } = room.workspaces.default.describe('http://127.0.0.1');
  for (let i = 0; i < count; i++) {
    const response = await room.app.fetch(
      new Request('http://127.0.0.1/api/v1/bots', {
        method: 'POST',
        headers: { authorization: `Token ${attendee.api_key}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          meeting_url: `https://meet.google.com/abc-${i.toString(36)}`,
          bot_name: 'Bench',
          join_at: new Date(Date.UTC(2026, 0, 1, 10, 0, secondOf(i))).toISOString(),
        }),
      }),
    );
    if (response.status !== 201) throw new Error(await response.text());
    // A call is over in a later turn of the event loop.
    if (i % 50 === 0) await turn();
  }
  globalThis.gc?.();
  const from = now();
  const { ranTotal } = await world.clock.advance({ to: world.clock.now() + LATER });
  const milliseconds = now() - from;
  room.close();
  return { milliseconds, jobs: ranTotal };
}

/** The same number of jobs through a heap and nothing else: each job makes the next of its life. */
function bareHeap(count, jobs) {
  const perLife = Math.round(jobs / count);
  const heap = [];
  let id = 0;
  const before = (a, b) => a.due < b.due || (a.due === b.due && a.id < b.id);
  const push = (due, left) => {
    const job = { id: ++id, due, left };
    let at = heap.length;
    heap.push(job);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (before(heap[parent], job)) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = job;
  };
  const pop = () => {
    const top = heap[0];
    const last = heap.pop();
    if (heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++;
      if (before(last, heap[child])) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return top;
  };
  globalThis.gc?.();
  const from = now();
  for (let i = 0; i < count; i++) push(secondOf(i) * 1_000_000, perLife - 1);
  while (heap.length > 0) {
    const { due, left } = pop();
    if (left > 0) push(due + 100_000_000, left - 1);
  }
  return now() - from;
}

await lives(1000, 'quiet');
bareHeap(1000, 10_000);
const results = [];
for (const [count, scenario] of [
  [10_000, 'quiet'],
  [100_000, 'quiet'],
  [10_000, 'happy-path'],
]) {
  const { milliseconds, jobs } = await lives(count, scenario);
  results.push({ count, scenario, jobs, lives: milliseconds, heap: bareHeap(count, jobs) });
}
process.send(results);
