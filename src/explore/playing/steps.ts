import type { RoomClock } from '../../client/clock.js';
import { parseInstant, type Micros } from '../../clock/instant.js';
import type { Outcome } from './outcome.js';
import type { Watching } from './watching.js';

/** Virtual time between two looks at whether all is over. */
const STRIDE: Micros = 2_700_000_000;
/** In which an app that is led may wait before it answers: an advance that ends with the webhook leaves it none. Vendors wait a second between two. */
const TO_ANSWER: Micros = 900_000;
/** Where nobody looks at each step, all that a vendor has. */
const PATIENCE: Micros = 11_000_000;
const SOONEST = 20;

interface Steps {
  readonly now: Micros;
  /** From here on, it goes from one thing to the next. */
  readonly exact: Micros;
  /** The last instant at which anything may begin. */
  readonly until: Micros;
  readonly led: boolean;
}

/** Where the next step of a life ends; nothing if nothing more is to come. */
export async function nextStep(clock: RoomClock, { now, exact, until, led }: Steps): Promise<Micros | undefined> {
  const pending = await clock.pending({ limit: SOONEST });
  const [next, ...later] = pending.map(({ due }) => parseInstant(due)!);
  if (next === undefined || next > until) return undefined;
  const following = later.find((due) => due > next) ?? Number.POSITIVE_INFINITY;
  const answered = exact > next ? next + PATIENCE : Math.min(next + TO_ANSWER, following - 1);
  return Math.max(led ? answered : next, Math.min(now + STRIDE, exact));
}

/**
 * Between two steps that are looked at, an app that is led may have less time to answer than its vendor gives it: where it had
 * too little, nobody looks.
 */
export async function answeredInTime(
  watching: Watching,
  isLed: () => boolean,
  play: (how: Watching) => Promise<Outcome>,
): Promise<Outcome> {
  const outcome = await play(watching);
  if (!watching.sample || !isLed() || !hasTimeout(outcome)) return outcome;
  const again = await play({ ...watching, sample: false });
  return hasTimeout(again) ? outcome : again;
}

const hasTimeout = ({ deliveries }: Outcome): boolean =>
  deliveries.some(({ attempts }) => attempts.some(({ answer }) => answer === 'timeout'));
