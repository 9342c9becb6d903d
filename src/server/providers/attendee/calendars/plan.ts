import { formatInstant } from '../../../../clock/instant.js';
import type { NewMeeting, VendorPlan } from '../../../../contracts/control/calendar.js';
import type { World } from '../../../engine/world.js';
import { pythonArgument } from '../python/arguments.js';
import { settingsOf } from '../settings.js';
import { sliceOf } from '../state.js';
import type { Calendar, CalendarEvent } from './state.js';
import { providedBy } from './provided.js';
import { syncCalendar } from './sync.js';

type Raw = Readonly<Record<string, unknown>>;

/** How each provider writes a meeting that its user has made. */
const WRITTEN: Readonly<Record<Calendar['platform'], (id: string, meeting: Required<NewMeeting>) => Raw>> = {
  google: (id, { title, url, start, end, tzid }) => ({
    id,
    status: 'confirmed',
    summary: title,
    hangoutLink: url,
    start: { dateTime: start, timeZone: tzid },
    end: { dateTime: end, timeZone: tzid },
  }),
  microsoft: (id, { title, url, start, end }) => ({
    id,
    isCancelled: false,
    subject: title,
    onlineMeeting: { joinUrl: url },
    start: { dateTime: start.replace('Z', ''), timeZone: 'UTC' },
    end: { dateTime: end.replace('Z', ''), timeZone: 'UTC' },
  }),
};

/** A user books a meeting in the first calendar that is connected, and a sync finds it. */
export function userBooks(
  world: World,
  { title = 'Meeting', tzid = 'UTC', ...meeting }: NewMeeting,
): { readonly event: string } | { readonly refused: string } {
  const { calendars, calendarEvents } = sliceOf(world);
  if (!settingsOf(world).backgroundWorkers)
    return { refused: 'nobody syncs the calendar: the setting background_workers is off' };
  const calendar = calendars.find(({ state }) => state === 'connected');
  if (!calendar) return { refused: 'no calendar is connected' };
  const id = world.random.hex('provider event', 26);
  const raw = WRITTEN[calendar.platform](id, { title, tzid, ...meeting });
  const provided = providedBy(world, calendar);
  syncCalendar(world, calendar, { ...provided, events: [...provided.events, pythonArgument(raw)] });
  const made = calendarEvents.find(({ facts }) => facts.platform_uuid === id);
  return made ? { event: made.id } : { refused: 'it lies outside of what a sync looks at' };
}

/** What a calendar or an event of it is called where people look at it. */
export function calendarEntry(world: World, id: string): { readonly name: string; readonly state: string } | undefined {
  const { calendars, calendarEvents } = sliceOf(world);
  const calendar = calendars.get(id);
  if (calendar) return { name: `calendar: ${calendar.platform}`, state: calendar.state };
  const event = calendarEvents.get(id);
  return event && { name: `event: ${event.facts.name ?? ''}`, state: event.facts.is_deleted ? 'deleted' : 'confirmed' };
}

/** What the syncs have found, and the bots that there are. */
export function calendarPlan(world: World): VendorPlan {
  const { calendars, calendarEvents, bots } = sliceOf(world);
  return {
    calendars: [...calendars.values()].map(({ id }) => ({ calendar: id, name: calendarEntry(world, id)!.name })),
    events: [...calendarEvents.values()].map((event) => {
      const { facts, updated_at } = event;
      return {
        event: event.id,
        calendar: event.calendar,
        own: false,
        title: facts.name ?? '',
        start: formatInstant(facts.start_time),
        end: formatInstant(facts.end_time),
        tzid: null,
        deleted: facts.is_deleted,
        declined: isDeclined(event),
        meeting_url: facts.meeting_url,
        updated_at: formatInstant(updated_at),
      };
    }),
    agents: [...bots.values()]
      .filter(({ rtmsStream }) => rtmsStream === null)
      .map(({ id, state, join_at, meeting_url, calendarEvent }) => ({
        agent: id,
        state,
        cancelled: false,
        join_at: join_at === null ? null : formatInstant(join_at),
        meeting_url,
        event: calendarEvent,
      })),
  };
}

/** As both providers write the user's own answer. */
function isDeclined({ facts: { raw } }: CalendarEvent): boolean {
  const { attendees, responseStatus } = JSON.parse(raw) as {
    readonly attendees?: readonly { readonly self?: boolean; readonly responseStatus?: string }[];
    readonly responseStatus?: { readonly response?: string };
  };
  const own = Array.isArray(attendees) ? attendees.find((one) => one.self === true) : undefined;
  return own?.responseStatus === 'declined' || responseStatus?.response === 'declined';
}
