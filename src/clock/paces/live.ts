import type { Micros } from '../instant.js';
import { after, monotonic } from '../real-time.js';

/** Real time presses `advance`: virtual time runs at `speed` times the pace of the host's monotonic clock. */
export class LivePace {
  speed: number;
  readonly #onDue: () => void;
  #virtual: Micros = 0;
  #stillAt: Micros | undefined;
  #stills = 0;
  #real = 0;
  #cancel: (() => void) | undefined;

  constructor(speed: number, onDue: () => void) {
    this.speed = speed;
    this.#onDue = onDue;
  }

  /** From this virtual instant, which is now, time runs on. */
  anchor(at: Micros): void {
    this.#virtual = at;
    this.#real = monotonic();
  }

  /** What is done at one instant is still under way. */
  get isStill(): boolean {
    return this.#stills > 0;
  }

  now(): Micros {
    return this.#stillAt ?? this.running();
  }

  /** Where time would be if it never stood still. */
  running(): Micros {
    return this.#virtual + Math.floor((monotonic() - this.#real) * 1000 * this.speed);
  }

  /** Time stands still from here until the returned function is called: what is done meanwhile is done at one instant. */
  still(at: Micros): () => void {
    this.#stillAt ??= at;
    this.#stills++;
    return () => {
      if (--this.#stills === 0) this.#stillAt = undefined;
    };
  }

  /** Calls back when this instant has come, at once if it has passed. Replaces what was armed before. */
  arm(due: Micros): void {
    this.disarm();
    const wait = Math.max(0, (due - this.now()) / 1000 / this.speed);
    // A very long wait is cut short by the host's timers; the callback finds nothing due and arms again.
    this.#cancel = after(Math.ceil(wait), () => (this.now() < due ? this.arm(due) : this.#onDue()));
  }

  disarm(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
