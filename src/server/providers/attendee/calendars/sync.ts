import type { Micros } from '../../../../clock/instant.js';
import type { World } from '../../../engine/world.js';
import { reschedule } from '../bots/handlers.js';
import { removeBot } from '../bots/life.js';
import { normalizeMeetingUrl } from '../bots/meeting-url.js';
import { isPyObject, type PyValue } from '../python/json.js';
import { apiTime, isoTime } from '../python/times.js';
import { sliceOf, type Bot } from '../state.js';
import { notifyProject } from '../webhooks.js';
import { factsOf } from './event-facts.js';
import type { Calendar, CalendarEvent, EventFacts } from './state.js';

/** One run of a calendar's sync, and its effect on the bots of the events (observed). */

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
  if (changed) notify(world, calendar, 'calendar.events_update');
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
