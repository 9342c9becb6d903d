import type { Micros } from '../../../../clock/instant.js';

export interface Calendar {
  readonly id: string;
  readonly platform: 'google' | 'microsoft';
  readonly client_id: string;
  readonly platform_uuid: string | null;
  state: 'connected' | 'disconnected';
  /** JSON text in jsonb's order. */
  metadata: string | null;
  readonly deduplication_key: string | null;
  connectionFailure: ConnectionFailure | null;
  readonly created_at: Micros;
  updated_at: Micros;
  last_successful_sync_at: Micros | null;
  last_attempted_sync_at: Micros | null;
}

export interface ConnectionFailure {
  readonly error: string;
  readonly at: Micros;
}

/** The facts of a provider's event, with its raw form as JSON text in jsonb's order. */
export interface EventFacts {
  readonly platform_uuid: string;
  readonly meeting_url: string | null;
  readonly start_time: Micros;
  readonly end_time: Micros;
  readonly is_deleted: boolean;
  readonly attendees: readonly { readonly name: string | null; readonly email: string | null }[];
  readonly ical_uid: string | null;
  readonly name: string | null;
  readonly raw: string;
  /** Of that, what the vendor is shown, where it is not all. */
  readonly shown?: string;
}

export interface CalendarEvent {
  readonly id: string;
  readonly calendar: string;
  facts: EventFacts;
  /** The provider's event in its raw form as JSON text, where no sync has found it yet. */
  unsynced?: string;
  /** One occurrence of an event that repeats, which its user has changed alone. */
  isApart?: true;
  readonly created_at: Micros;
  updated_at: Micros;
}
