import { Type } from '@sinclair/typebox';
import {
  BOT_EVENTS,
  BOT_STATES,
  RECORDING_STATES,
  TRANSCRIPTION_STATES,
} from '../../../contracts/attendee/vocabulary.js';
import { Count, orNull, Text, wordOf } from '../../../contracts/control/fields.js';
import { JsonText, madeOnce, Moment, row, table, WebUrl } from '../../engine/tables.js';
import type { AutomaticLeave, RecordingSettings } from './bots/settings-fields.js';
import type * as calendars from './calendars/state.js';
import { TIMERS } from './jobs.js';
import type * as recordings from './recordings/state.js';
import type * as state from './state.js';
import type * as zoom from './zoom/state.js';

/** Milliseconds of a host's clock, or of a recording. */
const Milliseconds = Type.Integer({ minimum: 0, maximum: 8.64e15 });
const Seconds = Type.Number();
const Platform = wordOf(['google_meet', 'zoom', 'teams']);
const Connected = wordOf(['connected', 'disconnected']);
const subscription = () => Type.Object({ url: WebUrl, triggers: Type.Array(Text) });
const failure = () => row<calendars.ConnectionFailure>({ error: Text, at: Moment });

const utterance = () =>
  row<recordings.Utterance>({
    source: orNull(Text),
    participant: Text,
    timestamp_ms: Milliseconds,
    duration_ms: Milliseconds,
    transcription: orNull(JsonText),
    failure: orNull(Text),
    awaited: Type.Optional(Text),
    updated_at: Moment,
  });

const content = () =>
  row<recordings.Content>({
    participants: table<recordings.Participant>({
      id: Text,
      uuid: Text,
      user_uuid: orNull(Text),
      name: orNull(Text),
      is_host: Type.Boolean(),
      isTheBot: Type.Boolean(),
      created_at: Moment,
    }),
    events: table<recordings.ParticipantEvent>({
      id: Text,
      participant: Text,
      event_type: wordOf(['join', 'leave', 'speech_start', 'speech_stop', 'update']),
      event_data: JsonText,
      timestamp_ms: Milliseconds,
      created_at: Moment,
    }),
    messages: table<recordings.ChatMessage>({
      id: Text,
      source: Text,
      participant: Text,
      text: Text,
      timestamp: Type.Number(),
      to: wordOf(['only_bot', 'everyone']),
      additional_data: JsonText,
      created_at: Moment,
    }),
    utterances: Type.Array(utterance()),
    audioChunks: table<recordings.AudioChunk>({
      participant: Text,
      timestamp_ms: Milliseconds,
      duration_ms: Milliseconds,
    }),
    asyncTranscriptions: table<recordings.AsyncTranscription>({
      id: Text,
      created_at: Moment,
      updated_at: Moment,
      startedAt: orNull(Moment),
      state: wordOf(['not_started', 'in_progress', 'complete', 'failed']),
      failureReasons: orNull(Type.Array(Text)),
      utterances: Type.Array(utterance()),
    }),
    media: table<recordings.MediaRequest>({
      type: wordOf(['image', 'audio', 'video']),
      state: wordOf(['enqueued', 'playing']),
    }),
  });

const leave = () =>
  row<AutomaticLeave>({
    silence_timeout_seconds: Seconds,
    silence_activate_after_seconds: Seconds,
    only_participant_in_meeting_timeout_seconds: Seconds,
    wait_for_host_to_start_meeting_timeout_seconds: Seconds,
    waiting_room_timeout_seconds: Seconds,
    max_uptime_seconds: orNull(Seconds),
    enable_closed_captions_timeout_seconds: orNull(Seconds),
    authorized_user_not_in_meeting_timeout_seconds: Seconds,
    bot_keywords: orNull(Type.Array(Text)),
  });

const recording = () =>
  row<RecordingSettings>({
    format: Text,
    view: Text,
    chatWhenPaused: Type.Boolean(),
    asyncAudio: Type.Boolean(),
    speechEvents: Type.Boolean(),
  });

const bot = () => ({
  id: Text,
  metadata: orNull(JsonText),
  agentPage: orNull(Type.Object({ field: wordOf(['url', 'screenshare_url']), url: WebUrl })),
  chatMessage: orNull(Text),
  meeting_url: Text,
  platform: Platform,
  bot_name: Text,
  join_at: orNull(Moment),
  deduplication_key: orNull(Text),
  webhooks: Type.Array(subscription()),
  created_at: Moment,
  rtmsStream: orNull(Text),
  calendarEvent: orNull(Text),
  zoomWeb: Type.Boolean(),
  meetDelay: Type.Optional(Type.Integer()),
  captions: Type.Boolean(),
  onBehalf: Type.Boolean(),
  voiceAgent: Type.Boolean(),
  leave: leave(),
  recording: recording(),
  state: wordOf(BOT_STATES),
  events: table<Omit<state.BotEvent, 'sub_type'> & { readonly sub_type?: string }>({
    type: wordOf(BOT_EVENTS),
    from: wordOf(BOT_STATES),
    at: Moment,
    sub_type: Type.Optional(Text),
  }),
  transcription_state: wordOf(TRANSCRIPTION_STATES),
  recording_state: wordOf(RECORDING_STATES),
  firstHeartbeat: orNull(Moment),
  lastHeartbeat: orNull(Moment),
  recordingFile: orNull(
    row<state.RecordingFile>({
      name: Text,
      start_timestamp_ms: orNull(Milliseconds),
      empty: Type.Optional(Type.Boolean()),
      expires: Type.Optional(Moment),
    }),
  ),
  content: orNull(content()),
  played: Type.Boolean(),
  job: orNull(Count),
  picked: orNull(Moment),
  upFrom: Type.Optional(Moment),
  timers: Type.Partial(Type.Record(wordOf(TIMERS), Count)),
});

/** What Attendee keeps in a world, for snapshots that are put back. */
export const tables = madeOnce({
  bots: () => table<Omit<state.Bot, 'events'> & { readonly events: unknown }>(bot()),
  keys: () => table<{ key: string; bot: string }>({ key: Text, bot: Text }),
  calendars: () =>
    table<calendars.Calendar>({
      id: Text,
      platform: wordOf(['google', 'microsoft']),
      client_id: Text,
      platform_uuid: orNull(Text),
      state: Connected,
      metadata: orNull(JsonText),
      deduplication_key: orNull(Text),
      connectionFailure: orNull(failure()),
      created_at: Moment,
      updated_at: Moment,
      last_successful_sync_at: orNull(Moment),
      last_attempted_sync_at: orNull(Moment),
    }),
  calendarEvents: () =>
    table<calendars.CalendarEvent>({
      id: Text,
      calendar: Text,
      facts: row<calendars.EventFacts>({
        platform_uuid: Text,
        meeting_url: orNull(Text),
        start_time: Moment,
        end_time: Moment,
        is_deleted: Type.Boolean(),
        attendees: Type.Array(Type.Object({ name: orNull(Text), email: orNull(Text) })),
        ical_uid: orNull(Text),
        name: orNull(Text),
        raw: JsonText,
        shown: Type.Optional(JsonText),
      }),
      unsynced: Type.Optional(JsonText),
      isApart: Type.Optional(Type.Literal(true)),
      created_at: Moment,
      updated_at: Moment,
    }),
  zoomConnections: () =>
    table<zoom.ZoomConnection>({
      id: Text,
      user_id: Text,
      account_id: Text,
      state: Connected,
      metadata: orNull(JsonText),
      is_local_recording_token_supported: Type.Boolean(),
      is_onbehalf_token_supported: Type.Boolean(),
      connectionFailure: orNull(failure()),
      created_at: Moment,
      updated_at: Moment,
      last_attempted_sync_at: orNull(Moment),
    }),
  active: () => Type.Integer(),
  posts: () => Type.Array(Moment),
  charged: () => Type.Number(),
  project: () =>
    Type.Object({
      credits: Type.Optional(Type.Number()),
      concurrent_bots_limit: Type.Optional(Type.Number()),
      api_key_enabled: Type.Optional(Type.Boolean()),
      project_webhook_active: Type.Optional(Type.Boolean()),
    }),
  upstream: () =>
    row<zoom.ZoomUpstream>({
      exchange: Type.Union([Type.Literal('fail'), Type.Object({ scope: Type.Optional(Text) })]),
      user: Type.Union([
        Type.Literal('fail'),
        Type.Object({ id: Type.Optional(Text), account_id: Type.Optional(Text), status: Type.Optional(Text) }),
      ]),
    }),
  silentProcesses: () => Type.Record(Text, Type.Literal(true)),
});
