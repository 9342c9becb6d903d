import { droppedQuietly, isMissing, refusedQuietly, type Case } from './clues.js';
import { byOwnClock, isMeasured } from './own-clock.js';
import { AGAIN, ORDER, has, oracle, where, type Guess, type Mistake } from './guess.js';
import { show } from './show.js';
import { isMore } from '../playing/state.js';
import { RETURN } from './unnoticed.js';
import { kindOf } from '../stories/kinds.js';
import { CALL_MISTAKES } from './call-mistakes.js';
import { MESSAGE_MISTAKES } from './message-mistakes.js';
import type { Outcome } from '../playing/outcome.js';
import type { Problem } from './problem.js';

/** Of what a message comes to in the end. */
const LAST: readonly Guess[] = [
  {
    name: 'mail per delivery',
    words: 'What a message causes is done for each delivery of it. Remember the key of the message, and do it once.',
    evidence: (found) =>
      has(found, ...AGAIN)
        ? `${found.problem.expected} became ${found.problem.was} when the message came again`
        : undefined,
  },
  {
    name: 'a state comes once',
    words:
      'The app drops a state that comes again after another: it tells messages by their state and not by their key, or takes states to go forwards alone. Tell copies by the key, and what is older by its time.',
    evidence: ({ problem }) =>
      problem.family === RETURN
        ? `${problem.what} comes for the second time, is answered 2xx, and changes nothing`
        : undefined,
  },
  {
    name: 'failure unheard',
    words: 'The app has no ear for the messages that tell of a failure.',
    evidence: ({ problem }) =>
      problem.oracle === 'noticed' ? `its state is the same before and after ${problem.what}` : undefined,
  },
  {
    name: 'done again when late',
    words:
      'What is done once for a meeting is done again when an older message comes after a newer one. Compare with what is there, and do it once.',
    evidence: (found) => {
      const more = oracle(found, 'confluence') && has(found, ...ORDER) ? found.differences.find(isMore) : undefined;
      return more && `${show(more.expected)} became ${show(more.was)} when a message came late`;
    },
  },
  {
    name: 'asked too early',
    words:
      'What is asked for as soon as a message comes is not there yet, even if nothing goes wrong, and it is not asked for again. Wait for the message that tells that it is ready, or ask again.',
    evidence: refusedQuietly,
  },
  {
    name: 'newer taken for older',
    words:
      'Even if nothing goes wrong the app drops a message: it takes it for older than another, or for the same, since it compares too little of their times or keys.',
    evidence: droppedQuietly,
  },
  {
    name: 'only in order',
    words: 'The app takes a message only if the one before it has come, and drops it otherwise.',
    evidence: (found) => {
      if (!has(found, ...ORDER)) return undefined;
      if (isMissing(found)) return 'a message that is late is missing in the end';
      // It never got to where it would have gone back from.
      return found.problem.cause === 'monotone' ? `${where(found)} stays ${found.problem.was} for good` : undefined;
    },
  },
];

/** Of several that fit, the first is told. */
const GUESSES: readonly Guess[] = [...MESSAGE_MISTAKES, ...CALL_MISTAKES, ...LAST];

/** The mistake that the evidence points to most clearly; `ownTime` if the problem is unsteady, in an app that keeps its own. */
export function probableMistake(problem: Problem, outcome: Outcome, quiet: Outcome, ownTime = false): Mistake {
  const found = caseOf(problem, outcome, quiet);
  const likely = likeliest(found);
  return ownTime && isMeasured(found) ? byOwnClock(found, likely) : likely;
}

/** True if the app's own clock may be all that it is, in an app that keeps its own time. */
export const mayBeMeasured = (problem: Problem, outcome: Outcome, quiet: Outcome): boolean =>
  isMeasured(caseOf(problem, outcome, quiet));

function caseOf(problem: Problem, outcome: Outcome, quiet: Outcome): Case {
  const kinds = [...new Set(outcome.story.deviations.map((one) => kindOf(one).name))];
  return { problem, outcome, quiet, kinds, differences: problem.differences ?? [] };
}

function likeliest(found: Case): Mistake {
  for (const { name, words, evidence } of GUESSES) {
    const points = evidence(found);
    if (points !== undefined) return { name, words, evidence: points };
  }
  return { name: 'unknown', words: 'unknown', evidence: '' };
}
