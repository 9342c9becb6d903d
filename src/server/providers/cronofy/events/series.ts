import type { Micros } from '../../../../clock/instant.js';
import type { UpsertEventRequest } from '../../../../contracts/cronofy/events.js';
import type { World } from '../../../engine/world.js';
import { settingsOf } from '../settings.js';
import { sliceOf, type CalendarEvent, type Conference, type Written } from '../state.js';
import { inviteAndRemove } from './attendees.js';
import { newEvent } from './new-event.js';
import { DAY, HORIZON, occurrencesBeside, occurrencesOf, stepOf, timesAt } from './recurrence.js';
import { isDay, setTimes, zoneOf } from './times.js';

/**
 * Events that repeat, and what people have done to single occurrences of them. The event itself is the first occurrence,
 * and people change it like any other; what was written of all is kept beside it.
 */

const TIMES = ['start', 'end', 'tzid', 'startsAt', 'endsAt'] as const;
const LOOK = [
  'summary',
  'description',
  'location',
  'url',
  'transparency',
  'extended_transparency',
  'event_private',
  'conference',
] as const;
const GUESTS = ['attendees', 'participation_status'] as const;

const pick = <K extends keyof CalendarEvent>(
  event: Pick<CalendarEvent, K>,
  keys: readonly K[],
): Pick<CalendarEvent, K> => Object.fromEntries(keys.map((key) => [key, event[key]])) as Pick<CalendarEvent, K>;

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What the application wrote of an event, wherever people have moved it. */
export const writtenOf = (event: CalendarEvent): Written => event.written ?? event;

/** True if an event that is deleted was the first occurrence alone. */
export const hasOtherOccurrences = (world: World, event: CalendarEvent): boolean =>
  event.rule !== null && occurrencesBeside(world, event).some(({ deleted }) => !deleted);

/** True for what was an occurrence of a series once that does not have it any more. */
export const isDropped = ({ series, rule, planned }: CalendarEvent): boolean =>
  series !== null && rule === null && planned === null;

/** An event that repeats, which nobody has changed, has its occurrences. */
export const repeat = (world: World, event: CalendarEvent): void => writeAll(world, event, () => {});

/**
 * Writes something of an event, and brings its other occurrences in line. What people have done to single ones stands as
 * long as the pattern of the series does (assumed: Exchange documents it so, and Cronofy leaves series to the calendar).
 */
export function writeAll(
  world: World,
  event: CalendarEvent,
  write: () => void,
  guests?: UpsertEventRequest['attendees'],
): void {
  const { written: before } = event;
  const own = pick(event, [...TIMES, ...LOOK, ...GUESTS, 'earlier', 'updated']);
  if (before) Object.assign(event, before);
  write();
  if (!before && !event.rule) return;
  const after: Written = pick(event, [...TIMES, ...LOOK, ...GUESTS, 'rule']);
  if (before) Object.assign(event, own);
  const anew = before !== null && (!hasSamePattern(before, after) || settingsOf(world).series_exceptions === 'undone');
  arrange(world, event, { before: before ?? after, after, anew, guests });
}

interface Change {
  readonly before: Written;
  readonly after: Written;
  /** What people have done to single occurrences is undone. */
  readonly anew: boolean;
  readonly guests: UpsertEventRequest['attendees'] | undefined;
}

/** True if all occurrences stay where they are; the series may begin to end earlier or later, or leave out a day. */
function hasSamePattern(a: Written, b: Written): boolean {
  const steps = [a, b].map(({ start, startsAt, tzid, rule }) => rule && stepOf(rule, startsAt, zoneOf(start, tzid)));
  const shape = ({ start, end, tzid, startsAt, endsAt }: Written): unknown => [
    startsAt,
    endsAt,
    isDay(start),
    zoneOf(start, tzid),
    zoneOf(end, tzid),
  ];
  return steps[0] === steps[1] && isSame(shape(a), shape(b));
}

/** Gives every occurrence its place in the series as it is written now, adds those that are missing, and drops the others. */
function arrange(world: World, event: CalendarEvent, change: Change): void {
  const { after, anew } = change;
  const others = occurrencesBeside(world, event).sort((a, b) => a.planned! - b.planned!);
  const all = after.rule ? occurrencesOf(after, after.rule, world.now()) : [after.startsAt];
  const places = all.filter((at) => at !== after.startsAt);
  const taken = new Set(others.map(({ planned }) => planned));
  const wanted = new Set(places);
  event.series = after.rule ? (event.series ?? `ser_${world.random.hex('series', 24)}`) : null;
  place(world, event, all.includes(after.startsAt) ? after.startsAt : null, change);
  others.forEach((other, i) => {
    const at = anew ? places[i] : wanted.has(other.planned!) ? other.planned : undefined;
    place(world, other, at ?? null, change);
  });
  event.written = after.rule && after;
  if (!after.rule) event.planned = null;
  for (const at of anew ? places.slice(others.length) : places.filter((one) => !taken.has(one)))
    addOccurrence(world, event, at, after);
}

/** An occurrence as it is written now, but for what people have made of it; `null`: the series has it no more. */
function place(world: World, occurrence: CalendarEvent, at: Micros | null, change: Change): void {
  if (at === null) return drop(world, occurrence);
  const { before, after, guests } = change;
  const anew = change.anew || (occurrence.planned === null && occurrence.deleted);
  occurrence.planned = at;
  if (anew) {
    occurrence.deleted = false;
    setTimes(occurrence, timesAt(after, at));
  }
  for (const key of LOOK)
    if (anew || isSame(occurrence[key], before[key])) Object.assign(occurrence, pick(after, [key]));
  if (guests) inviteAndRemove(world, occurrence, guests);
  if (!occurrence.deleted) occurrence.updated = world.now();
}

function drop(world: World, occurrence: CalendarEvent): void {
  occurrence.planned = null;
  if (occurrence.deleted) return;
  occurrence.deleted = true;
  occurrence.updated = world.now();
  world.clock.cancel(occurrence.conferenceJob);
  occurrence.conferenceJob = null;
}

function addOccurrence(world: World, event: CalendarEvent, at: Micros, after: Written): CalendarEvent {
  const { events, byUid } = sliceOf(world);
  const { calendar_id, event_id, managed, foreignSecret, origin } = event;
  const made = newEvent(world, { calendar_id, event_id, managed, foreignSecret, origin });
  const { series, organizer, tentative, created } = event;
  const occurrence: CalendarEvent = {
    ...made,
    ...pick(after, [...LOOK, ...GUESTS]),
    key: `occurrence ${made.event_uid}`,
    planned: at,
    series,
    organizer,
    tentative,
    created,
  };
  setTimes(occurrence, timesAt(after, at));
  events.add(occurrence);
  byUid[occurrence.event_uid] = occurrence.key;
  return occurrence;
}

/** How many days there may be from one occurrence to the next. */
const STEP_DAYS: Readonly<Record<string, number>> = { daily: 1, weekly: 7, monthly: 31, yearly: 366 };

/** Follows what repeats without an end as far as reads go from now on. Nobody has written it again: `updated` stays. */
export function extendSeries(world: World): void {
  for (const event of sliceOf(world).events.filter(({ written }) => written !== null)) {
    const { rule, startsAt } = event.written!;
    if (!rule || rule.count !== undefined || rule.until !== undefined) continue;
    const others = occurrencesBeside(world, event);
    if (event.deleted && others.every(({ deleted }) => deleted)) continue;
    const last = Math.max(startsAt, ...others.map(({ planned }) => planned!));
    if (last + (rule.interval ?? 1) * STEP_DAYS[rule.frequency]! * DAY > world.now() + HORIZON) continue;
    for (const at of occurrencesOf(event.written!, rule, world.now()).filter((one) => one > last))
      addOccurrence(world, event, at, event.written!).updated = event.updated;
  }
}

/** Gives an event another conference; of one that repeats, every occurrence of which people have not changed it. */
export function shareConference(world: World, event: CalendarEvent, conference: Conference): void {
  const { written } = event;
  const members = written ? [event, ...occurrencesBeside(world, event)] : [event];
  for (const one of members)
    if (!written || isSame(one.conference, written.conference)) one.conference = { ...conference };
  if (written) event.written = { ...written, conference };
}
