import { Type, type TLiteral, type TUnion } from '@sinclair/typebox';
import { BOT_EVENTS, BOT_STATES, RECORDING_STATES, TRANSCRIPTION_STATES, TRIGGERS } from './vocabulary.js';

const oneOf = <const W extends string>(words: readonly W[]): TUnion<TLiteral<W>[]> =>
  Type.Union(words.map((word) => Type.Literal(word)));

const closed = { additionalProperties: false } as const;
const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);
const Time = Type.String({
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{6})?Z$',
  expected: 'a UTC time',
});
const OffsetTime = Type.String({
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{6})?\\+00:00$',
  expected: 'a time with +00:00',
});
const Metadata = Type.Record(Type.String(), Type.String());
const Settings = Type.Object({}, { additionalProperties: true });

/** The body of `POST /api/v1/bots`; the inner rules of the settings objects are the provider's. */
export const CreateBotRequest = Type.Object(
  {
    meeting_url: Type.Optional(Type.String()),
    bot_name: Type.Union([Type.String(), Type.Number()]),
    bot_image: Type.Optional(Settings),
    metadata: Type.Optional(Metadata),
    bot_chat_message: Type.Optional(Settings),
    join_at: Type.Optional(Type.String()),
    calendar_event_id: Type.Optional(Type.String()),
    deduplication_key: Type.Optional(Type.Union([Type.String(), Type.Number()])),
    webhooks: Type.Optional(
      Type.Array(
        Type.Object({ url: Type.String({ pattern: '^https?://' }), triggers: Type.Array(oneOf(TRIGGERS)) }, closed),
      ),
    ),
    callback_settings: Type.Optional(Settings),
    external_media_storage_settings: Type.Optional(Settings),
    voice_agent_settings: Type.Optional(Settings),
    transcription_settings: Type.Optional(Settings),
    recording_settings: Type.Optional(Settings),
    automatic_leave_settings: Type.Optional(Settings),
    google_meet_settings: Type.Optional(Settings),
    teams_settings: Type.Optional(Settings),
    zoom_settings: Type.Optional(Settings),
    websocket_settings: Type.Optional(Settings),
    rtmp_settings: Type.Optional(Settings),
    debug_settings: Type.Optional(Settings),
    kubernetes_settings: Type.Optional(Settings),
  },
  closed,
);

/** The body of `PATCH /api/v1/bots/{id}`. Unknown fields are ignored by the vendor. */
export const PatchBotRequest = Type.Object({
  join_at: Type.Optional(Type.String()),
  meeting_url: Type.Optional(Type.String()),
  bot_name: Type.Optional(Type.Union([Type.String(), Type.Number()])),
  bot_image: Type.Optional(Settings),
  recording_settings: Type.Optional(Settings),
  metadata: Type.Optional(Metadata),
});

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

export const BotPage = Type.Object(
  { next: Nullable(Type.String()), previous: Nullable(Type.String()), results: Type.Array(Bot) },
  closed,
);

/** The three shapes of an error. */
export const Detail = Type.Object({ detail: Type.String() }, closed);
export const ErrorText = Type.Object({ error: Type.String() }, closed);
export const FieldErrors = Type.Record(Type.String(), Type.Unknown());
export const BadRequest = Type.Union([ErrorText, Detail, FieldErrors]);

/** `data` of a `bot.state_change` webhook. */
export const StateChange = Type.Object(
  {
    idempotency_key: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }),
    bot_id: Type.String({ pattern: '^bot_[A-Za-z0-9]{16}$' }),
    bot_metadata: Nullable(Metadata),
    trigger: Type.Literal('bot.state_change'),
    data: Type.Object(
      {
        new_state: oneOf(BOT_STATES),
        old_state: oneOf(BOT_STATES),
        created_at: OffsetTime,
        event_type: oneOf(BOT_EVENTS),
        event_metadata: Type.Object({}, { additionalProperties: true }),
        event_sub_type: Nullable(Type.String()),
      },
      closed,
    ),
  },
  closed,
);
