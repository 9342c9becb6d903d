import { createHash } from 'node:crypto';
import { Type, type Static } from '@sinclair/typebox';
import { MICROS_PER_MINUTE, type Micros } from '../../../clock/instant.js';
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
    /** Serves `/bots` as well as `/api/v1/bots`, as the documentation page prints it. */
    unprefixed_paths: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
type Given = Static<typeof Given>;

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
  readonly unprefixed_paths: boolean;
  /** The vendor takes https URLs only; greenroom lets loopback URLs pass with a warning unless strict. */
  readonly refuseLocalUrls: boolean;
}

const WEBHOOK_TIMEOUT = '10s';
/** The middle of the vendor's random waits of 0 to 1 s and 0 to 2 s. */
const RETRY_DELAYS = ['0.5s', '1s'];
const CREDITS = 1000;
const CONCURRENT_BOTS_LIMIT = 2500;

const digest = (n: number, kind: string): Buffer =>
  createHash('sha256').update(`greenroom/attendee/${n}/${kind}`).digest();

export const settingsOf = (world: World): AttendeeSettings => world.settings<AttendeeSettings>('attendee');

export const attendeeSettings: SettingsContract = {
  schema: Given,
  resolve: (given, strict): AttendeeSettings => resolve(given as Given & ReturnType<typeof generate>, strict),
  generate,
  hand(settings, origin) {
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
    schedulerPoll: pollSetting(given.scheduler_poll),
    unprefixed_paths: given.unprefixed_paths ?? !strict,
    refuseLocalUrls: strict,
  };
}

function pollSetting(given: string | number | undefined): Micros | null {
  if (given === undefined) return MICROS_PER_MINUTE;
  if (given === 'off') return null;
  const period = durationSetting(given, '/attendee/scheduler_poll');
  return period === 0 ? null : period;
}
