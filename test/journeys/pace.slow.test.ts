import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { describe, expect, onTestFinished, vi } from 'vitest';
import { createGreenroom, startGreenroom, type Greenroom } from '../../src/index.js';
import { agentRequest, attendee, botRequest, call, control, cronofy, test } from '../support/room.js';
import { startProcess } from '../support/server.js';
import type { Receiver } from '../support/receiver.js';
import type { Place } from '../support/story.js';

const LIVE = { mode: 'live', now: '2026-01-01T09:00:00Z' } as const;

/** The states of a bot in a meeting of half an hour, with the seconds after its making at which each is due. */
const LIFE = [
  ['joining', 0],
  ['joined_not_recording', 6],
  ['joined_recording', 7],
  ['post_processing', 1800],
  ['ended', 1830],
] as const;
const STATES = LIFE.map(([state]) => state);

const statesTold = ({ arrivals }: Receiver): string[] => arrivals.map(({ body }) => JSON.parse(body).data.new_state);

/** Resolves when the receiver has been told of every state of the life. */
const hearsAll = (receiver: Receiver): Promise<void> =>
  new Promise((resolve) => {
    receiver.afterAnswer = () => {
      const told = statesTold(receiver);
      if (STATES.every((state) => told.includes(state))) resolve();
    };
  });

/** The transitions of a world: when, and to what. */
async function lifeIn(place: Place): Promise<[string, string][]> {
  const { entries } = (await control(place, 'GET', '/timeline?kind=transition')).json;
  return entries.map(({ at, to }: { at: string; to: string }) => [at, to]);
}

/**
 * Lets a meeting play by itself. Live time waits for nobody: on a slow machine a step may come late, but each has its own
 * instant, and webhooks may overtake one another.
 */
async function expectLife(place: Place, receiver: Receiver): Promise<void> {
  const told = hearsAll(receiver);
  // What a slow machine leaves out must not pass for silence.
  const patient = { automatic_leave_settings: { silence_timeout_seconds: 1_000_000 } };
  await attendee(place, 'POST', '/api/v1/bots', botRequest(undefined, receiver.url, patient));
  await told;
  expect(statesTold(receiver).toSorted()).toEqual(STATES.toSorted());
  const [{ at: made }] = (await control(place, 'GET', '/timeline?kind=request&limit=1')).json.entries;
  const life = await lifeIn(place);
  expect(life.map(([, state]) => state)).toEqual(STATES);
  expect(life.map(([at]) => Date.parse(at) - Date.parse(made))).toEqual(LIFE.map(([, seconds]) => seconds * 1000));
}

/** Lets the host's monotonic clock leap, as after a sleep of the machine. */
function sleepMachine(): (milliseconds: number) => void {
  const awake = performance.now.bind(performance);
  let slept = 0;
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => awake() + slept);
  onTestFinished(() => spy.mockRestore());
  return (milliseconds) => void (slept += milliseconds);
}

describe('A live clock', () => {
  test('at --speed 3600 plays a meeting of half an hour by itself', async ({ receiver }) => {
    const server = await startProcess('--clock', 'live', '--speed', '3600');
    expect((await control(server, 'GET', '/clock')).json).toMatchObject({ mode: 'live', speed: 3600 });
    await expectLife(server, receiver);
    await server.stop();
  });

  test('at the speed of 20,000 seconds in one plays it too', async ({ receiver }) => {
    await using room = await startGreenroom({ clock: { ...LIVE, speed: 20_000 } });
    await expectLife(room, receiver);
  });

  test.for([5000, 50_000, 1_000_000])(
    'at the speed of %d tells the story of a frozen one, each entry at its instant, on a machine that stops now and then',
    async (speed) => {
      const stops = (): Response => {
        for (const until = performance.now() + 30; performance.now() < until;);
        return new Response();
      };
      const play = async (end: (room: Greenroom) => Promise<unknown>) => {
        await using room = await createGreenroom({ receivers: { 'https://app.test': stops } });
        await room.fetch('/api/v1/bots', {
          method: 'POST',
          headers: { authorization: `Token ${room.attendee.api_key}`, 'content-type': 'application/json' },
          body: JSON.stringify(botRequest('2026-01-01T10:00:00Z', 'https://app.test/hooks')),
        });
        await end(room);
        return (await room.timeline()).entries;
      };
      const live = await play(async (room) => {
        await room.clock.patch({ mode: 'live', speed });
        await room.deliveries.wait({ match: { state: 'ended' }, timeout_ms: 60_000 });
      });
      expect(live).toEqual(await play((room) => room.clock.until('idle')));
    },
  );

  test('is not broken by a sleep of the machine: all that was due happens in order, each at its instant', async ({
    receiver,
  }) => {
    const sleep = sleepMachine();
    await using room = await startGreenroom({ clock: LIVE });
    await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, receiver.url));
    const ended = hearsAll(receiver);
    sleep(2 * 3_600_000);
    // The first to ask after the sleep finds the time at which the next thing is due, and not two hours later.
    expect(await room.clock.now()).toMatch(/^2026-01-01T(09:00|11:00)/);
    await ended;
    expect(statesTold(receiver)).toEqual(STATES);
    const life = await lifeIn(room);
    const seconds = (at: string): number => Math.round((Date.parse(at) - Date.parse(life[0]![0])) / 1000);
    expect(life.map(([at, state]) => [state, seconds(at)])).toEqual(LIFE);
    expect(await room.clock.now()).toMatch(/^2026-01-01T11:00/);
  });

  test('does not take the sleep for the silence of a receiver', async () => {
    const sleep = sleepMachine();
    await using room = await startGreenroom({ clock: LIVE, delivery_guard: 1000 });
    const slow = createServer((request, response) => {
      request.resume().on('end', () => {
        sleep(3_600_000);
        void setTimeout(1040).then(() => response.writeHead(200).end());
      });
    });
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    const { port } = slow.address() as AddressInfo;
    await attendee(
      room,
      'POST',
      '/api/v1/bots',
      botRequest(undefined, `http://127.0.0.1:${port}/`, { bot_name: 'mock:manual' }),
    );
    const { deliveries } = await room.deliveries.wait({ match: { state: 'joining' }, timeout_ms: 60_000 });
    expect(deliveries[0]!.attempts).toMatchObject([{ outcome: 'answered', status: 200 }]);
    slow.closeAllConnections();
    slow.close();
  });

  test('can be advanced, and runs on from there', async () => {
    await using room = await startGreenroom({ clock: { ...LIVE, speed: 10 } });
    await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:00Z'));
    await room.clock.until('idle');
    const ended = Date.parse(await room.clock.now());
    expect(ended).toBeGreaterThanOrEqual(Date.parse('2026-01-01T10:30:25Z'));
    const { to } = await room.clock.advance({ by: '1h' });
    expect(Date.parse(to) - ended).toBeGreaterThanOrEqual(3_600_000);
    expect(Date.parse(await room.clock.now())).toBeGreaterThanOrEqual(Date.parse(to));
  });
});

describe('A frozen clock', () => {
  test('tells somebody who polls it for two seconds what would move it', async ({ room }) => {
    const sleep = sleepMachine();
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:00Z'));
    const read = async () => (await attendee(room, 'GET', `/api/v1/bots/${bot.id}`)).headers.get('greenroom-hint');
    await read();
    await read();
    sleep(2000);
    expect(await read()).toMatch(/frozen.*2026-01-01T09:55:00Z.*clock\/advance/);
    expect(await read()).toBeNull();
  });

  test('tells one who polls many bots only once, until time moves', async ({ room }) => {
    const sleep = sleepMachine();
    const bots: string[] = [];
    for (let i = 0; i < 10; i++)
      bots.push((await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:00Z'))).json.id);
    const poll = async () => {
      for (let round = 0; round < 3; round++) {
        for (const id of bots) await attendee(room, 'GET', `/api/v1/bots/${id}`);
        sleep(1000);
      }
      return (await room.timeline({ kind: 'note' })).entries.filter(({ topic }) => topic === 'hint').length;
    };
    expect([await poll(), await poll()]).toEqual([1, 1]);
    await room.clock.advance({ by: '1m' });
    expect([await poll(), await poll()]).toEqual([2, 2]);
  });
});

/** Makes a bot of which no webhook tells, and reads it again and again until it has ended: the states that were seen. */
async function pollLife(room: Greenroom, sleep: () => Promise<unknown>): Promise<string[]> {
  const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined));
  const seen = [bot.state];
  while (seen.at(-1) !== 'ended') {
    await sleep();
    const { state } = (await attendee(room, 'GET', `/api/v1/bots/${bot.id}`)).json;
    if (state !== seen.at(-1)) seen.push(state);
  }
  return seen;
}

const AUTO = { mode: 'auto', reader_wait: '1h' } as const;

describe('A client whose clock is not that of the room', () => {
  const notesOf = async (room: Greenroom) =>
    (await room.timeline({ kind: 'note' })).entries.filter(({ topic }) => topic === 'times').map(({ text }) => text);

  test('is told so once, with what to do', async ({ room }) => {
    await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-02T08:00:00Z'));
    expect(await notesOf(room)).toEqual([]);
    for (const day of ['26', '27'])
      await attendee(room, 'POST', '/api/v1/bots', botRequest(`2026-11-${day}T12:00:00Z`));
    expect(await notesOf(room)).toEqual([
      expect.stringMatching(
        /asks for 2026-11-26T12:00:00Z, 329d after the time here, 2026-01-01T09:00:00Z.*begin there, at "now" or an instant: --start/,
      ),
    ]);
  });

  test('is told that a clock on auto has jumped ahead of its own', async () => {
    await using room = await startGreenroom({ clock: { mode: 'auto', now: '2026-03-02T10:00:00Z' } });
    expect(await pollLife(room, () => setImmediate())).toEqual(STATES);
    const refused = await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-03-02T10:05:00Z'));
    expect(refused.status).toBe(400);
    expect(await notesOf(room)).toEqual([expect.stringMatching(/25m before the time here.*jumped ahead/)]);
  });

  test('is told so once, though the timeline has let the note go', async () => {
    await using room = await startGreenroom({ journal: 4 });
    const create = () => attendee(room, 'POST', '/api/v1/bots', botRequest('2026-11-26T10:00:00Z'));
    await create();
    expect(await notesOf(room)).toHaveLength(1);
    for (let i = 0; i < 4; i++) await create();
    expect(await notesOf(room)).toEqual([]);
  });

  test('finds its own present in a room that begins now', async () => {
    await using room = await startGreenroom({ clock: { now: 'now' } });
    expect(Math.abs(Date.parse(await room.clock.now()) - Date.now())).toBeLessThan(60_000);
    const past = botRequest(new Date(Date.now() - 60_000).toISOString());
    expect((await attendee(room, 'POST', '/api/v1/bots', past)).json).toEqual({
      join_at: ['join_at cannot be in the past'],
    });
  });
});

describe('With the clock on auto', () => {
  test('a client that polls sees every state, however long it sleeps between two reads', async () => {
    const lives = [20, 200, 1000].map(async (milliseconds) => {
      await using room = await startGreenroom({ clock: AUTO });
      return await pollLife(room, () => setTimeout(milliseconds));
    });
    for (const seen of await Promise.all(lives)) expect(seen).toEqual(STATES);
  });

  test('a client that reads without a pause does not run past one that sleeps', async () => {
    await using room = await startGreenroom({ clock: AUTO });
    const lives = [pollLife(room, () => setTimeout(150)), pollLife(room, () => setImmediate())];
    for (const seen of await Promise.all(lives)) expect(seen).toEqual(STATES);
  });

  test('a client that reads a list has seen the agents that it names', async () => {
    await using room = await startGreenroom({ clock: AUTO });
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined));
    const seen = [bot.state];
    while (seen.at(-1) !== 'ended') {
      await setTimeout(100);
      const { results } = (await attendee(room, 'GET', '/api/v1/bots')).json;
      seen.push(results.find(({ id }: { id: string }) => id === bot.id).state);
    }
    expect([...new Set(seen)]).toEqual(STATES);
  });

  test('an agent that nobody reads any more keeps time for the limit alone, and the timeline says so', async () => {
    await using room = await startGreenroom({ clock: { mode: 'auto', reader_wait: 100 } });
    const stream = await fetch(`${room.url}/_greenroom/stream`);
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined));
    let told = '';
    for await (const part of stream.body!) if ((told += Buffer.from(part).toString()).includes('→ ended')) break;
    const { entries } = await room.timeline({ kind: 'note', subject: bot.id });
    const paces = entries.filter(({ topic }) => topic === 'pace').map(({ summary }) => summary);
    expect(paces).toEqual([expect.stringMatching(/^Nobody has read bot_\w+ for 0\.1 s.*a longer reader_wait\.$/)]);
  });

  test('a read without a key waits for no time', async () => {
    await using room = await startGreenroom({ clock: { mode: 'auto' } });
    await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:00Z'));
    const { id } = (await control(room, 'POST', '/clock/hold', {})).json;
    for (let i = 0; i < 2; i++) expect((await call('GET', `${room.url}/api/v1/bots`)).status).toBe(401);
    expect((await control(room, 'DELETE', `/clock/hold/${id}`)).status).toBe(204);
    const { entries } = await room.timeline({ kind: 'note' });
    expect(entries.filter(({ topic }) => topic === 'clock')).toEqual([]);
  });

  test('an app that answers first and works afterwards runs through a whole meeting, unchanged', async () => {
    // Webhooks tell it everything: it would wait for ever if time waited for it to read.
    await using room = await startGreenroom({ clock: { mode: 'auto', reader_wait: '1h' } });
    const notes: string[] = [];
    let done: (words: number) => void;
    const finished = new Promise<number>((resolve) => (done = resolve));

    // The app: it knows nothing of greenroom, answers at once, and does its work when the answer is out.
    const work = async ({ bot_id, data }: { bot_id: string; data: { new_state: string } }): Promise<void> => {
      const { state } = (await attendee(room, 'GET', `/api/v1/bots/${bot_id}`)).json;
      notes.push(`told ${data.new_state}, found ${state}`);
      if (state !== 'ended') return;
      const transcript = (await attendee(room, 'GET', `/api/v1/bots/${bot_id}/transcript`)).json;
      await attendee(room, 'POST', `/api/v1/bots/${bot_id}/delete_data`);
      done(transcript.length);
    };
    const app = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => response.writeHead(200).end(() => void work(JSON.parse(body))));
    });
    await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(app.address() as AddressInfo).port}/hooks`;

    await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:00Z', url));
    await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest());
    expect(await finished).toBeGreaterThan(0);
    expect(notes.slice(0, 6)).toEqual(
      ['staged', 'joining', 'joined_not_recording', 'joined_recording', 'post_processing', 'ended'].map(
        (state) => `told ${state}, found ${state}`,
      ),
    );
    app.closeAllConnections();
    app.close();
  });
});
