import { createHash } from 'node:crypto';
import { Type, type Static } from '@sinclair/typebox';
import type { Micros } from '../../../clock/instant.js';
import type { World } from '../../engine/world.js';
import type { SettingsContract } from '../provider.js';
import { durationSetting } from '../settings.js';

const Duration = Type.Union([Type.String(), Type.Number({ minimum: 0 })]);

const Given = Type.Object(
  {
    client_id: Type.Optional(Type.String({ minLength: 1 })),
    /** Also the API key. */
    client_secret: Type.Optional(Type.String({ minLength: 1 })),
    /** Secrets that are still active during a rotation; callbacks are signed with each. */
    previous_client_secrets: Type.Optional(Type.Array(Type.String({ minLength: 1 }))),
    access_token: Type.Optional(Type.String({ minLength: 1 })),
    calendar_id: Type.Optional(Type.String({ minLength: 1 })),
    auth: Type.Optional(Type.Union([Type.Literal('any'), Type.Literal('strict')])),
    token_kinds: Type.Optional(Type.Union([Type.Literal('either'), Type.Literal('separate')])),
    /** How long the vendor waits for a receiver. */
    webhook_timeout: Type.Optional(Duration),
    retry_delays: Type.Optional(Type.Array(Duration)),
    /** When an agent has begun to join and can no longer be moved or cancelled. */
    joining_begins: Type.Optional(Type.Union([Type.Literal('activated'), Type.Literal('join_time')])),
    /** How long an agent prepares at least between its activation and its joining. */
    preparation_time: Type.Optional(Duration),
    legacy_unnested_response: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
type Given = Static<typeof Given>;

export interface CronofySettings {
  readonly client_id: string;
  readonly client_secret: string;
  readonly previous_client_secrets: readonly string[];
  readonly access_token: string;
  readonly calendar_id: string;
  readonly auth: 'any' | 'strict';
  readonly token_kinds: 'either' | 'separate';
  readonly webhookTimeout: Micros;
  readonly retryDelays: readonly Micros[];
  readonly joining_begins: 'activated' | 'join_time';
  readonly preparationTime: Micros;
  readonly legacy_unnested_response: boolean;
  /** The vendor refuses callback URLs on the user's machine; greenroom does so only when strict. */
  readonly refuseLocalUrls: boolean;
}

/** 7 s is what the vendor documents for event triggers, which share the `subscriptions` field. */
const WEBHOOK_TIMEOUT = '7s';
/** Assumed: the vendor says that it retries, not when. */
const RETRY_DELAYS = ['1m', '5m', '30m', '2h', '6h'];
/** Assumed: what "may join late" with little notice comes to. */
const PREPARATION_TIME = '30s';

const text = (n: number, kind: string): string =>
  createHash('sha512').update(`greenroom/cronofy/${n}/${kind}`).digest('base64url').replace(/[-_]/g, '0');

export const settingsOf = (world: World): CronofySettings => world.settings<CronofySettings>('cronofy');

export const cronofySettings: SettingsContract = {
  schema: Given,
  resolve: (given, strict): CronofySettings => resolve(given as Given & ReturnType<typeof generate>, strict),
  generate,
  hand(settings, origin) {
    const { client_id, client_secret, access_token, calendar_id } = settings as CronofySettings;
    return { base_url: origin, client_id, client_secret, access_token, calendar_id };
  },
  credentials(settings) {
    const { client_secret, previous_client_secrets, access_token } = settings as CronofySettings;
    return [client_secret, ...previous_client_secrets, access_token];
  },
  admitsUnknown: (settings) => (settings as CronofySettings).auth === 'any',
};

function generate(n: number) {
  return {
    client_id: text(n, 'client_id').slice(0, 32),
    client_secret: `CRN_${text(n, 'client_secret').slice(0, 38)}`,
    access_token: text(n, 'access_token').slice(0, 32),
    calendar_id: `cal_${text(n, 'profile').slice(0, 10)}_${text(n, 'calendar').slice(0, 10)}`,
  };
}

function resolve(given: Given & ReturnType<typeof generate>, strict: boolean): CronofySettings {
  return {
    client_id: given.client_id,
    client_secret: given.client_secret,
    previous_client_secrets: given.previous_client_secrets ?? [],
    access_token: given.access_token,
    calendar_id: given.calendar_id,
    auth: given.auth ?? 'strict',
    token_kinds: given.token_kinds ?? (strict ? 'separate' : 'either'),
    webhookTimeout: durationSetting(given.webhook_timeout ?? WEBHOOK_TIMEOUT, '/cronofy/webhook_timeout'),
    retryDelays: (given.retry_delays ?? RETRY_DELAYS).map((delay, i) =>
      durationSetting(delay, `/cronofy/retry_delays/${i}`),
    ),
    joining_begins: given.joining_begins ?? 'activated',
    preparationTime: durationSetting(given.preparation_time ?? PREPARATION_TIME, '/cronofy/preparation_time'),
    legacy_unnested_response: given.legacy_unnested_response ?? false,
    refuseLocalUrls: strict,
  };
}
