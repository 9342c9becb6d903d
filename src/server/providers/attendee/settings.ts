import { hash } from 'node:crypto';
import { MICROS_PER_MINUTE, MICROS_PER_SECOND, type Micros } from '../../../clock/instant.js';
import { AttendeeSettings as Given } from '../../../contracts/attendee/settings.js';
import { attendeeVersions } from '../../../contracts/attendee/versions.js';
import { withDefaults } from '../../../contracts/settings.js';
import type { World } from '../../engine/world.js';
import type { SettingsResolver } from '../provider.js';
import { durationSetting } from '../settings.js';
import { rootOf, tagged } from '../tags.js';
import { readVersion } from '../versions.js';

/** Calendars are synced every day at the least (observed). */
const DAY: Micros = 24 * 60 * MICROS_PER_MINUTE;

/** The settings of a workspace, complete and with durations in microseconds. */
export type AttendeeSettings = ReturnType<typeof resolve>;
/** A subscription: of the project, or of one bot. */
export interface ProjectWebhook {
  readonly url: string;
  readonly triggers: readonly string[];
}

export const settingsOf = (world: World): AttendeeSettings => world.settings<AttendeeSettings>('attendee');

/** The contract of the workspace's version: all that depends on a version is asked of it. */
export const contractOf = (world: World): AttendeeSettings['contract'] => settingsOf(world).contract;

export const settings: SettingsResolver<AttendeeSettings> = {
  resolve,
  generate,
  credentials: ({ api_key }) => [api_key],
};

function generate(n: number, secret?: string) {
  const { root, tag } = rootOf(n, secret);
  const digest = (kind: string): Buffer => hash('sha256', `greenroom/attendee/${root}/${kind}`, 'buffer');
  return {
    api_key: tagged(tag, digest('api_key').toString('base64url').replace(/[-_]/g, '0'), 32),
    webhook_secret: digest('webhook_secret').toString('base64'),
  };
}

function resolve(given: Readonly<Record<string, unknown>>, strict: boolean) {
  const { contract, version, settings } = readVersion('attendee', attendeeVersions, given);
  const all = withDefaults(Given, settings, strict);
  const { concurrent_bots_limit: limit } = all;
  return Object.assign(all, {
    contract,
    version,
    launchWindow: {
      before: all.scheduled_bot_launch_window_before_join_at_seconds * MICROS_PER_SECOND,
      after: all.scheduled_bot_launch_window_after_join_at_seconds * MICROS_PER_SECOND,
    },
    project_webhooks: all.project_webhooks,
    concurrentBotsLimit: limit === 'off' ? Number.POSITIVE_INFINITY : limit,
    webhookTimeout: durationSetting(all.webhook_timeout, '/attendee/webhook_timeout'),
    retryDelays: all.retry_delays.map((delay, i) => durationSetting(delay, `/attendee/retry_delays/${i}`)),
    schedulerPoll: pollSetting(all.scheduler_poll, '/attendee/scheduler_poll'),
    cleanupPoll: pollSetting(all.cleanup_poll, '/attendee/cleanup_poll'),
    launchDelay: durationSetting(all.launch_delay, '/attendee/launch_delay'),
    calendarSyncDelay: Math.min(durationSetting(all.calendar_sync_delay, '/attendee/calendar_sync_delay'), DAY),
    calendarWindow: durationSetting(all.calendar_window, '/attendee/calendar_window'),
    backgroundWorkers: all.background_workers === 'on',
    throttleRate: rateSetting(all.post_throttle_rate),
    /** The vendor takes https URLs only; greenroom lets loopback URLs pass with a warning unless strict. */
    refuseLocalUrls: strict,
  });
}

/** The time between two polls; `null`: there is none. */
function pollSetting(given: string | number, pointer: string): Micros | null {
  if (given === 'off') return null;
  const period = durationSetting(given, pointer);
  return period === 0 ? null : period;
}

const WINDOWS: Readonly<Record<string, Micros>> = {
  s: MICROS_PER_SECOND,
  m: MICROS_PER_MINUTE,
  h: 60 * MICROS_PER_MINUTE,
  d: 24 * 60 * MICROS_PER_MINUTE,
};

function rateSetting(given: string): { readonly calls: number; readonly window: Micros } | null {
  if (given === 'off') return null;
  const [calls, period = ''] = given.split('/');
  return { calls: Number(calls), window: WINDOWS[period[0] ?? '']! };
}
