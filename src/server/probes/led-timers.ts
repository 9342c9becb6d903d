import type { AppTimer, AppTimers } from '../../clock/lockstep/app-timers.js';
import type { Micros } from '../../clock/instant.js';
import { delayed, hostInstant } from '../../clock/real-time.js';
import { askLed, type Probe, type Rest } from './probe.js';

/** A process that has just begun is looked for again. */
export const LOOK_AGAIN_MS = 2;

/** Timers that go off so often within so long a time of the app's own are what takes the real time. */
const OFTEN = 1000;
const OFTEN_WITHIN_MS = 1_000_000;

interface LedBy {
  readonly probes: () => readonly Probe[];
  /** Does what asks when nobody else asks. */
  readonly alone: <T>(ask: () => Promise<T>) => Promise<T>;
  /** True if they have started processes that do not speak yet, or calls of theirs are on their way. */
  readonly isMoving: (rests: readonly (Rest | undefined)[]) => boolean;
  /** Has processes that begin know what time it is. */
  readonly write: (now: number) => void;
  readonly tell: (text: string) => void;
}

/** The timers of the processes of an app, which move with the clock of its workspace. */
export class LedTimers implements AppTimers {
  readonly modes = ['frozen', 'auto'] as const;
  readonly #probes: () => readonly Probe[];
  readonly #alone: <T>(ask: () => Promise<T>) => Promise<T>;
  readonly #write: (now: number) => void;
  readonly #isMoving: (rests: readonly (Rest | undefined)[]) => boolean;
  /** Milliseconds: what the app's clocks can show. */
  #now = 0;
  #told: number | undefined;
  readonly #tell: (text: string) => void;
  #fired = 0;
  #firedFrom = 0;
  #isTold = false;

  constructor({ probes, alone, isMoving, write, tell }: LedBy) {
    this.#probes = probes;
    this.#alone = alone;
    this.#isMoving = isMoving;
    this.#tell = tell;
    this.#write = write;
  }

  *all(): Iterable<AppTimer> {
    for (const { timers } of this.#probes()) yield* timers;
  }

  /** One process waits for nothing but a timer, whatever others hear from outside. */
  get areLivedFor(): boolean {
    return this.#probes().some(({ life }) => life === 'time');
  }

  /** Nothing but time goes on in the app: no process of it hears anything from outside, and one waits for a timer. */
  get areAwaited(): boolean {
    return this.areLivedFor && !this.#probes().some(({ life }) => life === 'outside');
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
    await askLed(this.#probes(), { since: hostInstant(), now, waits: true });
  }

  /** A process has begun: it may not have been told what time it is. */
  began(): void {
    this.#told = undefined;
  }

  /** Resolves when the processes do nothing but wait, and those that they have started speak. */
  wait(): Promise<void> {
    return this.#alone(async () => {
      for (;;) {
        const probes = this.#probes();
        const { answers: rests } = await askLed(probes, { since: hostInstant(), waits: true });
        if (!this.#isMoving(rests) && probes.every((probe, i) => probe.isAsBefore(rests[i]))) return;
        await delayed(LOOK_AGAIN_MS);
      }
    });
  }

  fire(): Promise<void> {
    return this.#alone(() => this.#fire());
  }

  /** Says once that it is the app's own timers that take so long. */
  #count(): void {
    if (this.#fired++ === 0) this.#firedFrom = this.#now;
    if (this.#fired <= OFTEN) return;
    const passed = this.#now - this.#firedFrom;
    this.#fired = 0;
    if (this.#isTold || passed > OFTEN_WITHIN_MS) return;
    this.#isTold = true;
    const every = Math.max(1, Math.round(passed / OFTEN));
    this.#tell(
      `Timers of the app go off every ${every} ms, and lockstep plays each, which is slow: give tests longer ones`,
    );
  }

  async #fire(): Promise<void> {
    let [first, due]: [Probe | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
    for (const probe of this.#probes())
      for (const timer of probe.timers) if (timer.due < due) [first, due] = [probe, timer.due];
    if (this.#told !== this.#now) await this.#sync();
    if (!first) return;
    this.#count();
    await askLed([first], { since: hostInstant(), now: this.#now, fire: true, waits: true }, this.#probes());
  }
}
