import { Type } from '@sinclair/typebox';
import { BOT_STATES } from './vocabulary.js';

/** The parameters that the vendor reads from a URL. Unknown ones are ignored, and of a repeated one the last counts. */

const cursor = { cursor: Type.Optional(Type.String({ expected: 'a cursor from next or previous' })) };
const Time = Type.Optional(
  Type.String({
    pattern: '^(\\d{4}-\\d\\d-\\d\\d([T ]\\d\\d(:\\d\\d(:\\d\\d([.,]\\d+)?)?)?\\s?(Z|[+-]\\d\\d(:?\\d\\d)?)?)?)?$',
    expected: 'a time such as "2024-01-18T12:34:56Z", with "+" written as %2B',
  }),
);
/** Read by the vendor's code (observed), and absent from its published API. */
const UNDOCUMENTED = { 'x-undocumented': true } as const;
const Text = Type.Optional(Type.String());

export const PageQuery = Type.Object(cursor);
export const BotsQuery = Type.Object({
  ...cursor,
  meeting_url: Text,
  deduplication_key: Text,
  states: Type.Optional(Type.Array(Type.Union(BOT_STATES.map((state) => Type.Literal(state))))),
  join_at_after: Time,
  join_at_before: Time,
});
export const TranscriptQuery = Type.Object({
  updated_after: Time,
  async_transcription_id: Type.Optional(Type.String(UNDOCUMENTED)),
  split_on_turns: Type.Optional(Type.Boolean(UNDOCUMENTED)),
});
export const WhichTranscriptQuery = Type.Object({ async_transcription_id: Text });
export const ChatMessagesQuery = Type.Object({ ...cursor, updated_after: Time });
export const ParticipantsQuery = Type.Object({ ...cursor, id: Text, is_host: Type.Optional(Type.Boolean()) });
export const ParticipantEventsQuery = Type.Object({ ...cursor, after: Time, before: Time });
export const CalendarsQuery = Type.Object({ ...cursor, deduplication_key: Text });
export const CalendarEventsQuery = Type.Object({
  ...cursor,
  calendar_id: Text,
  calendar_deduplication_key: Text,
  event_id: Text,
  updated_at_gte: Time,
  updated_after: Time,
  start_time_gte: Time,
  end_time_lte: Time,
  ordering: Text,
});
