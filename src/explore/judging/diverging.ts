import { parseInstant, type Micros } from '../../clock/instant.js';
import type { MeetingPlan, Outcome, SeenDelivery } from '../playing/outcome.js';
import type { Problem } from './problem.js';
import { isDelivery, isInstant, type Deviation } from '../stories/story.js';

/** An agent that is on its way so soon after a change of its meeting could not be kept from it. */
const SOON: Micros = 300_000_000;
/** An agent may be sent so much before its meeting, or after. */
const NEARLY: Micros = 600_000_000;

type Event = NonNullable<MeetingPlan['event']>;
type Agent = MeetingPlan['agents'][number];
type Found = Pick<Problem, 'what' | 'sentence' | 'expected' | 'was'>;

/** What the app's own user does to the meeting. */
const isExcuse = (deviation: Deviation): boolean => isInstant(deviation) && deviation.do.restart === undefined;

/**
 * Where the agents are not those of the calendar: a meeting that is gone has none, and one that stands has one, at its time
 * and in its place.
 */
export function diverging({ plans, story, refused, deliveries }: Outcome): Problem[] {
  if (refused !== undefined || story.deviations.some(isExcuse)) return [];
  return plans
    .flatMap(({ event, others, agents }) => {
      if (!event) return [];
      const changed = parseInstant(event.updated_at)!;
      // Where messages are in trouble, the app knows of a change only when it has taken one.
      const known = story.deviations.some(isDelivery) ? heardOf(deliveries, changed) : changed;
      const standing = agents.filter((one) => !one.cancelled && !isOfAnother(one, event, others));
      return known === undefined ? [] : (findingOf({ event, others, agents: standing }, known) ?? []);
    })
    .map((found) => ({ oracle: 'converges', family: `calendar ${found.what}`, ...found }));
}

/** True for an agent that goes to another event at the link of this one, as to a later occurrence. */
const isOfAnother = ({ join_at: at }: Agent, { start }: Event, others: readonly string[]): boolean =>
  at !== null && !isNear(at, start) && others.some((other) => isNear(at, other));

const isNear = (at: string, start: string): boolean => Math.abs(parseInstant(at)! - parseInstant(start)!) <= NEARLY;

/** When the app has taken the vendor's own word of calendars since a change; an app that says no has not. */
function heardOf(deliveries: readonly SeenDelivery[], changed: Micros): Micros | undefined {
  const taken = deliveries
    .filter(({ isNews, at }) => isNews && parseInstant(at)! >= changed)
    .flatMap(({ attempts }) => attempts)
    .filter(({ genuine, answer }) => genuine && typeof answer === 'number' && answer < 300)
    .map(({ at }) => parseInstant(at)!);
  return taken.length === 0 ? undefined : Math.min(...taken);
}

type Standing = Pick<MeetingPlan, 'agents' | 'others'> & { readonly event: Event };

/** `changed` is when the app could know of the last change. */
function findingOf({ event, others, agents }: Standing, changed: Micros): Found | undefined {
  const couldBeKept = ({ began }: Agent): boolean => began === undefined || parseInstant(began)! > changed + SOON;
  const kept = agents.filter(couldBeKept);
  if (event.deleted) return kept.length === 0 ? undefined : goneMeeting(kept);
  const start = parseInstant(event.start)!;
  // What was moved to where it can hardly be reached is nobody's fault.
  if (start <= changed + SOON) return undefined;
  const isInTime = ({ join_at: at }: Agent): boolean => at !== null && isNear(at, event.start);
  const isInPlace = ({ meeting_url: url }: Agent): boolean => event.meeting_url === null || url === event.meeting_url;
  const right = agents.filter((agent) => isInTime(agent) && isInPlace(agent));
  const late = kept.find((agent) => !isInTime(agent));
  if (late) return oldTime(event, late);
  const lost = kept.find((agent) => !isInPlace(agent));
  if (lost) return oldPlace(event, lost);
  if (right.length === 0) return event.declined || event.meeting_url === null ? undefined : nobody(event);
  if (right.filter(({ made }) => made).length < 2 || !right.some(couldBeKept)) return undefined;
  return others.some((other) => isNear(other, event.start)) ? twice(right) : several(right);
}

const goneMeeting = (agents: readonly Agent[]): Found => ({
  what: 'gone',
  sentence: 'An agent goes to a meeting that its user has deleted in the calendar',
  expected: 'no agent',
  was: counted(agents),
});

const oldTime = ({ start }: Event, { join_at: at }: Agent): Found => ({
  what: 'time',
  sentence: 'An agent comes at the time at which the meeting was, before its user moved it',
  expected: `an agent at ${start}`,
  was: `one at ${at ?? 'once'}`,
});

const oldPlace = ({ meeting_url: url }: Event, agent: Agent): Found => ({
  what: 'place',
  sentence: 'An agent goes to a link that the meeting does not have any more',
  expected: String(url),
  was: agent.meeting_url,
});

const nobody = ({ start }: Event): Found => ({
  what: 'nobody',
  sentence: 'A meeting that stands in the calendar has no agent at its time',
  expected: `an agent at ${start}`,
  was: 'no agent',
});

const several = (agents: readonly Agent[]): Found => ({
  what: 'several',
  sentence: 'A meeting of the calendar has several agents at its time',
  expected: 'one agent',
  was: counted(agents),
});

const twice = (agents: readonly Agent[]): Found => ({
  what: 'twice',
  sentence: 'Two events of the calendar are one meeting, and each has an agent',
  expected: 'one agent',
  was: counted(agents),
});

const counted = ({ length }: readonly Agent[]): string => `${length} agent${length === 1 ? '' : 's'}`;
