import { orElse } from '../awaitable.js';
import { Activity } from './rest/activity.js';
import { DEFAULT_JOB_LIMIT, tooManyJobs } from './advance.js';
import { AppPace } from './lockstep/app-timers.js';
import { LAST_INSTANT, type Micros } from './instant.js';
import type { Lateness } from './rest/lateness.js';
import type { ClockMode } from './options.js';
import { EventQueue, type Job, type JobArgs } from './queue.js';
import { monotonic, turn } from './real-time.js';

export interface NewJob {
  readonly due: Micros;
  readonly kind: string;
  readonly subject?: string | null;
  readonly args?: JobArgs | undefined;
}

/** Does a job's work at its instant. A promise means that the job is not over yet: a delivery is on its way. */
export type RunJob = (job: Job) => void | Promise<void>;

const NO_ARGS: JobArgs = {};

/** Hears of each planned job as it begins. */
type Recorder = (job: Job) => void;

interface RunnerOptions {
  readonly now: Micros;
  readonly quiet: number;
  readonly lateness: Lateness;
  /** See {@link ClockOptions.most} and {@link ClockOptions.share}. */
  readonly most?: number | undefined;
  readonly share?: number | undefined;
  readonly run: RunJob;
  /** Hears that a job is about to begin, while it is still in the queue. */
  readonly onNext: () => void;
}

/**
 * The queue, and one job to its end: the next job or the next timer of an app, whichever is earlier, with everything that
 * is due because of it. Who moves time, and how far, is decided elsewhere.
 */
export class Runner {
  readonly queue = new EventQueue();
  readonly activity: Activity;
  /** The timers of an app in lockstep; without one it is empty. */
  readonly app: AppPace;
  now: Micros;
  /** How far an advance that is under way may move time; the present instant without one. One step is over when the app has answered. */
  horizon: Micros | undefined;
  mode: ClockMode = 'frozen';
  nextId = 1;
  jobsRun = 0;
  /** Jobs that one advance may run, whatever it asks for. */
  readonly most: number;
  readonly #share: number;
  /** When others last had a turn. */
  #turnAt = 0;
  readonly #run: RunJob;
  readonly #onNext: () => void;
  #record: Recorder = () => undefined;

  constructor({ now, quiet, lateness, run, onNext, most, share }: RunnerOptions) {
    this.now = now;
    this.most = most ?? Number.POSITIVE_INFINITY;
    this.#share = share ?? Number.POSITIVE_INFINITY;
    this.#run = run;
    this.#onNext = onNext;
    this.activity = new Activity(quiet, lateness);
    this.app = new AppPace(this.activity, tooManyJobs);
  }

  /** Puts a job in the queue; one that is due already is urgent. */
  add({ due, kind, subject = null, args = NO_ARGS }: NewJob): Job {
    const urgent = due <= this.now;
    const job: Job = {
      id: this.nextId++,
      due: urgent ? this.now : Math.min(due, LAST_INSTANT),
      urgent,
      kind,
      subject,
      args,
    };
    this.queue.push(job);
    return job;
  }

  /** When the next job or timer is due; infinite if there is none. */
  get nextDue(): Micros {
    return Math.min(this.queue.nextDue, this.app.due);
  }

  /** True if something waits that ends by happening: intervals of an app do not. */
  get hasEnding(): boolean {
    return this.queue.size > 0 || this.app.hasEnding;
  }

  /** The same for a clock that moves by itself: intervals do where an app waits for nothing else. */
  get goesOn(): boolean {
    return this.hasEnding || this.app.isAwaited;
  }

  get hasUrgent(): boolean {
    return this.queue.nextIsUrgent && this.queue.nextDue <= this.now;
  }

  get hasDueNow(): boolean {
    return this.nextDue <= this.now;
  }

  /** The jobs that were due when they were made and have not run yet. */
  urgentJobs(): Job[] {
    return this.queue.soonest(Number.POSITIVE_INFINITY, (job) => job.urgent && job.due <= this.now);
  }

  moveTo(now: Micros): void {
    this.now = now;
    this.app.moveTo(now);
  }

  /** From now on planned jobs are recorded, until the next call. */
  recordWith(record: Recorder): void {
    this.#record = record;
  }

  start(job: Job): void | Promise<void> {
    this.jobsRun++;
    return this.#run(job);
  }

  /** Takes a job out of the queue and does it to its end. */
  complete(job: Job): void | Promise<void> {
    this.#onNext();
    this.queue.pop();
    return this.app.timers ? this.#withApp(() => this.start(job)) : this.start(job);
  }

  /** Does the next job or timer to its end. */
  next(): void | Promise<void> {
    return this.app.timers ? this.#withApp(() => this.#startNext()) : this.#startNext();
  }

  /** The job or timer that would be next. */
  peek(): Job {
    const head = this.queue.peek();
    return head && head.due <= this.app.due ? head : this.app.job(this.now);
  }

  /** Runs, at once and in order, the urgent jobs that pass the test; the first that fails it ends this. */
  runUrgentWhile(test: (job: Job) => boolean): void {
    while (this.hasUrgent && !this.activity.ended) {
      const head = this.queue.peek()!;
      if (!test(head)) return;
      this.queue.pop();
      void this.start(head);
    }
  }

  /** Begins the next jobs, each at its instant, up to this one, until so many have begun in all. None is waited for. */
  runUpTo(now: Micros, jobs: number): void {
    while (this.jobsRun < jobs && this.queue.nextDue <= now) {
      const job = this.queue.peek()!;
      this.now = Math.max(this.now, job.due);
      this.#onNext();
      this.queue.pop();
      // Whoever it failed for has heard of it when it was lived.
      void orElse(
        () => this.start(job),
        () => undefined,
      );
    }
  }

  /** Runs the urgent jobs, up to the first planned one. Nothing begins in a world that has ended. */
  async runUrgent(jobLimit = DEFAULT_JOB_LIMIT): Promise<void> {
    for (let inARow = 0; this.hasUrgent && !this.activity.ended; inARow++) {
      if (inARow >= Math.min(jobLimit, this.most)) throw tooManyJobs(this.queue.peek()!, inARow, this.most);
      if (!this.activity.atRest) await this.activity.answered();
      const others = this.yieldTurn();
      if (others) await others;
      if (this.activity.ended || !this.hasUrgent) return;
      const work = this.complete(this.queue.peek()!);
      if (work) await work;
    }
  }

  /** Lets others have a turn of the event loop, if this world has had its share of time. */
  yieldTurn(): Promise<void> | undefined {
    if (this.#share === Number.POSITIVE_INFINITY || monotonic() - this.#turnAt < this.#share) return undefined;
    return turn().then(() => void (this.#turnAt = monotonic()));
  }

  /** Runs what is urgent and waits until all is at rest. */
  async rest(jobLimit = DEFAULT_JOB_LIMIT): Promise<void> {
    await this.runUrgent(jobLimit);
    while (!this.activity.atRest) {
      await this.activity.settled();
      await this.runUrgent(jobLimit);
    }
  }

  /** The earlier of the next job and the app's next timer, the job on a tie. */
  #startNext(): void | Promise<void> {
    const job = this.peek();
    if (job.due > this.now) this.moveTo(job.due);
    if (!job.urgent) this.#record(job);
    if (job !== this.queue.peek()) return this.app.fire();
    this.#onNext();
    this.queue.pop();
    return this.start(job);
  }

  /**
   * Does work and waits for its end. If an app in lockstep waits for time meanwhile, life goes on: what is due before
   * its timer comes first, within this advance and the sender's patience.
   */
  #withApp(start: () => void | Promise<void>): void | Promise<void> {
    return this.app.complete(start, (due, add) => {
      // On auto, time moves by itself as far as an app needs it.
      const limit = this.mode === 'auto' ? Number.POSITIVE_INFINITY : (this.horizon ?? this.now);
      if (due > Math.min(limit, this.activity.deadline)) return false;
      const more = this.#startNext();
      if (more) add(more);
      return true;
    });
  }
}
