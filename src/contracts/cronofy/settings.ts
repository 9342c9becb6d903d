import { Type, type Static } from '@sinclair/typebox';
import { choice, commonSettings, credential, duration, DurationSetting, flag, setting } from '../settings.js';
import { versionSettings } from '../versions/settings.js';
import { signing } from './signing.js';
import { cronofyVersions } from './versions.js';

const Text = Type.String({ minLength: 1 });

const RateLimit = Type.Object(
  {
    per_second: Type.Optional(Type.Integer({ minimum: 1 })),
    per_minute: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  { additionalProperties: false },
);

/** The scopes that the SDKs ask for when they are given none. */
export const FULL_SCOPE = 'read_account list_calendars read_events create_event delete_event';

/** What a workspace may be given for Cronofy. */
export const CronofySettings = Type.Object(
  {
    client_id: credential(Text, 'The id of the application'),
    client_secret: credential(Text, 'The client secret, which is the API key'),
    access_token: credential(Text, "The user's access token"),
    calendar_id: credential(Text, 'The calendar that the access token may write to'),
    ...versionSettings(cronofyVersions),
    ...commonSettings(signing, { assumed: true }),
    previous_client_secrets: setting(Type.Array(Text), 'Secrets that are still active during a rotation; each signs', {
      default: [],
    }),
    access_token_scope: setting(Type.String(), 'The scopes of the access token, separated by spaces', {
      default: FULL_SCOPE,
    }),
    token_kinds: choice(
      ['either', 'separate'],
      '`separate` refuses an access token where the API key belongs, and the reverse; scheduling and availability take both',
      { default: 'either', strict: 'separate' },
    ),
    rate_limit: setting(Type.Union([Type.Literal('off'), RateLimit]), 'Calls that a window holds; beyond, 429', {
      default: 'off',
      strict: { per_second: 50, per_minute: 500 },
      expected: '"off" or {"per_second": 50, "per_minute": 500}',
    }),
    plan_includes_agents: flag('The plan includes meeting agents; without, 402', { default: true }),
    agent_features_enabled: flag("Agents are toggled on in the application's features; without, 402", {
      default: true,
    }),
    callback_hosts: choice(
      ['any', 'public'],
      '`public` refuses callback URLs of example hosts, of this machine and of private networks',
      { default: 'any', strict: 'public', assumed: true },
    ),
    time_forms: choice(
      ['any', 'documented'],
      '`documented`: times have seconds and Z or an offset with a colon, zones the letters of the database; else any ISO 8601, any letters',
      { default: 'any', strict: 'documented', assumed: true },
    ),
    joining_begins: choice(
      ['activated', 'join_time'],
      'When an agent has begun to join and can no longer be moved or cancelled',
      { default: 'activated', assumed: true },
    ),
    reschedule_replaces: choice(
      ['documented', 'everything'],
      'What a known scheduling_key replaces: `documented` is join_url, join_time and subscriptions',
      { default: 'documented', assumed: true },
    ),
    event_agent_update: choice(
      ['replaced', 'kept'],
      'What becomes of the name and the image of a scheduled agent when its event is written with another meeting_agent',
      { default: 'replaced', assumed: true },
    ),
    event_moved_after_activation: choice(
      ['another', 'stays'],
      'When an event is moved whose agent has begun to join: `another` agent goes to the new time too, or none does',
      { default: 'another', assumed: true },
    ),
    agent_follows_calendar: flag('An agent moves when people move its event in the calendar', {
      default: true,
      assumed: true,
    }),
    agent_on_calendar_delete: choice(
      ['cancelled', 'kept'],
      'What becomes of an agent whose event people delete in the calendar',
      { default: 'cancelled', assumed: true },
    ),
    agent_on_calendar_restore: choice(
      ['another', 'none'],
      'Whether an event that people bring back after its deletion has an agent again',
      { default: 'another', assumed: true },
    ),
    agent_on_decline: choice(
      ['kept', 'cancelled'],
      "What becomes of an agent whose event the calendar's owner declines",
      {
        default: 'kept',
        assumed: true,
      },
    ),
    channel_timeout: duration('How long a channel waits for its receiver', { default: '5s', assumed: true }),
    channel_retry_delays: setting(
      Type.Array(DurationSetting),
      'The wait after each failed attempt of a channel; the last one is repeated',
      { default: ['1m', '5m', '30m', '2h', '6h'], assumed: true },
    ),
    channel_closes_after: duration('How long a channel is tried before it is closed', {
      default: '24h',
      assumed: true,
    }),
    channel_verification_required: flag('A channel whose verification is lost is closed at once', {
      default: false,
      assumed: true,
    }),
    channel_reuse: flag('A channel like one that is open is that one', { default: true, assumed: true }),
    change_notification_delay: duration('How long after a change channels tell of it, and of those in between', {
      default: '2s',
      assumed: true,
    }),
    disconnection_noticed_after: duration('How long after a profile is disconnected channels tell of it', {
      default: '5m',
      assumed: true,
    }),
    preparation_time: duration('The least time between the activation of an agent and its joining', {
      default: '30s',
      assumed: true,
    }),
    waiting_timeout: duration('How long an agent waits in the lobby, for the host or for its launch before it fails', {
      default: '15m',
      assumed: true,
    }),
    legacy_unnested_response: flag('The answer of an earlier beta, without `meeting_agent` around it', {
      default: false,
    }),
    event_in_direct_callbacks: flag('Callbacks of directly scheduled agents carry an event too', {
      default: false,
      assumed: true,
    }),
    token_lifetime: duration('How long an access token is valid (documented)', { default: '1h' }),
    code_lifetime: duration('How long an authorization code is valid', { default: '10m', assumed: true }),
    reuse_fresh_tokens: flag('A refresh gives the same access token while it has ten minutes left', { default: true }),
    authorize_consents: flag('The user consents on the consent page', { default: true }),
    authorize_browser: choice(
      ['cookie', 'shared'],
      'Which authorizations come from one browser, and so link their profiles to one account unless they say avoid_linking: those that send its cookie, or all',
      { default: 'cookie' },
    ),
    link_token_lifetime: duration('How long a link token is valid', { default: '5m' }),
    data_center: choice(
      ['any', 'us', 'au', 'ca', 'de', 'sg', 'uk'],
      'Whose hosts the credentials are good for; calls to those of another data center are 401',
      { default: 'any' },
    ),
    download_lifetime: duration('How long the signed URL of a file is valid', { default: '1h', assumed: true }),
    store_url: Type.Optional(
      Type.String({
        pattern: '^https?://',
        expected: 'an http or https URL',
        description: 'The origin of files, instead of the other name of this machine',
      }),
    ),
    speaker_names: flag('The transcript names its speakers', { default: true }),
    calendar: choice(
      ['empty', 'busy-week'],
      '`busy-week`: the workspace begins with colleagues, a room, and two weeks of events of theirs and of others',
      { default: 'empty' },
    ),
    time_zone: setting(Text, "The time zone of the account behind the workspace's access token", {
      default: 'Etc/UTC',
    }),
    calendar_provider: choice(
      ['google', 'apple', 'exchange', 'office365', 'outlook_com'],
      "Whose calendar the workspace's own is; Office 365 and Exchange delete what their owner declines",
      { default: 'google' },
    ),
    permission_level: choice(
      ['sandbox', 'unrestricted'],
      'Whether the application may touch the events of others in calendars that nobody has allowed it for',
      { default: 'sandbox' },
    ),
    initial_sync: choice(
      ['done', 'pending'],
      '`pending`: the events of profiles are still being read for the first time',
      {
        default: 'done',
      },
    ),
    access_mode: choice(
      ['read_write', 'free_busy'],
      '`free_busy`: writes send the user an invitation by e-mail, and put nothing into the calendar',
      { default: 'read_write', assumed: true },
    ),
    plan_includes_geo: flag('The plan includes the places of events; without, include_geo is 402', { default: true }),
    free_busy_includes_free: choice(['asked', 'always'], 'Whether free-busy shows free entries without include_free', {
      default: 'asked',
      assumed: true,
    }),
    recurring_agents: choice(
      ['first', 'refused'],
      'What becomes of a meeting agent on an event that repeats: it goes to the first alone, or the write is 422',
      { default: 'first', strict: 'refused', assumed: true },
    ),
    series_exceptions: choice(
      ['kept', 'undone'],
      'Whether what people did to single occurrences stands when the application writes the series: until its times or its rule change, or never',
      { default: 'kept', assumed: true },
    ),
    batch_counts: choice(['entries', 'call'], 'What of a batch counts for the rate limit', {
      default: 'entries',
      assumed: true,
    }),
    availability_busy: choice(
      ['tentative_too', 'confirmed'],
      'Which events keep members busy: opaque ones that are not declined, with or without tentative ones',
      { default: 'tentative_too', assumed: true },
    ),
    availability_max_results: setting(Type.Integer({ minimum: 1 }), 'Results of availability that asks for no number', {
      default: 256,
      assumed: true,
    }),
    events_page_size: setting(Type.Integer({ minimum: 1 }), 'Events on a page', { default: 50, assumed: true }),
    availability_start_interval: duration('How far apart overlapping slots start that name no interval', {
      default: '30m',
      assumed: true,
    }),
    availability_unknown_sub: choice(
      ['refused', 'free'],
      'Whether a member without an account here is 422, or free all the time',
      { default: 'refused', assumed: true },
    ),
    availability_overlaps: choice(
      ['refused', 'merged'],
      'Whether periods of availability that overlap are 422, or taken for one',
      { default: 'refused', assumed: true },
    ),
    availability_limits: choice(
      ['off', 'enforced'],
      '`enforced`: at most 10 accounts, 50 periods within 35 days, 480 minutes and 512 results; beyond, 422',
      { default: 'off', strict: 'enforced', assumed: true },
    ),
    conferencing: choice(['assigned', 'failing'], 'Whether conferences of events can be made', {
      default: 'assigned',
    }),
    conferencing_delay: duration('How long it takes to make a conference', { default: '2s', assumed: true }),
    default_conferencing: setting(Text, 'The service behind the conferencing profile `default`', { default: 'zoom' }),
    integrated_conferencing: setting(Text, 'The service behind the conferencing profile `integrated`', {
      default: 'google_meet',
    }),
    profile_connected: flag("The calendar's profile is connected; without, 423", { default: true }),
    zoom_authorization: choice(
      ['granted', 'required'],
      "`required`: Zoom meetings that Cronofy did not make need the attendee's authorization",
      { default: 'granted' },
    ),
    attendee_present: flag('The attendee on whose behalf the agent joins is in the meeting', { default: true }),
  },
  { additionalProperties: false },
);
export type CronofySettings = Static<typeof CronofySettings>;
