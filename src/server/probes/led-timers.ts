import type { AppTimer, AppTimers } from '../../clock/app-timers.js';
import type { Micros } from '../../clock/instant.js';
import { hostInstant } from '../../clock/real-time.js';
import type { Probe } from './probe.js';

/** The timers of the processes of an app, which move with the clock of its workspace. */
export class LedTimers implements AppTimers {
  readonly modes = ['frozen', 'auto'] as const;
  readonly #probes: () => readonly Probe[];
  readonly #alone: <T>(ask: () => Promise<T>) => Promise<T>;
  readonly #write: (now: number) => void;
  /** Milliseconds: what the app's clocks can show. */
  #now = 0;
  #told: number | undefined;

  /** `alone` does what asks when nobody else asks; `write` has processes that begin know what time it is. */
  constructor(
    probes: () => readonly Probe[],
    alone: <T>(ask: () => Promise<T>) => Promise<T>,
    write: (now: number) => void,
  ) {
    this.#probes = probes;
    this.#alone = alone;
    this.#write = write;
  }

  *all(): Iterable<AppTimer> {
    for (const { timers } of this.#probes()) yield* timers;
  }

  assertInStep(): void {
    // Nobody else can move them.
  }

  moveTo(now: Micros): void {
    this.#now = Math.floor(now / 1000);
  }

  jumpTo(now: Micros): void {
    this.moveTo(now);
    this.#write(this.#now);
  }

  /** Resolves when the processes know what time it is; `undefined` if they do. */
  sync(): Promise<void> | undefined {
    return this.#told === this.#now ? undefined : this.#alone(() => this.#sync());
  }

  async #sync(): Promise<void> {
    const now = (this.#told = this.#now);
    this.#write(now);
    await Promise.all(this.#probes().map((probe) => probe.ask({ since: hostInstant(), now, waits: true })));
  }

  /** Resolves when the processes do nothing but wait. */
  wait(): Promise<void> {
    return this.#alone(async () => {
      await Promise.all(this.#probes().map((probe) => probe.ask({ since: hostInstant(), waits: true })));
    });
  }

  fire(): Promise<void> {
    return this.#alone(() => this.#fire());
  }

  async #fire(): Promise<void> {
    let [first, due]: [Probe | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
    for (const probe of this.#probes())
      for (const timer of probe.timers) if (timer.due < due) [first, due] = [probe, timer.due];
    if (this.#told !== this.#now) await this.#sync();
    await first?.ask({ since: hostInstant(), now: this.#now, fire: true, waits: true });
  }
}
