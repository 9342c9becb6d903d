import { formatDuration, parseDuration } from '../../clock/duration.js';
import { parseInstant, type Micros } from '../../clock/instant.js';
import type { MeetingPlan, Outcome } from '../playing/outcome.js';
import type { Problem, References } from './problem.js';
import { isInstant, isUser, signedDuration, type Deviation, type InstantDeviation } from '../stories/story.js';

/** A move that an app does not tell of is longer. */
const NEARLY: Micros = 600_000_000;
/** An agent may be sent so early on purpose, or so late; zones are further from each other. */
const ON_PURPOSE: Micros = 1_500_000_000;
/** Zones are apart by multiples of it. */
const QUARTER: Micros = 900_000_000;
/** An agent that is asked for so soon before its time is to come at once, whatever the user has said. */
const AT_ONCE: Micros = 60_000_000;

export const MISTIMED = 'mistimed';

const isMove = (one: Deviation): one is InstantDeviation => isInstant(one) && one.do.reschedule !== undefined;
const isExcuse = (one: Deviation): boolean => isUser(one) || (isInstant(one) && one.do.cancel === true);

/**
 * Where the agent of a meeting goes there at another time than that which the app's user has said, at first or when it was moved
 * in the app. An app may be early or late on purpose: how much it is without a move is what a move is compared with.
 */
export function mistimed(outcome: Outcome, { plain }: References): Problem[] {
  const { plans, story, refused, disowned, leftWaiting } = outcome;
  const moves = story.deviations.filter(isMove);
  if (refused !== undefined || leftWaiting || disowned.length > 0 || story.deviations.some(isExcuse)) return [];
  const [usual] = plain.plans.flatMap((plan) => offsetsOf(plan, plain));
  if (usual === undefined) return [];
  const isMoved = moves.length > 0;
  const [origin, most] = isMoved ? [usual, NEARLY] : [0, ON_PURPOSE];
  return plans.flatMap((plan) => {
    const off = offsetsOf(plan, outcome).map((offset) => offset - origin);
    if (off.length === 0 || off.some((one) => Math.abs(one) <= most) || isTooLate(plan, moves)) return [];
    return [problemOf(off[0]!, isMoved)];
  });
}

/** How much later than it is wanted each agent goes to a meeting that stands in no calendar, but for those that come at once. */
function offsetsOf({ event, wanted, agents }: MeetingPlan, { calls }: Outcome): Micros[] {
  if (event) return [];
  return agents.flatMap(({ id, join_at: at, cancelled }) => {
    if (cancelled || at === null) return [];
    const asked = calls.find(({ made }) => made === id);
    const isAtOnce = asked && parseInstant(at)! - parseInstant(asked.at)! <= AT_ONCE;
    return isAtOnce ? [] : [parseInstant(at)! - parseInstant(wanted)!];
  });
}

/** An agent that was on its way when its meeting was moved could not be kept from it. */
function isTooLate({ wanted, agents }: MeetingPlan, moves: readonly InstantDeviation[]): boolean {
  const by = moves.reduce((sum, { do: { reschedule } }) => sum + (parseDuration(reschedule!) ?? 0), 0);
  const at = moves.map(({ at: { instant } }) => parseInstant(wanted)! - by + signedDuration(instant));
  return agents.some(({ began }) => began !== undefined && at.some((moved) => parseInstant(began)! <= moved));
}

const problemOf = (off: Micros, isMoved: boolean): Problem => ({
  oracle: 'acts',
  family: MISTIMED,
  what: isMoved ? 'moved' : off % QUARTER === 0 ? 'zone' : 'time',
  sentence: isMoved
    ? 'The agent does not go to a meeting at the time to which its user has moved it'
    : 'The agent goes to its meeting at another time than its user has said',
  expected: 'an agent at that time',
  was: `one ${formatDuration(Math.abs(off))} ${off < 0 ? 'before' : 'after'} it`,
});
