import { DEFAULT_JOB_LIMIT, tooManyJobs } from './advance.js';
import type { Micros } from './instant.js';
import type { LivePace } from './live.js';
import type { Job } from './queue.js';
import type { Runner } from './runner.js';

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
  #catchingUp = false;

  constructor(options: PumpOptions) {
    this.#options = options;
  }

  /** The run that is under way. */
  get running(): Promise<void> | undefined {
    return this.#running;
  }

  /** Live time stands still for a job that is long overdue. */
  get catchingUp(): boolean {
    return this.#catchingUp;
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

  /** How far live time may go: not over what is long overdue, so that after a sleep each job still has its own instant. */
  reachable(): Micros {
    const { runner, live } = this.#options;
    const head = runner.queue.peek();
    return head && this.#isLong(head) ? head.due : live.now();
  }

  #isLong(overdue: Job): boolean {
    const { live } = this.#options;
    return overdue.due < live.now() - live.lag;
  }

  async #run(): Promise<void> {
    const { runner, isLive, now, onError } = this.#options;
    let inARow = 0;
    await Promise.resolve();
    for (;;) {
      await runner.activity.answered();
      if (runner.activity.ended) return;
      const head = runner.queue.peek();
      if (!head || head.due > now()) {
        if (runner.app.due > runner.now) return;
        runner.app.fireUnasked();
        await runner.activity.settled();
        continue;
      }
      inARow = head.urgent ? inARow + 1 : 0;
      if (inARow > DEFAULT_JOB_LIMIT) throw tooManyJobs(head, inARow);
      const overdue = isLive() && this.#isLong(head);
      const work = overdue ? this.#catchUp(head) : runner.complete(head);
      // Live time waits for nobody: deliveries overlap, as they do in production.
      if (work && (overdue || !isLive())) await work;
      else work?.catch(onError);
    }
  }

  /** Does in turn, at its own instant, what a sleep of the machine has put off. */
  async #catchUp(job: Job): Promise<void> {
    const { runner } = this.#options;
    runner.now = Math.max(runner.now, job.due);
    this.#catchingUp = true;
    try {
      await runner.complete(job);
    } finally {
      this.#catchingUp = false;
    }
  }
}
