import { isTaken, wordsFor, type Outcome, type SeenAttempt, type SeenDelivery } from '../playing/outcome.js';
import type { Problem } from './problem.js';
import { isCall } from '../stories/story.js';

const isRefused = ({ genuine, answer }: SeenAttempt): boolean =>
  genuine && typeof answer === 'number' && answer >= 300 && answer < 500;

const wordOf = ({ type, state, number }: SeenDelivery): string => `${type} ${state ?? ''} ${number}`;

/** When each message of a meeting was first taken, in their order. */
function takenOf({ deliveries }: Outcome, meeting: number): Map<string, number> {
  const taken = deliveries
    .filter((one) => one.meeting === meeting)
    .flatMap((one) => one.attempts.filter(isTaken).map(({ seq }) => [wordOf(one), seq] as const));
  const first = new Map<string, number>();
  for (const [word, seq] of taken.sort(([, a], [, b]) => a - b)) if (!first.has(word)) first.set(word, seq);
  return first;
}

/**
 * The messages that the app never takes, though it takes them when nothing goes wrong. One that comes out of its turn may
 * be refused, and so may a copy.
 */
export function turnedAway(outcome: Outcome, quiet: Outcome): Problem[] {
  if (outcome.refused !== undefined || outcome.story.deviations.some(isCall)) return [];
  const order = [...takenOf(quiet, 1).keys()];
  return outcome.asked.flatMap((_, i) => {
    const taken = takenOf(outcome, i + 1);
    const isInTurn = (word: string, at: number): boolean => {
      const before = order.slice(0, order.indexOf(word));
      const sofar = [...taken].filter(([, seq]) => seq < at).map(([other]) => other);
      return sofar.length === before.length && before.every((other) => sofar.includes(other));
    };
    return outcome.deliveries.flatMap((one) => {
      const word = wordOf(one);
      if (one.meeting !== i + 1 || !order.includes(word) || taken.has(word)) return [];
      const refusal = one.attempts.find((attempt) => isRefused(attempt) && isInTurn(word, attempt.seq));
      return refusal === undefined ? [] : [problemOf(one, refusal.answer!)];
    });
  });
}

function problemOf(delivery: SeenDelivery, answer: number | string): Problem {
  return {
    oracle: 'answers',
    family: 'turned away',
    what: 'turned away',
    sentence: `The app refuses ${wordsFor(delivery)}, which it takes when nothing goes wrong`,
    expected: 'an answer 2xx',
    was: String(answer),
  };
}
