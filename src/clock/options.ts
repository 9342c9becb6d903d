import type { Micros } from './instant.js';
import type { Lateness } from './rest/lateness.js';
import type { Job } from './queue.js';
import type { RunJob } from './runner.js';

export type ClockMode = 'frozen' | 'live' | 'auto';

export interface ClockOptions {
  readonly start: Micros;
  readonly mode: ClockMode;
  /** Virtual seconds per real second, in live mode. */
  readonly speed?: number;
  /** See {@link Activity.quiet}. */
  readonly quiet?: number;
  /** What is known of the app from the worlds before. */
  readonly lateness?: Lateness;
  /** Jobs that one advance may run, whatever it asks for. */
  readonly most?: number;
  /** Real milliseconds after which others have a turn of the event loop; without it a long advance counts jobs. */
  readonly share?: number;
  readonly run: RunJob;
  /** Hears that a job is about to begin, while it is still in the queue. */
  readonly onNext?: () => void;
  /** Hears that jobs have run, or that time has moved. */
  readonly onMoved?: () => void;
  /** Hears of a failure that no caller of `advance` is there to hear. */
  readonly onError?: (error: unknown) => void;
}

/** The state of a clock as plain data. */
export interface ClockSnapshot {
  readonly now: Micros;
  readonly mode: ClockMode;
  readonly speed: number;
  readonly quiet: number;
  readonly nextId: number;
  readonly jobs: readonly Job[];
}

export const DEFAULT_QUIET_MS = 5;
export const DEFAULT_QUIET_LIMIT_MS = 500;

/** Who moves time: a caller of `advance`, real time, or the idleness of the clients. */
export interface Pace {
  readonly mode?: ClockMode | undefined;
  readonly speed?: number | undefined;
  readonly quiet?: number | undefined;
}
