import { Type, type Static } from '@sinclair/typebox';
import { alsoCalled } from '../schema.js';
import { EventSubscription } from './subscriptions.js';

/** The shapes of calendar events. */

/** A time, a day, or either with its zone beside it. */
export const EventTime = Type.Union(
  [Type.String(), Type.Object({ time: Type.String(), tzid: Type.Optional(Type.String()) })],
  { expected: 'a time, a date, or {"time", "tzid"}' },
);
export type EventTime = Static<typeof EventTime>;

/** Absent, for clients that always write their fields. */
const orNull = <S extends Parameters<typeof Type.Optional>[0]>(schema: S) =>
  Type.Optional(Type.Union([schema, Type.Null()], { expected: String(schema['expected']) }));

/** The body of `POST /v1/calendars/{calendar_id}/events`; what an update leaves out stays as it is. */
export const UpsertEventRequest = Type.Object({
  event_id: Type.String({ minLength: 1, expected: 'an id of your own' }),
  summary: orNull(Type.String({ maxLength: 1024, expected: 'a text of at most 1024 characters' })),
  description: orNull(Type.String({ maxLength: 4096, expected: 'a text of at most 4096 characters' })),
  start: orNull(EventTime),
  end: orNull(EventTime),
  tzid: Type.Optional(Type.String(alsoCalled('time_zone', 'timezone'))),
  location: Type.Optional(Type.Object({ description: Type.Optional(Type.String()) })),
  attendees: Type.Optional(Type.Unknown()),
  recurrence: Type.Optional(Type.Unknown()),
  reminders: Type.Optional(Type.Unknown()),
  reminders_create_only: Type.Optional(Type.Boolean()),
  transparency: Type.Optional(Type.String()),
  event_private: Type.Optional(Type.Boolean()),
  url: Type.Optional(Type.Unknown()),
  color: Type.Optional(Type.String()),
  conferencing: Type.Optional(
    Type.Object({
      profile_id: Type.String({ expected: '"default", "integrated", "explicit", "none" or a "pro_…" id' }),
      provider_description: Type.Optional(Type.String()),
      join_url: Type.Optional(Type.String()),
    }),
  ),
  meeting_agent: Type.Optional(
    Type.Object({
      profile_id: Type.Union([Type.Literal('cronofy'), Type.Literal('none')]),
      display_name: Type.Optional(Type.String(alsoCalled('bot_name', 'agent_name', 'name'))),
      image_url: Type.Optional(Type.String(alsoCalled('bot_image', 'avatar_url', 'image'))),
    }),
  ),
  subscriptions: Type.Optional(Type.Array(EventSubscription, alsoCalled('webhooks', 'callbacks', 'callback_url'))),
  include_userinfo: Type.Optional(Type.Boolean()),
});
export type UpsertEventRequest = Static<typeof UpsertEventRequest>;

/** The body of `DELETE /v1/calendars/{calendar_id}/events`. */
export const DeleteEventRequest = Type.Object({
  event_id: Type.String({ minLength: 1 }),
  include_userinfo: Type.Optional(Type.Boolean()),
});
export type DeleteEventRequest = Static<typeof DeleteEventRequest>;

/** Before the conference is there, and with it. */
export const Conferencing = Type.Union([
  Type.Object({ pending: Type.Literal(true) }, { additionalProperties: false }),
  Type.Object({ provider_name: Type.String(), join_url: Type.String() }, { additionalProperties: false }),
]);
export type Conferencing = Static<typeof Conferencing>;

/** The event within a callback. */
export const CallbackEvent = Type.Object(
  {
    event_id: Type.String(),
    summary: Type.Optional(Type.String()),
    start: Type.Optional(EventTime),
    end: Type.Optional(EventTime),
    tzid: Type.Optional(Type.String()),
    conferencing: Type.Optional(Conferencing),
    meeting_agent: Type.Optional(Type.Object({ profile_id: Type.String() })),
  },
  { additionalProperties: false },
);
export type CallbackEvent = Static<typeof CallbackEvent>;

/** An event as it is read back. */
export const CronofyEvent = Type.Object({
  calendar_id: Type.String(),
  event_uid: Type.String(),
  event_id: Type.Optional(Type.String()),
  summary: Type.String(),
  description: Type.String(),
  start: EventTime,
  end: EventTime,
  deleted: Type.Boolean(),
  created: Type.String(),
  updated: Type.String(),
  participation_status: Type.String(),
  attendees: Type.Array(Type.Unknown()),
  transparency: Type.String(),
  status: Type.String(),
  categories: Type.Array(Type.String()),
  recurring: Type.Boolean(),
  event_private: Type.Boolean(),
  options: Type.Object({
    delete: Type.Boolean(),
    update: Type.Boolean(),
    change_participation_status: Type.Boolean(),
  }),
  location: Type.Optional(Type.Object({ description: Type.String() })),
  meeting_url: Type.Optional(Type.String()),
  conferencing: Type.Optional(Conferencing),
});
export type CronofyEvent = Static<typeof CronofyEvent>;

/** The parameters of `GET /v1/events`. */
export const ReadEventsQuery = Type.Object({
  tzid: Type.String({ expected: 'a time zone such as "Etc/UTC"' }),
  from: Type.Optional(Type.String()),
  to: Type.Optional(Type.String()),
  last_modified: Type.Optional(Type.String()),
  include_managed: Type.Optional(Type.Boolean()),
  only_managed: Type.Optional(Type.Boolean()),
  include_deleted: Type.Optional(Type.Boolean()),
  include_moved: Type.Optional(Type.Boolean()),
  include_ids: Type.Optional(Type.Boolean()),
  include_geo: Type.Optional(Type.Boolean()),
  localized_times: Type.Optional(Type.Boolean()),
  google_event_ids: Type.Optional(Type.Boolean()),
  'calendar_ids[]': Type.Optional(Type.Array(Type.String())),
});

/** A page of events; `next_page` is an absolute URL that clients call as it stands. */
export const EventPage = Type.Object(
  {
    pages: Type.Object(
      { current: Type.Integer(), total: Type.Integer(), next_page: Type.Optional(Type.String()) },
      { additionalProperties: false },
    ),
    events: Type.Array(CronofyEvent),
  },
  { additionalProperties: false },
);
