import { Type } from '@sinclair/typebox';
import { CHARGED_EVENTS, type ChargedEvent } from '../../../contracts/attendee/lifecycle.js';
import { orNull, Text, wordOf } from '../../../contracts/control/fields.js';
import { defineJobs, type JobKind, type NoArgs } from '../../engine/jobs.js';
import { JsonText, Moment } from '../../engine/tables.js';
import type { Micros } from '../../../clock/instant.js';
import type { World } from '../../engine/world.js';
import type { Bot } from './state.js';

/** A run of the clean-up ends a bot for one of these reasons. */
const CLEAN_UP_REASONS = ['bot_not_launched', 'heartbeat_timeout', 'global_runtime_timeout'] as const;
export type CleanUpReason = (typeof CLEAN_UP_REASONS)[number];

/** The timers of `automatic_leave_settings`. */
export const TIMERS = [
  'waiting_room',
  'host',
  'authorized_user',
  'only_participant',
  'silence',
  'max_uptime',
  'captions',
] as const;
export type Timer = (typeof TIMERS)[number];

/** The kinds of jobs, with their arguments. */
export interface AttendeeJobs {
  /** The scheduler picks a bot. */
  readonly poll: NoArgs;
  readonly launch: NoArgs;
  /** A bot's process is late. */
  readonly late: NoArgs;
  /** A bot's process was terminated, and begins anew. */
  readonly restart: NoArgs;
  readonly join: NoArgs;
  /** A bot has left. */
  readonly left: NoArgs;
  readonly cleanup: { readonly reason: CleanUpReason };
  readonly timer: { readonly timer: Timer };
  /** The charge of a bot that is over is written, and with it the event that ends it. */
  readonly charged: {
    readonly event: ChargedEvent;
    readonly sub_type: string | null;
    /** JSON text. */
    readonly metadata: string;
    /** When its process began to write. */
    readonly since: Micros;
  };
  /** A sync of a calendar finds what users have changed. */
  readonly sync: NoArgs;
  /** A bot loads the page of its voice agent. */
  readonly page: NoArgs;
  /** An async transcription goes on. */
  readonly async: { readonly transcription: string };
}

export type JobTable = { readonly [K in keyof AttendeeJobs]: JobKind<AttendeeJobs[K]> };

export const jobs = defineJobs<AttendeeJobs>('attendee', {
  cleanup: Type.Object({ reason: wordOf(CLEAN_UP_REASONS) }),
  timer: Type.Object({ timer: wordOf(TIMERS) }),
  charged: Type.Object({ event: wordOf(CHARGED_EVENTS), sub_type: orNull(Text), metadata: JsonText, since: Moment }),
  async: Type.Object({ transcription: Type.String() }),
});

/** Cancels the planned next step of a bot's life. */
export function cancelStep(world: World, bot: Bot): void {
  world.clock.cancel(bot.job);
  bot.job = null;
}
