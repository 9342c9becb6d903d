import { Type, type TProperties, type TSchema } from '@sinclair/typebox';
import { BOT_EVENTS, BOT_STATES } from '../vocabulary.js';
import { connection } from './connections.js';
import { ASYNC_STATES, chatMessage, FailureData, participantEvent, Transcript } from './content.js';
import { closed, id, Metadata, Nullable, OffsetTime, oneOf, Settings } from './fields.js';

/**
 * The subject of a webhook stands between its key and its trigger, in one of four forms; or none does, at an attempt after a
 * calendar or a Zoom connection was deleted.
 */
const Key = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' });
const about = <const E extends TProperties, const T extends string, D extends TSchema>(
  envelope: E,
  trigger: T,
  data: D,
) => Type.Object({ idempotency_key: Key, ...envelope, trigger: Type.Literal(trigger), data }, closed);
const aboutBot = <const T extends string, D extends TSchema>(trigger: T, data: D) =>
  Type.Union([
    about({ bot_id: id('bot'), bot_metadata: Nullable(Metadata) }, trigger, data),
    about({ app_session_id: id('app'), app_session_metadata: Nullable(Metadata) }, trigger, data),
  ]);
const aboutConnection = <const E extends TProperties, const T extends string>(envelope: E, trigger: T) => {
  const data = Type.Object(connection, closed);
  return Type.Union([about(envelope, trigger, data), about({}, trigger, data)]);
};
const aboutCalendar = <const T extends string>(trigger: T) =>
  aboutConnection(
    {
      calendar_id: id('cal'),
      calendar_deduplication_key: Nullable(Type.String()),
      calendar_metadata: Nullable(Metadata),
    },
    trigger,
  );

/** The body of each webhook, by its trigger. */
export const WEBHOOK_BODIES = {
  'bot.state_change': aboutBot(
    'bot.state_change',
    Type.Object(
      {
        new_state: oneOf(BOT_STATES),
        old_state: oneOf(BOT_STATES),
        created_at: OffsetTime,
        event_type: oneOf(BOT_EVENTS),
        event_metadata: Settings,
        event_sub_type: Nullable(Type.String()),
      },
      closed,
    ),
  ),
  'transcript.update': aboutBot('transcript.update', Transcript.items),
  'chat_messages.update': aboutBot('chat_messages.update', Type.Object(chatMessage, closed)),
  'participant_events.join_leave': aboutBot('participant_events.join_leave', Type.Object(participantEvent, closed)),
  'participant_events.speech_start_stop': aboutBot(
    'participant_events.speech_start_stop',
    Type.Object(participantEvent, closed),
  ),
  'bot_logs.update': aboutBot(
    'bot_logs.update',
    Type.Object(
      {
        id: id('log'),
        level: Type.String(),
        message: Type.String(),
        created_at: OffsetTime,
        entry_type: Type.String(),
      },
      closed,
    ),
  ),
  'async_transcription.state_change': aboutBot(
    'async_transcription.state_change',
    Type.Object({ id: id('tran'), state: oneOf(ASYNC_STATES), failure_data: FailureData }, closed),
  ),
  'calendar.events_update': aboutCalendar('calendar.events_update'),
  'calendar.state_change': aboutCalendar('calendar.state_change'),
  'zoom_oauth_connection.state_change': aboutConnection(
    {
      zoom_oauth_connection_id: id('zoc'),
      zoom_oauth_connection_metadata: Nullable(Metadata),
      user_id: Type.String(),
      account_id: Type.String(),
    },
    'zoom_oauth_connection.state_change',
  ),
} as const;
