import { nextTurn } from '../clock/real-time.js';
import type { Reply } from './providers/provider.js';

/** Insufficient storage, in greenroom's own voice: no vendor says that greenroom has no room. */
export const refusalOf = ({ message }: Error): Reply => ({
  status: 507,
  headers: { 'Content-Type': 'text/plain; charset=utf-8' },
  body: message,
});

type Keep = () => Error | undefined;
const keepers = new Set<Keep>();

/**
 * Has what is answered for kept before answers go out, until the returned function is called. Where it cannot be kept, the
 * answer is the reason.
 */
export function beforeAnswers(keep: Keep): () => void {
  keepers.add(keep);
  return () => keepers.delete(keep);
}

/** Returns why something cannot be kept. */
export function keepAll(): Error | undefined {
  let failure: Error | undefined;
  for (const keep of keepers) failure = keep() ?? failure;
  return failure;
}

let answers: ((failure: Error | undefined) => void)[] = [];

/** So many answers are enough to write them together; in a crowd, more would only wait for each other. */
const TOGETHER_MAX = 32;

/** The answers of one turn go out one after the other: to write each between two calls costs twice as much. */
export function atEndOfTurn(answer: (failure: Error | undefined) => void): void {
  const count = answers.push(answer);
  if (count === 1) nextTurn(sendAnswers);
  else if (count === TOGETHER_MAX) sendAnswers();
}

function sendAnswers(): void {
  const ready = answers;
  answers = [];
  if (ready.length === 0) return;
  const failure = keepAll();
  for (const answer of ready) answer(failure);
}
