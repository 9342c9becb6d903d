import { isTaken, wordsFor, type Outcome, type Sample } from '../playing/outcome.js';
import { differences, valueAt, type Difference } from '../playing/state.js';
import type { Judging, Problem, References } from './problem.js';
import { show } from './show.js';

/** What the app has taken in a quiet life, and what left its state as it was. */
export function unnoticed(outcome: Outcome, { happy }: References, judging: Judging): Problem[] {
  if (outcome.story.deviations.length > 0 || outcome.states.length === 0) return [];
  return [...unnoticedEnd(outcome, happy, judging), ...unnoticedReturn(outcome, judging)];
}

/** A quiet life that ends in failure: the app must have noticed. */
function unnoticedEnd(outcome: Outcome, happy: Outcome, { ignore }: Judging): Problem[] {
  if (outcome.story.scenario === happy.story.scenario) return [];
  const lastState = ({ deliveries }: Outcome) => deliveries.findLast(({ state }) => state !== undefined);
  const end = lastState(outcome);
  if (!end || end.state === lastState(happy)?.state) return [];
  const name = `${end.type} ${end.state}`;
  const index = outcome.samples.findIndex(({ after }) => after === name);
  const before = outcome.samples[index - 1];
  if (!before || differences(before.states[0], outcome.states[0], ignore).length > 0) return [];
  // A word that is left out of comparisons of two lives tells of the failure in this one all the same.
  if (differences(before.states[0], outcome.states[0]).some(({ was }) => isWord(was))) return [];
  return [
    {
      oracle: 'noticed',
      family: 'noticed',
      what: end.state!,
      sentence: `The app does not notice that the meeting ended in ${end.state}${end.sub_type === undefined ? '' : ` (${end.sub_type})`}`,
      expected: `another state than before ${name}`,
      was: show(outcome.states[0]),
    },
  ];
}

/** Of problems that are told apart from an end that nobody notices. */
export const RETURN = 'noticed again';

/**
 * A state of the vendor's that comes again after another, as a recording does that was paused: what it told the first time must be
 * told again. An app that is late, or that tells nothing of either state, is not judged.
 */
function unnoticedReturn(outcome: Outcome, { ignore }: Judging): Problem[] {
  if ((outcome.story.meetings ?? 1) > 1) return [];
  for (const { message, first, again } of returns(outcome)) {
    const [before, at] = around(outcome, again);
    if (!before || differences(before.states[0], at.states[0], ignore).length > 0) continue;
    const word = wordsOf(outcome, first, ignore).find(({ pointer, was }) => isGone(outcome, again, { pointer, was }));
    if (word) return [problemOf(message, word, valueAt(at.states[0], word.pointer))];
  }
  return [];
}

interface Return {
  /** `bot.state_change joined_recording`, which is taken each time. */
  readonly message: string;
  /** Numbers of samples. */
  readonly first: number;
  readonly again: number;
}

function returns({ deliveries, samples }: Outcome): Return[] {
  const ofStates = deliveries.filter(({ state }) => state !== undefined);
  const states = new Set(ofStates.map(wordsFor));
  const isTakenEachTime = (message: string): boolean =>
    ofStates.filter((one) => wordsFor(one) === message).every(({ attempts }) => attempts.some(isTaken));
  return samples.flatMap(({ after: message }, again) => {
    const first = samples.findIndex(({ after }) => after === message);
    return first > 0 && first < again && states.has(message) && isTakenEachTime(message)
      ? [{ message, first, again }]
      : [];
  });
}

const around = ({ samples }: Outcome, i: number): readonly [Sample | undefined, Sample] => [
  samples[i - 1],
  samples[i]!,
];

/** The words and truths that a message has written: a number may count what is new alone. */
function wordsOf(outcome: Outcome, i: number, ignore: readonly string[]): Difference[] {
  const [before, at] = around(outcome, i);
  return differences(before?.states[0], at.states[0], ignore).filter(({ was }) => isWord(was));
}

const isWord = (value: unknown): boolean => typeof value === 'string' || typeof value === 'boolean';

/** True if another word stands at the place, and the first does not come back, not even late. */
function isGone({ samples, states }: Outcome, from: number, { pointer, was }: Omit<Difference, 'expected'>): boolean {
  const later = [...samples.slice(from), { states }].map((one) => valueAt(one.states[0], pointer));
  return isWord(later[0]) && later.every((value) => value !== was);
}

function problemOf(message: string, { pointer, was: word }: Difference, is: unknown): Problem {
  const state = message.slice(message.lastIndexOf(' ') + 1);
  return {
    oracle: 'noticed',
    family: RETURN,
    what: state,
    sentence: `The app does not notice that its agent is ${state} again`,
    expected: `${show(word)} at ${pointer || '/'}, as after the first ${message}`,
    was: show(is),
  };
}
