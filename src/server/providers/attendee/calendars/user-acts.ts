import { formatInstant, parseInstant } from '../../../../clock/instant.js';
import { shifted } from '../../../../clock/shift.js';
import type { CalendarAct, UserAct } from '../../../../contracts/control/calendar-acts.js';
import type { World } from '../../../engine/world.js';
import { pythonArgument } from '../python/arguments.js';
import { parsePython, type PyValue } from '../python/json.js';
import { settingsOf } from '../settings.js';
import { sliceOf } from '../state.js';
import type { Calendar, CalendarEvent } from './state.js';
import { disconnect, syncCalendar } from './sync.js';

/**
 * What the user does in the own calendar: the provider's event changes, and a sync finds it. The provider's list is what
 * the last syncs have shown of it.
 */

/** An event in the provider's own form. */
type Raw = Record<string, unknown>;
type Edit = (raw: Raw, act: CalendarAct, world: World) => void;

const objectOf = (value: unknown): Raw => (typeof value === 'object' && value !== null ? (value as Raw) : {});
const listOf = (value: unknown): Raw[] => (Array.isArray(value) ? (value as Raw[]) : []);

/** Both providers write when an event is as objects with a zone. */
function moveTime(raw: Raw, field: 'start' | 'end', to: string): void {
  const time = objectOf(raw[field]);
  const zone = typeof time['timeZone'] === 'string' ? time['timeZone'] : 'UTC';
  if (typeof time['date'] === 'string') {
    const day = parseInstant(`${time['date']}T00:00:00Z`);
    if (day !== undefined) raw[field] = { ...time, date: formatInstant(shifted(day, to, 'UTC')).slice(0, 10) };
    return;
  }
  const text = String(time['dateTime']);
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/.test(text);
  const at = parseInstant(hasZone ? text : `${text.slice(0, 19)}Z`);
  if (at === undefined) return;
  // Without an offset it is a time of day in its zone, which a day does not change.
  const moved = formatInstant(shifted(at, to, hasZone ? zone : 'UTC'));
  raw[field] = { ...time, dateTime: hasZone ? moved : moved.slice(0, -1) };
}

const moves: Edit = (raw, { to = '' }) => {
  moveTime(raw, 'start', to);
  moveTime(raw, 'end', to);
};

function respond(raw: Raw, answers: Readonly<Record<string, string>>, name: string): void {
  const attendees = listOf(raw['attendees']);
  raw['attendees'] = attendees.some((one) => one['self'] === true)
    ? attendees.map((one) => (one['self'] === true ? { ...one, ...answers } : one))
    : [...attendees, { self: true, email: name, ...answers }];
}

type Answers = Readonly<Record<Exclude<UserAct, 'disconnects' | 'reconnects'>, Edit>>;

const GOOGLE: Answers = {
  moves,
  renames: (raw, { to }) => void (raw['summary'] = to),
  declines: (raw) => respond(raw, { responseStatus: 'declined' }, 'user@example.com'),
  accepts: (raw) => respond(raw, { responseStatus: 'accepted' }, 'user@example.com'),
  deletes: (raw) => void (raw['status'] = 'cancelled'),
  restores: (raw) => void (raw['status'] = 'confirmed'),
  changes_conferencing(raw, { to }, { random }) {
    delete raw['conferenceData'];
    raw['hangoutLink'] = to ?? madeUp(random.hex('conference', 20));
  },
  removes_conferencing(raw) {
    delete raw['conferenceData'];
    delete raw['hangoutLink'];
  },
  adds_guest: (raw, { guest }) =>
    void (raw['attendees'] = [...listOf(raw['attendees']), { email: guest, responseStatus: 'needsAction' }]),
  removes_guest: (raw, { guest }) =>
    void (raw['attendees'] = listOf(raw['attendees']).filter(({ email }) => email !== guest)),
  repeats: (raw, { to = 'weekly' }) => void (raw['recurrence'] = [`RRULE:FREQ=${to.toUpperCase()}`]),
};

const MICROSOFT: Answers = {
  moves,
  renames: (raw, { to }) => void (raw['subject'] = to),
  declines: (raw) => void (raw['responseStatus'] = { response: 'declined' }),
  accepts: (raw) => void (raw['responseStatus'] = { response: 'accepted' }),
  deletes: (raw) => void (raw['isCancelled'] = true),
  restores: (raw) => void (raw['isCancelled'] = false),
  changes_conferencing(raw, { to }, { random }) {
    delete raw['onlineMeetingUrl'];
    raw['onlineMeeting'] = { joinUrl: to ?? madeUp(random.hex('conference', 20)) };
  },
  removes_conferencing(raw) {
    delete raw['onlineMeetingUrl'];
    raw['onlineMeeting'] = null;
  },
  adds_guest: (raw, { guest }) =>
    void (raw['attendees'] = [...listOf(raw['attendees']), { emailAddress: { address: guest, name: guest } }]),
  removes_guest: (raw, { guest }) =>
    void (raw['attendees'] = listOf(raw['attendees']).filter(
      ({ emailAddress }) => objectOf(emailAddress)['address'] !== guest,
    )),
  repeats: (raw, { to = 'weekly' }) => void (raw['recurrence'] = { pattern: { type: to, interval: 1 } }),
};

function madeUp(hex: string): string {
  const letters = hex.replace(/\d/g, (digit) => 'ghijklmnop'[Number(digit)]!);
  return `https://meet.google.com/${letters.slice(0, 3)}-${letters.slice(3, 7)}-${letters.slice(7, 10)}`;
}

export function userActs(world: World, id: string, act: CalendarAct): string | undefined {
  const { calendars, calendarEvents } = sliceOf(world);
  const event = calendarEvents.get(id);
  const calendar = event && calendars.get(event.calendar);
  if (!event || !calendar) return 'the event is in no calendar any more';
  const { user } = act;
  if (!settingsOf(world).backgroundWorkers) return 'nobody syncs the calendar: the setting background_workers is off';
  if (user === 'disconnects' || user === 'reconnects') {
    if (user === 'disconnects') disconnect(world, calendar, 'invalid_grant');
    else sync(world, calendar, event, undefined);
    return undefined;
  }
  const gone = event.facts.is_deleted;
  if (gone !== (user === 'restores')) return gone ? 'the event is deleted' : 'the event stands';
  const raw = JSON.parse(event.facts.raw) as Raw;
  (calendar.platform === 'google' ? GOOGLE : MICROSOFT)[user](raw, act, world);
  raw[calendar.platform === 'google' ? 'updated' : 'lastModifiedDateTime'] = formatInstant(world.now());
  // While the provider refuses the credentials, no sync finds it.
  if (calendar.state === 'disconnected') return 'the calendar is disconnected';
  sync(world, calendar, event, raw);
  return undefined;
}

const sync = (world: World, calendar: Calendar, changed: CalendarEvent, raw: Raw | undefined): void =>
  syncCalendar(world, calendar, {
    events: [...providedBy(world, calendar, raw && changed), ...(raw ? [pythonArgument(raw)] : [])],
  });

/** What the provider has in a calendar, as far as syncs have shown it, without one event. */
export const providedBy = (world: World, calendar: Calendar, without?: CalendarEvent): PyValue[] =>
  sliceOf(world)
    .calendarEvents.filter((event) => event.calendar === calendar.id && event !== without && !event.facts.is_deleted)
    .map(({ facts }) => parsePython(facts.raw));

/** The event of a bot, or one that is named itself. */
export function calendarEventOf(world: World, subject: string | Readonly<Record<string, string>>): string | undefined {
  if (typeof subject !== 'string') return undefined;
  const { bots, calendarEvents } = sliceOf(world);
  return bots.get(subject)?.calendarEvent ?? calendarEvents.get(subject)?.id;
}
