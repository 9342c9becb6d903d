import { AssertionError } from 'node:assert';
import type { Greenroom } from '../client/greenroom.js';
import type { SubjectLike } from '../client/subject.js';
import type { Ending } from '../client/unheard.js';
import type { SubjectState } from '../client/vendors.js';
import { judgeDelivered, type ExpectedDelivery } from './delivered.js';
import { judged, type Judgement } from './judgement.js';
import { asRoom, callsAbout, findSubject } from './open-rooms.js';
import { judgeReached } from './reached.js';
import { judgeNoViolations, type ViolationOptions } from './violations.js';

/**
 * Throws an AssertionError unless an agent or a bot is, or was once, in this state. One that is given as the vendor answered
 * it, or as its id, is looked for in the open rooms.
 *
 * @example await assertReached(room.subject(bot), 'ended');
 */
export function assertReached(subject: SubjectLike, state: SubjectState): Promise<void> {
  return demand(assertReached, subject, async () => judgeReached(await findSubject(subject), state));
}

/**
 * Throws an AssertionError, with the nearest among the deliveries, unless such a webhook has arrived.
 *
 * @example await assertDelivered(room, { type: 'bot.state_change', subject: bot, state: 'ended', times: 1 });
 */
export function assertDelivered(room: Greenroom, expected: ExpectedDelivery): Promise<void> {
  return demand(assertDelivered, room, async () => judgeDelivered(asRoom(room), expected));
}

/** Throws an AssertionError that lists them if the contracts were violated, by the app or by greenroom. */
export function assertNoViolations(room: Greenroom, options?: ViolationOptions): Promise<void> {
  return demand(assertNoViolations, room, async () => judgeNoViolations(asRoom(room), options));
}

type Assertion = (...given: never[]) => Promise<void>;

function demand(assertion: Assertion, about: unknown, judge: () => Promise<Judgement>): Promise<void> {
  const name = `${assertion.name}(\u2026)`;
  const run = async ({ done, failed }: Ending): Promise<void> => {
    try {
      const { holds, denied, actual, expected } = await judged(name, judge);
      if (!holds) throw new AssertionError({ message: denied, actual, expected, operator: assertion.name });
      done();
    } catch (error) {
      failed(error);
      throw error;
    }
  };
  return callsAbout(about).begin(name, run, { ofTest: true, from: assertion });
}
