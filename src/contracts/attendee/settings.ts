import { Type, type Static } from '@sinclair/typebox';
import { choice, commonSettings, credential, duration, flag, setting } from '../settings.js';
import { versionSettings } from '../versions/settings.js';
import { signing } from './signing.js';
import { attendeeVersions } from './versions.js';
import { TRIGGERS } from './vocabulary.js';

const ProjectWebhook = Type.Object(
  { url: Type.String(), triggers: Type.Array(Type.Union(TRIGGERS.map((trigger) => Type.Literal(trigger)))) },
  { additionalProperties: false },
);

/** Which versions have a setting. */
const since = (name: string, what = 'a switch of the operator'): string =>
  `(${what}, ${attendeeVersions.switchedBy(name)})`;

/** Settings of a workspace for Attendee. */
export const AttendeeSettings = Type.Object(
  {
    api_key: credential(Type.String({ minLength: 1 }), 'The API key of the project'),
    webhook_secret: credential(
      Type.String({ pattern: '^[A-Za-z0-9+/]+={0,2}$', expected: 'the secret in base64' }),
      'The secret of the webhooks in base64, as the dashboard shows it',
    ),
    ...versionSettings(attendeeVersions),
    ...commonSettings(signing),
    zoom_credentials: flag('The project has credentials of a Zoom app; without, Zoom bots are refused', {
      default: true,
    }),
    external_media_storage_credentials: flag(
      'The project has credentials of an external storage; without, bots with external_media_storage_settings are refused',
      { default: false },
    ),
    credits: setting(Type.Number(), 'Credits of the project', { default: 1000 }),
    concurrent_bots_limit: setting(
      Type.Union([Type.Integer({ minimum: 0 }), Type.Literal('off')]),
      'Bots that may be in meetings at once',
      { default: 2500 },
    ),
    charge_credits: flag('Consumed credits are charged to the project and reported', { default: false }),
    credit_transaction_conflicts: setting(
      Type.Integer({ minimum: 0, maximum: 9 }),
      `How often another charge gets in first: each time a bot's own is tried again after a pause, and ends it up to 4 s late ${since('credit_transaction_conflicts', 'load')}`,
      { default: 0, assumed: true },
    ),
    post_throttle_rate: setting(
      Type.Union([Type.Literal('off'), Type.String({ pattern: '^\\d+/(s|m|h|d)\\w*$' })]),
      'POSTs of the project in a rolling window',
      { default: 'off', strict: '3000/min', expected: '"off" or a rate such as "3000/min"' },
    ),
    async_transcription_enabled: flag('The project may make transcriptions after the meeting', { default: true }),
    voice_agents_enabled: flag('The project may send voice agents', { default: true }),
    zoom_video_output: flag('Bots may show video in Zoom meetings', { default: false }),
    google_tts_credentials: flag('The project has credentials for text to speech of Google', { default: false }),
    output_audio_text: setting(
      Type.String(),
      'What other bots of the meeting understand of output_audio, whose words nobody knows here; with "", no words',
      { default: '(audio)', assumed: true },
    ),
    zoom_oauth_app: setting(
      Type.Union([Type.String(), Type.Null()]),
      "The client id of the project's Zoom OAuth app; `null`: it has none",
      { default: null },
    ),
    project_name: setting(Type.String(), 'The name of the project', { default: 'Greenroom project' }),
    project_webhooks: setting(Type.Array(ProjectWebhook), 'Subscriptions of the project', { default: [] }),
    scheduler_poll: duration('How often the scheduler looks for bots that are due, on whole minutes UTC; or "off"', {
      default: '60s',
    }),
    cleanup_poll: duration('How often the clean-up looks for bots that were never launched; or "off"', {
      default: '60s',
    }),
    launch_delay: duration(
      "From the scheduler's poll to the launch: a join_at that is changed in between leaves the bot scheduled",
      { default: 0 },
    ),
    background_workers: choice(
      ['on', 'off'],
      '`off`: calendars are synced and async transcriptions made only through the backstage door',
      { default: 'on' },
    ),
    calendar_sync_delay: duration(
      'How long after a user has changed the own calendar a sync finds it; a PATCH of the calendar syncs at once, and a day is the longest',
      { default: 0, assumed: true },
    ),
    calendar_window: duration('How far ahead a sync looks for events of a calendar; it looks one day back', {
      default: '28d',
    }),
    require_https_webhooks: flag(`Webhooks of bots need TLS ${since('require_https_webhooks')}`, { default: true }),
    prejoin_leave_or_meeting_end_is_fatal_error: flag(
      `A bot that is told to leave, or whose meeting ends, before it has joined ends in fatal_error ${since('prejoin_leave_or_meeting_end_is_fatal_error')}`,
      { default: false },
    ),
    restart_prejoin_terminated_bots: flag(
      `A bot whose process is terminated while it is staged or joining is started again a minute later ${since('restart_prejoin_terminated_bots')}`,
      { default: false },
    ),
    scheduled_bot_launch_window_before_join_at_seconds: setting(
      Type.Integer({ minimum: 0 }),
      `How early the scheduler launches a bot ${since('scheduled_bot_launch_window_before_join_at_seconds')}`,
      { default: 300 },
    ),
    scheduled_bot_launch_window_after_join_at_seconds: setting(
      Type.Integer({ minimum: 0 }),
      `How late it still does ${since('scheduled_bot_launch_window_after_join_at_seconds')}`,
      { default: 300 },
    ),
    unprefixed_paths: flag('Serves `/bots` as well as `/api/v1/bots`, as the documentation page prints it', {
      default: true,
      strict: false,
    }),
  },
  { additionalProperties: false },
);
export type AttendeeSettings = Static<typeof AttendeeSettings>;
