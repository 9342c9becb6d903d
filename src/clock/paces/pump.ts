import { DEFAULT_JOB_LIMIT, tooManyJobs } from '../advance.js';
import { MICROS_PER_SECOND, type Micros } from '../instant.js';
import type { LivePace } from './live.js';
import type { Job } from '../queue.js';
import type { Runner } from '../runner.js';

/** A job that is so late was held up by a sleep of the machine, or by a speed that it cannot keep: jobs go in turn then. */
const LATE = MICROS_PER_SECOND;

interface PumpOptions {
  readonly runner: Runner;
  readonly live: LivePace;
  readonly isLive: () => boolean;
  readonly now: () => Micros;
  /** Everything that was due has run. */
  readonly onDone: () => void;
  readonly onError: (error: unknown) => void;
}

/** Runs what is due by itself, between two advances. */
export class Pump {
  readonly #options: PumpOptions;
  #running: Promise<void> | undefined;

  constructor(options: PumpOptions) {
    this.#options = options;
  }

  /** The run that is under way. */
  get running(): Promise<void> | undefined {
    return this.#running;
  }

  /** Begins a run, if none is under way. */
  kick(): void {
    if (this.#running) return;
    const { onDone, onError } = this.#options;
    this.#running = this.#run().then(
      () => {
        this.#running = undefined;
        onDone();
      },
      (error: unknown) => {
        // Not begun again: what failed would fail for ever. The next call of anybody wakes the clock.
        this.#running = undefined;
        onError(error);
      },
    );
  }

  /** How far live time may go: not over what is due, so that each job has its own instant. */
  reachable(): Micros {
    const { runner, live } = this.#options;
    return Math.min(runner.queue.nextDue, live.now());
  }

  async #run(): Promise<void> {
    const { runner, live, isLive: isLiveNow, now, onError } = this.#options;
    let inARow = 0;
    await Promise.resolve();
    for (;;) {
      await runner.activity.answered();
      const others = runner.yieldTurn();
      if (others) await others;
      if (runner.activity.ended) return;
      const head = runner.queue.peek();
      if (!head || head.due > now()) {
        if (runner.app.due > runner.now) return;
        await runner.app.fireUnasked();
        await runner.activity.stilled();
        continue;
      }
      inARow = head.urgent ? inARow + 1 : 0;
      if (inARow > Math.min(DEFAULT_JOB_LIMIT, runner.most)) throw tooManyJobs(head, inARow, runner.most);
      const isLive = isLiveNow();
      const isLate = isLive && head.due < live.running() - LATE;
      const work = isLive ? this.#atItsInstant(head, isLate) : runner.complete(head);
      // Live time waits for nobody: deliveries overlap, as they do in production, unless there is time to make up for.
      if (work && (isLate || !isLive)) await work;
      else work?.catch(onError);
    }
  }

  /** Does a job while live time stands still at its instant: until the job is over, or only until it is begun. */
  #atItsInstant(job: Job, toItsEnd: boolean): void | Promise<void> {
    const { runner, live } = this.#options;
    runner.now = Math.max(runner.now, job.due);
    const goOn = live.still(runner.now);
    let work: void | Promise<void> = undefined;
    try {
      work = runner.complete(job);
      return toItsEnd ? work?.finally(goOn) : work;
    } finally {
      if (!work || !toItsEnd) goOn();
    }
  }
}
