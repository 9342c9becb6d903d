import { wholeSeconds, type Micros } from '../../../../clock/instant.js';
import { hash } from 'node:crypto';
import type { Static } from '@sinclair/typebox';
import type { FreeBusyEntry } from '../../../../contracts/cronofy/calendars.js';
import type { CronofyEvent } from '../../../../contracts/cronofy/events.js';
import type { World } from '../../../engine/world.js';
import { isReadonly, isUnrestricted } from '../accounts/calendars.js';
import { renderConference } from '../webhooks.js';
import type { CalendarEvent, Page } from '../state.js';
import { isDay, renderTime } from './times.js';

/** Days are transparent and times are opaque, unless the event says something else (documented in earlier copies of the page). */
export const transparencyOf = ({ transparency, start }: CalendarEvent): 'opaque' | 'transparent' =>
  (transparency as 'opaque' | 'transparent' | null) ?? (isDay(start) ? 'transparent' : 'opaque');

/** True if its owner may answer an invitation: among the attendees of what somebody else has called. */
export const canAnswer = (
  world: World,
  { calendar_id, managed, deleted, attendees, organizer }: CalendarEvent,
): boolean => !managed && !deleted && attendees.length > 0 && organizer !== null && !isReadonly(world, calendar_id);

const secondOf = (at: Micros): string => `${wholeSeconds(at)}Z`;

export function renderEvent(
  world: World,
  event: CalendarEvent,
  { localized, geo }: Page,
  google: boolean,
): CronofyEvent {
  const { calendar_id, event_uid, event_id, managed, summary, description, tzid, deleted, conference, series } = event;
  const conferencing = conference && renderConference(conference);
  const { url, organizer, extended_transparency } = event;
  return {
    calendar_id,
    event_uid,
    ...(managed ? { event_id } : {}),
    ...(google ? { google_event_id: googleId(event_uid) } : {}),
    summary,
    description,
    start: renderTime(event.start, event.startsAt, tzid, localized),
    end: renderTime(event.end, event.endsAt, tzid, localized),
    deleted,
    created: secondOf(event.created),
    updated: secondOf(event.updated),
    participation_status: event.participation_status,
    attendees: event.attendees.map(({ email, display_name, status }) => ({ email, display_name, status })),
    ...(organizer ? { organizer } : {}),
    transparency: transparencyOf(event),
    ...(extended_transparency === null ? {} : { extended_transparency }),
    status: deleted ? 'cancelled' : event.tentative ? 'tentative' : 'confirmed',
    categories: [],
    recurring: series !== null,
    ...(series === null ? {} : { series_identifier: series }),
    event_private: event.event_private,
    options: optionsOf(world, event),
    ...locationOf(event, geo),
    ...(url === null ? {} : { url }),
    ...(conferencing ? { conferencing } : {}),
    ...(conferencing && 'join_url' in conferencing ? { meeting_url: conferencing.join_url } : {}),
  };
}

function optionsOf(world: World, event: CalendarEvent): CronofyEvent['options'] {
  const { calendar_id, managed, deleted } = event;
  const mayTouch = !deleted && !isReadonly(world, calendar_id) && (managed || isUnrestricted(world, calendar_id));
  return { delete: mayTouch, update: mayTouch, change_participation_status: canAnswer(world, event) };
}

function locationOf({ location }: CalendarEvent, geo: boolean): Pick<CronofyEvent, 'location'> {
  if (!location) return {};
  const { description = '', lat, long } = location;
  return { location: geo && lat !== undefined && long !== undefined ? { description, lat, long } : { description } };
}

/** What the provider calls it. */
const googleId = (uid: string): string => hash('sha1', `google/${uid}`, 'hex').slice(0, 26);

/** Whether an event keeps its owner busy; declined ones do not show at all (said by others). */
export function freeBusyOf(event: CalendarEvent): 'busy' | 'free' | 'tentative' | undefined {
  if (event.participation_status === 'declined') return undefined;
  if (transparencyOf(event) === 'transparent') return 'free';
  return event.tentative || event.participation_status === 'tentative' ? 'tentative' : 'busy';
}

export function renderFreeBusy(event: CalendarEvent, { localized, ids }: Page): Static<typeof FreeBusyEntry> {
  const { calendar_id, tzid, managed, event_id, event_uid, deleted } = event;
  return {
    calendar_id,
    start: renderTime(event.start, event.startsAt, tzid, localized),
    end: renderTime(event.end, event.endsAt, tzid, localized),
    free_busy_status: freeBusyOf(event) ?? 'free',
    ...(ids ? { ...(managed ? { event_id } : {}), event_uid } : {}),
    ...(deleted ? { deleted } : {}),
  };
}
