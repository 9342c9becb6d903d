import type { Activity } from '../rest/activity.js';
import type { Readers } from './readers.js';
import { after, monotonic } from '../real-time.js';

const IDLE_MS = 50;

/**
 * Steps to the next job whenever the world is at rest, no client has called and no process of the app has ended for 50 real
 * milliseconds, and no reader is awaited.
 */
export class AutoPace {
  readonly #activity: Activity;
  readonly #readers: Readers;
  readonly #step: () => Promise<boolean>;
  #lastCall = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined;

  constructor(activity: Activity, readers: Readers, step: () => Promise<boolean>) {
    this.#activity = activity;
    this.#readers = readers;
    this.#step = step;
  }

  noteCall(): void {
    this.#lastCall = monotonic();
  }

  /**
   * Steps once as soon as the idle time is over; whoever owns the clock arms again after the step. `isEndless` if nothing
   * waits but intervals, which may go on for ever: people are to see what happens, and the processor is others' too.
   */
  arm(isEndless = false): void {
    this.disarm();
    const readers = this.#readers;
    const { hearing } = this.#activity;
    // Whoever reads in a loop waits for a timer of his own, which comes in its turn.
    const { leads } = hearing;
    const quietFrom = (): number => (leads ? hearing.lastEnd : Math.max(hearing.lastEnd, this.#lastCall)) + IDLE_MS;
    const led = isEndless ? monotonic() + IDLE_MS : 0;
    const unled = readers.areAwaited ? readers.patience : 0;
    // A process that ends may be gone sooner than it has said.
    const due = Math.max(Math.min(quietFrom(), monotonic() + IDLE_MS), leads ? led : unled);
    this.#cancel = after(Math.max(0, due - monotonic()), () => {
      readers.giveUp();
      const idle = monotonic() >= quietFrom() && (leads || !readers.areAwaited);
      if (idle && this.#activity.atRest) void this.#step();
      // A hold that is never released fails the step, which tells the clock's owner.
      else if (idle)
        this.#activity.settled().then(
          () => this.arm(isEndless),
          () => void this.#step(),
        );
      else this.arm(isEndless);
    });
  }

  disarm(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
