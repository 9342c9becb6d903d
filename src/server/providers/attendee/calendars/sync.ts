import { MICROS_PER_MINUTE, type Micros } from '../../../../clock/instant.js';
import type { World } from '../../../engine/world.js';
import { reschedule } from '../bots/handlers.js';
import { removeBot } from '../bots/life.js';
import { joinFault } from '../bots/meeting-fields.js';
import { normalizeMeetingUrl } from '../bots/meeting-url.js';
import { VendorCrash } from '../framework/replies.js';
import { isPyObject, type PyObject, type PyValue } from '../python/json.js';
import { apiTime, isoTime } from '../python/times.js';
import { settingsOf } from '../settings.js';
import { sliceOf, type Bot } from '../state.js';
import { notifyProject } from '../webhooks.js';
import { factsOf, idOf, timeOfEvent, UnreadableEvent } from './event-facts.js';
import type { Calendar, CalendarEvent, EventFacts } from './state.js';

/** One run of a calendar's sync, and its effect on the bots of the events (observed). */

/** A sync looks at the events that have not been over for so long. */
const WINDOW_BEFORE: Micros = 24 * 60 * MICROS_PER_MINUTE;

/** What the provider has. */
export interface Provided {
  /** Its whole list. */
  readonly events: readonly PyValue[];
  /** Others, which it gives out one by one. */
  readonly alone?: readonly PyValue[];
  /** The ids of events that it does not give out one by one at present. */
  readonly unavailable?: readonly string[] | undefined;
}

/** The time that a sync looks at. */
export interface Window {
  readonly from: Micros;
  readonly until: Micros;
}

export const windowOf = (world: World): Window => ({
  from: world.now() - WINDOW_BEFORE,
  until: world.now() + settingsOf(world).calendarWindow,
});

export function syncCalendar(world: World, calendar: Calendar, provided: Provided): void {
  try {
    const changed = applySync(world, calendar, provided);
    const now = world.now();
    const synced = { last_attempted_sync_at: now, last_successful_sync_at: now, updated_at: now };
    Object.assign(calendar, synced, { state: 'connected', connectionFailure: null });
    if (changed) notify(world, calendar, 'calendar.events_update');
  } catch (fault) {
    if (!(fault instanceof UnreadableEvent || fault instanceof VendorCrash)) throw fault;
    failSync(world, calendar);
    world.note('calendar', calendar.id, `the whole sync fails: ${fault.message}`);
  }
}

/** Reads everything before it changes anything. True if an event is new, changed or gone. */
function applySync(world: World, calendar: Calendar, { events, alone = [], unavailable = [] }: Provided): boolean {
  const { from, until } = windowOf(world);
  // Both providers list what overlaps the window; the vendor looks among what it knows for what begins in it.
  const isListed = (event: PyObject): boolean =>
    (timeOfEvent(calendar.platform, event, 'start') ?? from) < until &&
    (timeOfEvent(calendar.platform, event, 'end') ?? until) > from;
  const isInside = (at: Micros): boolean => at >= from && at < until;
  const all = events.filter(isPyObject);
  const listed = all.filter(isListed);
  const ids = new Set(listed.map(idOf));
  const known = new Map(
    sliceOf(world)
      .calendarEvents.filter((event) => event.calendar === calendar.id)
      .map((event) => [event.facts.platform_uuid, event]),
  );
  // Each event of the window that the list lacks is asked for: it may have moved out of the window, or be gone.
  const missing = [...known.values()].filter(
    ({ facts: { platform_uuid: id, is_deleted, start_time } }) =>
      !is_deleted && isInside(start_time) && !ids.has(id) && !unavailable.includes(id),
  );
  const byId = new Map([...all, ...alone.filter(isPyObject)].map((event) => [idOf(event), event]));
  const moved = missing.flatMap(({ facts }) => byId.get(facts.platform_uuid) ?? []);
  const given = [...listed, ...moved].map((event) => factsOf(calendar.platform, event));
  const gone = missing.filter(({ facts }) => !byId.has(facts.platform_uuid));
  for (const event of gone) change(world, event, { ...event.facts, is_deleted: true });
  return given.map((facts) => upsert(world, calendar, known, facts)).includes(true) || gone.length > 0;
}

/** True if the event is new or changed: in its raw form, or in its link. */
function upsert(
  world: World,
  { id: calendar }: Calendar,
  known: Map<string, CalendarEvent>,
  facts: EventFacts,
): boolean {
  const event = known.get(facts.platform_uuid);
  if (event?.facts.raw === facts.raw && event.facts.meeting_url === facts.meeting_url) return false;
  if (event) change(world, event, facts);
  else {
    const id = world.random.id('evt');
    const now = world.now();
    const added = { id, calendar, facts, created_at: now, updated_at: now };
    known.set(facts.platform_uuid, sliceOf(world).calendarEvents.add(added));
  }
  return true;
}

/** Changes an event. Its scheduled bots follow it, and go with it. */
function change(world: World, event: CalendarEvent, facts: EventFacts): void {
  event.facts = facts;
  event.updated_at = world.now();
  const bots = sliceOf(world).bots.filter(
    ({ calendarEvent, state }) => calendarEvent === event.id && state === 'scheduled',
  );
  for (const bot of bots) {
    if (facts.is_deleted) removeBot(world, bot);
    else follow(world, bot, facts);
  }
}

/** A bot is patched with what differs; one that cannot have it stays as it is. */
function follow(world: World, bot: Bot, { meeting_url, start_time }: EventFacts): void {
  const isMoved = bot.meeting_url !== meeting_url;
  const meeting = isMoved && meeting_url !== null ? normalizeMeetingUrl(meeting_url) : undefined;
  if (isMoved && !meeting) return;
  if (start_time !== bot.join_at && joinFault(start_time, world.now()) !== undefined) return;
  if (meeting) Object.assign(bot, { meeting_url: meeting.url, platform: meeting.platform });
  reschedule(world, bot, start_time);
}

/** The sync could not be done this time. */
export function failSync(world: World, calendar: Calendar): void {
  calendar.last_attempted_sync_at = calendar.updated_at = world.now();
}

/** The provider refuses the credentials: the calendar is disconnected, and its scheduled bots are gone. */
export function disconnect(world: World, calendar: Calendar, error: string): void {
  calendar.state = 'disconnected';
  calendar.connectionFailure = { error, at: world.now() };
  calendar.updated_at = world.now();
  for (const bot of scheduledBotsOf(world, calendar)) removeBot(world, bot);
  notify(world, calendar, 'calendar.state_change');
}

/** A calendar that is deleted takes its events and its scheduled bots with it. */
export function removeCalendar(world: World, calendar: Calendar): void {
  const { calendars, calendarEvents } = sliceOf(world);
  for (const bot of scheduledBotsOf(world, calendar)) removeBot(world, bot);
  for (const event of calendarEvents.filter((candidate) => candidate.calendar === calendar.id))
    calendarEvents.delete(event.id);
  calendars.delete(calendar.id);
}

function scheduledBotsOf(world: World, calendar: Calendar): Bot[] {
  const { bots, calendarEvents } = sliceOf(world);
  return bots.filter(
    ({ state, calendarEvent }) =>
      state === 'scheduled' && calendarEvent !== null && calendarEvents.get(calendarEvent)?.calendar === calendar.id,
  );
}

function notify(world: World, calendar: Calendar, trigger: 'calendar.events_update' | 'calendar.state_change'): void {
  const { state, connectionFailure: failure } = calendar;
  const data = () => ({
    state,
    connection_failure_data: failure && { error: failure.error, timestamp: isoTime(failure.at) },
    last_successful_sync_at: timeOrNull(calendar.last_successful_sync_at),
    last_attempted_sync_at: timeOrNull(calendar.last_attempted_sync_at),
  });
  notifyProject(world, calendar.id, { trigger, state, data });
}

const timeOrNull = (at: Micros | null): string | null => (at === null ? null : apiTime(at));
