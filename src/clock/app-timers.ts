import { GreenroomError } from '../errors.js';
import type { Activity } from './activity.js';
import type { ClockMode } from './options.js';
import type { Micros } from './instant.js';
import type { Job } from './queue.js';
import { nextTurn, pause } from './real-time.js';

/** Timers outside the queue that move with it: those of an app in this process. */
export interface AppTimers {
  /** When the earliest of them is due, if there is one. */
  readonly due: () => Micros | undefined;
  /** Names the timers that there are now; see `dueSince`. */
  readonly mark: () => number;
  /** When the earliest is due that was set after the mark and ends by firing. */
  readonly dueSince: (mark: number) => Micros | undefined;
  /** How many of them end by firing: intervals do not. */
  readonly ending: () => number;
  /** Throws LOCKSTEP_BROKEN if somebody else moved them or took them away. */
  readonly assertInStep: () => void;
  /** Sets what the app takes for the present; none of the timers is due before it. */
  readonly moveTo: (now: Micros) => void;
  /** The same without an order: another world begins, and the timers keep the time that is left to them. */
  readonly jumpTo: (now: Micros) => void;
  /** Calls the earliest. What it throws is thrown here. */
  readonly fire: () => void;
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
    return this.timers?.due() ?? Number.POSITIVE_INFINITY;
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
  fire(): void {
    if (++this.#atOnce > AT_ONCE) throw this.#tooMany(this.job(0), AT_ONCE);
    this.#activity.appCalled();
    this.timers!.fire();
  }

  /** The same without an advance: what the timer throws has no caller to go to but the process. */
  fireUnasked(): void {
    try {
      this.fire();
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
    const mark = this.timers?.mark();
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
      const due = waits === true && open.size > 0 ? this.timers?.dueSince(mark) : undefined;
      const took = due !== undefined && step(due, (more) => add(all[all.push(more) - 1]!));
      if (!took) await Promise.race([Promise.all(all), pause()]);
    }
    await Promise.all(all);
  }
}

/** An app in lockstep needs a frozen clock. Throws CONFLICT. */
export function assertCanLead(mode: ClockMode): void {
  if (mode === 'frozen') return;
  throw new GreenroomError(
    'CONFLICT',
    `Failed to go in lockstep: the clock is ${mode}, and only a frozen one can lead an app.`,
  );
}

/** The clock of an app in lockstep stays frozen. Throws CONFLICT. */
export function assertFollows(mode: ClockMode): void {
  if (mode === 'frozen') return;
  throw new GreenroomError(
    'CONFLICT',
    `Failed to change the clock to ${mode}: an app moves in lockstep with it, which only a frozen clock can. Release the lockstep first.`,
  );
}
