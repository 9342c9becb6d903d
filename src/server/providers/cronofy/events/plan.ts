import { formatInstant } from '../../../../clock/instant.js';
import type { NewMeeting, VendorPlan } from '../../../../contracts/control/calendar.js';
import type { World } from '../../../engine/world.js';
import { readUrl } from '../../../../read-url.js';
import { eventByUid, eventOf, sliceOf, type Account } from '../state.js';
import { calendarActs } from './calendar.js';

/** A user books a meeting without the application, which sees it by reading and on its channels. */
export function userBooks(
  world: World,
  { title = 'Meeting', url, start, end, tzid }: NewMeeting,
): { readonly event: string } | { readonly refused: string } {
  const { subject = '', refused } = calendarActs.event_added(world, {
    summary: title,
    meeting_url: url,
    start,
    end,
    tzid,
  });
  return refused === undefined ? { event: subject } : { refused };
}

/** What an event or a channel is called where people look at it. */
export function calendarEntry(world: World, id: string): { readonly name: string; readonly state: string } | undefined {
  const event = eventByUid(world, id);
  if (event) return { name: `event: ${event.summary}`, state: event.deleted ? 'deleted' : 'confirmed' };
  const channel = sliceOf(world).channels.get(id);
  return channel && { name: `channel: ${readUrl(channel.callback_url)?.pathname ?? ''}`, state: 'open' };
}

const nameOf = ({ email, name }: Account): string => `calendar: ${email === '' ? name : email}`;

/** What stands in the calendars, and the agents that there are. */
export function calendarPlan(world: World): VendorPlan {
  const { events, agents, accounts, calendars } = sliceOf(world);
  return {
    calendars: [
      ...[...accounts.values()].map((account) => ({ calendar: account.calendar_id, name: nameOf(account) })),
      ...[...calendars.values()].map(({ calendar_id, account, name }) => ({
        calendar: calendar_id,
        name: `${nameOf(accounts.get(account)!)}, ${name}`,
      })),
    ],
    events: [...events.values()].map((event) => ({
      event: event.event_uid,
      calendar: event.calendar_id,
      own: event.managed,
      title: event.summary,
      start: formatInstant(event.startsAt),
      end: formatInstant(event.endsAt),
      tzid: event.tzid,
      deleted: event.deleted,
      declined: event.participation_status === 'declined',
      meeting_url: event.conference?.join_url ?? null,
      updated_at: formatInstant(event.updated),
    })),
    agents: [...agents.values()].map((agent) => ({
      agent: agent.sub,
      state: agent.state,
      cancelled: agent.state === 'cancelled',
      join_at: formatInstant(agent.join_time),
      meeting_url: agent.join_url,
      event: eventOf(world, agent)?.event_uid ?? null,
    })),
  };
}
