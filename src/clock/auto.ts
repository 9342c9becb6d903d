import type { Activity } from './activity.js';
import { after, monotonic } from './real-time.js';

const IDLE_MS = 50;

/** Steps to the next job whenever the world is at rest and no client has called for 50 real milliseconds. */
export class AutoPace {
  readonly #activity: Activity;
  readonly #step: () => Promise<boolean>;
  #lastCall = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined;

  constructor(activity: Activity, step: () => Promise<boolean>) {
    this.#activity = activity;
    this.#step = step;
  }

  noteCall(): void {
    this.#lastCall = monotonic();
  }

  /** Steps once as soon as the idle time is over; whoever owns the clock arms again after the step. */
  arm(): void {
    this.disarm();
    this.#cancel = after(Math.max(0, this.#lastCall + IDLE_MS - monotonic()), () => {
      const idle = monotonic() - this.#lastCall >= IDLE_MS;
      if (idle && this.#activity.atRest) void this.#step();
      // A hold that is never released fails the step, which tells the clock's owner.
      else if (idle)
        this.#activity.settled().then(
          () => this.arm(),
          () => void this.#step(),
        );
      else this.arm();
    });
  }

  disarm(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
