import type { Activity } from './rest/activity.js';
import { advance, clockBusy, targetOf, type AdvanceOptions, type AdvanceReport } from './advance.js';
import { assertCanLead, assertFollows, type AppTimers } from './lockstep/app-timers.js';
import { AutoPace } from './paces/auto.js';
import type { Micros } from './instant.js';
import { withHold } from './rest/holds.js';
import { LivePace } from './paces/live.js';
import { Lateness } from './rest/lateness.js';
import { DEFAULT_QUIET_MS, type ClockMode, type ClockOptions, type ClockSnapshot, type Pace } from './options.js';
import { Pump } from './paces/pump.js';
import type { Job } from './queue.js';
import { Readers } from './paces/readers.js';
import { endsWithin, monotonic, nextTurn } from './real-time.js';
import { Runner, type NewJob } from './runner.js';

/**
 * Virtual time. Time moves only when the world is at rest; a job that is due when it is made runs by itself as soon as
 * the requests in hand have been answered; everything later waits for `advance` (or, in live and auto mode, for a pace
 * that advances by itself).
 */
export class Clock {
  readonly activity: Activity;
  readonly readers = new Readers();
  readonly #runner: Runner;
  readonly #onError: (error: unknown) => void;
  readonly #onMoved: () => void;
  readonly live: LivePace;
  readonly #auto: AutoPace;
  readonly #pump: Pump;
  #advancing = false;
  #led = false;
  #advances = 0;

  constructor({ start, mode, speed = 1, quiet = DEFAULT_QUIET_MS, run, ...rest }: ClockOptions) {
    const { onError = () => undefined, onMoved = () => undefined, onNext = () => undefined } = rest;
    const { lateness = new Lateness(0), most, share } = rest;
    this.#runner = new Runner({ now: start, quiet, lateness, run, onNext, most, share });
    this.activity = this.#runner.activity;
    this.#runner.mode = mode;
    this.#onError = onError;
    this.#onMoved = onMoved;
    this.live = new LivePace(speed, () => this.#tick());
    this.#auto = new AutoPace(this.activity, this.readers, () => this.step());
    this.#pump = new Pump({
      runner: this.#runner,
      live: this.live,
      isLive: () => this.#runner.mode === 'live',
      now: () => this.now(),
      onDone: () => this.#done(),
      onError,
    });
    this.live.anchor(start);
  }

  get mode(): ClockMode {
    return this.#runner.mode;
  }

  get speed(): number {
    return this.live.speed;
  }

  /** How many jobs have run so far: equal numbers mean that nothing happened by itself in between. */
  get jobsRun(): number {
    return this.#runner.jobsRun;
  }

  /** As many jobs have run before this clock was made. */
  countFrom(jobs: number): void {
    this.#runner.jobsRun = jobs;
  }

  /** True at rest if nothing is left that would happen by itself, intervals of an app in lockstep apart. */
  get idle(): boolean {
    return !this.#runner.hasEnding && this.activity.atRest;
  }

  /** How many jobs wait. */
  get size(): number {
    return this.#runner.queue.size;
  }

  /** True while an `advance` is under way. */
  get advancing(): boolean {
    return this.#advancing;
  }

  /** How many advances have begun: equal numbers mean one and the same. */
  get advances(): number {
    return this.#advances;
  }

  /** The present instant. In live mode it follows real time, up to what is due. */
  now(): Micros {
    const runner = this.#runner;
    if (this.#runner.mode === 'live' && !this.#advancing && !this.#led)
      runner.now = Math.max(runner.now, this.#pump.reachable());
    return runner.now;
  }

  /** Puts a job in the queue and returns its id, with which it can be cancelled. */
  schedule(newJob: NewJob): number {
    this.now();
    const job = this.#runner.add(newJob);
    if (!this.#advancing) this.#wakeFor(job);
    return job.id;
  }

  /** Takes a waiting job out; false if it ran already. */
  cancel(id: number | null | undefined): boolean {
    return id != null && this.#runner.queue.cancel(id);
  }

  /** Runs, at once and in order, the jobs that are due already and pass the test; the first that fails it ends this. */
  runUrgentWhile(test: (job: Job) => boolean): void {
    this.#runner.runUrgentWhile(test);
  }

  /** The jobs that were due when they were made and have not run yet. */
  urgent(): Job[] {
    return this.#runner.urgentJobs();
  }

  /** From now on the timers of an app move with this clock; `undefined` lets them go. */
  attach(timers: AppTimers | undefined): void {
    if (timers) assertCanLead(this.#runner.mode, timers);
    this.#runner.app.timers = timers;
    timers?.jumpTo(this.#runner.now);
    if (this.#runner.hasDueNow) this.kick();
  }

  /** The timers of the app are others. */
  timersChanged(): void {
    if (this.#runner.hasDueNow) this.kick();
    else if (this.#runner.mode === 'auto' && !this.#pump.running) this.#rearm();
  }

  /** The next jobs, soonest first. */
  pending(limit = 100): Job[] {
    return this.#runner.queue.soonest(limit);
  }

  /** Runs what is due now, if nobody else is at it. Called by itself; never needed after `schedule`. */
  kick(): void {
    if (this.#advancing || this.#led || this.activity.ended) return;
    // An auto clock measures its idle time anew.
    if (this.#runner.mode === 'auto' || this.#runner.nextDue <= this.now()) this.#pump.kick();
  }

  /** Resolves when nothing is due and all but holds is at rest, with true if no hold is out; with false after `limit` real milliseconds. */
  async settled(limit = Number.POSITIVE_INFINITY): Promise<boolean> {
    const deadline = monotonic() + limit;
    for (;;) {
      while (this.#pump.running) if (!(await endsWithin(this.#pump.running, deadline - monotonic()))) return false;
      if (!(await this.activity.stilled(deadline - monotonic()))) return false;
      const goesOn = this.#pump.running !== undefined || this.#runner.hasDueNow;
      if (!goesOn || this.#advancing || this.activity.ended) return this.activity.holds.length === 0;
      this.kick();
    }
  }

  /** Moves time; see {@link AdvanceOptions}. Throws CLOCK_BACKWARDS, CLOCK_BUSY, JOB_LIMIT and HOLD_EXPIRED. */
  async advance(options: AdvanceOptions): Promise<AdvanceReport> {
    if (this.#advancing) throw withHold(clockBusy(), this.activity.holds);
    const to = targetOf(this.now(), options, () => this.#untilNext());
    const { app } = this.#runner;
    app.timers?.assertInStep();
    this.#advancing = true;
    this.#advances++;
    this.#runner.horizon = options.single ? Number.POSITIVE_INFINITY : to;
    try {
      if (app.timers) this.activity.appCalled();
      while (this.#pump.running) await this.#pump.running;
      return await advance(this.#runner, { ...options, to });
    } finally {
      this.#advancing = false;
      this.#runner.horizon = undefined;
      this.live.anchor(this.#runner.now);
      this.#done();
    }
  }

  /** Runs the earliest planned job, with all it causes; false if none waits or the clock is busy. Used by auto mode. */
  async step(): Promise<boolean> {
    if (this.#advancing || this.activity.ended || !this.#runner.goesOn) return false;
    try {
      // Once all is at rest, more is known of an app than before: it may wait for others than its timers.
      await this.advance({ single: true, until: () => !this.#runner.goesOn });
      return true;
    } catch (error) {
      this.#onError(error);
      return false;
    }
  }

  /** Throws CONFLICT if an app in lockstep keeps the clock from this mode. */
  assertCanBe(mode: ClockMode | undefined): void {
    const { timers } = this.#runner.app;
    if (timers && mode !== undefined) assertFollows(mode, timers);
  }

  /** Changes the mode or the speed, from the present instant on. Throws CONFLICT, see {@link assertCanBe}. */
  setPace({ mode, speed, quiet }: Pace): void {
    this.assertCanBe(mode);
    const now = this.now();
    if (speed !== undefined) this.live.speed = speed;
    if (mode !== undefined) this.#runner.mode = mode;
    if (quiet !== undefined) this.activity.quiet = quiet;
    this.live.anchor(now);
    this.#rearm();
  }

  /** Auto mode measures its idle time from the last call of a client. */
  noteCall(): void {
    if (this.#runner.mode === 'auto') this.#auto.noteCall();
  }

  /** True while others lead this clock. */
  get led(): boolean {
    return this.#led;
  }

  /** Has this clock move only by {@link runUpTo} and {@link moveTo}, a new one from its start on, or gives it its own pace back. */
  lead(led: boolean, now = this.now()): void {
    this.#led = led;
    this.#runner.now = now;
    this.live.anchor(now);
    this.#rearm();
    if (!led && this.#runner.hasDueNow) this.kick();
  }

  /** See {@link Runner.runUpTo}. */
  runUpTo: Runner['runUpTo'] = (now, jobs) => this.#runner.runUpTo(now, jobs);

  /** It is so late now, or later. */
  moveTo(now: Micros): void {
    this.#runner.now = Math.max(this.#runner.now, now);
  }

  snapshot(): ClockSnapshot {
    return {
      now: this.now(),
      mode: this.#runner.mode,
      speed: this.speed,
      quiet: this.activity.quiet,
      nextId: this.#runner.nextId,
      jobs: this.#runner.queue.toJSON().sort((a, b) => a.id - b.id),
    };
  }

  restore({ now, mode, speed, quiet, nextId, jobs }: ClockSnapshot): void {
    this.#runner.now = now;
    this.#runner.nextId = nextId;
    this.#runner.queue.load(jobs);
    this.#runner.mode = mode;
    this.live.speed = speed;
    this.activity.quiet = quiet;
    this.live.anchor(now);
    this.#rearm();
    if (this.#runner.hasDueNow) this.kick();
  }

  /** Nothing begins any more, and what is on its way is given up. */
  stop(): void {
    this.activity.end();
    this.live.disarm();
    this.#auto.disarm();
  }

  #done(): void {
    if (!this.activity.ended) this.#onMoved();
    this.#rearm();
  }

  #untilNext(from = this.now()): Micros {
    const due = this.#runner.nextDue;
    return due === Number.POSITIVE_INFINITY ? 0 : Math.max(due - from, 0);
  }

  #wakeFor(job: Job): void {
    if (job.urgent) this.kick();
    else if (this.#runner.mode !== 'frozen' && !this.#pump.running && this.#runner.queue.isNext(job)) this.#rearm();
  }

  /** Live mode: real time has reached the next job, if it still waits. */
  #tick(): void {
    if (this.#runner.nextDue <= this.now()) this.kick();
    else this.#rearm();
  }

  #rearm(): void {
    this.live.disarm();
    this.#auto.disarm();
    if (this.activity.ended || this.#advancing || this.#led) return;
    if (this.#runner.hasDueNow) nextTurn(() => this.kick());
    const head = this.#runner.queue.peek();
    if (this.#runner.mode === 'live' && head) this.live.arm(head.due);
    if (this.#runner.mode === 'auto' && this.#runner.goesOn) this.#auto.arm(!this.#runner.hasEnding);
  }
}
