import { setSubject, type Call, type Handler, type Reply } from '../../provider.js';
import { asWritten } from '../bots/handlers.js';
import { readFields } from '../framework/body.js';
import { removeCalendar } from './sync.js';
import type { Calendar, CalendarEvent } from './state.js';
import { empty, error, json as jsonReply, jsonText } from '../framework/errors.js';
import { choice, json, Serializer, text } from '../framework/fields.js';
import { readMetadata, storeMetadata } from '../bots/metadata.js';
import { page } from '../framework/pages.js';
import type { PyObject } from '../python/json.js';
import { lastOf, queryOf, timeParameter } from '../framework/query.js';
import { renderCalendar, renderCalendarEvent } from '../bots/render.js';
import { sliceOf, type Bot } from '../state.js';

/** Calendars and their events (observed: recordings of v1.64.1). */

const PAGE_SIZE = 25;
const EVENTS_PAGE_SIZE = 100;
const readPlatform = choice(['google', 'microsoft']);

export const createCalendar: Handler = (call) => {
  const { world } = call;
  const read = readFields(call);
  if ('refusal' in read) return read.refusal;
  const fields = new Serializer(read.input);
  const client_id = fields.required('client_id', (value) => text(value));
  fields.required('client_secret', (value) => text(value));
  fields.required('refresh_token', (value) => text(value));
  const platform = fields.required('platform', readPlatform);
  const platform_uuid = fields.optional('platform_uuid', (value) => text(value)) ?? null;
  const metadata = readCalendarMetadata(fields);
  const deduplication_key = fields.optional('deduplication_key', (value) => text(value)) ?? null;
  fields.refuseOthers();
  if (fields.errors.any || client_id === undefined || platform === undefined) return fields.errors.reply();
  const { calendars } = sliceOf(world);
  if (deduplication_key !== null && calendars.find((other) => other.deduplication_key === deduplication_key)) {
    const message = 'A calendar with this deduplication key already exists in this project.';
    return jsonReply(400, new Map([['deduplication_key', [message]]]));
  }
  const calendar = calendars.add({
    id: `cal_${world.random.alphanumeric('cal', 16)}`,
    platform,
    client_id,
    platform_uuid,
    state: 'connected',
    metadata: storeMetadata(metadata ?? null),
    deduplication_key,
    connectionFailure: null,
    created_at: world.now(),
    updated_at: world.now(),
    last_successful_sync_at: null,
    last_attempted_sync_at: null,
  });
  setSubject(call, calendar.id);
  return jsonText(201, renderCalendar(calendar, asWritten(metadata ?? null)));
};

const readCalendarMetadata = (fields: Serializer): PyObject | undefined =>
  fields.optional('metadata', (value) => readMetadata(json(fields.input)(value)));

export const listCalendars: Handler = (call) => {
  const key = lastOf(queryOf(call.request), 'deduplication_key');
  const calendars = sliceOf(call.world).calendars.filter((calendar) => !key || calendar.deduplication_key === key);
  return page(call, calendars, {
    pageSize: PAGE_SIZE,
    position: ({ created_at }) => created_at,
    descending: true,
    render: (calendar) => renderCalendar(calendar),
  });
};

function withCalendar(call: Call, work: (calendar: Calendar) => Reply): Reply {
  const calendar = sliceOf(call.world).calendars.get(call.params['id'] ?? '');
  if (!calendar) return error(404, 'Calendar not found');
  setSubject(call, calendar.id);
  return work(calendar);
}

export const getCalendar: Handler = (call) => withCalendar(call, (calendar) => jsonText(200, renderCalendar(calendar)));

export const patchCalendar: Handler = (call) =>
  withCalendar(call, (calendar) => {
    const read = readFields(call);
    if ('refusal' in read) return read.refusal;
    const fields = new Serializer(read.input);
    fields.optional('client_secret', (value) => text(value));
    fields.optional('refresh_token', (value) => text(value));
    const metadata = readCalendarMetadata(fields);
    fields.refuseOthers();
    if (fields.errors.any) return fields.errors.reply();
    if (metadata) calendar.metadata = storeMetadata(metadata);
    calendar.updated_at = call.world.now();
    return jsonText(200, renderCalendar(calendar, metadata ? asWritten(metadata) : calendar.metadata));
  });

export const deleteCalendar: Handler = (call) =>
  withCalendar(call, (calendar) => {
    removeCalendar(call.world, calendar);
    return empty();
  });

const ORDERINGS = [
  '-updated_at',
  'updated_at',
  'start_time',
  '-start_time',
  'end_time',
  '-end_time',
  'created_at',
  '-created_at',
];

const POSITIONS: Readonly<Record<string, (event: CalendarEvent) => number>> = {
  updated_at: ({ updated_at }) => updated_at,
  created_at: ({ created_at }) => created_at,
  start_time: ({ facts }) => facts.start_time,
  end_time: ({ facts }) => facts.end_time,
};

export const listCalendarEvents: Handler = (call) => {
  const { world } = call;
  const { calendars, calendarEvents, bots } = sliceOf(world);
  const query = queryOf(call.request);
  const tests: ((event: CalendarEvent) => boolean)[] = [];
  const calendar = lastOf(query, 'calendar_id');
  if (calendar) tests.push((event) => event.calendar === calendar);
  const key = lastOf(query, 'calendar_deduplication_key');
  if (key) tests.push((event) => calendars.get(event.calendar)?.deduplication_key === key);
  const id = lastOf(query, 'event_id');
  if (id) tests.push((event) => event.id === id);
  const times = eventTimes(query);
  if ('refusal' in times) return times.refusal;
  tests.push(...times.tests);
  const ordering = lastOf(query, 'ordering') || ORDERINGS[0]!;
  if (!ORDERINGS.includes(ordering)) return error(400, `Invalid ordering. Allowed values: ${ORDERINGS.join(', ')}`);
  const events = calendarEvents.filter((event) => tests.every((test) => test(event)));
  const botsOf = new Map<string, Bot[]>();
  for (const bot of bots.values()) {
    if (bot.calendarEvent === null) continue;
    botsOf.set(bot.calendarEvent, [...(botsOf.get(bot.calendarEvent) ?? []), bot]);
  }
  return page(call, events, {
    pageSize: EVENTS_PAGE_SIZE,
    position: POSITIONS[ordering.replace('-', '')]!,
    descending: ordering.startsWith('-'),
    render: (event) => renderCalendarEvent(event, botsOf.get(event.id) ?? []),
  });
};

const MORNING = '2025-01-13T10:30:00Z';
const EVENING = '2025-01-13T18:00:00Z';

function eventTimes(
  query: URLSearchParams,
): { readonly tests: ((event: CalendarEvent) => boolean)[] } | { readonly refusal: Reply } {
  const tests: ((event: CalendarEvent) => boolean)[] = [];
  const name = lastOf(query, 'updated_at_gte') ? 'updated_at_gte' : 'updated_after';
  const updated = timeParameter(query, name, { errorName: 'updated_at_gte', example: MORNING });
  if ('refusal' in updated) return updated;
  const { at: since } = updated;
  if (since !== undefined) tests.push((event) => event.updated_at >= since);
  const start = timeParameter(query, 'start_time_gte', { example: MORNING });
  if ('refusal' in start) return start;
  const { at: from } = start;
  if (from !== undefined) tests.push(({ facts }) => facts.start_time >= from);
  const end = timeParameter(query, 'end_time_lte', { example: EVENING });
  if ('refusal' in end) return end;
  const { at: until } = end;
  if (until !== undefined) tests.push(({ facts }) => facts.end_time <= until);
  return { tests };
}
