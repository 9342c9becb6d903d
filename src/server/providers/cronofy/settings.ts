import { hash } from 'node:crypto';
import type { Micros } from '../../../clock/instant.js';
import { CronofySettings as Given } from '../../../contracts/cronofy/settings.js';
import { cronofyVersions } from '../../../contracts/cronofy/versions.js';
import { withDefaults } from '../../../contracts/settings.js';
import { misfit } from '../../../errors.js';
import { readUrl } from '../../../read-url.js';
import type { World } from '../../engine/world.js';
import type { SettingsResolver } from '../provider.js';
import { durationSetting, settingAt, zoneSetting } from '../settings.js';
import { rootOf, tagged } from '../tags.js';
import { readVersion } from '../versions.js';
import { clientKey } from './accounts/credentials.js';

export interface RateLimits {
  readonly per_second: number | undefined;
  readonly per_minute: number | undefined;
}

/** The settings of a workspace, complete and with durations in microseconds. */
export type CronofySettings = ReturnType<typeof resolve>;

export const settingsOf = (world: World): CronofySettings => world.settings<CronofySettings>('cronofy');

const SECRET_PREFIX = 'CRN_';

export const settings: SettingsResolver<CronofySettings> = {
  resolve,
  generate,
  credentials: ({ client_id, client_secret, previous_client_secrets, access_token }) => [
    clientKey(client_id),
    client_secret,
    ...previous_client_secrets,
    access_token,
  ],
  moreCredentials: ['previous_client_secrets'],
  prefixes: [SECRET_PREFIX],
};

function generate(n: number, secret?: string) {
  const { root, tag } = rootOf(n, secret);
  const text = (kind: string): string =>
    hash('sha512', `greenroom/cronofy/${root}/${kind}`, 'base64url').replace(/[-_]/g, '0');
  return {
    client_id: tagged(tag, text('client_id'), 32),
    client_secret: SECRET_PREFIX + tagged(tag, text('client_secret'), 38),
    access_token: tagged(tag, text('access_token'), 32),
    calendar_id: `cal_${text('profile').slice(0, 10)}_${text('calendar').slice(0, 10)}`,
  };
}

function resolve(given: Readonly<Record<string, unknown>>, strict: boolean) {
  const { contract, version, settings } = readVersion('cronofy', cronofyVersions, given);
  const all = withDefaults(Given, settings, strict);
  const duration = (name: keyof typeof all): Micros =>
    durationSetting(all[name] as string | number, `/cronofy/${name}`);
  return Object.assign(all, {
    contract,
    version,
    webhookTimeout: duration('webhook_timeout'),
    retryDelays: all.retry_delays.map((delay, i) => durationSetting(delay, `/cronofy/retry_delays/${i}`)),
    // To ask about the default costs time when a server starts.
    ...(given['time_zone'] === undefined ? {} : { time_zone: zoneSetting(all.time_zone, '/cronofy/time_zone') }),
    rateLimit: rateLimit(all.rate_limit),
    channelTimeout: duration('channel_timeout'),
    channelRetryDelays: all.channel_retry_delays.map((delay, i) =>
      durationSetting(delay, `/cronofy/channel_retry_delays/${i}`),
    ),
    channelClosesAfter: duration('channel_closes_after'),
    changeNotificationDelay: duration('change_notification_delay'),
    disconnectionNoticedAfter: duration('disconnection_noticed_after'),
    preparationTime: duration('preparation_time'),
    waitingTimeout: duration('waiting_timeout'),
    tokenLifetime: duration('token_lifetime'),
    codeLifetime: duration('code_lifetime'),
    linkTokenLifetime: duration('link_token_lifetime'),
    downloadLifetime: duration('download_lifetime'),
    storeOrigin: storeOrigin(given['store_url'] as string | undefined),
    availabilityStartInterval: duration('availability_start_interval'),
    conferencingDelay: duration('conferencing_delay'),
  });
}

function rateLimit(given: 'off' | { readonly per_second?: number; readonly per_minute?: number }) {
  if (given === 'off') return undefined;
  return { per_second: given.per_second, per_minute: given.per_minute } satisfies RateLimits;
}

function storeOrigin(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const url = readUrl(given);
  if (url) return url.origin;
  throw misfit(settingAt('/cronofy/store_url'), { expected: 'an http or https URL', was: given });
}
