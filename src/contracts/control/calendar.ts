import { Type, type Static } from '@sinclair/typebox';
import { AnyInstant, closed, Count, Instant, orNull, Text } from './fields.js';

/** Meetings in the calendars of users, and the agents that there are for them, in words of no vendor. */

/** `POST /_greenroom/backstage` with the kind `calendar`: a user puts a meeting into the own calendar. */
export const BookingBody = Type.Object(
  {
    kind: Type.Literal('calendar'),
    user: Type.Literal('books'),
    provider: Type.Optional(Text),
    title: Type.Optional(Text),
    url: Type.String({ pattern: '^https?://.', expected: 'the URL of a meeting' }),
    start: AnyInstant,
    end: AnyInstant,
    tzid: Type.Optional(Type.String({ description: 'The time zone of the event; UTC if nothing is said' })),
  },
  closed,
);

export type BookingBody = Static<typeof BookingBody>;

/** A meeting that a user books. */
export type NewMeeting = Omit<BookingBody, 'kind' | 'user' | 'provider' | 'start' | 'end'> & {
  /** Instants in UTC. */
  readonly start: string;
  readonly end: string;
};

export const CalendarMeeting = Type.Object({
  provider: Text,
  event: Type.String({ description: "The vendor's id of the event" }),
  calendar: Type.String({ description: "The vendor's id of the calendar in which it stands" }),
  own: Type.Boolean({ description: 'The application wrote it' }),
  title: Text,
  start: Instant,
  end: Instant,
  tzid: orNull(Text),
  deleted: Type.Boolean(),
  declined: Type.Boolean({ description: "By the calendar's owner" }),
  meeting_url: orNull(Text),
  updated_at: Instant,
});

export type CalendarMeeting = Static<typeof CalendarMeeting>;

export const CalendarAgent = Type.Object({
  provider: Text,
  agent: Type.String({ description: 'The vendor id' }),
  state: Text,
  cancelled: Type.Boolean({ description: 'It will not come, and never has' }),
  join_at: orNull(Instant),
  meeting_url: Text,
  event: orNull(Type.String({ description: 'The event that it was made for, if it was made for one' })),
});

export type CalendarAgent = Static<typeof CalendarAgent>;

export const NamedCalendar = Type.Object({
  provider: Text,
  calendar: Type.String({ description: 'The vendor id' }),
  name: Type.String({ description: 'What people call it, with whose it is' }),
});

export type NamedCalendar = Static<typeof NamedCalendar>;

/** `GET /_greenroom/calendar`. */
export const CalendarPlan = Type.Object({
  /** Those of the events. */
  calendars: Type.Array(NamedCalendar),
  events: Type.Array(CalendarMeeting),
  agents: Type.Array(CalendarAgent),
  /** How many were left out: the oldest, where there are more than the limit. */
  dropped: Count,
});

export type CalendarPlan = Static<typeof CalendarPlan>;

/** What one vendor tells of it. */
export interface VendorPlan {
  readonly calendars: readonly Omit<NamedCalendar, 'provider'>[];
  readonly events: readonly Omit<CalendarMeeting, 'provider'>[];
  readonly agents: readonly Omit<CalendarAgent, 'provider'>[];
}
