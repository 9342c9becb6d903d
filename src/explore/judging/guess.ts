import type { Case } from './clues.js';

/** What is probably wrong in the app, and what points to it. */
export interface Mistake {
  readonly name: string;
  readonly words: string;
  readonly evidence: string;
}

/** A mistake that is told where something points to it. */
export interface Guess {
  readonly name: string;
  readonly words: string;
  /** What points to it; nothing if it does not fit. */
  readonly evidence: (found: Case) => string | undefined;
}

export const AGAIN = ['duplicate', 'redelivered', 'lost-answer'];
export const ORDER = ['late', 'reordered', 'retried', 'redelivered'];

export const has = ({ kinds }: Case, ...names: readonly string[]): boolean =>
  kinds.some((kind) => names.includes(kind));
export const oracle = ({ problem }: Case, ...names: readonly string[]): boolean => names.includes(problem.oracle);
export const overlaps = ({ outcome }: Case): boolean => (outcome.story.meetings ?? 1) > 1;
export const where = ({ differences }: Case): string => differences[0]?.pointer || 'the state';
export const struckCall = ({ kinds }: Case): boolean => kinds.some((kind) => kind.startsWith('call-'));
