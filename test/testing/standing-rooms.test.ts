import { afterAll, beforeAll, expect, test } from 'vitest';
import { assertReached } from '../../src/testing.js';
import { matchers } from '../../src/vitest.js';
import { startGreenroom, type Greenroom } from '../../src/index.js';
import { attendee, botRequest } from '../support/room.js';

expect.extend(matchers);

/** Other files of this worker may have rooms that stand, and tests that never end: no other world has these ids. */
const WORLD = { seed: 8086 };

let room: Greenroom;
beforeAll(async () => {
  room = await startGreenroom(WORLD);
});
afterAll(() => room.close());

test('A bare bot is that of the room which a hook has made for all tests, where they have none of their own', async () => {
  const bot = (await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T09:30:00Z'))).json as { id: string };
  await room.clock.until('idle');
  await expect(bot).toHaveReached('ended');
  await assertReached(bot.id, 'ended');
  await using other = await startGreenroom(WORLD);
  await attendee(other, 'POST', '/api/v1/bots', botRequest('2026-01-01T09:30:00Z'));
  await expect(assertReached(bot, 'ended')).rejects.toThrow(
    /: 2 of the \d+ (open rooms|rooms of running tests) know it, for equal seeds give equal ids\. Say which: room\.subject\(…\)\.$/,
  );
});
