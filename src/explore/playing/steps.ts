import type { Advanced, RoomClock } from '../../client/clock.js';
import { formatInstant, parseInstant, type Micros } from '../../clock/instant.js';
import type { Outcome } from './outcome.js';
import type { Watching } from './watching.js';

/** Virtual time between two looks at whether all is over. */
const STRIDE: Micros = 2_700_000_000;
/** In which an app that is led may go on after its answer, before anybody looks. Vendors wait a second between two. */
const AFTER_ANSWER: Micros = 900_000;
/** Where nobody looks at each step, all that a vendor has. */
const PATIENCE: Micros = 11_000_000;

interface Steps {
  readonly now: Micros;
  /** From here on, it goes from one thing to the next. */
  readonly exact: Micros;
  /** The last instant at which anything may begin. */
  readonly until: Micros;
  readonly led: boolean;
  /** Somebody looks as soon as the app has answered, and at each of those that come together. */
  readonly close: boolean;
}

type Step = Pick<Advanced, 'to' | 'deliveries' | 'pending'>;

/** Takes the next step of a life; nothing if nothing more is to come. */
export async function takeStep(clock: RoomClock, steps: Steps): Promise<Step | undefined> {
  const { now, exact, until, led, close } = steps;
  const next = await nextDue(clock);
  if (next > until) return undefined;
  const goTo = (to: Micros): Promise<Step> => clock.advance({ to: formatInstant(to) });
  if (exact > next) return goTo(Math.max(led ? next + PATIENCE : next, Math.min(now + STRIDE, exact)));
  // The timers of the app come first: the step after that is the vendor's.
  if (led && now < next - 1) return goTo(next - 1);
  if (!led && !close) return goTo(next);
  const first = await clock.next();
  return close ? first : allAtOnce(clock, first);
}

/** A step with all that comes with it, and what the app does soon after its answers. */
async function allAtOnce(clock: RoomClock, first: Step): Promise<Step> {
  const steps = [first];
  const isAt = (): Micros => parseInstant(steps.at(-1)!.to)!;
  let next = await nextDue(clock);
  for (; next <= isAt(); next = await nextDue(clock)) steps.push(await clock.next());
  steps.push(await clock.advance({ to: formatInstant(Math.min(isAt() + AFTER_ANSWER, next - 1)) }));
  return { ...steps.at(-1)!, deliveries: steps.flatMap(({ deliveries }) => deliveries) };
}

/** When the next thing is due; never, if there is none. */
async function nextDue(clock: RoomClock): Promise<Micros> {
  const [next] = await clock.pending({ limit: 1 });
  return next === undefined ? Number.POSITIVE_INFINITY : parseInstant(next.due)!;
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
