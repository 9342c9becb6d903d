import { GreenroomError } from '../../errors.js';
import type { Activity } from '../rest/activity.js';
import type { ClockMode } from '../options.js';
import type { Micros } from '../instant.js';
import type { Job } from '../queue.js';
import { nextTurn, pause } from '../real-time.js';

export interface AppTimer {
  /** Larger than that of each one that was set before. */
  readonly id: number;
  readonly due: Micros;
  /** An interval: it does not end by firing. */
  readonly repeats: boolean;
}

/** A timer of an app that keeps its own time, in real milliseconds that all processes of a machine share. */
export interface Wake {
  /** When it goes off next. */
  readonly due: number;
  /** How long it lasts. */
  readonly after: number;
  readonly repeats: boolean;
}

/** Timers outside the queue that move with it: those of an app in this process, or of processes that are probed. */
export interface AppTimers {
  /** The modes of a clock that can lead them. */
  readonly modes: readonly ClockMode[];
  readonly all: () => Iterable<AppTimer>;
  /** True if the app waits for nothing else: intervals too are to go on then. */
  readonly areAwaited?: boolean;
  /** Throws LOCKSTEP_BROKEN if somebody else moved them or took them away. */
  readonly assertInStep: () => void;
  /** Sets what the app takes for the present; none of the timers is due before it. */
  readonly moveTo: (now: Micros) => void;
  /** The same without an order: another world begins, and the timers keep the time that is left to them. */
  readonly jumpTo: (now: Micros) => void;
  /** Calls the earliest. What it throws goes to the process of the app, and never comes out of here. */
  readonly fire: () => void | Promise<void>;
}

type Step = (due: Micros, add: (more: Promise<void>) => void) => boolean;

/** App timers that set one another without time moving; more of them are a loop. */
const AT_ONCE = 1000;

/** An app's timers as a second queue beside the clock's own. Without an app in lockstep it is empty. */
export class AppPace {
  timers: AppTimers | undefined;
  readonly #activity: Activity;
  readonly #tooMany: (job: Job, count: number) => Error;
  #atOnce = 0;

  constructor(activity: Activity, tooMany: (job: Job, count: number) => Error) {
    this.#activity = activity;
    this.#tooMany = tooMany;
  }

  get due(): Micros {
    if (!this.timers) return Number.POSITIVE_INFINITY;
    let first = Number.POSITIVE_INFINITY;
    for (const { due } of this.timers.all()) if (due < first) first = due;
    return first;
  }

  /** True if one of them ends by firing: intervals do not. */
  get hasEnding(): boolean {
    for (const { repeats } of this.timers?.all() ?? []) if (!repeats) return true;
    return false;
  }

  /** See {@link AppTimers.areAwaited}. */
  get isAwaited(): boolean {
    return this.timers?.areAwaited === true;
  }

  /** Names the timers that there are now; see `#dueSince`. */
  #mark(timers: AppTimers): number {
    let last = 0;
    for (const { id } of timers.all()) if (id > last) last = id;
    return last;
  }

  /** When the earliest is due that was set after the mark and ends by firing; infinite if there is none. */
  #dueSince(mark: number): Micros {
    let first = Number.POSITIVE_INFINITY;
    for (const { id, due, repeats } of this.timers?.all() ?? []) if (id > mark && due < first && !repeats) first = due;
    return first;
  }

  moveTo(now: Micros): void {
    this.#atOnce = 0;
    this.timers?.moveTo(now);
  }

  /** The next timer as a report tells it. */
  job(now: Micros): Job {
    return { id: 0, due: Math.max(this.due, now), urgent: false, kind: 'app timer', subject: null, args: {} };
  }

  /** Calls the next timer. What it goes on doing when the call has returned must come to rest. Throws JOB_LIMIT. */
  fire(): void | Promise<void> {
    if (++this.#atOnce > AT_ONCE) throw this.#tooMany(this.job(0), AT_ONCE);
    this.#activity.appCalled();
    return this.timers!.fire();
  }

  /** The same without an advance: JOB_LIMIT has no caller to go to but the process. */
  fireUnasked(): void | Promise<void> {
    try {
      return this.fire();
    } catch (error) {
      nextTurn(() => {
        throw error;
      });
    }
  }

  /**
   * Does work and waits for its end. An app that sets a timer meanwhile, and waits for it before it answers, gets that
   * time: `step` does the next thing on the way to that instant, or says that it is too far away. It may add work.
   */
  complete(start: () => void | Promise<void>, step: Step): void | Promise<void> {
    const mark = this.timers && this.#mark(this.timers);
    const work = start();
    return work && mark !== undefined ? this.#finish(work, mark, step) : work;
  }

  async #finish(work: Promise<void>, mark: number, step: Step): Promise<void> {
    const open = new Set<Promise<void>>();
    const add = (more: Promise<void>): void => {
      open.add(more);
      const close = (): void => void open.delete(more);
      more.then(close, close);
    };
    const all = [work];
    add(work);
    while (open.size > 0) {
      const waits = await Promise.race([Promise.all(all), this.#activity.appWaits()]);
      const due = waits === true && open.size > 0 ? this.#dueSince(mark) : Number.POSITIVE_INFINITY;
      const took = due < Number.POSITIVE_INFINITY && step(due, (more) => add(all[all.push(more) - 1]!));
      if (!took) await Promise.race([Promise.all(all), pause()]);
    }
    await Promise.all(all);
  }
}

/** An app needs a clock that can lead it: in this process, a frozen one. Throws CONFLICT. */
export function assertCanLead(mode: ClockMode, { modes }: AppTimers): void {
  if (modes.includes(mode)) return;
  throw new GreenroomError(
    'CONFLICT',
    `Failed to go in lockstep: the clock is ${mode}, and only a ${modes.join(' or ')} one can lead an app.`,
  );
}

/** The clock of an app in lockstep stays one that can lead it. Throws CONFLICT. */
export function assertFollows(mode: ClockMode, { modes }: AppTimers): void {
  if (modes.includes(mode)) return;
  throw new GreenroomError(
    'CONFLICT',
    `Failed to change the clock to ${mode}: an app moves in lockstep with it, which only a ${modes.join(' or ')} clock can. Release the lockstep first.`,
  );
}
