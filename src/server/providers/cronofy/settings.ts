import { hash } from 'node:crypto';
import { Type, type Static } from '@sinclair/typebox';
import type { Micros } from '../../../clock/instant.js';
import { GreenroomError } from '../../../errors.js';
import type { World } from '../../engine/world.js';
import type { SettingsContract } from '../provider.js';
import { durationSetting } from '../settings.js';
import { clientKey } from './accounts/credentials.js';
import { FULL_SCOPE } from './accounts/scopes.js';

const Duration = Type.Union([Type.String(), Type.Number({ minimum: 0 })]);
const Text = Type.String({ minLength: 1 });

const RateLimit = Type.Object(
  {
    per_second: Type.Optional(Type.Integer({ minimum: 1 })),
    per_minute: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  { additionalProperties: false },
);

const Given = Type.Partial(
  Type.Object({
    client_id: Text,
    /** Also the API key. */
    client_secret: Text,
    /** Secrets that are still active during a rotation; callbacks are signed with each. */
    previous_client_secrets: Type.Array(Text),
    access_token: Text,
    /** What the access token of the workspace may do, as scopes separated by spaces. */
    access_token_scope: Type.String(),
    calendar_id: Text,
    auth: Type.Union([Type.Literal('any'), Type.Literal('strict')]),
    token_kinds: Type.Union([Type.Literal('either'), Type.Literal('separate')]),
    /** How long the vendor waits for a receiver. */
    webhook_timeout: Duration,
    retry_delays: Type.Array(Duration),
    rate_limit: Type.Union([Type.Literal('off'), RateLimit], {
      expected: '"off" or {"per_second": 50, "per_minute": 500}',
    }),
    /** The plan includes meeting agents; without, 402. */
    plan_includes_agents: Type.Boolean(),
    /** Agents are toggled on in the application's features; without, 402. */
    agent_features_enabled: Type.Boolean(),
    /** When an agent has begun to join and can no longer be moved or cancelled. */
    joining_begins: Type.Union([Type.Literal('activated'), Type.Literal('join_time')]),
    /** How long an agent prepares at least between its activation and its joining. */
    preparation_time: Duration,
    /** How long an agent waits in the lobby, or for the host, before it fails; also for its launch. */
    waiting_timeout: Duration,
    legacy_unnested_response: Type.Boolean(),
    /** Callbacks of directly scheduled agents carry an event too. */
    event_in_direct_callbacks: Type.Boolean(),
    token_lifetime: Duration,
    code_lifetime: Duration,
    /** A refresh gives the same access token while it has ten minutes left. */
    reuse_fresh_tokens: Type.Boolean(),
    /** What the user says on the consent page. */
    authorize_consents: Type.Boolean(),
    /** How long the signed URL of a file lives. */
    download_lifetime: Duration,
    /** Where files come from, instead of the other name of this machine. */
    store_url: Type.String({ pattern: '^https?://', expected: 'an http or https URL' }),
    /** The transcript says what the speakers are called. */
    speaker_names: Type.Boolean(),
    events_page_size: Type.Integer({ minimum: 1 }),
    conferencing: Type.Union([Type.Literal('assigned'), Type.Literal('failing')]),
    conferencing_delay: Duration,
    /** Whose conference `default` is, and whose `integrated`. */
    default_conferencing: Text,
    integrated_conferencing: Text,
    /** The calendar's profile is connected; without, 423. */
    profile_connected: Type.Boolean(),
    /** `required`: Zoom meetings that Cronofy did not make need the attendee's authorization. */
    zoom_authorization: Type.Union([Type.Literal('granted'), Type.Literal('required')]),
    /** The attendee on whose behalf the agent joins is in the meeting. */
    attendee_present: Type.Boolean(),
  }),
  { additionalProperties: false },
);
type Given = Static<typeof Given>;
/** What a workspace may be given for Cronofy. */
export type GivenCronofySettings = Given;
type Generated = ReturnType<typeof generate>;

export interface RateLimits {
  readonly per_second: number | undefined;
  readonly per_minute: number | undefined;
}

export type CronofySettings = ReturnType<typeof resolve>;

/** 7 s is what the vendor documents for event triggers, which share the `subscriptions` field. */
const WEBHOOK_TIMEOUT = '7s';
/** Assumed: the vendor says that it retries, not when. */
const RETRY_DELAYS = ['1m', '5m', '30m', '2h', '6h'];
/** Assumed: what "may join late" with little notice comes to. */
const PREPARATION_TIME = '30s';
/** Assumed: the vendor does not say how long an agent waits. */
const WAITING_TIMEOUT = '15m';
/** Documented. */
const RATE_LIMIT: RateLimits = { per_second: 50, per_minute: 500 };
/** Documented: `expires_in` is 3600. */
const TOKEN_LIFETIME = '1h';
const CODE_LIFETIME = '10m';
const DOWNLOAD_LIFETIME = '1h';
const CONFERENCING_DELAY = '2s';
const EVENTS_PAGE_SIZE = 50;

const text = (n: number, kind: string): string =>
  hash('sha512', `greenroom/cronofy/${n}/${kind}`, 'base64url').replace(/[-_]/g, '0');

export const settingsOf = (world: World): CronofySettings => world.settings<CronofySettings>('cronofy');

export const cronofySettings: SettingsContract = {
  schema: Given,
  resolve: (given, strict) => resolve(given as Given & Generated, strict),
  generate,
  describe(settings, origin) {
    const { client_id, client_secret, access_token, calendar_id } = settings as CronofySettings;
    return { base_url: origin, client_id, client_secret, access_token, calendar_id };
  },
  credentials(settings) {
    const { client_id, client_secret, previous_client_secrets, access_token } = settings as CronofySettings;
    return [clientKey(client_id), client_secret, ...previous_client_secrets, access_token];
  },
  moreCredentials: ['previous_client_secrets'],
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

function resolve(given: Given & Generated, strict: boolean) {
  const duration = (name: keyof Given, fallback: string): Micros =>
    durationSetting((given[name] as string | number | undefined) ?? fallback, `/cronofy/${name}`);
  return {
    client_id: given.client_id,
    client_secret: given.client_secret,
    previous_client_secrets: given.previous_client_secrets ?? [],
    access_token: given.access_token,
    access_token_scope: given.access_token_scope ?? FULL_SCOPE,
    calendar_id: given.calendar_id,
    auth: given.auth ?? 'strict',
    token_kinds: given.token_kinds ?? (strict ? 'separate' : 'either'),
    webhookTimeout: duration('webhook_timeout', WEBHOOK_TIMEOUT),
    retryDelays: (given.retry_delays ?? RETRY_DELAYS).map((delay, i) =>
      durationSetting(delay, `/cronofy/retry_delays/${i}`),
    ),
    rateLimit: rateLimit(given.rate_limit ?? (strict ? RATE_LIMIT : 'off')),
    plan_includes_agents: given.plan_includes_agents ?? true,
    agent_features_enabled: given.agent_features_enabled ?? true,
    joining_begins: given.joining_begins ?? 'activated',
    preparationTime: duration('preparation_time', PREPARATION_TIME),
    waitingTimeout: duration('waiting_timeout', WAITING_TIMEOUT),
    legacy_unnested_response: given.legacy_unnested_response ?? false,
    event_in_direct_callbacks: given.event_in_direct_callbacks ?? false,
    tokenLifetime: duration('token_lifetime', TOKEN_LIFETIME),
    codeLifetime: duration('code_lifetime', CODE_LIFETIME),
    reuse_fresh_tokens: given.reuse_fresh_tokens ?? true,
    authorize_consents: given.authorize_consents ?? true,
    downloadLifetime: duration('download_lifetime', DOWNLOAD_LIFETIME),
    storeOrigin: storeOrigin(given.store_url),
    speaker_names: given.speaker_names ?? true,
    events_page_size: given.events_page_size ?? EVENTS_PAGE_SIZE,
    conferencing: given.conferencing ?? 'assigned',
    conferencingDelay: duration('conferencing_delay', CONFERENCING_DELAY),
    default_conferencing: given.default_conferencing ?? 'zoom',
    integrated_conferencing: given.integrated_conferencing ?? 'google_meet',
    profile_connected: given.profile_connected ?? true,
    zoom_authorization: given.zoom_authorization ?? 'granted',
    attendee_present: given.attendee_present ?? true,
    /** The vendor refuses callback URLs on the user's machine; greenroom does so only when strict. */
    refuseLocalUrls: strict,
  };
}

function rateLimit(given: 'off' | Partial<RateLimits>): RateLimits | undefined {
  return given === 'off' ? undefined : { per_second: given.per_second, per_minute: given.per_minute };
}

function storeOrigin(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  if (URL.canParse(given)) return new URL(given).origin;
  throw new GreenroomError(
    'INVALID_BODY',
    `Failed to read the setting /cronofy/store_url: expected an http or https URL, was ${JSON.stringify(given)}.`,
    { pointer: '/cronofy/store_url', expected: 'an http or https URL', was: given },
  );
}
