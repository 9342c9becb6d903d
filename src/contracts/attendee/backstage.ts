import { Type, type TProperties } from '@sinclair/typebox';
import { action, WrittenNumber, type BackstageActions } from '../control/backstage.js';
import { BOT_EVENTS } from './vocabulary.js';

const closed = { additionalProperties: false } as const;
const bot = Type.String();
const Nullable = Type.Union([Type.String(), Type.Null()], { expected: 'a text or null' });
/** Any JSON; Python keeps its numbers as they are written. */
const Anything = Type.Unknown();
const Facts = Type.Record(Type.String(), Type.Unknown());

/** Made at the first use, and not altered by later ones. */
const Participant = Type.Object(
  {
    uuid: Type.String(),
    user_uuid: Type.Optional(Nullable),
    name: Type.Optional(Nullable),
    is_host: Type.Optional(Type.Boolean()),
    is_the_bot: Type.Optional(Type.Boolean()),
  },
  closed,
);

const passing = <const K extends string>(kind: K) =>
  action(kind, { bot, participant: Participant, timestamp_ms: WrittenNumber, event_data: Type.Optional(Facts) });

const heard = { bot, participant: Participant, timestamp_ms: WrittenNumber, duration_ms: WrittenNumber };

const failOr = <P extends TProperties>(answer: P) =>
  Type.Union([Type.Literal('fail'), Type.Object(answer)], { expected: '"fail" or an object' });

/** Actions of Attendee's own side, in the words of the recordings. */
export const attendeeBackstage = {
  /** The bot's process reports an event at this instant. */
  event: action('event', {
    bot,
    event: Type.Union(BOT_EVENTS.map((event) => Type.Literal(event))),
    sub_type: Type.Optional(Nullable),
    metadata: Type.Optional(Type.Union([Facts, Type.Null()], { expected: 'an object or null' })),
  }),
  heartbeat: action('heartbeat', { bot }),
  participant_join: passing('participant_join'),
  participant_leave: passing('participant_leave'),
  speech_start: passing('speech_start'),
  speech_stop: passing('speech_stop'),
  participant_update: action('participant_update', { bot, participant: Participant }),
  utterance: action('utterance', { ...heard, source: Type.Optional(Nullable), transcription: Type.Optional(Anything) }),
  utterance_failed: action('utterance_failed', {
    ...heard,
    source: Type.Optional(Nullable),
    reason: Type.String({ minLength: 1 }),
  }),
  utterance_pending: action('utterance_pending', { ...heard, source: Type.Optional(Nullable) }),
  chat_message: action('chat_message', {
    bot,
    participant: Participant,
    source: Type.String(),
    text: Type.String(),
    timestamp: WrittenNumber,
    to_bot: Type.Optional(Type.Boolean()),
    additional_data: Type.Optional(Facts),
  }),
  bot_log: action('bot_log', { bot, level: Type.String(), entry_type: Type.String(), message: Type.String() }),
  recording_file: action('recording_file', {
    bot,
    file_name: Type.String({ minLength: 1 }),
    first_buffer_timestamp_ms: Type.Optional(
      Type.Union([WrittenNumber, Type.Null()], { expected: 'a number or null' }),
    ),
  }),
  audio_chunk: action('audio_chunk', heard),
  bot_process: action('bot_process', { bot, responsive: Type.Boolean() }),
  media_playing: action('media_playing', { bot }),
  media_finished: action('media_finished', { bot }),
  scheduler_poll: action('scheduler_poll'),
  cleanup_poll: action('cleanup_poll'),
  /** The next answers of the receiver at this URL; 200 afterwards. */
  receiver: action('receiver', {
    url: Type.String({ minLength: 1 }),
    answers: Type.Array(
      Type.Union([Type.Integer({ minimum: 100, maximum: 599 }), Type.Literal('drop')], {
        expected: 'a status or "drop"',
      }),
    ),
  }),
  /** A change in the dashboard. */
  project: action('project', {
    credits: Type.Optional(WrittenNumber),
    concurrent_bots_limit: Type.Optional(Type.Integer({ minimum: 0 })),
    api_key_enabled: Type.Optional(Type.Boolean()),
    project_webhook_active: Type.Optional(Type.Boolean()),
  }),
  /**
   * One run of a sync: the provider's whole list of events, or the failure. An event of the window that the list lacks is
   * gone, unless the provider fails for it alone (`unavailable`).
   */
  calendar_sync: action('calendar_sync', {
    calendar: Type.String(),
    events: Type.Optional(Type.Array(Facts)),
    unavailable: Type.Optional(Type.Array(Type.String())),
    auth_error: Type.Optional(Type.String()),
    transient_error: Type.Optional(Type.String()),
  }),
  /** Zoom's answers from now on: `"fail"` or an object. */
  zoom_upstream: action('zoom_upstream', {
    exchange: Type.Optional(failOr({ scope: Type.Optional(Type.String()) })),
    user: Type.Optional(
      failOr({
        id: Type.Optional(Type.String()),
        account_id: Type.Optional(Type.String()),
        status: Type.Optional(Type.String()),
      }),
    ),
  }),
  zoom_connection: action('zoom_connection', {
    connection: Type.String(),
    state: Type.Union([Type.Literal('connected'), Type.Literal('disconnected')]),
    error: Type.Optional(Type.String()),
  }),
  async_worker_run: action('async_worker_run'),
  async_utterances: action('async_utterances', { results: Type.Array(Anything) }),
} satisfies BackstageActions;
