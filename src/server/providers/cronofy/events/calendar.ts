import type { Static } from '@sinclair/typebox';
import { isTimeZone } from '../../../../clock/zones.js';
import type { cronofyBackstage } from '../../../../contracts/cronofy/backstage.js';
import type { World } from '../../../engine/world.js';
import { defineBackstage, type BackstageResult } from '../../provider.js';
import { accountOfCalendar, ownAccount, PROVIDERS } from '../accounts/accounts.js';
import { addCalendar } from '../accounts/calendars.js';
import { byEmail } from '../accounts/people.js';
import { arrangeAgent } from '../agents/event-agents.js';
import { tellChange } from '../channels/notices.js';
import { FieldErrors } from '../errors.js';
import { settingsOf } from '../settings.js';
import { eventById, eventByUid, sliceOf, type Account, type CalendarEvent } from '../state.js';
import { httpUrl } from '../validate.js';
import { explicitConference } from '../webhooks.js';
import { answer } from './attendees.js';
import { newEvent } from './new-event.js';
import { checkRecurrence } from './recurrence.js';
import { hasOtherOccurrences, repeat } from './series.js';
import { isDay, readEventTime, setTimes } from './times.js';
import { planTransitions } from './triggers.js';

/** What people do in the calendar itself, where the application sees it only by reading. */

type Actions = Pick<
  typeof cronofyBackstage,
  | 'event_added'
  | 'event_moved'
  | 'event_deleted'
  | 'event_declined'
  | 'event_answered'
  | 'calendar_added'
  | 'calendar_removed'
>;
type NewEvent = Omit<Static<Actions['event_added']>, 'kind'>;

export const calendarActs = defineBackstage<Actions>({
  /** An event that the application does not manage. */
  event_added(world, given) {
    const event = newEvent(world, {
      calendar_id: given.calendar_id ?? settingsOf(world).calendar_id,
      event_id: '',
      managed: false,
      foreignSecret: null,
      origin: '',
    });
    const { start, end, tzid, meeting_url } = given;
    const wrong =
      giveTimes(event, { start, end, tzid }) ??
      ruleFault(given.repeats) ??
      (meeting_url === undefined || httpUrl(meeting_url) ? undefined : 'meeting_url must be a URL');
    if (wrong !== undefined) return { refused: wrong };
    describe(event, given);
    addToCalendar(world, event);
    tellChange(world, event);
    return { subject: event.event_uid };
  },

  /** Triggers follow a move by the user (documented); that the agent does is assumed. */
  event_moved: (world, { event: reference, ...times }) =>
    touch(world, reference, (event) => {
      const wrong = giveTimes(event, times);
      if (wrong === undefined && settingsOf(world).agent_follows_calendar) follow(world, event);
      return wrong;
    }),

  event_deleted: (world, { event }) => touch(world, event, (found) => removeByUser(world, found)),
  event_declined: (world, { event }) => touch(world, event, (found) => declineByUser(world, found)),

  event_answered: (world, { event: reference, status, email }) =>
    touch(world, reference, (event) => {
      if (email === undefined && status === 'declined') return declineByUser(world, event);
      if (email === undefined) answer(event, ownerOf(world, event), status);
      else if (event.attendees.some((one) => one.email === email))
        event.attendees = event.attendees.map((one) => (one.email === email ? { ...one, status } : one));
      else return `${email} is not invited`;
      return undefined;
    }),

  calendar_added(world, { name, readonly, email }) {
    const person = email === undefined ? ownAccount(world) : byEmail(world, email);
    if (!person) return { refused: `nobody has the address ${email}` };
    return { subject: addCalendar(world, person, name, readonly).calendar_id };
  },

  /** Its events go with it. */
  calendar_removed(world, { calendar_id }) {
    const { calendars, events } = sliceOf(world);
    const calendar = calendars.get(calendar_id);
    if (!calendar || calendar.deleted) return { refused: `no calendar ${calendar_id} beside the primary ones` };
    calendar.deleted = true;
    for (const event of events.filter((one) => one.calendar_id === calendar_id && !one.deleted))
      touched(world, event, () => removeByUser(world, event));
    return { subject: calendar_id };
  },
});

const ruleFault = (rule: NewEvent['repeats']): string | undefined => {
  const errors = new FieldErrors();
  if (rule) checkRecurrence([rule], errors);
  return errors.any ? `repeats: ${JSON.stringify(errors.errors)}` : undefined;
};

function describe(event: CalendarEvent, given: NewEvent): void {
  const { summary = '', description = '', location, meeting_url, organizer, attendees = [] } = given;
  const guest = (email: string) => ({ email, display_name: null });
  Object.assign(event, {
    summary,
    description,
    location: location === undefined ? null : { description: location },
    participation_status: given.participation_status ?? 'accepted',
    organizer: organizer === undefined ? null : guest(organizer),
    attendees: attendees.map((email) => ({ ...guest(email), status: 'needs_action' })),
    transparency: given.transparency ?? null,
    tentative: given.tentative ?? false,
    event_private: given.private ?? false,
    rule: given.repeats ?? null,
    conference: meeting_url === undefined ? null : explicitConference(meeting_url),
  });
}

/** Whose calendar it is in; nobody's before the first call. */
export const ownerOf = (world: World, { calendar_id }: CalendarEvent): Account | undefined =>
  sliceOf(world).accounts.size === 0 ? undefined : accountOfCalendar(world, calendar_id);

export function removeByUser(world: World, event: CalendarEvent): undefined {
  event.deleted = true;
  if (!hasOtherOccurrences(world, event)) {
    world.clock.cancel(event.conferenceJob);
    event.conferenceJob = null;
  }
  if (settingsOf(world).agent_on_calendar_delete === 'cancelled') follow(world, event);
}

/** What its owner declines stays with most providers, and is deleted with some (documented). */
export function declineByUser(world: World, event: CalendarEvent): undefined {
  const owner = ownerOf(world, event);
  answer(event, owner, 'declined');
  const { agent_on_decline, calendar_provider } = settingsOf(world);
  const provider = owner?.provider_name ?? calendar_provider;
  if (PROVIDERS[provider]?.deletesDeclined) return removeByUser(world, event);
  if (agent_on_decline === 'kept') return undefined;
  event.meeting_agent = null;
  follow(world, event);
}

function addToCalendar(world: World, event: CalendarEvent): void {
  const { events, byUid } = sliceOf(world);
  events.add(event);
  byUid[event.event_uid] = event.key;
  if (event.rule) repeat(world, event);
}

type Reference = Static<Actions['event_deleted']>['event'];

/** Changes an event as people do in the calendar itself: channels tell of it. */
function touch(
  world: World,
  reference: Reference,
  work: (event: CalendarEvent) => string | undefined,
): BackstageResult {
  const event = typeof reference === 'string' ? eventByUid(world, reference) : eventById(world, reference.event_id);
  if (!event || event.deleted) return { refused: `no event ${JSON.stringify(reference)}` };
  return { subject: event.agent ?? event.event_uid, refused: touched(world, event, work) };
}

/** Does something to an event, and whatever follows from a change by people; gives back why it was not done. */
export function touched(
  world: World,
  event: CalendarEvent,
  work: (event: CalendarEvent) => string | undefined,
): string | undefined {
  const wrong = work(event);
  if (wrong !== undefined) return wrong;
  event.updated = world.now();
  planTransitions(world, event);
  tellChange(world, event);
  return undefined;
}

/** The agent does as its event does, for whom it was made. */
export function follow(world: World, event: CalendarEvent): void {
  const agent = sliceOf(world).agents.get(event.agent ?? '');
  if (!agent) return;
  arrangeAgent(world, { request: { origin: agent.origin, headers: {} } }, event, { email: agent.on_behalf_of });
}

/** Gives an event other times; says what is wrong with them, and changes nothing then. */
function giveTimes(
  event: CalendarEvent,
  {
    start,
    end,
    tzid = event.tzid,
  }: { readonly start: string; readonly end: string; readonly tzid?: string | undefined },
): string | undefined {
  if (!isTimeZone(tzid)) return `tzid must be a time zone, was ${JSON.stringify(tzid)}`;
  const [startsAt, endsAt] = [readEventTime(start, tzid), readEventTime(end, tzid)];
  if (startsAt === undefined || endsAt === undefined || endsAt <= startsAt || isDay(start) !== isDay(end))
    return `start and end must be times or days, one after the other, were ${JSON.stringify([start, end])}`;
  setTimes(event, { start, end, tzid });
  return undefined;
}
