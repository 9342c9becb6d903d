import { isTimeZone } from '../../../../clock/zones.js';
import type { Static } from '@sinclair/typebox';
import type { cronofyBackstage } from '../../../../contracts/cronofy/backstage.js';
import type { World } from '../../../engine/world.js';
import { defineBackstage, type BackstageResult } from '../../provider.js';
import { arrangeAgent } from '../agents/event-agents.js';
import { tellChange } from '../channels/notices.js';
import { settingsOf } from '../settings.js';
import { eventById, eventByUid, sliceOf, type CalendarEvent } from '../state.js';
import { httpUrl } from '../validate.js';
import { providerNameOf } from '../webhooks.js';
import { newEvent } from './new-event.js';
import { readEventTime } from './times.js';
import { planTransitions } from './triggers.js';

/** What people do in the calendar itself, where the application sees it only by reading. */

type Actions = Pick<typeof cronofyBackstage, 'event_added' | 'event_moved' | 'event_deleted' | 'event_declined'>;

export const calendarActs = defineBackstage<Actions>({
  /** An event that the application does not manage. */
  event_added(world, { calendar_id, summary, start, end, tzid, meeting_url, participation_status }) {
    const event = newEvent(world, {
      calendar_id: calendar_id ?? settingsOf(world).calendar_id,
      event_id: '',
      managed: false,
      foreignSecret: null,
      origin: '',
    });
    const wrong =
      setTimes(event, { start, end, tzid }) ??
      (meeting_url === undefined || httpUrl(meeting_url) ? undefined : 'meeting_url must be a URL');
    if (wrong !== undefined) return { refused: wrong };
    event.summary = summary ?? '';
    event.participation_status = participation_status ?? 'accepted';
    if (meeting_url !== undefined)
      event.conference = {
        profile_id: 'explicit',
        provider_name: providerNameOf(meeting_url),
        state: 'assigned',
        join_url: meeting_url,
      };
    addToCalendar(world, event);
    tellChange(world, event);
    return { subject: event.event_uid };
  },

  /** Triggers follow a move by the user (documented); that the agent does is assumed. */
  event_moved: (world, { event: reference, ...times }) =>
    change(world, reference, (event) => {
      const wrong = setTimes(event, times);
      if (wrong === undefined && settingsOf(world).agent_follows_calendar) follow(world, event);
      return wrong;
    }),

  event_deleted: (world, { event: reference }) =>
    change(world, reference, (event) => {
      event.deleted = true;
      world.clock.cancel(event.conferenceJob);
      event.conferenceJob = null;
      if (settingsOf(world).agent_on_calendar_delete === 'cancelled') follow(world, event);
      return undefined;
    }),

  event_declined: (world, { event: reference }) =>
    change(world, reference, (event) => {
      event.participation_status = 'declined';
      if (settingsOf(world).agent_on_decline === 'kept') return undefined;
      event.meeting_agent = null;
      follow(world, event);
      return undefined;
    }),
});

function addToCalendar(world: World, event: CalendarEvent): void {
  const { events, byUid } = sliceOf(world);
  events.add(event);
  byUid[event.event_uid] = event.key;
}

type Reference = Static<Actions['event_deleted']>['event'];

function change(
  world: World,
  reference: Reference,
  work: (event: CalendarEvent) => string | undefined,
): BackstageResult {
  const event = typeof reference === 'string' ? eventByUid(world, reference) : eventById(world, reference.event_id);
  if (!event || event.deleted) return { refused: `no event ${JSON.stringify(reference)}` };
  const wrong = work(event);
  if (wrong === undefined) {
    event.updated = world.now();
    planTransitions(world, event);
    tellChange(world, event);
  }
  return { subject: event.agent ?? event.event_uid, refused: wrong };
}

/** The agent does as its event does, for whom it was made. */
function follow(world: World, event: CalendarEvent): void {
  const agent = sliceOf(world).agents.get(event.agent ?? '');
  if (!agent) return;
  arrangeAgent(world, { request: { origin: agent.origin, headers: {} } }, event, { email: agent.on_behalf_of });
}

/** Gives an event other times; says what is wrong with them, and changes nothing then. */
function setTimes(
  event: CalendarEvent,
  {
    start,
    end,
    tzid = event.tzid,
  }: { readonly start: string; readonly end: string; readonly tzid?: string | undefined },
): string | undefined {
  if (!isTimeZone(tzid)) return `tzid must be a time zone, was ${JSON.stringify(tzid)}`;
  const [startsAt, endsAt] = [readEventTime(start, tzid), readEventTime(end, tzid)];
  if (startsAt === undefined || endsAt === undefined || endsAt <= startsAt)
    return `start and end must be times, one after the other, were ${JSON.stringify([start, end])}`;
  Object.assign(event, { start, end, tzid, startsAt, endsAt });
  return undefined;
}
