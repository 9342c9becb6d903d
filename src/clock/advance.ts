import { GreenroomError } from '../errors.js';
import { formatInstant, LAST_INSTANT, type Micros } from './instant.js';
import type { Job } from './queue.js';

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
      `Failed to advance to ${formatInstant(to)}: it is ${formatInstant(from)} already, and time never goes back. ` +
        'Reset the workspace to start again.',
      { now: formatInstant(from) },
    );
  }
  return to;
}

/** CONFLICT: what was to be advanced is no more. */
export const worldEnded = (): GreenroomError =>
  new GreenroomError(
    'CONFLICT',
    'Failed to advance: the workspace was reset, restored or deleted meanwhile, and its time with it. Await an advance first.',
  );

/** JOB_LIMIT: more ran than was allowed, and this job would be the next. */
export function tooManyJobs(job: Job, count: number): GreenroomError {
  const subject = job.subject ? ` of ${job.subject}` : '';
  return new GreenroomError(
    'JOB_LIMIT',
    `Failed to advance: ${count} jobs ran and there is still more to do; the next is ${job.kind}${subject}. ` +
      'Two sides may be calling each other for ever. Give a higher job_limit if so many jobs are meant.',
    { job: { id: job.id, kind: job.kind, subject: job.subject, due: formatInstant(job.due) } },
  );
}
