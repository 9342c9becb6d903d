import { GreenroomError } from '../errors.js';
import { controlCall, told } from '../told.js';
import { formatInstant, LAST_INSTANT, type Micros } from './instant.js';
import type { Job } from './queue.js';
import { turn } from './real-time.js';
import type { Runner } from './runner.js';

export interface AdvanceOptions {
  /** The last instant that may be reached; jobs due exactly then run. */
  readonly to?: Micros;
  /** Instead of `to`: so long from the instant at which the advance begins. Without either, up to the next job. */
  readonly by?: Micros;
  /** Tested first, then after every job with what it caused; true ends the advance there. */
  readonly until?: (() => boolean) | undefined;
  /** Stop after one job. */
  readonly single?: boolean;
  /** With `until`: jobs at the most. Always: jobs in a row that cause one another without time moving. */
  readonly jobLimit?: number;
}

export interface AdvanceReport {
  readonly from: Micros;
  readonly to: Micros;
  /** The planned jobs that ran, in order; the first {@link RAN_LIMIT} of them. */
  readonly ran: readonly Job[];
  readonly ranTotal: number;
  /** False only if `until` was given and was still false at the end. */
  readonly reached: boolean;
}

export const DEFAULT_JOB_LIMIT = 100_000;
export const RAN_LIMIT = 1000;

/** How far an advance may go. Throws INVALID_BODY beyond the last instant, and CLOCK_BACKWARDS. */
export function targetOf(from: Micros, { to: instant, by, until }: AdvanceOptions, untilNext: () => Micros): Micros {
  const to = instant ?? from + (by ?? untilNext());
  if (to > LAST_INSTANT && until) return LAST_INSTANT;
  if (to > LAST_INSTANT) {
    throw new GreenroomError(
      'INVALID_BODY',
      `Failed to advance: the clock goes no further than ${formatInstant(LAST_INSTANT)}.`,
      { pointer: by === undefined ? '/to' : '/by' },
    );
  }
  if (to < from) {
    throw new GreenroomError(
      'CLOCK_BACKWARDS',
      told`Failed to advance to ${formatInstant(to)}: it is ${formatInstant(from)} already, and an advance goes forwards alone. ${controlCall('POST', '/clock/rewind')} goes back, and takes back what has happened since.`,
      { now: formatInstant(from) },
    );
  }
  return to;
}

/** CLOCK_BUSY: one advance at a time. */
export const clockBusy = (): GreenroomError =>
  new GreenroomError(
    'CLOCK_BUSY',
    'Failed to advance: another advance of this workspace is still under way. Await it first.',
  );

/** CONFLICT: what was to be advanced is no more. */
export const worldEnded = (): GreenroomError =>
  new GreenroomError(
    'CONFLICT',
    'Failed to advance: the workspace was reset, restored or deleted meanwhile, and its time with it. Await an advance first.',
  );

/** JOB_LIMIT: more ran than was allowed, and this job would be the next. `most` is what any advance may run. */
export function tooManyJobs(job: Job, count: number, most = Number.POSITIVE_INFINITY): GreenroomError {
  const subject = job.subject ? ` of ${job.subject}` : '';
  const advice =
    count < most
      ? 'Two sides may be calling each other for ever. Give a higher job_limit if that number of jobs is meant.'
      : `An advance of this workspace runs ${most} jobs at the most: what ran has happened, and another advance goes on from here.`;
  return new GreenroomError(
    'JOB_LIMIT',
    `Failed to advance: ${count} jobs ran and there is still more to do; the next is ${job.kind}${subject}. ${advice}`,
    { job: { id: job.id, kind: job.kind, subject: job.subject, due: formatInstant(job.due) } },
  );
}

/** Jobs between two turns of the event loop, so that a long advance does not hold up everything else. */
const JOBS_PER_TURN = 2000;

/** One advance: its target, and the jobs that it has run. */
class Advance {
  readonly #runner: Runner;
  readonly #from: Micros;
  readonly #to: Micros;
  readonly #until: (() => boolean) | undefined;
  readonly #jobLimit: number;
  readonly #ran: Job[] = [];
  #ranTotal = 0;
  readonly #begun: number;

  constructor(runner: Runner, { to, until, jobLimit = DEFAULT_JOB_LIMIT }: AdvanceOptions & { readonly to: Micros }) {
    this.#runner = runner;
    this.#from = runner.now;
    this.#begun = runner.jobsRun;
    this.#to = to;
    this.#until = until;
    this.#jobLimit = jobLimit;
    runner.recordWith((job) => {
      if (this.#ran.length < RAN_LIMIT) this.#ran.push(job);
      this.#ranTotal++;
    });
  }

  met(): boolean {
    if (this.#runner.activity.ended) throw worldEnded();
    return this.#until?.() ?? false;
  }

  /** True while something is under way that has to come to rest before the next job. */
  get mustRest(): boolean {
    const { activity, app, now } = this.#runner;
    if (activity.atRest) return false;
    const due = this.#runner.nextDue;
    return due > now || due > this.#to || app.timers !== undefined;
  }

  /** True if the next job is beyond the target. */
  isAtTarget(): boolean {
    if (this.#runner.activity.ended) throw worldEnded();
    return this.#runner.nextDue > this.#to;
  }

  runNext(): void | Promise<void> {
    const runner = this.#runner;
    if (this.#until && this.#ranTotal >= this.#jobLimit) throw tooManyJobs(runner.peek(), this.#ranTotal);
    const begun = runner.jobsRun - this.#begun;
    if (begun >= runner.most) throw tooManyJobs(runner.peek(), begun, runner.most);
    return runner.next();
  }

  /** What the last job has caused: at once, and with `toRest` until nothing of it is left. Most have caused nothing. */
  follow(toRest: boolean): void | Promise<void> {
    const { activity, hasUrgent } = this.#runner;
    if (toRest && (hasUrgent || !activity.atRest)) return this.rest();
    return hasUrgent ? this.#runner.runUrgent(this.#jobLimit) : undefined;
  }

  /** A turn of the event loop for others, now and then. */
  yieldTurn(): Promise<void> | undefined {
    return this.#runner.yieldTurn() ?? (this.#ranTotal % JOBS_PER_TURN === 0 ? turn() : undefined);
  }

  rest(): Promise<void> {
    return this.#runner.rest(this.#jobLimit);
  }

  arrive(): void {
    if (!this.#until) this.#runner.moveTo(Math.max(this.#runner.now, this.#to));
  }

  report(reached: boolean): AdvanceReport {
    return { from: this.#from, to: this.#runner.now, ran: this.#ran, ranTotal: this.#ranTotal, reached };
  }
}

/**
 * Moves time: all comes to rest, then the earliest job runs to its end, with everything that it causes, until the next
 * one is beyond the target. Throws JOB_LIMIT, HOLD_EXPIRED, and CONFLICT if the world ends meanwhile.
 */
export async function advance(
  runner: Runner,
  options: AdvanceOptions & { readonly to: Micros },
): Promise<AdvanceReport> {
  const { until, single = false } = options;
  const advancing = new Advance(runner, options);
  await advancing.rest();
  if (advancing.met()) return advancing.report(true);
  // Only what has to be waited for is awaited: a promise for each of many thousand jobs would cost as much as they do.
  for (;;) {
    while (advancing.mustRest) await advancing.rest();
    if (advancing.isAtTarget()) break;
    const work = advancing.runNext();
    if (work) await work;
    const effects = advancing.follow(single || until !== undefined);
    if (effects) await effects;
    const others = advancing.yieldTurn();
    if (others) await others;
    if (advancing.met() || single) return advancing.report(true);
  }
  advancing.arrive();
  const synced = runner.activity.hearing.witness?.sync();
  if (synced) await synced;
  return advancing.report(until ? advancing.met() : true);
}
