import { AssertionError } from 'node:assert';
import type { Greenroom } from '../client/greenroom.js';
import type { SubjectLike } from '../client/subject.js';
import type { SubjectState } from '../client/vendors.js';
import { judgeDelivered, type ExpectedDelivery } from './delivered.js';
import { judged, type Judgement } from './judgement.js';
import { asRoom, findSubject } from './open-rooms.js';
import { judgeReached } from './reached.js';
import { judgeNoViolations, type ViolationOptions } from './violations.js';

/**
 * Throws an AssertionError unless an agent or a bot is, or was once, in this state. One that is given as the vendor answered
 * it, or as its id, is looked for in the open rooms.
 *
 * @example await assertReached(room.subject(bot), 'ended');
 */
export async function assertReached(subject: SubjectLike, state: SubjectState): Promise<void> {
  await demand(assertReached, async () => judgeReached(await findSubject(subject), state));
}

/**
 * Throws an AssertionError, with the nearest among the deliveries, unless such a webhook has arrived.
 *
 * @example await assertDelivered(room, { type: 'bot.state_change', subject: bot, state: 'ended', times: 1 });
 */
export async function assertDelivered(room: Greenroom, expected: ExpectedDelivery): Promise<void> {
  await demand(assertDelivered, () => judgeDelivered(asRoom(room), expected));
}

/** Throws an AssertionError that lists them if the contracts were violated, by the app or by greenroom. */
export async function assertNoViolations(room: Greenroom, options?: ViolationOptions): Promise<void> {
  await demand(assertNoViolations, () => judgeNoViolations(asRoom(room), options));
}

// oxlint-disable-next-line typescript/no-unsafe-function-type -- what node:assert calls it
async function demand(stackStartFn: Function, judge: () => Promise<Judgement>): Promise<void> {
  const { holds, denied, actual, expected } = await judged(`${stackStartFn.name}(…)`, judge);
  if (holds) return;
  throw new AssertionError({ message: denied, actual, expected, operator: stackStartFn.name, stackStartFn });
}
