import { hash } from 'node:crypto';
import { Type, type Static } from '@sinclair/typebox';
import { MICROS_PER_MINUTE, MICROS_PER_SECOND, type Micros } from '../../../clock/instant.js';
import { TRIGGERS } from '../../../contracts/attendee/vocabulary.js';
import type { World } from '../../engine/world.js';
import type { SettingsContract } from '../provider.js';
import { durationSetting } from '../settings.js';

const Duration = Type.Union([Type.String(), Type.Number({ minimum: 0 })]);

const Given = Type.Object(
  {
    api_key: Type.Optional(Type.String({ minLength: 1 })),
    /** Base64, as the dashboard shows it. */
    webhook_secret: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9+/]+={0,2}$', expected: 'the secret in base64' })),
    auth: Type.Optional(Type.Union([Type.Literal('any'), Type.Literal('strict')])),
    /** The project has credentials of a Zoom app; without, Zoom bots are refused. */
    zoom_credentials: Type.Optional(Type.Boolean()),
    credits: Type.Optional(Type.Number()),
    concurrent_bots_limit: Type.Optional(Type.Union([Type.Integer({ minimum: 0 }), Type.Literal('off')])),
    /** Consumed credits are charged to the project and reported. */
    charge_credits: Type.Optional(Type.Boolean()),
    /** POSTs of the project in a rolling window: `"3000/min"`. */
    post_throttle_rate: Type.Optional(
      Type.Union([Type.Literal('off'), Type.String({ pattern: '^\\d+/(s|m|h|d)\\w*$' })], {
        expected: '"off" or a rate such as "3000/min"',
      }),
    ),
    async_transcription_enabled: Type.Optional(Type.Boolean()),
    voice_agents_enabled: Type.Optional(Type.Boolean()),
    zoom_video_output: Type.Optional(Type.Boolean()),
    google_tts_credentials: Type.Optional(Type.Boolean()),
    /** The client id of the project's Zoom OAuth app; absent: it has none. */
    zoom_oauth_app: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    project_name: Type.Optional(Type.String()),
    project_webhooks: Type.Optional(
      Type.Array(
        Type.Object(
          { url: Type.String(), triggers: Type.Array(Type.Union(TRIGGERS.map((trigger) => Type.Literal(trigger)))) },
          { additionalProperties: false },
        ),
      ),
    ),
    webhook_timeout: Type.Optional(Duration),
    retry_delays: Type.Optional(Type.Array(Duration)),
    /** How often the scheduler looks for bots that are due, on whole minutes UTC by default. */
    scheduler_poll: Type.Optional(Duration),
    /** How often the clean-up looks for bots that were never launched. */
    cleanup_poll: Type.Optional(Duration),
    /** From the scheduler's poll to the launch: a join_at that is changed in between leaves the bot scheduled. */
    launch_delay: Type.Optional(Duration),
    /** `off`: calendars are synced and async transcriptions made only through the backstage door. */
    background_workers: Type.Optional(Type.Union([Type.Literal('on'), Type.Literal('off')])),
    /** Serves `/bots` as well as `/api/v1/bots`, as the documentation page prints it. */
    unprefixed_paths: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
type Given = Static<typeof Given>;
/** What a workspace may be given for Attendee. */
export type GivenAttendeeSettings = Given;

export interface ProjectWebhook {
  readonly url: string;
  readonly triggers: readonly string[];
}

export interface AttendeeSettings {
  readonly api_key: string;
  readonly webhook_secret: string;
  readonly auth: 'any' | 'strict';
  readonly zoom_credentials: boolean;
  readonly credits: number;
  readonly concurrentBotsLimit: number;
  readonly project_webhooks: readonly ProjectWebhook[];
  readonly webhookTimeout: Micros;
  readonly retryDelays: readonly Micros[];
  /** `null`: the scheduler never polls. */
  readonly schedulerPoll: Micros | null;
  /** `null`: the clean-up never runs. */
  readonly cleanupPoll: Micros | null;
  readonly launchDelay: Micros;
  readonly backgroundWorkers: boolean;
  readonly charge_credits: boolean;
  readonly throttleRate: { readonly calls: number; readonly window: Micros } | null;
  readonly async_transcription_enabled: boolean;
  readonly voice_agents_enabled: boolean;
  readonly zoom_video_output: boolean;
  readonly google_tts_credentials: boolean;
  readonly zoom_oauth_app: string | null;
  readonly project_name: string;
  readonly unprefixed_paths: boolean;
  /** The vendor takes https URLs only; greenroom lets loopback URLs pass with a warning unless strict. */
  readonly refuseLocalUrls: boolean;
}

const WEBHOOK_TIMEOUT = '10s';
/** The middle of the vendor's random waits of 0 to 1 s and 0 to 2 s. */
const RETRY_DELAYS = ['0.5s', '1s'];
const CREDITS = 1000;
const CONCURRENT_BOTS_LIMIT = 2500;

const digest = (n: number, kind: string): Buffer => hash('sha256', `greenroom/attendee/${n}/${kind}`, 'buffer');

export const settingsOf = (world: World): AttendeeSettings => world.settings<AttendeeSettings>('attendee');

export const attendeeSettings: SettingsContract = {
  schema: Given,
  resolve: (given, strict): AttendeeSettings => resolve(given as Given & ReturnType<typeof generate>, strict),
  generate,
  describe(settings, origin) {
    const { api_key, webhook_secret } = settings as AttendeeSettings;
    return { base_url: origin, api_key, webhook_secret };
  },
  credentials: (settings) => [(settings as AttendeeSettings).api_key],
  admitsUnknown: (settings) => (settings as AttendeeSettings).auth === 'any',
};

function generate(n: number) {
  return {
    api_key: digest(n, 'api_key').toString('base64url').replace(/[-_]/g, '0').slice(0, 32),
    webhook_secret: digest(n, 'webhook_secret').toString('base64'),
  };
}

function resolve(given: Given & ReturnType<typeof generate>, strict: boolean): AttendeeSettings {
  const limit = given.concurrent_bots_limit ?? CONCURRENT_BOTS_LIMIT;
  return {
    api_key: given.api_key,
    webhook_secret: given.webhook_secret,
    auth: given.auth ?? 'strict',
    zoom_credentials: given.zoom_credentials ?? true,
    credits: given.credits ?? CREDITS,
    concurrentBotsLimit: limit === 'off' ? Number.POSITIVE_INFINITY : limit,
    project_webhooks: given.project_webhooks ?? [],
    webhookTimeout: durationSetting(given.webhook_timeout ?? WEBHOOK_TIMEOUT, '/attendee/webhook_timeout'),
    retryDelays: (given.retry_delays ?? RETRY_DELAYS).map((delay, i) =>
      durationSetting(delay, `/attendee/retry_delays/${i}`),
    ),
    schedulerPoll: pollSetting(given.scheduler_poll, '/attendee/scheduler_poll'),
    cleanupPoll: pollSetting(given.cleanup_poll, '/attendee/cleanup_poll'),
    launchDelay: durationSetting(given.launch_delay ?? 0, '/attendee/launch_delay'),
    backgroundWorkers: given.background_workers !== 'off',
    charge_credits: given.charge_credits ?? false,
    throttleRate: rateSetting(given.post_throttle_rate ?? (strict ? STRICT_RATE : 'off')),
    async_transcription_enabled: given.async_transcription_enabled ?? true,
    voice_agents_enabled: given.voice_agents_enabled ?? true,
    zoom_video_output: given.zoom_video_output ?? false,
    google_tts_credentials: given.google_tts_credentials ?? false,
    zoom_oauth_app: given.zoom_oauth_app ?? null,
    project_name: given.project_name ?? 'Greenroom project',
    unprefixed_paths: given.unprefixed_paths ?? !strict,
    refuseLocalUrls: strict,
  };
}

function pollSetting(given: string | number | undefined, pointer: string): Micros | null {
  if (given === undefined) return MICROS_PER_MINUTE;
  if (given === 'off') return null;
  const period = durationSetting(given, pointer);
  return period === 0 ? null : period;
}

const STRICT_RATE = '3000/min';
const WINDOWS: Readonly<Record<string, Micros>> = {
  s: MICROS_PER_SECOND,
  m: MICROS_PER_MINUTE,
  h: 60 * MICROS_PER_MINUTE,
  d: 24 * 60 * MICROS_PER_MINUTE,
};

function rateSetting(given: string): AttendeeSettings['throttleRate'] {
  if (given === 'off') return null;
  const [calls, period = ''] = given.split('/');
  return { calls: Number(calls), window: WINDOWS[period[0] ?? '']! };
}
