import { Type } from '@sinclair/typebox';
import { BOT_EVENTS, BOT_STATES, RECORDING_STATES, TRANSCRIPTION_STATES } from '../vocabulary.js';
import { closed, id, Metadata, Nullable, oneOf, page, Time } from './fields.js';

export const Bot = Type.Object(
  {
    id: Type.String({ pattern: '^(bot|app)_[A-Za-z0-9]{16}$' }),
    metadata: Nullable(Metadata),
    meeting_url: Type.String(),
    state: oneOf(BOT_STATES),
    events: Type.Array(
      Type.Object({ type: oneOf(BOT_EVENTS), created_at: Time, sub_type: Type.Optional(Type.String()) }, closed),
    ),
    transcription_state: oneOf(TRANSCRIPTION_STATES),
    recording_state: oneOf(RECORDING_STATES),
    join_at: Nullable(Time),
    deduplication_key: Nullable(Type.String()),
  },
  closed,
);
export const BotPage = page(Bot);

export const AppSession = Type.Object(
  {
    ...Type.Omit(Bot, ['meeting_url', 'join_at']).properties,
    id: id('app'),
    zoom_rtms_stream_id: Type.String(),
  },
  closed,
);
