import { pathOf } from './path.js';
import type { Lockstep } from '../clock/lockstep/lockstep.js';
import type * as control from '../contracts/control/clock.js';
import type { Made } from '../contracts/control/fields.js';
import type { Channel } from './channel.js';
import type { WebhookMatch } from './deliveries.js';
import type { Rewind, Rewound } from './history.js';
import type { Narrowed, OneOf } from './narrowed.js';
import type { Naming, SubjectLike } from './subject.js';
import type { SubjectState } from './vendors.js';
import type { Instant } from './words.js';
import { ASYNC_DISPOSE } from '../disposal.js';

export type { Lockstep } from '../clock/lockstep/lockstep.js';
export type ClockMode = control.ClockMode;

/** Where to stop: `idle` is when nothing is left to happen by itself, `{ webhook: {} }` the next webhook. */
export type Until =
  | Extract<control.Until, string>
  | OneOf<
      | Narrowed<Extract<control.Until, { subject: unknown }>, { subject: SubjectLike; state: SubjectState }>
      | Narrowed<Extract<control.Until, { webhook: unknown }>, { webhook: WebhookMatch }>
    >;

type UntilBody = Extract<control.AdvanceBody, { until: unknown }>;
/** `within` is the virtual time that it may take, 30 days if nothing is said; `job_limit` the steps, 100,000. */
export type UntilLimits = Narrowed<Omit<UntilBody, 'until'>>;

/** How far time is to go: by a duration, to an instant, over one step, or until something is so. */
export type Advance = OneOf<Narrowed<Exclude<control.AdvanceBody, UntilBody>> | Narrowed<UntilBody, { until: Until }>>;

/** The report of an advance. */
export type Advanced = Narrowed<control.AdvanceReport>;
/** A step that waits for its time. */
export type PendingJob = Narrowed<control.PendingJob>;
/** What keeps time from moving because somebody says so. */
export type HoldState = Narrowed<control.HoldState>;
export type ClockState = Narrowed<control.ClockState>;

/** Time stands until this is released, or for 30 s of real time. `await using` releases it. */
export interface Hold {
  readonly id: string;
  /** Releasing twice does nothing, and nothing once the room is closed. */
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
  /** Runs the earliest step that waits, alone; in lockstep with the time that the app takes to answer. */
  readonly next: () => Promise<Advanced>;
  /**
   * Moves time until this is so. Throws NOT_REACHED.
   *
   * @example await room.clock.until({ subject: bot.id, state: 'ended' });
   */
  readonly until: (what: Until, limits?: UntilLimits) => Promise<Advanced>;
  /**
   * Makes the world what it was at an instant, before a call or at a checkpoint; nothing is sent again. What came after is
   * kept as a branch. Throws NOT_FOUND, CLOCK_BACKWARDS for an instant that has not come, CLOCK_BUSY (during a hold too),
   * and CONFLICT where the history does not reach back so far.
   *
   * @example await room.clock.rewind({ before: 'req_7' });
   */
  readonly rewind: (where: Rewind) => Promise<Rewound>;
  /** Pace, processes of the app that have a probe, and holds; with `wait: false` as they are now, and not once all is at rest. */
  readonly state: (options?: { readonly wait?: boolean; readonly limit?: number }) => Promise<ClockState>;
  /** The steps that wait, soonest first, 100 at the most if nothing is said. */
  readonly pending: (options?: { readonly limit?: number }) => Promise<readonly PendingJob[]>;
  /**
   * Keeps time from moving while the app works longer than greenroom can see.
   *
   * @example await using hold = await room.clock.hold({ reason: 'the import runs' });
   */
  readonly hold: (options?: Narrowed<control.HoldBody>) => Promise<Hold>;
  /** The holds that are out, oldest first. */
  readonly holds: () => Promise<readonly HoldState[]>;
  /**
   * What the environment of an app on this machine needs, so that its probe says to this workspace when the app is at rest.
   *
   * @example spawn('node', ['--import', 'greenroom/probe', 'app.js'], { env: { ...process.env, ...(await room.clock.probes()) } });
   */
  readonly probes: () => Promise<Narrowed<control.ProbeVariables>>;
  /** Changes the mode, the speed of a live clock, or the quiet time (real milliseconds) after a delivery. */
  readonly patch: (changes: Narrowed<control.PatchClockBody, { quiet: number }>) => Promise<ClockState>;
  /**
   * Makes `Date`, `setTimeout` and `setInterval` of this process move with this clock, in due order, until it is
   * released or the room is closed. Throws FAKED_TIMERS, CONFLICT, and USAGE where greenroom runs in another process.
   *
   * @example await using lockstep = await room.clock.lockstep();
   */
  readonly lockstep: () => Promise<Lockstep>;
}

/** What the clock of a room needs besides what it calls. */
interface Surroundings {
  readonly lockstep: () => Promise<Lockstep>;
  readonly isClosed: () => boolean;
  /** Hears of each advance that is asked for. */
  readonly onAdvance: () => void;
}

export function clockOf(channel: Channel, naming: Naming, { lockstep, isClosed, onAdvance }: Surroundings): RoomClock {
  const advance = async (how: Advance): Promise<Advanced> => {
    onAdvance();
    return channel.post('/clock/advance', naming(how));
  };
  return {
    now: async () => (await channel.get<ClockState>('/clock', { limit: 0 })).now,
    advance,
    next: () => advance({ next: true }),
    until: (until, limits = {}) => advance({ until, ...limits }),
    rewind: (where) => channel.post('/clock/rewind', where),
    state: ({ wait = true, ...page } = {}) => channel.get('/clock', { ...page, wait: String(wait) }),
    pending: async (options = {}) => (await channel.get<ClockState>('/clock', options)).pending,
    hold: async (options = {}) => holdOf(channel, await channel.post<Made>('/clock/hold', options), isClosed),
    holds: async () => (await channel.get<ClockState>('/clock', { limit: 0 })).holds,
    probes: () => channel.post('/clock/probes'),
    patch: (changes) => channel.patch('/clock', changes),
    lockstep,
  };
}

function holdOf(channel: Channel, { id }: Made, isClosed: () => boolean): Hold {
  let held = true;
  const release = async (): Promise<void> => {
    if (!held || isClosed()) return;
    held = false;
    await channel.delete(pathOf`/clock/hold/${id}`);
  };
  return { id, release, [ASYNC_DISPOSE]: release };
}
