import type { Activity } from '../rest/activity.js';
import type { Readers } from './readers.js';
import { after, hostInstant, monotonic } from '../real-time.js';

const IDLE_MS = 50;

/**
 * Steps to the next job whenever the world is at rest, no client has called and no process of the app has ended for 50 real
 * milliseconds, and no reader is awaited. Processes that say what they have in hand have done by then what follows from their
 * calls: an app that is slow to store what it has asked for would be told of an agent that it does not know yet.
 */
export class AutoPace {
  readonly #activity: Activity;
  readonly #readers: Readers;
  readonly #step: () => Promise<boolean>;
  #lastCall = Number.NEGATIVE_INFINITY;
  /** The instant of the host of the first call of which it is not known that all that follows from it is done. */
  #followsFrom: number | undefined;
  #cancel: (() => void) | undefined;

  constructor(activity: Activity, readers: Readers, step: () => Promise<boolean>) {
    this.#activity = activity;
    this.#readers = readers;
    this.#step = step;
  }

  noteCall(): void {
    this.#lastCall = monotonic();
    this.#followsFrom ??= hostInstant();
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
      if (idle && this.#activity.atRest) void this.#stepOnceFollowed(isEndless);
      // A hold that is never released fails the step, which tells the clock's owner.
      else if (idle)
        this.#activity.settled().then(
          () => this.arm(isEndless),
          () => void this.#step(),
        );
      else this.arm(isEndless);
    });
  }

  /** Where time is led, the world is not at rest before that. */
  async #stepOnceFollowed(isEndless: boolean): Promise<void> {
    const { witness, leads } = this.#activity.hearing;
    if (this.#followsFrom !== undefined && witness && !leads) {
      const [cancel, lastCall] = [this.#cancel, this.#lastCall];
      await witness.followed(this.#followsFrom);
      // Armed anew or disarmed meanwhile.
      if (this.#cancel !== cancel) return;
      if (this.#lastCall === lastCall) this.#followsFrom = undefined;
      return this.arm(isEndless);
    }
    await this.#step();
  }

  disarm(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
