import fs from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Greenroom } from '../../../src/index.js';
import { makeFolder } from '../../../test/support/folder.js';
import { startReceiver, type Receiver } from '../../../test/support/receiver.js';
import { attendee, botRequest, call } from '../../../test/support/room.js';
import { startWorker, type Worker } from './worker.js';

const HOSTS = { GREENROOM_ALLOW_HOSTS: '127.0.0.1' };

const STATES = ['ended', 'joined_not_recording', 'joined_recording', 'joining', 'post_processing'];

/** Numbers that look random and are always the same. */
function randomOf(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** A workspace of its own, and how it is called. */
async function makeWorld(worker: Worker, options: object = {}) {
  const { json } = await call('POST', `${worker.control}/workspaces`, { seed: 7, ...options });
  const { id, attendee: access } = json as Pick<Greenroom, 'id' | 'attendee'>;
  const headers = { 'greenroom-workspace': id };
  return {
    id,
    key: access.api_key,
    control: (method: string, path: string, body?: unknown) => call(method, worker.control + path, body, headers),
    attendee: (method: string, path: string, body?: unknown) =>
      attendee({ url: worker.url, attendee: access }, method, path, body),
    throwAway: () => worker.throwAway(access.api_key),
  };
}

type World = Awaited<ReturnType<typeof makeWorld>>;

/** All that can be seen of it, but for how long things took. */
async function everythingOf({ control, attendee }: World): Promise<string[]> {
  const shown: string[] = [];
  for (const path of ['/timeline', '/clock', '/deliveries']) shown.push((await control('GET', path)).text);
  shown.push((await attendee('GET', '/api/v1/bots')).text);
  return shown.map((text) => text.replace(/"duration_ms":\d+/g, '"duration_ms":0'));
}

let worker: Worker;
let receiver: Receiver;
beforeAll(async () => {
  [worker, receiver] = await Promise.all([startWorker({ bindings: HOSTS }), startReceiver()]);
});
afterAll(() => Promise.all([worker.close(), receiver.close()]));

describe('An object that is thrown away', () => {
  test('comes back equal, 60 times in one life', async () => {
    const same = { attendee: { webhook_secret: 'c2VjcmV0IG9mIGJvdGg=' } };
    const [fragile, lasting] = [await makeWorld(worker, same), await makeWorld(worker, same)];
    const random = randomOf(1);
    const steps: ((world: World) => Promise<unknown>)[] = Array.from({ length: 60 }, (_, i) => {
      const dice = random(10);
      if (dice < 5)
        return (world) => world.attendee('POST', '/api/v1/bots', botRequest(undefined, `${receiver.url}/${i}`));
      if (dice < 8) return (world) => world.control('POST', '/clock/advance', { by: `${1 + (i % 7)}m` });
      return (world) => world.attendee('GET', '/api/v1/bots');
    });
    for (const step of steps) {
      for (const world of [lasting, fragile]) {
        await step(world);
        // What the step has caused is over then: of a delivery on its way, the answer would be lost.
        await world.control('GET', '/snapshot');
      }
      await fragile.throwAway();
    }
    const [one, other] = [await everythingOf(fragile), await everythingOf(lasting)];
    for (const [i, text] of one.entries()) expect(text).toBe(other[i]);
  });

  test('loses nothing that was answered, thrown away 120 times in the midst of calls', async () => {
    const random = randomOf(2);
    let [world, bots, now] = [await makeWorld(worker), [] as string[], 0];
    let refused = 0;
    for (let round = 0; round < 120; round++) {
      const calls = Array.from({ length: 1 + random(4) }, async (_, i) => {
        if (i === 1) {
          const answer = await world.control('POST', '/clock/advance', { by: '3m' });
          const { status, text } = answer;
          if (status === 200) now = Math.max(now, Date.parse(answer.json.to));
          else expect(text).toMatch(/call again|is busy|advance is under way/i);
          return status;
        }
        const made = await world.attendee('POST', '/api/v1/bots', botRequest(undefined, `${receiver.url}/in`));
        if (made.status === 201) bots.push(made.json.id);
        else expect(made.text).toMatch(/call again/);
        return made.status;
      });
      await pause(random(12));
      await world.throwAway();
      refused += (await Promise.all(calls)).filter((status) => status === 503).length;
      const snapshot = (await world.control('GET', '/snapshot')).json;
      const there = (snapshot.slices.attendee.bots as { id: string }[]).map(({ id }) => id);
      expect(bots.filter((id) => !there.includes(id))).toEqual([]);
      expect(snapshot.clock.now / 1000).toBeGreaterThanOrEqual(now);
      if (round % 20 === 19) [world, bots, now] = [await makeWorld(worker), [], 0];
    }
    expect(refused).toBeGreaterThan(0);
  });

  test('says so to whoever advances, 20 times, and the next advance goes on from there', async () => {
    const random = randomOf(3);
    const world = await makeWorld(worker);
    for (let round = 0; round < 20; round++) {
      const path = `/advance-${round}`;
      const { json: bot } = await world.attendee('POST', '/api/v1/bots', botRequest(undefined, receiver.url + path));
      const advance = world.control('POST', '/clock/advance', { until: { subject: bot.id, state: 'ended' } });
      const arrived = (): number => receiver.arrivals.filter((arrival) => arrival.path === path).length;
      const wanted = 1 + random(3);
      await vi.waitFor(() => expect(arrived()).toBeGreaterThanOrEqual(wanted), { interval: 1, timeout: 5000 });
      await world.throwAway();
      const { status, text } = await advance;
      if (status !== 200) expect([status, text]).toEqual([503, expect.stringMatching(/call again/)]);
      const again = await world.control('POST', '/clock/advance', { until: { subject: bot.id, state: 'ended' } });
      expect(again.status, again.text).toBe(200);
      const states = receiver.arrivals
        .filter((arrival) => arrival.path === path)
        .map(({ body }) => (JSON.parse(body) as { data: { new_state: string } }).data.new_state);
      expect([...new Set(states)].sort()).toEqual(STATES);
    }
  });

  test('goes on by itself, if its clock is live, when its next job is due', async () => {
    const world = await makeWorld(worker, { clock: { mode: 'live', speed: 600 } });
    const at = Date.parse((await world.control('GET', '/clock')).json.now);
    const soon = new Date(at + 15 * 60_000).toISOString();
    const { status, text } = await world.attendee('POST', '/api/v1/bots', botRequest(soon, `${receiver.url}/live`));
    expect(status, text).toBe(201);
    await world.throwAway();
    const isThere = (): boolean => receiver.arrivals.some(({ path, body }) => path === '/live' && /joining/.test(body));
    await vi.waitFor(() => expect(isThere()).toBe(true), { timeout: 20_000, interval: 50 });
    const { json: clock } = await world.control('GET', '/clock');
    expect(Date.parse(clock.now)).toBeGreaterThanOrEqual(at + 10 * 60_000);
  });
});

test('A runtime that is ended by force 8 times keeps all that it has answered', async () => {
  const persist = makeFolder();
  let own = await startWorker({ persist, bindings: HOSTS });
  const { id, key } = await makeWorld(own);
  const bots: string[] = [];
  const random = randomOf(4);
  for (let round = 0; round < 8; round++) {
    const headers = { authorization: `Token ${key}` };
    const calls = Array.from({ length: 6 }, async () => {
      const made = await call('POST', `${own.url}/api/v1/bots`, botRequest(undefined), headers).catch(() => undefined);
      if (made?.status === 201) bots.push(made.json.id);
    });
    await calls[0];
    await pause(random(5));
    await own.close();
    await Promise.all(calls);
    own = await startWorker({ persist, bindings: HOSTS });
    const { json } = await call('GET', `${own.control}/snapshot`, undefined, { 'greenroom-workspace': id });
    const there = (json.slices.attendee.bots as { id: string }[]).map((bot) => bot.id);
    expect(bots.filter((id) => !there.includes(id))).toEqual([]);
  }
  expect(bots.length).toBeGreaterThan(0);
  await own.close();
  fs.rmSync(persist, { recursive: true });
});
