import type { Micros } from '../../../../clock/instant.js';
import type { EventTime, RecurrenceRule } from '../../../../contracts/cronofy/events.js';
import type { EventSubscription } from '../../../../contracts/cronofy/subscriptions.js';

/** Events of calendars. Plain data, all of it. */

/** The conference of an event. */
export interface Conference {
  readonly profile_id: string;
  readonly provider_name: string;
  readonly state: 'pending' | 'assigned' | 'failing';
  join_url: string | null;
}

export type Participation = 'needs_action' | 'accepted' | 'tentative' | 'declined';

export interface Guest {
  readonly email: string;
  readonly display_name: string | null;
}

export interface Attendee extends Guest {
  readonly status: Participation;
}

/** A calendar beside the primary one of its account. */
export interface OtherCalendar {
  readonly calendar_id: string;
  readonly account: string;
  readonly name: string;
  readonly readonly: boolean;
  /** Its owner has deleted it. */
  deleted: boolean;
}

/** What was written of an event that repeats, and is so of every occurrence that people have not changed. */
export type Written = Pick<
  CalendarEvent,
  | 'start'
  | 'end'
  | 'tzid'
  | 'startsAt'
  | 'endsAt'
  | 'rule'
  | 'summary'
  | 'description'
  | 'location'
  | 'url'
  | 'transparency'
  | 'extended_transparency'
  | 'event_private'
  | 'conference'
  | 'attendees'
  | 'participation_status'
>;

/** A calendar event. */
export interface CalendarEvent {
  /** The application wrote it; of others it has no `event_id`. */
  readonly managed: boolean;
  /** Of calendar and event id. */
  readonly key: string;
  readonly calendar_id: string;
  readonly event_id: string;
  readonly event_uid: string;
  summary: string;
  description: string;
  start: EventTime;
  end: EventTime;
  tzid: string;
  startsAt: Micros;
  endsAt: Micros;
  location: { readonly description?: string; readonly lat?: string; readonly long?: string } | null;
  /** `null` until it is said. */
  transparency: string | null;
  extended_transparency: string | null;
  event_private: boolean;
  tentative: boolean;
  /** Of the calendar's owner. */
  participation_status: Participation;
  organizer: Guest | null;
  attendees: readonly Attendee[];
  /** What it repeats in, if it repeats. */
  series: string | null;
  /** How it repeats: of the first occurrence alone. */
  rule: RecurrenceRule | null;
  /** Of the first occurrence alone, which people can change like any other. */
  written: Written | null;
  /** Of an occurrence: when its rule has it start, wherever people have moved it; `null` once the rule has it no more. */
  planned: Micros | null;
  url: string | null;
  /** When it was before people or the application moved it. */
  earlier: readonly { readonly startsAt: Micros; readonly endsAt: Micros }[];
  conference: Conference | null;
  meeting_agent: { profile_id: 'cronofy'; display_name: string | null; image_url: string | null } | null;
  /** The newest agent. */
  agent: string | null;
  subscriptions: readonly EventSubscription[];
  readonly created: Micros;
  updated: Micros;
  deleted: boolean;
  /** The jobs that assign its conference and tell of its transitions. */
  conferenceJob: number | null;
  transitionJobs: number[];
  /** As an agent's. */
  readonly foreignSecret: string | null;
  readonly origin: string;
}

/** A page of a list that was read: what is on it, and which comes next. */
export interface Page {
  readonly id: string;
  readonly number: number;
  readonly total: number;
  readonly kind: 'events' | 'free_busy';
  readonly events: readonly string[];
  readonly localized: boolean;
  /** With the ids of free-busy entries, or the places of events. */
  readonly ids: boolean;
  readonly geo: boolean;
  readonly next: string | null;
}
