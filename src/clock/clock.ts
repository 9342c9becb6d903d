import { GreenroomError } from '../errors.js';
import { Activity } from './activity.js';
import {
  DEFAULT_JOB_LIMIT,
  RAN_LIMIT,
  targetOf,
  tooManyJobs,
  worldEnded,
  type AdvanceOptions,
  type AdvanceReport,
} from './advance.js';
import { AppPace, type AppTimers } from './app-timers.js';
import { AutoPace } from './auto.js';
import { LAST_INSTANT, type Micros } from './instant.js';
import { LivePace } from './live.js';
import { EventQueue, type Job, type JobArgs } from './queue.js';
import { monotonic, nextTurn, turn } from './real-time.js';

export type ClockMode = 'frozen' | 'live' | 'auto';

export interface ClockOptions {
  readonly start: Micros;
  readonly mode: ClockMode;
  /** Virtual seconds per real second, in live mode. */
  readonly speed?: number;
  /** See {@link Activity.quiet}. */
  readonly quiet?: number;
  /** Does a job's work at its instant. A promise means that the job is not over yet (a delivery in flight). */
  readonly run: (job: Job) => void | Promise<void>;
  /** Hears of a failure that no caller of `advance` is there to hear. */
  readonly onError?: (error: unknown) => void;
}

export interface NewJob {
  readonly due: Micros;
  readonly kind: string;
  readonly subject?: string | null;
  readonly args?: JobArgs;
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
const JOBS_PER_TURN = 2000;

/**
 * Virtual time. Time moves only when the world is at rest; a job that is due when it is made runs by itself as soon as
 * the requests in hand have been answered; everything later waits for `advance` (or, in live and auto mode, for a pace
 * that advances by itself).
 */
export class Clock {
  readonly activity: Activity;
  readonly #queue = new EventQueue();
  readonly #run: ClockOptions['run'];
  readonly #onError: (error: unknown) => void;
  readonly #live: LivePace;
  readonly #auto: AutoPace;
  #now: Micros;
  #mode: ClockMode;
  #nextId = 1;
  #jobsRun = 0;
  #advancing = false;
  /** Live time stands still for a job that is long overdue. */
  #catchingUp = false;
  #pumping: Promise<void> | undefined;
  #stopped = false;
  readonly #app: AppPace;
  /** How far the advance that is under way may move time. */
  #horizon: Micros = 0;
  #ran: Job[] = [];
  #ranTotal = 0;

  constructor(options: ClockOptions) {
    this.#now = options.start;
    this.#mode = options.mode;
    this.#run = options.run;
    this.#onError = options.onError ?? (() => undefined);
    this.activity = new Activity(options.quiet ?? DEFAULT_QUIET_MS);
    this.#app = new AppPace(this.activity, tooManyJobs);
    this.#live = new LivePace(options.speed ?? 1, () => this.#tick());
    this.#auto = new AutoPace(this.activity, () => this.step());
    this.#live.anchor(this.#now);
  }

  get mode(): ClockMode {
    return this.#mode;
  }

  get speed(): number {
    return this.#live.speed;
  }

  /** How many jobs have run so far: equal numbers mean that nothing happened by itself in between. */
  get jobsRun(): number {
    return this.#jobsRun;
  }

  /** True at rest if nothing is left that would happen by itself, intervals of an app in lockstep apart. */
  get idle(): boolean {
    return this.#queue.size === 0 && (this.#app.timers?.ending() ?? 0) === 0 && this.activity.atRest;
  }

  /** How many jobs wait. */
  get size(): number {
    return this.#queue.size;
  }

  /** True while an `advance` of a caller is under way. */
  get advancing(): boolean {
    return this.#advancing;
  }

  /** The present instant. In live mode it follows real time, so a job may see an instant a little after its own. */
  now(): Micros {
    if (this.#mode === 'live' && !this.#advancing && !this.#catchingUp)
      this.#now = Math.max(this.#now, this.#reachable());
    return this.#now;
  }

  /** Live time does not leap over what is long overdue: after a sleep of the machine each job still has its own instant. */
  #reachable(): Micros {
    const head = this.#queue.peek();
    return head && this.#isLong(head) ? head.due : this.#live.now();
  }

  #isLong(overdue: Job): boolean {
    return overdue.due < this.#live.now() - this.#live.lag;
  }

  /** Puts a job in the queue and returns its id, with which it can be cancelled. */
  schedule({ due, kind, subject = null, args = {} }: NewJob): number {
    const now = this.now();
    const urgent = due <= now;
    const job: Job = {
      id: this.#nextId++,
      due: urgent ? now : Math.min(due, LAST_INSTANT),
      urgent,
      kind,
      subject,
      args,
    };
    this.#queue.push(job);
    if (!this.#advancing) this.#wakeFor(job);
    return job.id;
  }

  /** Takes a waiting job out; false if it ran already. */
  cancel(id: number | null | undefined): boolean {
    return id != null && this.#queue.cancel(id);
  }

  /** Runs, at once and in order, the jobs that are due already and pass the test; the first that fails it ends this. */
  runUrgentWhile(test: (job: Job) => boolean): void {
    for (;;) {
      const head = this.#queue.peek();
      if (!head?.urgent || head.due > this.#now || !test(head)) return;
      this.#queue.pop();
      void this.#start(head);
    }
  }

  /** The jobs that were due when they were made and have not run yet. */
  urgent(): Job[] {
    return this.#queue.soonest(Number.POSITIVE_INFINITY, (job) => job.urgent && job.due <= this.#now);
  }

  /** From now on the timers of an app move with this clock; `undefined` lets them go. */
  attach(timers: AppTimers | undefined): void {
    if (timers && this.#mode !== 'frozen') {
      throw new GreenroomError(
        'CONFLICT',
        `Failed to go in lockstep: the clock is ${this.#mode}, and only a frozen one can lead an app.`,
      );
    }
    this.#app.timers = timers;
    timers?.jumpTo(this.#now);
    if (this.#hasDueNow()) this.kick();
  }

  /** The next jobs, soonest first. */
  pending(limit = 100): Job[] {
    return this.#queue.soonest(limit);
  }

  /** Runs what is due now, if nobody else is at it. Called by itself; never needed after `schedule`. */
  kick(): void {
    if (this.#advancing || this.#pumping || this.#stopped) return;
    this.#pumping = this.#pump()
      .then(() => {
        this.#pumping = undefined;
        this.#rearm();
      })
      .catch((error: unknown) => {
        // Not armed again: what failed would fail for ever. The next call of anybody wakes the clock.
        this.#pumping = undefined;
        this.#onError(error);
      });
  }

  /** Resolves with true when nothing is due and all is at rest; with false after `limit` real milliseconds. */
  async settled(limit = Number.POSITIVE_INFINITY): Promise<boolean> {
    const deadline = monotonic() + limit;
    for (;;) {
      while (this.#pumping) await this.#pumping;
      const rest = await this.activity.settled(deadline - monotonic());
      if (!rest) return false;
      if (!this.#pumping && !this.#hasDueNow()) return true;
      if (this.#advancing) return true;
      this.kick();
    }
  }

  /** Moves time; see {@link AdvanceOptions}. Throws CLOCK_BACKWARDS, CLOCK_BUSY, JOB_LIMIT and HOLD_EXPIRED. */
  async advance(options: AdvanceOptions): Promise<AdvanceReport> {
    if (this.#advancing) {
      throw new GreenroomError(
        'CLOCK_BUSY',
        'Failed to advance: another advance of this workspace is still under way. Await it first.',
      );
    }
    const from = this.now();
    const to = targetOf(from, options, () => this.#untilNext(from));
    this.#app.timers?.assertInStep();
    this.#advancing = true;
    this.#horizon = to;
    try {
      if (this.#app.timers) this.activity.appCalled();
      while (this.#pumping) await this.#pumping;
      return await this.#advance(from, { ...options, to });
    } finally {
      this.#advancing = false;
      this.#live.anchor(this.#now);
      this.#rearm();
    }
  }

  /** Runs the earliest planned job, with all it causes; false if none waits or the clock is busy. Used by auto mode. */
  async step(): Promise<boolean> {
    if (this.#advancing || this.#stopped) return false;
    const [head] = this.#queue.soonest(1);
    if (!head) return false;
    try {
      await this.advance({ single: true });
      return true;
    } catch (error) {
      this.#onError(error);
      return false;
    }
  }

  /** Changes the mode or the speed, from the present instant on. */
  setPace({
    mode,
    speed,
    quiet,
  }: {
    mode?: ClockMode | undefined;
    speed?: number | undefined;
    quiet?: number | undefined;
  }): void {
    if (this.#app.timers && mode !== undefined && mode !== 'frozen') {
      throw new GreenroomError(
        'CONFLICT',
        `Failed to change the clock to ${mode}: an app moves in lockstep with it, which only a frozen clock can. Release the lockstep first.`,
      );
    }
    this.#now = this.now();
    if (speed !== undefined) this.#live.speed = speed;
    if (mode !== undefined) this.#mode = mode;
    if (quiet !== undefined) this.activity.quiet = quiet;
    this.#live.anchor(this.#now);
    this.#rearm();
  }

  /** Auto mode measures its idle time from the last call of a client. */
  noteCall(): void {
    if (this.#mode === 'auto') this.#auto.noteCall();
  }

  snapshot(): ClockSnapshot {
    return {
      now: this.now(),
      mode: this.#mode,
      speed: this.speed,
      quiet: this.activity.quiet,
      nextId: this.#nextId,
      jobs: this.#queue.toJSON().sort((a, b) => a.id - b.id),
    };
  }

  restore(snapshot: ClockSnapshot): void {
    this.#now = snapshot.now;
    this.#mode = snapshot.mode;
    this.#live.speed = snapshot.speed;
    this.activity.quiet = snapshot.quiet;
    this.#nextId = snapshot.nextId;
    this.#queue.load(snapshot.jobs);
    this.#live.anchor(this.#now);
    this.#rearm();
    if (this.#hasDueNow()) this.kick();
  }

  /** Nothing runs any more; what is in flight ends by itself. */
  stop(): void {
    this.#stopped = true;
    this.activity.releaseAll();
    this.#live.disarm();
    this.#auto.disarm();
  }

  #untilNext(from: Micros): Micros {
    const due = Math.min(this.#queue.peek()?.due ?? Number.POSITIVE_INFINITY, this.#app.due);
    return due === Number.POSITIVE_INFINITY ? 0 : Math.max(due - from, 0);
  }

  #wakeFor(job: Job): void {
    if (job.urgent) this.kick();
    else if (this.#mode !== 'frozen' && !this.#pumping) this.#rearm();
  }

  #hasUrgent(): boolean {
    const head = this.#queue.peek();
    return head !== undefined && head.urgent && head.due <= this.#now;
  }

  #hasDueNow(): boolean {
    const head = this.#queue.peek();
    return (head !== undefined && head.due <= this.#now) || this.#app.due <= this.#now;
  }

  #moveTo(now: Micros): void {
    this.#now = now;
    this.#app.moveTo(now);
  }

  /**
   * Does work and waits for its end. If an app in lockstep waits for time meanwhile, life goes on: what is due before
   * its timer comes first, within this advance and the sender's patience.
   */
  #complete(start: () => void | Promise<void>): void | Promise<void> {
    return this.#app.complete(start, (due, add) => {
      if (due > Math.min(this.#advancing ? this.#horizon : this.#now, this.activity.deadline)) return false;
      const more = this.#doNext();
      if (more) add(more);
      return true;
    });
  }

  /** The earlier of the next job and the app's next timer, the job on a tie. */
  #doNext(): void | Promise<void> {
    const head = this.#queue.peek();
    const timerDue = this.#app.due;
    const job = head && head.due <= timerDue ? head : this.#app.job(this.#now);
    if (job.due > this.#now) this.#moveTo(job.due);
    if (!job.urgent) {
      if (this.#ran.length < RAN_LIMIT) this.#ran.push(job);
      this.#ranTotal++;
    }
    if (job !== head) return this.#app.fire();
    this.#queue.pop();
    return this.#start(job);
  }

  async #pump(): Promise<void> {
    let inARow = 0;
    await Promise.resolve();
    for (;;) {
      await this.activity.answered();
      if (this.#stopped) return;
      const head = this.#queue.peek();
      if (!head || head.due > this.now()) {
        if (this.#app.due > this.#now) return;
        this.#app.fireUnasked();
        await this.activity.settled();
        continue;
      }
      inARow = head.urgent ? inARow + 1 : 0;
      if (inARow > DEFAULT_JOB_LIMIT) throw tooManyJobs(head, inARow);
      this.#queue.pop();
      if (this.#mode === 'live' && this.#isLong(head)) {
        await this.#catchUp(head);
        continue;
      }
      const work = this.#complete(() => this.#start(head));
      // Live time waits for nobody: deliveries overlap, as they do in production.
      if (work && this.#mode !== 'live') await work;
    }
  }

  /** Does in turn, at its own instant, what a sleep of the machine has put off. */
  async #catchUp(job: Job): Promise<void> {
    this.#now = Math.max(this.#now, job.due);
    this.#catchingUp = true;
    try {
      await this.#complete(() => this.#start(job));
    } finally {
      this.#catchingUp = false;
    }
  }

  async #advance(
    from: Micros,
    { to, until, single = false, jobLimit = DEFAULT_JOB_LIMIT }: AdvanceOptions & { readonly to: Micros },
  ): Promise<AdvanceReport> {
    this.#ran = [];
    this.#ranTotal = 0;
    const report = (reached: boolean): AdvanceReport => ({
      from,
      to: this.#now,
      ran: this.#ran,
      ranTotal: this.#ranTotal,
      reached,
    });

    await this.#runUrgent(jobLimit);
    if (!this.activity.atRest) await this.#rest(jobLimit);
    if (until?.()) return report(true);
    for (;;) {
      if (this.#stopped) throw worldEnded();
      const due = Math.min(this.#queue.peek()?.due ?? Number.POSITIVE_INFINITY, this.#app.due);
      if (due > to) {
        if (this.activity.atRest) break;
        await this.#rest(jobLimit);
        continue;
      }
      if ((due > this.#now || this.#app.timers) && !this.activity.atRest) {
        await this.#rest(jobLimit);
        continue;
      }
      if (until && this.#ranTotal >= jobLimit)
        throw tooManyJobs(this.#queue.peek() ?? this.#app.job(due), this.#ranTotal);
      const work = this.#complete(() => this.#doNext());
      if (work) await work;
      // Most jobs cause nothing that is due at once, and a hundred thousand needless awaits are felt.
      if (this.#hasUrgent()) await this.#runUrgent(jobLimit);
      if (until && !this.activity.atRest) await this.#rest(jobLimit);
      if (until?.()) return report(true);
      if (single) return await this.#restThen(jobLimit, () => report(true));
      if (this.#ranTotal % JOBS_PER_TURN === 0) await turn();
    }
    if (!until) this.#moveTo(Math.max(this.#now, to));
    return report(until?.() ?? true);
  }

  /** Waits until all is at rest, running what becomes due meanwhile. */
  async #rest(jobLimit: number): Promise<void> {
    do {
      await this.activity.settled();
      await this.#runUrgent(jobLimit);
    } while (!this.activity.atRest);
  }

  async #restThen<T>(jobLimit: number, result: () => T): Promise<T> {
    if (!this.activity.atRest) await this.#rest(jobLimit);
    return result();
  }

  /** Runs the jobs that were due when they were made, up to the first planned one. */
  async #runUrgent(jobLimit: number): Promise<void> {
    for (let inARow = 0; ; inARow++) {
      if (!this.#hasUrgent()) return;
      const head = this.#queue.peek()!;
      if (inARow >= jobLimit) throw tooManyJobs(head, inARow);
      if (!this.activity.atRest) await this.activity.answered();
      this.#queue.pop();
      const work = this.#complete(() => this.#start(head));
      if (work) await work;
    }
  }

  #start(job: Job): void | Promise<void> {
    this.#jobsRun++;
    return this.#run(job);
  }

  /** Live mode: real time has reached the next job. */
  #tick(): void {
    this.#now = this.now();
    this.kick();
  }

  #rearm(): void {
    this.#live.disarm();
    this.#auto.disarm();
    if (this.#stopped || this.#advancing) return;
    if (this.#hasDueNow()) nextTurn(() => this.kick());
    const head = this.#queue.peek();
    if (!head) return;
    if (this.#mode === 'live') this.#live.arm(head.due);
    if (this.#mode === 'auto') this.#auto.arm();
  }
}
