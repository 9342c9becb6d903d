import type { Micros } from '../../../../clock/instant.js';
import type { World } from '../../../engine/world.js';
import { notifyProject } from '../webhooks.js';
import type { Calendar, CalendarEvent, EventFacts } from './state.js';
import { planStaging } from '../bots/launch.js';
import { removeBot } from '../bots/life.js';
import { normalizeMeetingUrl } from '../bots/meeting-url.js';
import { asJsonb, COMPACT, isPyObject, writePython, type PyObject, type PyValue } from '../python/json.js';
import { sliceOf, type Bot } from '../state.js';
import { apiTime, isoTime, parseDjangoTime } from '../python/times.js';

/** One run of a calendar's sync, and what it does to the bots of the events (observed). */

export function syncCalendar(world: World, calendar: Calendar, events: readonly PyValue[]): void {
  const facts = events.filter(isPyObject).map((event) => factsOf(calendar.platform, event));
  const given = new Map(facts.map((fact) => [fact.platform_uuid, fact]));
  const { calendarEvents } = sliceOf(world);
  const known = calendarEvents.filter((event) => event.calendar === calendar.id);
  let changed = false;
  for (const event of known) {
    const fact = given.get(event.facts.platform_uuid) ?? { ...event.facts, is_deleted: true };
    given.delete(event.facts.platform_uuid);
    if (isSame(event.facts, fact)) continue;
    changed = true;
    event.facts = fact;
    event.updated_at = world.now();
    moveBots(world, event);
  }
  for (const fact of given.values()) {
    changed = true;
    const at = world.now();
    const id = `evt_${world.random.alphanumeric('evt', 16)}`;
    calendarEvents.add({ id, calendar: calendar.id, facts: fact, created_at: at, updated_at: at });
  }
  const now = world.now();
  const synced = { last_attempted_sync_at: now, last_successful_sync_at: now, updated_at: now };
  Object.assign(calendar, synced, { state: 'connected', connectionFailure: null });
  if (changed) tell(world, calendar, 'calendar.events_update');
}

const isSame = (a: EventFacts, b: EventFacts): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The scheduled bots of an event follow it, and go with it. */
function moveBots(world: World, { id, facts }: CalendarEvent): void {
  const bots = sliceOf(world).bots.filter(({ calendarEvent, state }) => calendarEvent === id && state === 'scheduled');
  for (const bot of bots) {
    if (facts.is_deleted) removeBot(world, bot);
    else follow(world, bot, facts);
  }
}

function follow(world: World, bot: Bot, { meeting_url, start_time }: EventFacts): void {
  const meeting = meeting_url === null ? undefined : normalizeMeetingUrl(meeting_url);
  if (!meeting || start_time < world.now()) return;
  bot.meeting_url = meeting.url;
  bot.platform = meeting.platform;
  if (bot.join_at === start_time) return;
  bot.join_at = start_time;
  if (bot.picked === null) planStaging(world, bot);
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
  tell(world, calendar, 'calendar.state_change');
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

function tell(world: World, calendar: Calendar, trigger: 'calendar.events_update' | 'calendar.state_change'): void {
  const { state, connectionFailure: failure } = calendar;
  notifyProject(world, calendar.id, trigger, { state }, () => ({
    state,
    connection_failure_data: failure && { error: failure.error, timestamp: isoTime(failure.at) },
    last_successful_sync_at: timeOrNull(calendar.last_successful_sync_at),
    last_attempted_sync_at: timeOrNull(calendar.last_attempted_sync_at),
  }));
}

const timeOrNull = (at: Micros | null): string | null => (at === null ? null : apiTime(at));

const textOf = (value: PyValue | undefined): string | null => (typeof value === 'string' ? value : null);
const objectOf = (value: PyValue | undefined): PyObject => (isPyObject(value) ? value : new Map());
const objectsOf = (value: PyValue | undefined): PyObject[] => (Array.isArray(value) ? value.filter(isPyObject) : []);

function factsOf(platform: Calendar['platform'], event: PyObject): EventFacts {
  const raw = writePython(asJsonb(event), COMPACT);
  const platform_uuid = textOf(event.get('id')) ?? '';
  const start_time = eventTime(event.get('start'));
  const end_time = eventTime(event.get('end'));
  const common = { platform_uuid, start_time, end_time, raw };
  if (platform === 'google')
    return {
      ...common,
      meeting_url: findMeetingUrl([
        event.get('hangoutLink'),
        ...objectsOf(objectOf(event.get('conferenceData')).get('entryPoints')).map((entry) => entry.get('uri')),
        event.get('location'),
        event.get('description'),
      ]),
      is_deleted: event.get('status') === 'cancelled',
      attendees: objectsOf(event.get('attendees')).map((attendee) => ({
        name: textOf(attendee.get('displayName')),
        email: textOf(attendee.get('email')),
      })),
      ical_uid: textOf(event.get('iCalUID')),
      name: textOf(event.get('summary')),
    };
  return {
    ...common,
    meeting_url: findMeetingUrl([
      objectOf(event.get('onlineMeeting')).get('joinUrl'),
      objectOf(event.get('location')).get('displayName'),
      objectOf(event.get('body')).get('content'),
      event.get('bodyPreview'),
    ]),
    is_deleted: event.get('isCancelled') === true,
    attendees: objectsOf(event.get('attendees')).map((attendee) => {
      const address = objectOf(attendee.get('emailAddress'));
      return { name: textOf(address.get('name')), email: textOf(address.get('address')) };
    }),
    ical_uid: textOf(event.get('iCalUId')),
    name: textOf(event.get('subject')),
  };
}

/** `{dateTime}` or, for a whole day, `{date}`. */
function eventTime(value: PyValue | undefined): Micros {
  const given = objectOf(value);
  return parseDjangoTime(textOf(given.get('dateTime')) ?? textOf(given.get('date')) ?? '') ?? 0;
}

function findMeetingUrl(places: readonly (PyValue | undefined)[]): string | null {
  for (const place of places) {
    for (const [url] of (textOf(place) ?? '').matchAll(/https?:\/\/[^\s<>"']+/g)) {
      const meeting = normalizeMeetingUrl(url);
      if (meeting) return meeting.url;
    }
  }
  return null;
}
