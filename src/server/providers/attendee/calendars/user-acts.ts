import { formatInstant } from '../../../../clock/instant.js';
import type { CalendarAct, UserAct } from '../../../../contracts/control/calendar-acts.js';
import type { World } from '../../../engine/world.js';
import { jobs, type JobTable } from '../jobs.js';
import { settingsOf } from '../settings.js';
import { sliceOf } from '../state.js';
import { isGone, providedBy, rawOf } from './provided.js';
import { listOf, moveBy, objectOf, type Raw } from './raw-event.js';
import { makeSeries, seriesOf } from './series.js';
import type { Calendar, CalendarEvent } from './state.js';
import { disconnect, syncCalendar } from './sync.js';

/**
 * What the user does in the own calendar: the provider's event changes, and a sync finds it. The provider's list is what
 * the last syncs have shown of it.
 */

type Edit = (raw: Raw, act: CalendarAct, world: World) => void;

const moves: Edit = (raw, { to = '' }) => moveBy(raw, to);

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
  repeats: (raw, { to = 'weekly' }) => makeSeries('google', raw, to),
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
  repeats: (raw, { to = 'weekly' }) => makeSeries('microsoft', raw, to),
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
  if (user === 'reconnects') findChanges(world, calendar);
  else if (user === 'disconnects') disconnect(world, calendar, 'invalid_grant');
  else return edit(world, calendar, event, { ...act, user });
  return undefined;
}

/** The user's change of an event, which a sync finds; gives back why nothing comes of it. */
function edit(
  world: World,
  calendar: Calendar,
  event: CalendarEvent,
  act: CalendarAct & { readonly user: keyof Answers },
): string | undefined {
  const isGoogle = calendar.platform === 'google';
  const raw = rawOf(event);
  const gone = event.unsynced === undefined ? event.facts.is_deleted : isGone(calendar, raw);
  if (gone !== (act.user === 'restores')) return gone ? 'the event is deleted' : 'the event stands';
  (isGoogle ? GOOGLE : MICROSOFT)[act.user](raw, act, world);
  raw[isGoogle ? 'updated' : 'lastModifiedDateTime'] = formatInstant(world.now());
  // While the provider refuses the credentials, no sync finds it.
  if (calendar.state === 'disconnected') return 'the calendar is disconnected';
  event.unsynced = JSON.stringify(raw);
  if (seriesOf(calendar.platform, raw) !== undefined) event.isApart = true;
  const { calendarSyncDelay: delay } = settingsOf(world);
  if (delay === 0) findChanges(world, calendar);
  else jobs.plan(world, 'sync', { due: world.now() + delay, subject: calendar.id });
  return undefined;
}

/** A sync of a calendar in which users have changed events. Those outside of the time that it looks at are not found yet. */
export function findChanges(world: World, calendar: Calendar): void {
  const known = new Map(
    sliceOf(world)
      .calendarEvents.filter((event) => event.calendar === calendar.id)
      .map((event) => [event, event.facts]),
  );
  syncCalendar(world, calendar, providedBy(world, calendar));
  for (const [event, before] of known) if (event.facts !== before) delete event.unsynced;
}

/** The same for whoever knows the id alone: of a calendar that is gone, or refused by its provider, nothing comes. */
export function syncLater(world: World, id: string): void {
  const calendar = sliceOf(world).calendars.get(id);
  const isNew = sliceOf(world).calendarEvents.find((event) => event.calendar === id && event.unsynced !== undefined);
  if (calendar?.state === 'connected' && isNew) findChanges(world, calendar);
}

export const calendarJobs = {
  sync: { label: 'a sync finds what users have changed', run: syncLater },
} satisfies Partial<JobTable>;

/** The event of a bot, or one that is named itself. */
export function calendarEventOf(world: World, subject: string | Readonly<Record<string, string>>): string | undefined {
  if (typeof subject !== 'string') return undefined;
  const { bots, calendarEvents } = sliceOf(world);
  return bots.get(subject)?.calendarEvent ?? calendarEvents.get(subject)?.id;
}
