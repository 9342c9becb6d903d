import { parseInstant } from '../../clock/instant.js';
import { differingCalls } from './differing-calls.js';
import { diverging } from './diverging.js';
import { ALIKE, NOT_ALIKE, callsOfFirst } from './alike.js';
import { kindOf } from '../stories/kinds.js';
import type { Outcome } from '../playing/outcome.js';
import { denying, disowning } from './disowned.js';
import { differences, valueAt, type Difference } from '../playing/state.js';
import { AT_ONCE, type Judging, type Problem, type References } from './problem.js';
import { isCall, isDelivery, type Story } from '../stories/story.js';
import { unnoticed } from './unnoticed.js';
import { show } from './show.js';
import { mistimed } from './mistimed.js';
import { turnedAway } from './turned-away.js';

const kindsIn = (story: Story): string[] => [...new Set(story.deviations.map((one) => kindOf(one).name))].sort();

export const hasLost = ({ deviations }: Story): boolean => deviations.some((one) => kindOf(one).is === 'lost');
export const isForging = ({ deviations }: Story): boolean => deviations.some((one) => kindOf(one).is === 'forged');

/** Everything that is wrong with an execution. */
export function judge(outcome: Outcome, references: References, judging: Judging): Problem[] {
  const { story } = outcome;
  const faults = outcome.faults.map((fault): Problem => ({
    ...fault,
    family: fault.oracle.startsWith('always') ? fault.oracle : fault.what,
  }));
  const { unforged } = references;
  if (unforged && !isKeptFrom(outcome, unforged)) return [...faults, ...turnedAway(outcome, references.quiet)];
  const leftWaiting = outcome.leftWaiting || unforged?.leftWaiting === true;
  const canMend = !leftWaiting && (judging.canMend || !(hasLost(story) || isForging(story)));
  return [
    ...faults,
    ...turnedAway(outcome, references.quiet),
    ...disowning(outcome, references),
    ...denying(outcome),
    ...diverging(outcome),
    ...mistimed(outcome, references),
    ...(outcome.refused === undefined && !leftWaiting && (canMend || isForging(story))
      ? stateProblems(outcome, references, judging)
      : []),
    ...callsOfFirst(outcome, references, judging),
    ...differingCalls(outcome, references, { ...judging, canMend }),
    ...unnoticed(outcome, references, judging),
  ];
}

/**
 * True if the vendor's own words came, or did not, for the same messages in both. Copies and attempts count for a rule that
 * begins with the twelfth of its kind, and what is never sent has none.
 */
function isKeptFrom(outcome: Outcome, unforged: Outcome): boolean {
  const [was, expected] = [cameGenuinely(outcome), cameGenuinely(unforged)];
  return [...was].every(([message, came]) => (expected.get(message) ?? came) === came);
}

/** Of each message, whether the app got it as the vendor wrote it. */
function cameGenuinely({ deliveries }: Outcome): Map<string, boolean> {
  const came = new Map<string, boolean>();
  for (const { meeting, type, state, number, attempts } of deliveries) {
    const message = `${meeting} ${type} ${state} ${number}`;
    const isGenuine = attempts.some(({ genuine, answer }) => genuine && answer !== undefined);
    came.set(message, isGenuine || came.get(message) === true);
  }
  return came;
}

/** What the states are compared with. */
export const expectedStates = ({ quiet, unforged }: References, meetings: number): readonly unknown[] =>
  unforged?.states ?? Array.from({ length: meetings }, () => quiet.states[0]);

function stateProblems(outcome: Outcome, references: References, { ignore }: Judging): Problem[] {
  if ([outcome, references.quiet, references.unforged].some((one) => one?.unread !== undefined)) return [];
  const expected = expectedStates(references, outcome.states.length);
  const atRest = outcome.states.flatMap((state, i) => differences(expected[i], state, ignore));
  const found = atRest.length > 0 ? atRest : differencesAtOnce(outcome, references, ignore);
  const [first] = found;
  if (!first) return [];
  const oracle = oracleOf(outcome, references, found);
  return [
    {
      ...namedOf(outcome, oracle, found),
      family: 'state',
      what: [...new Set(found.map(({ pointer }) => pointer.split('/')[1] ?? ''))].sort().join(' '),
      expected: show(first.expected),
      was: show(first.was),
      differences: found,
    },
  ];
}

/** What the app did with a message that is not the vendor's, before it could ask the vendor how things are. */
function differencesAtOnce(outcome: Outcome, { unforged }: References, ignore: readonly string[]): Difference[] {
  if (!unforged || outcome.story.deviations.some(isCall)) return [];
  if (Math.abs(parseInstant(outcome.overAt)! - parseInstant(unforged.overAt)!) > AT_ONCE) return [];
  // A message that waited for the forged one comes at another time where that never comes.
  if (genuineIn(outcome) !== genuineIn(unforged)) return [];
  return unforged.atOnce.flatMap((state, i) => differences(state, outcome.atOnce[i], ignore));
}

/** Which messages of the vendor were taken, and when. */
const genuineIn = ({ deliveries }: Outcome): string =>
  deliveries
    .flatMap(({ meeting, type, state, number, attempts }) =>
      attempts
        .filter(({ genuine, answer }) => genuine && typeof answer === 'number' && answer < 300)
        .map(({ at }) => `${at} ${meeting} ${type} ${state} ${number}`),
    )
    .sort()
    .join();

const SENTENCES: Readonly<Record<string, string>> = {
  [ALIKE]: NOT_ALIKE,
  forged: 'A message that is not the vendor’s changes the state',
  converges: 'A day after the last fault the app does not agree with the vendor',
  idempotent: 'A message that comes again changes the state',
  monotone: 'The app goes back from a final state',
  confluence: 'The state depends on when and how the messages come',
};

/** Of an app that keeps its own time. */
const NEVER_AGREES = 'After the last fault the app does not agree with the vendor';

/** Of lists that come in more pages than in a quiet life. */
const NOT_TO_ITS_END = 'The app does not make the same of a list that comes in more pages';

const AGAIN = ['duplicate', 'together', 'redelivered', 'lost-answer'];

/** How it is told: an app that never got to the end has not gone back from there. Nobody knows where nobody looked meanwhile. */
function namedOf(
  { story, samples, waited }: Outcome,
  oracle: string,
  found: readonly Difference[],
): Pick<Problem, 'oracle' | 'cause' | 'sentence'> {
  if (kindsIn(story).join() === 'short-pages') return { oracle, sentence: NOT_TO_ITS_END };
  if (oracle === 'converges' && !waited) return { oracle, sentence: NEVER_AGREES };
  const wasThere = ({ pointer, expected }: Difference): boolean =>
    samples.some(({ states }) => states.some((state) => valueAt(state, pointer) === expected));
  if (oracle !== 'monotone' || samples.length === 0 || found.some(wasThere))
    return { oracle, sentence: SENTENCES[oracle]! };
  const other = orderOracle(story);
  return { oracle: other, cause: oracle, sentence: SENTENCES[other]! };
}

/** What the difference is called: by what went wrong, and by where the state came to stand. */
function oracleOf({ story }: Outcome, { quiet, unforged }: References, found: readonly Difference[]): string {
  if (unforged) return 'forged';
  if (story.earlier !== undefined) return ALIKE;
  if (hasLost(story) || story.deviations.some(isCall)) return 'converges';
  const passed = ({ pointer, was }: Difference): boolean =>
    was !== undefined && quiet.samples.some(({ states }) => valueAt(states[0], pointer) === was);
  // What went back was sent back by a message.
  if (story.deviations.some(isDelivery) && !isInOrder(story) && found.some(passed)) return 'monotone';
  return orderOracle(story);
}

/** Of messages at the same time one may take back what the other has written: neither is late. What is written otherwise is in time, too. */
const IN_ORDER = ['beside', 'extra-field', 'whitespace', 'rotation'];
const isInOrder = (story: Story): boolean => kindsIn(story).every((kind) => IN_ORDER.includes(kind));

function orderOracle(story: Story): string {
  const kinds = kindsIn(story);
  return kinds.length > 0 && kinds.every((kind) => AGAIN.includes(kind)) ? 'idempotent' : 'confluence';
}
