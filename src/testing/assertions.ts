import { AssertionError } from 'node:assert';
import type { Greenroom } from '../client/greenroom.js';
import type { SubjectLike } from '../client/subject.js';
import type { SubjectState } from '../client/vendors.js';
import { judgeDelivered, type ExpectedDelivery } from './delivered.js';
import type { Judgement } from './judgement.js';
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
  demand(await judgeReached(await findSubject(subject), state), assertReached);
}

/**
 * Throws an AssertionError, with the nearest among the deliveries, unless such a webhook has arrived.
 *
 * @example await assertDelivered(room, { type: 'bot.state_change', subject: bot, state: 'ended', times: 1 });
 */
export async function assertDelivered(room: Greenroom, expected: ExpectedDelivery): Promise<void> {
  demand(await judgeDelivered(asRoom(room), expected), assertDelivered);
}

/** Throws an AssertionError that lists them if the contracts were violated, by the app or by greenroom. */
export async function assertNoViolations(room: Greenroom, options?: ViolationOptions): Promise<void> {
  demand(await judgeNoViolations(asRoom(room), options), assertNoViolations);
}

// oxlint-disable-next-line typescript/no-unsafe-function-type -- what node:assert calls it
function demand({ holds, denied, actual, expected }: Judgement, stackStartFn: Function): void {
  if (holds) return;
  throw new AssertionError({ message: denied, actual, expected, operator: stackStartFn.name, stackStartFn });
}
