import { setSubject, type Call, type Handler } from '../../provider.js';
import { isLonger, refuseUnstorableRow } from '../bots/limits.js';
import { readFields } from '../framework/body.js';
import { choice, text } from '../framework/fields.js';
import { page } from '../framework/pages.js';
import { lastOf, queryOf, refuseMissing, timeParameter } from '../framework/query.js';
import { empty, jsonText, refuse, VendorCrash } from '../framework/replies.js';
import type { Serializer } from '../framework/serializer.js';
import { asWritten, isStorable, readMetadata, readMetadataOrNull, storeMetadata } from '../metadata.js';
import { renderCalendar, renderCalendarEvent } from '../render.js';
import { sliceOf, type Bot } from '../state.js';
import type { Calendar, CalendarEvent } from './state.js';
import { removeCalendar } from './sync.js';
import { syncLater } from './user-acts.js';

/** Calendars and their events (observed: recordings of v1.64.1). */

const EVENTS_PAGE_SIZE = 100;
const readPlatform = choice(['google', 'microsoft']);
const readText = (value: Parameters<typeof text>[0]): string => text(value);

function readNewCalendar(fields: Serializer) {
  const platform_uuid = fields.optional('platform_uuid', readText) ?? null;
  const client_id = fields.required('client_id', readText);
  fields.required('client_secret', readText);
  fields.required('refresh_token', readText);
  const platform = fields.required('platform', readPlatform);
  const metadata = fields.json('metadata', readMetadata) ?? null;
  const deduplication_key = fields.optional('deduplication_key', readText) ?? null;
  fields.refuseOthers();
  fields.assertValid();
  return { client_id: client_id!, platform: platform!, platform_uuid, metadata, deduplication_key };
}

/** The longest texts that the vendor's database takes. */
const CLIENT_ID_MAX = 255;
const KEY_MAX = 1024;

const createCalendar: Handler = (call) => {
  const { world } = call;
  const fields = readFields(call);
  const { metadata, ...wanted } = readNewCalendar(fields);
  const stored = storeMetadata(metadata);
  refuseUnstorableRow(call, 'calendar', {
    client_id: isLonger(wanted.client_id, CLIENT_ID_MAX),
    platform_uuid: isLonger(wanted.platform_uuid, KEY_MAX),
    deduplication_key: isLonger(wanted.deduplication_key, KEY_MAX),
    metadata: !isStorable(metadata),
  });
  const { calendars } = sliceOf(world);
  const { deduplication_key: key } = wanted;
  if (key !== null && calendars.find((other) => other.deduplication_key === key))
    fields.addError('deduplication_key', 'A calendar with this deduplication key already exists in this project.');
  fields.assertValid();
  const calendar = calendars.add({
    ...wanted,
    id: world.random.id('cal'),
    state: 'connected',
    metadata: stored,
    connectionFailure: null,
    created_at: world.now(),
    updated_at: world.now(),
    last_successful_sync_at: null,
    last_attempted_sync_at: null,
  });
  setSubject(call, calendar.id);
  return jsonText(201, renderCalendar(calendar, asWritten(metadata)));
};

const listCalendars: Handler = (call) => {
  const key = lastOf(queryOf(call.request), 'deduplication_key');
  const calendars = sliceOf(call.world).calendars.filter(
    (calendar) => key === undefined || calendar.deduplication_key === key,
  );
  return page(call, calendars, (calendar) => renderCalendar(calendar), { descending: true, searched: [key] });
};

function calendarOf(call: Call): Calendar {
  const calendar =
    sliceOf(call.world).calendars.get(call.params['id'] ?? '') ??
    refuseMissing(call.params['id'], 'Calendar not found');
  setSubject(call, calendar.id);
  return calendar;
}

const patchCalendar: Handler = (call) => {
  const calendar = calendarOf(call);
  const fields = readFields(call);
  fields.optional('client_secret', readText);
  fields.optional('refresh_token', readText);
  const metadata = fields.jsonOrNull('metadata', readMetadataOrNull);
  fields.refuseOthers();
  fields.assertValid();
  const stored = storeMetadata(metadata ?? null);
  if (!isStorable(metadata ?? null)) throw new VendorCrash('metadata');
  if (metadata !== undefined) calendar.metadata = stored;
  calendar.updated_at = call.world.now();
  syncLater(call.world, calendar.id);
  return jsonText(200, renderCalendar(calendar, metadata ? asWritten(metadata) : calendar.metadata));
};

const deleteCalendar: Handler = (call) => {
  removeCalendar(call.world, calendarOf(call));
  return empty();
};

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

const listCalendarEvents: Handler = (call) => {
  const { calendarEvents, bots } = sliceOf(call.world);
  const query = queryOf(call.request);
  const isWanted = eventFilter(call, query);
  const ordering = lastOf(query, 'ordering') ?? ORDERINGS[0]!;
  if (!ORDERINGS.includes(ordering)) refuse(400, `Invalid ordering. Allowed values: ${ORDERINGS.join(', ')}`);
  const botsOf = new Map<string, Bot[]>();
  for (const bot of bots.values()) {
    if (bot.calendarEvent === null) continue;
    botsOf.set(bot.calendarEvent, [...(botsOf.get(bot.calendarEvent) ?? []), bot]);
  }
  const events = calendarEvents.filter(isWanted);
  return page(call, events, (event) => renderCalendarEvent(event, botsOf.get(event.id) ?? []), {
    pageSize: EVENTS_PAGE_SIZE,
    position: POSITIONS[ordering.replace('-', '')]!,
    descending: ordering.startsWith('-'),
    searched: FILTERS.map((name) => lastOf(query, name)),
  });
};

/** The filters of events that are texts. */
const FILTERS = ['calendar_id', 'calendar_deduplication_key', 'event_id'];

const MORNING = '2025-01-13T10:30:00Z';
const EVENING = '2025-01-13T18:00:00Z';

function eventFilter({ world }: Call, query: URLSearchParams): (event: CalendarEvent) => boolean {
  const { calendars } = sliceOf(world);
  const calendar = lastOf(query, 'calendar_id');
  const key = lastOf(query, 'calendar_deduplication_key');
  const id = lastOf(query, 'event_id');
  const name = lastOf(query, 'updated_at_gte') ? 'updated_at_gte' : 'updated_after';
  const [since, from, until] = [
    timeParameter(query, name, { errorName: 'updated_at_gte', example: MORNING }) ?? Number.NEGATIVE_INFINITY,
    timeParameter(query, 'start_time_gte', { example: MORNING }) ?? Number.NEGATIVE_INFINITY,
    timeParameter(query, 'end_time_lte', { example: EVENING }) ?? Number.POSITIVE_INFINITY,
  ];
  return (event) =>
    (!calendar || event.calendar === calendar) &&
    (!key || calendars.get(event.calendar)?.deduplication_key === key) &&
    (!id || event.id === id) &&
    event.updated_at >= since &&
    event.facts.start_time >= from &&
    event.facts.end_time <= until;
}

export const calendarHandlers = {
  listCalendars,
  createCalendar,
  getCalendar: (call) => jsonText(200, renderCalendar(calendarOf(call))),
  patchCalendar,
  deleteCalendar,
  listCalendarEvents,
} satisfies Readonly<Record<string, Handler>>;
