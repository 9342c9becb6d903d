import type { Lockstep } from '../clock/lockstep.js';
import type { Channel } from './channel.js';
import type { Duration, Instant, SubjectReference, SubjectState, WebhookMatch } from './words.js';

export type { Lockstep } from '../clock/lockstep.js';
export type ClockMode = 'frozen' | 'live' | 'auto';

/** Where to stop: `idle` is when nothing is left to happen by itself. */
export type Until =
  'idle' | { readonly subject: SubjectReference; readonly state: SubjectState } | { readonly webhook: WebhookMatch };

export interface UntilLimits {
  /** Virtual time that it may take; 30 days if nothing is said. */
  readonly within?: Duration;
  /** Steps that it may take; 100,000 if nothing is said. */
  readonly job_limit?: number;
}

/** How far time is to go: by a duration, to an instant, over one step, or until something is so. */
export type Advance =
  | { readonly by: Duration; readonly job_limit?: number }
  | { readonly to: Instant; readonly job_limit?: number }
  | { readonly next: true }
  | ({ readonly until: Until } & UntilLimits);

/** What an advance has done. */
export interface Advanced {
  readonly from: Instant;
  readonly to: Instant;
  /** The steps that ran, the first 1000 of them. */
  readonly ran: readonly { readonly at: Instant; readonly label: string; readonly subject: string | null }[];
  readonly ran_total: number;
  /** The ids of the deliveries that it made. */
  readonly deliveries: readonly string[];
  /** How many steps wait. */
  readonly pending: number;
  /** Receivers that did not answer in time. */
  readonly silent_receivers?: readonly string[];
}

/** A step that waits for its time. */
export interface PendingJob {
  readonly id: number;
  readonly due: Instant;
  readonly label: string;
  readonly subject: string | null;
}

export interface ClockState {
  readonly now: Instant;
  readonly mode: ClockMode;
  readonly speed: number;
  /** False if the world has not come to rest within 5 s. */
  readonly settled: boolean;
  /** Soonest first. */
  readonly pending: readonly PendingJob[];
}

/** Time stands until this is released, or for 30 s of real time. `await using` releases it. */
export interface Hold {
  readonly id: string;
  /** Releasing twice does nothing. */
  readonly release: () => Promise<void>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

/** The clock of a workspace. Every call waits until all that it caused is done. */
export interface RoomClock {
  /** The present virtual instant. */
  readonly now: () => Promise<Instant>;
  /**
   * Moves time and runs what comes due on the way; every webhook is delivered and answered when it returns. Throws
   * CLOCK_BACKWARDS, CLOCK_BUSY, JOB_LIMIT, and NOT_REACHED for an `until` that does not come about.
   *
   * @example await room.clock.advance({ by: '1h' });
   */
  readonly advance: (how: Advance) => Promise<Advanced>;
  /** Runs the earliest step that waits, alone. */
  readonly next: () => Promise<Advanced>;
  /**
   * Moves time until this is so. Throws NOT_REACHED.
   *
   * @example await room.clock.until({ subject: bot.id, state: 'ended' });
   */
  readonly until: (what: Until, limits?: UntilLimits) => Promise<Advanced>;
  /** What waits, soonest first, 100 at the most if nothing is said. */
  readonly pending: (options?: { readonly limit?: number }) => Promise<readonly PendingJob[]>;
  /**
   * Keeps time from moving while the app works longer than greenroom can see.
   *
   * @example await using hold = await room.clock.hold({ reason: 'the import runs' });
   */
  readonly hold: (options?: { readonly reason?: string }) => Promise<Hold>;
  /** Changes the mode, the speed of a live clock, or the quiet time (real milliseconds) after a delivery. */
  readonly patch: (changes: {
    readonly mode?: ClockMode;
    readonly speed?: number;
    readonly quiet?: number;
  }) => Promise<ClockState>;
  /**
   * Makes `Date`, `setTimeout` and `setInterval` of this process move with this clock, in due order, until it is
   * released or the room is closed. Throws FAKED_TIMERS, CONFLICT, and USAGE where greenroom runs in another process.
   *
   * @example await using lockstep = await room.clock.lockstep();
   */
  readonly lockstep: () => Promise<Lockstep>;
}

export function clockOf(channel: Channel, lockstep: () => Promise<Lockstep>): RoomClock {
  const advance = (how: Advance): Promise<Advanced> => channel.post('/clock/advance', how);
  return {
    now: async () => (await channel.get<ClockState>('/clock', { limit: 0 })).now,
    advance,
    next: () => advance({ next: true }),
    until: (until, limits = {}) => advance({ until, ...limits }),
    pending: async (options = {}) => (await channel.get<ClockState>('/clock', options)).pending,
    hold: async (options = {}) => holdOf(channel, (await channel.post<{ id: string }>('/clock/hold', options)).id),
    patch: (changes) => channel.patch('/clock', changes),
    lockstep,
  };
}

function holdOf(channel: Channel, id: string): Hold {
  let held = true;
  const release = async (): Promise<void> => {
    if (!held) return;
    held = false;
    await channel.delete(`/clock/hold/${id}`);
  };
  return { id, release, [Symbol.asyncDispose]: release };
}
