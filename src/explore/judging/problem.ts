import { parseInstant, type Micros } from '../../clock/instant.js';
import type { Outcome } from '../playing/outcome.js';
import type { Difference } from '../playing/state.js';

/** The time that attempts of the vendor take, and no more. */
export const AT_ONCE: Micros = 5_000_000;

/** When the last webhooks of a quiet life begin. */
export const nearEnd = ({ overAt, joinAt }: Outcome): Micros => parseInstant(overAt)! - parseInstant(joinAt)! - AT_ONCE;

/** Something that an execution did wrong. */
export interface Problem {
  readonly oracle: string;
  /** The oracle by which it was found, if a closer look has it told by another. */
  readonly cause?: string;
  /** Tells whether a smaller story fails in the same way. */
  readonly family: string;
  /** What of it is wrong: a place in the state, a call. */
  readonly what: string;
  readonly sentence: string;
  readonly expected: string;
  readonly was: string;
  readonly differences?: readonly Difference[];
}

/** What a day more could mend. */
export const couldMend = ({ family }: Problem): boolean => /^(state|reads|stale|writes|mistimed)/.test(family);

/** What an execution is compared with. */
export interface References {
  /** The quiet execution of the same scenario and acts. */
  readonly quiet: Outcome;
  /** The same scenario without any act. */
  readonly plain: Outcome;
  /** The scenario in which all goes well, without any act. */
  readonly happy: Outcome;
  /** The same story with each message that is not the vendor's left out; there if it has one. */
  readonly unforged?: Outcome;
}

export interface Judging {
  readonly ignore: readonly string[];
  /** Calls that two quiet executions made differently. */
  readonly ignoredCalls: ReadonlySet<string>;
  /** Readings that are old at the end of the plainest life: where one is new elsewhere, that is by chance. */
  readonly unneeded: ReadonlySet<string>;
  /** The app can mend what it has missed: it lives in the time of the room, and the vendor can be asked. */
  readonly canMend: boolean;
}
