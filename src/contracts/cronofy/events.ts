import { Type, type Static } from '@sinclair/typebox';
import { alsoCalled } from '../schemas/schema.js';
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

const GuestField = Type.Object({
  email: Type.String({ pattern: '^[^\\s@]+@[^\\s@]+$', expected: 'an e-mail address' }),
  display_name: Type.Optional(Type.Union([Type.String(), Type.Null()])),
});

/** Who is invited and who is not any more: a change, not a list. */
const AttendeeChange = Type.Object({
  invite: Type.Optional(Type.Array(GuestField)),
  remove: Type.Optional(Type.Array(GuestField)),
});

export const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

/** How an event repeats; the rules that a schema cannot say have keys of their own. */
export const RecurrenceRule = Type.Object({
  frequency: Type.String(),
  interval: Type.Optional(Type.Number()),
  by_day: Type.Optional(Type.Array(Type.Unknown())),
  count: Type.Optional(Type.Number()),
  until: Type.Optional(Type.String()),
  exceptions: Type.Optional(Type.Array(Type.String())),
});
export type RecurrenceRule = Static<typeof RecurrenceRule>;

const ExtendedTransparency = Type.Union(
  ['opaque', 'transparent', 'working_elsewhere', 'tentative', 'out_of_office'].map((word) => Type.Literal(word)),
  { expected: '"opaque", "transparent", "working_elsewhere", "tentative" or "out_of_office"' },
);

const EventUid = Type.String({ minLength: 1, expected: 'the uid of an external event' });

const eventFields = {
  summary: orNull(Type.String({ maxLength: 1024, expected: 'a text of at most 1024 characters' })),
  description: orNull(Type.String({ maxLength: 4096, expected: 'a text of at most 4096 characters' })),
  start: orNull(EventTime),
  end: orNull(EventTime),
  tzid: Type.Optional(Type.String(alsoCalled('time_zone', 'timezone'))),
  location: Type.Optional(
    Type.Object({
      description: Type.Optional(Type.String()),
      lat: Type.Optional(Type.String({ expected: 'a latitude as a text' })),
      long: Type.Optional(Type.String({ expected: 'a longitude as a text' })),
    }),
  ),
  attendees: Type.Optional(AttendeeChange),
  recurrence: Type.Optional(Type.Object({ rules: Type.Array(RecurrenceRule) })),
  reminders: Type.Optional(
    Type.Array(Type.Object({ minutes: Type.Integer({ minimum: 0 }) }), {
      maxItems: 5,
      expected: 'at most five reminders',
    }),
  ),
  reminders_create_only: Type.Optional(Type.Boolean()),
  transparency: Type.Optional(
    Type.Union([Type.Literal('opaque'), Type.Literal('transparent')], { expected: '"opaque" or "transparent"' }),
  ),
  extended_transparency: Type.Optional(ExtendedTransparency),
  event_private: Type.Optional(Type.Boolean()),
  url: Type.Optional(Type.Union([Type.String(), Type.Null()], { expected: 'a URL, or null' })),
  color: Type.Optional(Type.String({ pattern: '^#[0-9A-Fa-f]{6}$', expected: 'a color such as "#C62828"' })),
  locale: Type.Optional(Type.String()),
  event_classes: Type.Optional(Type.Unknown()),
  attachments: Type.Optional(Type.Array(Type.Object({ attachment_id: Type.String() }))),
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
};

/** The body of `POST /v1/calendars/{calendar_id}/events`; what an update leaves out stays as it is. */
export const UpsertEventRequest = Type.Object({
  event_id: Type.String({ minLength: 1, expected: 'an id of your own' }),
  ...eventFields,
});
export type UpsertEventRequest = Static<typeof UpsertEventRequest>;

/** The same of an event that the application does not manage. */
export const EditExternalEventRequest = Type.Object({ event_uid: EventUid, ...eventFields });
export type EditExternalEventRequest = Static<typeof EditExternalEventRequest>;

export const WriteEventRequest = Type.Union([UpsertEventRequest, EditExternalEventRequest], {
  expected: 'an event with an event_id of your own, or with the event_uid of an external event',
});

/** The body of `DELETE /v1/calendars/{calendar_id}/events`. */
export const DeleteEventRequest = Type.Object({
  event_id: Type.String({ minLength: 1 }),
  include_userinfo: Type.Optional(Type.Boolean()),
});
export type DeleteEventRequest = Static<typeof DeleteEventRequest>;

export const DeleteExternalEventRequest = Type.Object({
  event_uid: EventUid,
  include_userinfo: Type.Optional(Type.Boolean()),
});
export type DeleteExternalEventRequest = Static<typeof DeleteExternalEventRequest>;

export const RemoveEventRequest = Type.Union([DeleteEventRequest, DeleteExternalEventRequest], {
  expected: 'an event_id of your own, or the event_uid of an external event',
});

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

const Participation = Type.Union(
  ['needs_action', 'accepted', 'declined', 'tentative', 'unknown'].map((word) => Type.Literal(word)),
);
const Guest = Type.Object({ email: Type.String(), display_name: Type.Union([Type.String(), Type.Null()]) });

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
  participation_status: Participation,
  attendees: Type.Array(Type.Object({ ...Guest.properties, status: Participation }, { additionalProperties: false })),
  transparency: Type.Union(['opaque', 'transparent', 'unknown'].map((word) => Type.Literal(word))),
  status: Type.Union(['confirmed', 'tentative', 'cancelled', 'unknown'].map((word) => Type.Literal(word))),
  categories: Type.Array(Type.String()),
  recurring: Type.Boolean(),
  event_private: Type.Boolean(),
  options: Type.Object({
    delete: Type.Boolean(),
    update: Type.Boolean(),
    change_participation_status: Type.Boolean(),
  }),
  location: Type.Optional(
    Type.Object({
      description: Type.Optional(Type.String()),
      lat: Type.Optional(Type.String()),
      long: Type.Optional(Type.String()),
    }),
  ),
  organizer: Type.Optional(Guest),
  extended_transparency: Type.Optional(ExtendedTransparency),
  series_identifier: Type.Optional(Type.String()),
  google_event_id: Type.Optional(Type.String()),
  url: Type.Optional(Type.String()),
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
  include_userinfo: Type.Optional(Type.Boolean()),
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
    /** With include_userinfo. */
    userinfo: Type.Optional(Type.Unknown()),
  },
  { additionalProperties: false },
);
