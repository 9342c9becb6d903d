import { once } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { withRoom, type Greenroom } from '../../src/testing.js';
import { startReceiver } from '../support/receiver.js';
import { attendee, botRequest } from '../support/room.js';
import { joinRoom } from '../support/spoken-process.js';

afterEach(() => void vi.restoreAllMocks());

/** What is told beside the test, and when. */
function listen() {
  const told: string[] = [];
  const line = new EventTarget();
  vi.spyOn(console, 'error').mockImplementation((text: string) => {
    told.push(text);
    line.dispatchEvent(new Event('told'));
  });
  return { told, isTold: () => once(line, 'told') };
}

/** An app that is busy once it has got a webhook. */
async function appOf(room: Greenroom) {
  const [receiver, process] = [await startReceiver(), await joinRoom(room, 4711)];
  await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T09:30:00Z', `${receiver.url}/hooks`));
  process.busy('a request that it makes');
  const leave = async (): Promise<void> => {
    process.leave();
    await receiver.close();
  };
  return { leave };
}

/** As Mocha calls a test, which it gives up after so many milliseconds. */
const inMocha = (limit: number) => ({ runnable: () => undefined, timeout: () => limit });

const WAITS =
  'Time stands while the process 4711 of the app is not at rest, for 10 s at most: it has in hand a request that it makes.';

describe('A test that waits for a busy app', () => {
  test('says what its clock waits for before its runner gives it up', async () => {
    const { told, isTold } = listen();
    const waiting = withRoom(async (room) => {
      const app = await appOf(room);
      const advance = room.clock.until('idle');
      await isTold();
      await app.leave();
      await advance;
    });
    await waiting.call(inMocha(3000));
    expect(told).toEqual([`The test waits. ${WAITS}`]);
  });

  test('says so once it has failed', async () => {
    const { told } = listen();
    const failing = withRoom(async (room) => {
      const app = await appOf(room);
      const advance = room.clock.until('idle');
      await expect
        .poll(async () => (await room.clock.state({ wait: false })).probes)
        .toMatchObject([{ pid: 4711, state: 'busy', in_hand: 'a request that it makes' }]);
      setImmediate(() => void app.leave());
      await Promise.race([advance, Promise.reject(new Error('the app is not finished'))]);
    });
    await expect(failing()).rejects.toThrow('the app is not finished');
    expect(told.join()).toContain(`\n${WAITS}`);
  });

  test('says nothing where it is over in time', async () => {
    const { told } = listen();
    await withRoom(async (room) => {
      const app = await appOf(room);
      const advance = room.clock.until('idle');
      await expect.poll(async () => (await room.clock.state({ wait: false })).settled).toBe(false);
      await app.leave();
      await advance;
    }).call(inMocha(60_000));
    expect(told).toEqual([]);
  });
});

test('A test that fails while its clock is held says by what', async () => {
  const { told } = listen();
  const failing = withRoom(async (room) => {
    await room.clock.hold({ reason: 'the import runs' });
    throw new Error('the app is not finished');
  });
  await expect(failing()).rejects.toThrow('the app is not finished');
  expect(told.join()).toContain('\nTime stands: the hold hold_1 (the import runs) is to be released first.');
});
