import { Type, type TLiteral, type TProperties, type TSchema, type TUnion } from '@sinclair/typebox';
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
    kubernetes_settings: Type.Optional(Type.Object({}, { additionalProperties: true, 'x-undocumented': true })),
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

const page = (item: TSchema) =>
  Type.Object({ next: Nullable(Type.String()), previous: Nullable(Type.String()), results: Type.Array(item) }, closed);

export const BotPage = page(Bot);

const id = (prefix: string) => Type.String({ pattern: `^${prefix}_[A-Za-z0-9]{16}$` });
const Anything = Type.Unknown();

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

const ASYNC_STATES = ['not_started', 'in_progress', 'complete', 'failed'] as const;
const FailureData = Nullable(Type.Object({ failure_reasons: Type.Array(Type.String()) }, closed));

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

const chatMessage = {
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

const participantEvent = {
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

const CONNECTION_STATES = ['connected', 'disconnected'] as const;
const ConnectionFailure = Nullable(Type.Object({ error: Type.String(), timestamp: OffsetTime }, closed));
const connection = {
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

export const AppSession = Type.Object(
  {
    ...Type.Omit(Bot, ['meeting_url', 'join_at']).properties,
    id: id('app'),
    zoom_rtms_stream_id: Type.String(),
  },
  closed,
);

/** The three shapes of an error. */
export const Detail = Type.Object({ detail: Type.String() }, closed);
export const ErrorText = Type.Object({ error: Type.String() }, closed);
export const FieldErrors = Type.Record(Type.String(), Type.Unknown());
/** An HTML page. */
export const Page = Type.String();
export const NotFound = Type.Union([ErrorText, Detail]);
export const BadRequest = Type.Union([ErrorText, Detail, FieldErrors]);

/** Who a webhook is about stands between its key and its trigger, in one of four forms. */
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
const aboutCalendar = <const T extends string>(trigger: T) =>
  about(
    {
      calendar_id: id('cal'),
      calendar_deduplication_key: Nullable(Type.String()),
      calendar_metadata: Nullable(Metadata),
    },
    trigger,
    Type.Object(connection, closed),
  );

/** The bodies of the ten webhooks. */
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
  'zoom_oauth_connection.state_change': about(
    {
      zoom_oauth_connection_id: id('zoc'),
      zoom_oauth_connection_metadata: Nullable(Metadata),
      user_id: Type.String(),
      account_id: Type.String(),
    },
    'zoom_oauth_connection.state_change',
    Type.Object(connection, closed),
  ),
} as const;

/** Bodies of requests whose inner rules are the provider's. */
export const CreateAppSessionRequest = Type.Object({
  zoom_rtms: Settings,
  ...Type.Omit(CreateBotRequest, ['meeting_url', 'bot_name', 'join_at']).properties,
});
export const EndAppSessionRequest = Type.Object({ zoom_rtms: Type.Object({ rtms_stream_id: Anything }) });
export const SendChatMessageRequest = Type.Object({
  to: Type.Optional(Type.String()),
  to_user_uuid: Type.Optional(Nullable(Type.String())),
  message: Type.Union([Type.String(), Type.Number()]),
});
export const SpeechRequest = Type.Object({
  text: Type.Union([Type.String(), Type.Number()]),
  text_to_speech_settings: Settings,
});
export const MediaRequest = Type.Object({ type: Type.String(), data: Type.String() });
export const OutputVideoRequest = Type.Object({
  url: Type.String(),
  loop: Type.Optional(Anything),
  mute_video: Type.Optional(Anything),
});
export const VoiceAgentRequest = Type.Object({
  url: Type.Optional(Type.String()),
  screenshare_url: Type.Optional(Type.String()),
});
export const TranscriptionRequest = Type.Object({ transcription_settings: Settings });
export const GalleryRequest = Type.Object({ direction: Type.Optional(Anything) });
const calendarSecrets = {
  client_secret: Type.Optional(Type.String()),
  refresh_token: Type.Optional(Type.String()),
  metadata: Type.Optional(Metadata),
};
export const CreateCalendarRequest = Type.Object({
  platform: Type.String(),
  client_id: Type.String(),
  ...calendarSecrets,
  platform_uuid: Type.Optional(Type.String()),
  deduplication_key: Type.Optional(Type.String()),
});
export const PatchCalendarRequest = Type.Object(calendarSecrets);
export const CreateZoomConnectionRequest = Type.Object({
  authorization_code: Type.Union([Type.String(), Type.Number()]),
  redirect_uri: Type.String(),
  zoom_oauth_app_id: Type.Optional(Type.String()),
  is_local_recording_token_supported: Type.Optional(Anything),
  is_onbehalf_token_supported: Type.Optional(Anything),
  metadata: Type.Optional(Metadata),
});
