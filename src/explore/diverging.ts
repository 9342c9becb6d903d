import { parseInstant, type Micros } from '../clock/instant.js';
import { kindOf } from './kinds.js';
import type { MeetingPlan, Outcome } from './outcome.js';
import type { Problem } from './problem.js';
import { isDelivery, isInstant, type Deviation } from './story.js';

/** An agent that is on its way so soon after a change of its meeting could not be kept from it. */
const SOON: Micros = 300_000_000;
/** An agent may be sent so much before its meeting, or after. */
const NEARLY: Micros = 600_000_000;

type Event = NonNullable<MeetingPlan['event']>;
type Agent = MeetingPlan['agents'][number];
type Found = Pick<Problem, 'what' | 'sentence' | 'expected' | 'was'>;

/** Kinds by which the app hears in time all the same. */
const HEARD = ['duplicate', 'together', 'redelivered', 'lost-answer', 'whitespace', 'extra-field', 'early'];

/** What keeps the app from knowing, or what its own user does to the meeting. */
const isExcuse = (deviation: Deviation): boolean =>
  isDelivery(deviation)
    ? !HEARD.includes(kindOf(deviation).name)
    : isInstant(deviation) && deviation.do.restart === undefined;

/**
 * Where the agents are not those of the calendar: a meeting that is gone has none, and one that stands has one, at its time
 * and in its place.
 */
export function diverging({ plans, story, refused }: Outcome): Problem[] {
  if (refused !== undefined || story.deviations.some(isExcuse)) return [];
  return plans
    .flatMap(({ event, agents }) =>
      event
        ? (findingOf(
            event,
            agents.filter(({ cancelled }) => !cancelled),
          ) ?? [])
        : [],
    )
    .map((found) => ({ oracle: 'converges', family: `calendar ${found.what}`, ...found }));
}

function findingOf(event: Event, agents: readonly Agent[]): Found | undefined {
  const changed = parseInstant(event.updated_at)!;
  const couldBeKept = ({ began }: Agent): boolean => began === undefined || parseInstant(began)! > changed + SOON;
  const kept = agents.filter(couldBeKept);
  if (event.deleted) return kept.length === 0 ? undefined : goneMeeting(kept);
  const start = parseInstant(event.start)!;
  // What was moved to where it can hardly be reached is nobody's fault.
  if (start <= changed + SOON) return undefined;
  const isInTime = ({ join_at: at }: Agent): boolean => at !== null && Math.abs(parseInstant(at)! - start) <= NEARLY;
  const isInPlace = ({ meeting_url: url }: Agent): boolean => event.meeting_url === null || url === event.meeting_url;
  const right = agents.filter((agent) => isInTime(agent) && isInPlace(agent));
  const late = kept.find((agent) => !isInTime(agent));
  if (late) return oldTime(event, late);
  const lost = kept.find((agent) => !isInPlace(agent));
  if (lost) return oldPlace(event, lost);
  if (right.length === 0) return event.declined || event.meeting_url === null ? undefined : nobody(event);
  return right.filter(({ made }) => made).length > 1 && right.some(couldBeKept) ? several(right) : undefined;
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

const counted = ({ length }: readonly Agent[]): string => `${length} agent${length === 1 ? '' : 's'}`;
