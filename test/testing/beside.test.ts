import { expect, test } from 'vitest';
import { assertReached, testRoom, withRoom } from '../../src/testing.js';
import { matchers } from '../../src/vitest.js';
import type { Greenroom } from '../../src/index.js';
import { attendee, botRequest } from '../support/room.js';

expect.extend(matchers);

/** No other room of this worker has these ids. */
const WORLD = { seed: 9191 };

const schedule = async (room: Greenroom) =>
  (await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T09:30:00Z'))).json as { id: string };

/** Resolves for all of so many once the last has come. */
function meetingOf(count: number): () => Promise<void> {
  let come: () => void = () => undefined;
  const all = new Promise<void>((resolve) => (come = resolve));
  return () => {
    if (--count === 0) come();
    return all;
  };
}

test('A bare bot is that of the room of its own test, where tests of withRoom run beside one another', async () => {
  const [scheduled, judged] = [meetingOf(3), meetingOf(3)];
  const play = withRoom(async (room, by: string, ended: boolean) => {
    const bot = await schedule(room);
    await room.clock.advance({ by });
    await scheduled();
    await (ended ? expect(bot).toHaveReached('ended') : expect(bot).not.toHaveReached('ended'));
    const outcome = assertReached(bot.id, 'ended').then(() => 'reached');
    expect(await outcome.catch(() => 'not reached')).toBe(ended ? 'reached' : 'not reached');
    await judged();
  }, WORLD);
  await using unnamed = await testRoom(undefined, WORLD);
  await schedule(unnamed);
  await Promise.all([play('2h', true), play('1m', false), play('2h', true)]);
});

test('A bare bot of two rooms of one test is refused, for equal seeds give equal ids', async () => {
  const play = withRoom(async (room) => {
    await using other = await room.workspace(WORLD);
    await schedule(other);
    await expect(assertReached(await schedule(room), 'ended')).rejects.toThrow(
      /: 2 of the \d+ rooms of running tests know it, for equal seeds give equal ids\. Say which: room\.subject\(…\)\.$/,
    );
  }, WORLD);
  await play();
});
