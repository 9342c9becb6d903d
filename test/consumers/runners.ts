// A user's tests: they must type-check with the runners' own types. The compiler alone sees this file.
import { test as nodeTest } from 'node:test';
import { expect, test as base } from 'vitest';
import { expect as jestExpect } from 'expect';
import type { Greenroom } from 'greenroom';
import 'greenroom/jest';
import { withRoom } from 'greenroom/testing';
import { matchers, roomFixtures, type RoomFixtures } from 'greenroom/vitest';

expect.extend(matchers);
jestExpect.extend(matchers);
export const test = base.extend<RoomFixtures>(roomFixtures({ seed: 7 }));

test.override({ roomOptions: { scenario: 'lobby-never-opened' } });
test('a room', async ({ room, greenroom }) => {
  const both: readonly Greenroom[] = [room, greenroom];
  await expect(room.subject('bot_x')).toHaveReached('ended');
  await expect('bot_x').not.toHaveReached('fatal_error', { in: room });
  await expect(both[0]).toHaveDelivered({ type: 'bot.state_change', times: 1 });
  await expect(room).toHaveNoViolations();
  await jestExpect(room).toHaveNoViolations();
  // @ts-expect-error -- no such state
  await expect('bot_x').toHaveReached('endet');
});

const inferred = base.extend(roomFixtures());
inferred.override({ roomOptions: { scenario: 'lobby-never-opened' } });
// @ts-expect-error -- an option of a room is none of a test
inferred.override({ scenario: 'lobby-never-opened' });
inferred('a room of which nobody has said the type', async ({ room, greenroom }) => {
  const both: readonly Greenroom[] = [room, greenroom];
  await expect(both[0]).toHaveNoViolations();
});

nodeTest(
  'a wrapper hands on what the runner gives',
  withRoom(async (room, t) => t.diagnostic(await room.clock.now())),
);
base.each([[1, 'a']])(
  'and the row',
  withRoom(async (room, count: number, word: string) => {
    await room.clock.advance({ by: word.repeat(count) });
  }),
);
const wrapped = withRoom(async (room) => void (await room.clock.now()));
export const alone: Promise<void> = wrapped();
nodeTest(
  'a context that is another',
  // @ts-expect-error -- AVA's has that
  withRoom((_, t) => t.teardown('')),
);
