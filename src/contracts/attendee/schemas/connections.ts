import { Type } from '@sinclair/typebox';
import { Bot } from './bots.js';
import { Anything, closed, id, Metadata, Nullable, OffsetTime, oneOf, page, Time } from './fields.js';

/** Calendars and Zoom users that are connected to a project. */

const CONNECTION_STATES = ['connected', 'disconnected'] as const;
const ConnectionFailure = Nullable(Type.Object({ error: Type.String(), timestamp: OffsetTime }, closed));
export const connection = {
  state: oneOf(CONNECTION_STATES),
  connection_failure_data: ConnectionFailure,
  last_successful_sync_at: Nullable(Time),
  last_attempted_sync_at: Nullable(Time),
};

export const Calendar = Type.Object(
  {
    id: id('cal'),
    platform: oneOf(['google', 'microsoft']),
    client_id: Type.String(),
    platform_uuid: Nullable(Type.String()),
    metadata: Nullable(Metadata),
    deduplication_key: Nullable(Type.String()),
    created_at: Time,
    updated_at: Time,
    ...connection,
  },
  closed,
);
export const CalendarPage = page(Calendar);

export const CalendarEventPage = page(
  Type.Object(
    {
      id: id('evt'),
      calendar_id: id('cal'),
      platform_uuid: Type.String(),
      meeting_url: Nullable(Type.String()),
      start_time: Time,
      end_time: Time,
      is_deleted: Type.Boolean(),
      attendees: Type.Array(Type.Object({ name: Nullable(Type.String()), email: Nullable(Type.String()) }, closed)),
      ical_uid: Nullable(Type.String()),
      name: Nullable(Type.String()),
      raw: Anything,
      bots: Type.Array(Bot),
      created_at: Time,
      updated_at: Time,
    },
    closed,
  ),
);

export const ZoomConnection = Type.Object(
  {
    id: id('zoc'),
    zoom_oauth_app_id: id('zoa'),
    user_id: Type.String(),
    account_id: Type.String(),
    metadata: Nullable(Metadata),
    is_local_recording_token_supported: Type.Boolean(),
    is_onbehalf_token_supported: Type.Boolean(),
    created_at: Time,
    updated_at: Time,
    ...connection,
  },
  closed,
);
export const ZoomConnectionPage = page(ZoomConnection);
