import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, vi } from 'vitest';
import { startGreenroom, type Greenroom } from '../../src/index.js';
import { agentRequest, attendee, botRequest, cronofy, test } from '../support/room.js';
import { startProcess } from '../support/server.js';
import { startReceiver, type Receiver } from '../support/receiver.js';

const MEETING_MS = 30 * 60_000;
const LIVE = { mode: 'live', now: '2026-01-01T09:00:00Z' } as const;

/** Resolves when the receiver has been told that the bot is in this state. */
const hears = (receiver: Receiver, state: string): Promise<void> =>
  new Promise((resolve) => {
    receiver.afterAnswer = ({ body }) => {
      if (JSON.parse(body).data.new_state === state) resolve();
    };
  });

const statesTold = ({ arrivals }: Receiver): string[] => arrivals.map(({ body }) => JSON.parse(body).data.new_state);

/** The transitions of a room: when, and to what. */
async function lifeIn(room: Greenroom): Promise<[string, string][]> {
  const { entries } = await room.timeline({ kind: 'transition' });
  return entries.map(({ at, ...entry }) => [at, (entry as { to: string }).to]);
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
  test('at --speed 3600 plays a meeting of half an hour in half a second', async () => {
    const receiver = await startReceiver();
    const server = await startProcess('--clock', 'live', '--speed', '3600');
    const ended = hears(receiver, 'ended');
    const from = performance.now();
    await attendee(server, 'POST', '/api/v1/bots', botRequest(undefined, receiver.url));
    await ended;
    expect(performance.now() - from).toBeGreaterThanOrEqual(MEETING_MS / 3600);
    expect(statesTold(receiver)).toEqual([
      'joining',
      'joined_not_recording',
      'joined_recording',
      'post_processing',
      'ended',
    ]);
    await server.stop();
    await receiver.close();
  });

  test('is not broken by a sleep of the machine: all that was due happens in order, each at its instant', async ({
    receiver,
  }) => {
    const sleep = sleepMachine();
    await using room = await startGreenroom({ clock: LIVE });
    await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, receiver.url));
    const ended = hears(receiver, 'ended');
    sleep(2 * 3_600_000);
    // The first to ask after the sleep finds the time at which the next thing is due, and not two hours later.
    expect(await room.clock.now()).toMatch(/^2026-01-01T(09:00|11:00)/);
    await ended;
    expect(statesTold(receiver)).toEqual([
      'joining',
      'joined_not_recording',
      'joined_recording',
      'post_processing',
      'ended',
    ]);
    const [[began], ...life] = (await lifeIn(room)) as [[string, string], ...[string, string][]];
    const seconds = (at: string): number => Math.round((Date.parse(at) - Date.parse(began)) / 1000);
    expect(life.map(([at, state]) => [seconds(at), state])).toEqual([
      [6, 'joined_not_recording'],
      [7, 'joined_recording'],
      [1800, 'post_processing'],
      [1830, 'ended'],
    ]);
    expect(await room.clock.now()).toMatch(/^2026-01-01T11:00/);
  });

  test('does not take the sleep for the silence of a receiver', async () => {
    const sleep = sleepMachine();
    await using room = await startGreenroom({ clock: LIVE, delivery_guard: 300 });
    const slow = createServer((request, response) => {
      request.resume().on('end', () => {
        sleep(3_600_000);
        setTimeout(() => response.writeHead(200).end(), 340);
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
    const { deliveries } = await room.deliveries.wait({ match: { state: 'joining' } });
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

describe('With the clock on auto', () => {
  test('an app that answers first and works afterwards runs through a whole meeting, unchanged', async () => {
    await using room = await startGreenroom({ clock: { mode: 'auto' } });
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
