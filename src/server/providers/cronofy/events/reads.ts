import { formatInstant, MICROS_PER_MINUTE, type Micros } from '../../../../clock/instant.js';
import { isTimeZone } from '../../../../clock/zones.js';
import type { CronofyEvent } from '../../../../contracts/cronofy/events.js';
import type { World } from '../../../engine/world.js';
import type { Call, Reply } from '../../provider.js';
import { ownsCalendar, refuseDisconnected } from '../accounts/accounts.js';
import { admitted } from '../accounts/authorize.js';
import { renderConference } from '../webhooks.js';
import { FieldErrors, json, refused } from '../errors.js';
import { isDay, readEventTime, renderTime } from './times.js';
import { readTime } from '../read-time.js';
import { settingsOf } from '../settings.js';
import { sliceOf, type CalendarEvent, type Page } from '../state.js';

const MICROS_PER_DAY = 24 * 60 * MICROS_PER_MINUTE;
const READS = { wants: 'access_token', scopes: ['read_events'] } as const;

/** Events that the application manages are left out unless they are asked for (documented). */
const readEvents = admitted(READS, (call, caller) => {
  const { world, request } = call;
  const locked = refuseDisconnected(world);
  if (locked) return locked;
  const query = new URLSearchParams(request.query);
  const errors = new FieldErrors();
  const window = readWindow(world, query, errors);
  if (errors.any) return errors.reply();
  const found = [...sliceOf(world).events.values()].filter(
    (event) => isWanted(event, query, window) && ownsCalendar(world, caller, event.calendar_id),
  );
  return renderPage(
    call,
    makePages(
      world,
      found.toSorted((a, b) => a.startsAt - b.startsAt),
      isSet(query, 'localized_times'),
    ),
  );
});

const readEventsPage = admitted(READS, (call) => {
  const locked = refuseDisconnected(call.world);
  if (locked) return locked;
  const page = sliceOf(call.world).pages.get(call.params['page'] ?? '');
  return page ? renderPage(call, page) : refused(404, 'no answer of this world has given this page');
});

const PAST = 42 * MICROS_PER_DAY;
const FUTURE = 201 * MICROS_PER_DAY;

interface Window {
  /** Without them, 42 days back and 201 ahead (documented); managed events are not bound by that. */
  readonly from: Micros | undefined;
  readonly to: Micros | undefined;
  readonly modifiedSince: Micros;
  readonly now: Micros;
}

function readWindow(world: World, query: URLSearchParams, errors: FieldErrors): Window {
  const settings = settingsOf(world);
  const tzid = query.get('tzid');
  if (tzid === null || tzid === '') errors.add('tzid', 'required', 'required');
  else if (!isTimeZone(tzid)) errors.add('tzid', 'tzid_unrecognized', 'TZID not recognized');
  const zone = errors.any ? 'Etc/UTC' : tzid!;
  const moment = (name: string): Micros | undefined => {
    const text = query.get(name);
    if (text === null || text === '') return undefined;
    const day = name !== 'last_modified' && isDay(text);
    const at = day ? readEventTime(text, zone) : readTime(text, settings);
    if (at === undefined) errors.add(name, 'invalid_time', 'must be a time or a date');
    return at;
  };
  return {
    from: moment('from'),
    to: moment('to'),
    modifiedSince: moment('last_modified') ?? Number.NEGATIVE_INFINITY,
    now: world.now(),
  };
}

const isSet = (query: URLSearchParams, name: string): boolean => /^(true|1)$/i.test(query.get(name) ?? '');

function isWanted(event: CalendarEvent, query: URLSearchParams, { from, to, modifiedSince, now }: Window): boolean {
  const says = (name: string): boolean => isSet(query, name);
  const calendars = [...query.getAll('calendar_ids[]'), ...query.getAll('calendar_ids')];
  return (
    (event.managed ? says('include_managed') || says('only_managed') : !says('only_managed')) &&
    (!event.deleted || says('include_deleted')) &&
    (calendars.length === 0 || calendars.includes(event.calendar_id)) &&
    event.endsAt > (from ?? (event.managed ? Number.NEGATIVE_INFINITY : now - PAST)) &&
    event.startsAt < (to ?? (event.managed ? Number.POSITIVE_INFINITY : now + FUTURE)) &&
    event.updated >= modifiedSince
  );
}

/** Cuts a list into pages, each of which knows the next, and keeps all but the first for later calls. */
function makePages(world: World, events: readonly CalendarEvent[], localized: boolean): Page {
  const size = settingsOf(world).events_page_size;
  const total = Math.max(1, Math.ceil(events.length / size));
  const ids = Array.from({ length: total }, () => world.random.hex('page', 16));
  const pages = ids.map((id, i): Page => {
    const onPage = events.slice(i * size, (i + 1) * size).map(({ key }) => key);
    return { id, number: i + 1, total, events: onPage, localized, next: ids[i + 1] ?? null };
  });
  for (const page of pages.slice(1)) sliceOf(world).pages.add(page);
  return pages[0]!;
}

function renderPage({ world, request }: Call, { number, total, events, localized, next }: Page): Reply {
  const { events: table } = sliceOf(world);
  return json(200, {
    pages: {
      current: number,
      total,
      ...(next === null ? {} : { next_page: `${request.origin}/v1/events/pages/${next}` }),
    },
    events: events.flatMap((key) => {
      const event = table.get(key);
      return event ? [renderEvent(event, localized)] : [];
    }),
  });
}

/** Days are transparent and times are opaque, unless the event says something else (documented in earlier copies of the page). */
export const transparencyOf = ({ transparency, start }: CalendarEvent): string =>
  transparency ?? (isDay(start) ? 'transparent' : 'opaque');

function renderEvent(event: CalendarEvent, localized: boolean): CronofyEvent {
  const { calendar_id, event_uid, event_id, managed, summary, description, tzid, deleted, location, conference } =
    event;
  const conferencing = conference && renderConference(conference);
  return {
    calendar_id,
    event_uid,
    ...(managed ? { event_id } : {}),
    summary,
    description,
    start: renderTime(event.start, event.startsAt, tzid, localized),
    end: renderTime(event.end, event.endsAt, tzid, localized),
    deleted,
    created: formatInstant(event.created),
    updated: formatInstant(event.updated),
    participation_status: event.participation_status,
    attendees: [],
    transparency: transparencyOf(event),
    status: deleted ? 'cancelled' : 'confirmed',
    categories: [],
    recurring: false,
    event_private: event.event_private,
    options: { delete: managed && !deleted, update: managed && !deleted, change_participation_status: false },
    ...(location === null ? {} : { location: { description: location } }),
    ...(conferencing ? { conferencing } : {}),
    ...(conferencing && 'join_url' in conferencing ? { meeting_url: conferencing.join_url } : {}),
  };
}

export const eventReadHandlers = { readEvents, readEventsPage };
