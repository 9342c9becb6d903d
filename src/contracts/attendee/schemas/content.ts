import { Type } from '@sinclair/typebox';
import { Anything, closed, id, Nullable, oneOf, page, Time } from './fields.js';

/** Everything that a bot brings back. */

export const Recording = Type.Object({ url: Type.String(), start_timestamp_ms: Nullable(Type.Integer()) }, closed);

export const Transcript = Type.Array(
  Type.Object(
    {
      speaker_name: Nullable(Type.String()),
      speaker_uuid: Type.String(),
      speaker_user_uuid: Nullable(Type.String()),
      speaker_is_host: Type.Boolean(),
      timestamp_ms: Type.Integer(),
      duration_ms: Type.Integer(),
      transcription: Type.Object({
        transcript: Type.Optional(Type.String()),
        words: Type.Optional(Type.Array(Anything)),
      }),
    },
    closed,
  ),
);

export const ASYNC_STATES = ['not_started', 'in_progress', 'complete', 'failed'] as const;
export const FailureData = Nullable(Type.Object({ failure_reasons: Type.Array(Type.String()) }, closed));

export const AsyncTranscription = Type.Object(
  {
    bot_id: Type.String(),
    id: id('tran'),
    created_at: Time,
    updated_at: Time,
    state: oneOf(ASYNC_STATES),
    failure_data: FailureData,
  },
  closed,
);

export const chatMessage = {
  id: id('msg'),
  text: Type.String(),
  timestamp_ms: Type.Integer(),
  timestamp: Type.Integer(),
  to: oneOf(['only_bot', 'everyone']),
  sender_name: Nullable(Type.String()),
  sender_uuid: Type.String(),
  sender_user_uuid: Nullable(Type.String()),
  additional_data: Anything,
};
export const ChatMessagePage = page(Type.Object(chatMessage, closed));

export const ParticipantPage = page(
  Type.Object(
    {
      id: id('par'),
      name: Nullable(Type.String()),
      uuid: Type.String(),
      user_uuid: Nullable(Type.String()),
      is_host: Type.Boolean(),
    },
    closed,
  ),
);

export const participantEvent = {
  id: id('pe'),
  participant_name: Nullable(Type.String()),
  participant_uuid: Type.String(),
  participant_user_uuid: Nullable(Type.String()),
  participant_is_host: Type.Boolean(),
  event_type: oneOf(['join', 'leave', 'speech_start', 'speech_stop', 'update']),
  event_data: Anything,
  timestamp_ms: Type.Integer(),
};
export const ParticipantEventPage = page(Type.Object(participantEvent, closed));
