import { shifted } from '../../../../clock/shift.js';
import type { CalendarAct, UserAct } from '../../../../contracts/control/calendar-acts.js';
import type { World } from '../../../engine/world.js';
import { settingsOf } from '../settings.js';
import { eventById, eventByUid, sliceOf, type CalendarEvent } from '../state.js';
import { explicitConference } from '../webhooks.js';
import { answer, withGuests } from './attendees.js';
import { declineByUser, follow, ownerOf, removeByUser, touched } from './calendar.js';
import { setConnected } from '../accounts/connection.js';
import { meetingUrl, resumeConference } from './conferencing.js';
import { timeLike } from './recurrence.js';
import { isDropped, writeAll } from './series.js';
import { setTimes, zoneOf } from './times.js';

/** What the user does in the own calendar, as a scenario tells it or a test by hand. */
type Doing = (world: World, event: CalendarEvent, act: CalendarAct) => string | undefined;

const ACTS: Readonly<Record<UserAct, Doing>> = {
  moves(world, event, { to = '' }) {
    const { tzid } = event;
    const zone = zoneOf(event.start, tzid);
    const [startsAt, endsAt] = [shifted(event.startsAt, to, zone), shifted(event.endsAt, to, zone)];
    setTimes(event, { start: timeLike(event.start, startsAt, tzid), end: timeLike(event.end, endsAt, tzid), tzid });
    return followed(world, event);
  },
  renames(_, event, { to = '' }) {
    event.summary = to;
    return undefined;
  },
  declines: (world, event) => declineByUser(world, event),
  accepts(world, event) {
    answer(event, ownerOf(world, event), 'accepted');
    return undefined;
  },
  deletes: (world, event) => removeByUser(world, event),
  restores(world, event) {
    event.deleted = false;
    resumeConference(world, event);
    return settingsOf(world).agent_on_calendar_restore === 'another' ? followed(world, event) : undefined;
  },
  changes_conferencing(world, event, { to }) {
    const service = event.conference?.provider_name ?? settingsOf(world).integrated_conferencing;
    world.clock.cancel(event.conferenceJob);
    event.conferenceJob = null;
    event.conference = explicitConference(to ?? meetingUrl(world, service));
    return followed(world, event);
  },
  removes_conferencing(world, event) {
    world.clock.cancel(event.conferenceJob);
    event.conferenceJob = null;
    event.conference = null;
    return followed(world, event);
  },
  adds_guest(_, event, { guest = '' }) {
    event.attendees = withGuests(event.attendees, [{ email: guest, display_name: null }]);
    return undefined;
  },
  removes_guest(_, event, { guest }) {
    event.attendees = event.attendees.filter(({ email }) => email !== guest);
    return undefined;
  },
  repeats(world, event, { to = 'weekly' }) {
    if (event.series !== null && event.rule === null) return 'the event is one occurrence of what repeats already';
    writeAll(world, event, () => {
      event.rule = { frequency: to };
    });
    return undefined;
  },
  disconnects: (world, event) => connected(world, event, false),
  reconnects: (world, event) => connected(world, event, true),
};

function connected(world: World, event: CalendarEvent, is: boolean): undefined {
  const owner = ownerOf(world, event);
  if (owner) setConnected(world, owner, is);
}

/** The agent goes with its event, if agents do. */
function followed(world: World, event: CalendarEvent): undefined {
  if (settingsOf(world).agent_follows_calendar) follow(world, event);
}

export function userActs(world: World, key: string, act: CalendarAct): string | undefined {
  const event = sliceOf(world).events.get(key);
  if (!event) return 'the event is not known any more';
  if (act.user === 'disconnects' || act.user === 'reconnects') return ACTS[act.user](world, event, act);
  if (event.deleted !== (act.user === 'restores')) return event.deleted ? 'the event is deleted' : 'the event stands';
  if (act.user === 'restores' && isDropped(event)) return 'the series of the event has it no more';
  return touched(world, event, () => ACTS[act.user](world, event, act));
}

/** The event of an agent, or one that is named itself. */
export function calendarEventOf(world: World, subject: string | Readonly<Record<string, string>>): string | undefined {
  const { agents } = sliceOf(world);
  if (typeof subject !== 'string') return eventById(world, subject['event_id'] ?? '')?.key;
  return agents.get(subject)?.event ?? eventByUid(world, subject)?.key;
}
