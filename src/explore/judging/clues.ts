import { isWithin, parseInstant } from '../../clock/instant.js';
import { neverChanges } from './alike.js';
import type { Outcome } from '../playing/outcome.js';
import type { Problem } from './problem.js';
import { isMore, valueAt, type Difference } from '../playing/state.js';
import { plainOf } from '../stories/plain.js';
import { isUser, keyOf, signedDuration } from '../stories/story.js';

/** What is known of a failure. */
export interface Case {
  readonly problem: Problem;
  readonly outcome: Outcome;
  readonly quiet: Outcome;
  readonly kinds: readonly string[];
  readonly differences: readonly Difference[];
}

/** The meetings whose own state is not that of a meeting alone. */
export const suffering = ({ outcome, quiet }: Case): number[] =>
  outcome.states.flatMap((state, i) => (isOther(state, quiet.states[0]) ? [i + 1] : []));

/** A webhook of one meeting after which the state of another was different, though the app had asked for nothing. */
export function crossed({ outcome: { samples, calls } }: Case): string | undefined {
  for (const [i, { after, meeting, states, at }] of samples.entries()) {
    const before = samples[i - 1];
    if (!before || calls.some((call) => isWithin(call.at, { from: before.at, to: at }))) continue;
    const other = states.findIndex((state, n) => n + 1 !== meeting && isOther(state, before.states[n]));
    if (other >= 0) return `${after} of meeting ${meeting} changes the state of meeting ${other + 1}`;
  }
  return undefined;
}

const isOther = (one: unknown, other: unknown): boolean => JSON.stringify(one) !== JSON.stringify(other);

/** A webhook that the app answered with an error, and took when it came again, though what it should have done is still missing. */
export function skipped({ outcome: { deliveries } }: Case): string | undefined {
  for (const { type, state, attempts } of deliveries) {
    const failed = attempts.find(({ genuine, answer }) => genuine && typeof answer === 'number' && answer >= 500);
    const taken = attempts.at(-1)?.answer;
    if (failed && typeof taken === 'number' && taken < 300)
      return `the app answered ${failed.answer} to ${[type, state].filter(Boolean).join(' ')}, and ${taken} to its next attempt, without what is missing`;
  }
  return undefined;
}

/** How often the app wrote to the vendor since the first act in a calendar. */
export function callsAfterActs({ calls, story, joinAt }: Outcome): string {
  const acts = story.deviations.filter(isUser).map(({ at }) => parseInstant(joinAt)! + signedDuration(at.instant));
  const writes = calls.filter(({ at, method }) => method !== 'GET' && parseInstant(at)! >= Math.min(...acts));
  return writes.length === 0 ? 'the app asks for nothing' : `the app calls ${writes[0]!.operation}, and no more,`;
}

/** A call that writes, and was done for no agent of the first meeting, on which users act, though no quiet life has it. */
export function extraCall({ outcome, quiet }: Case): string | undefined {
  const known = new Set(quiet.calls.map(({ operation }) => operation));
  const isExtra = ({ operation, method, meeting, status = 500 }: Outcome['calls'][number]): boolean =>
    operation !== null && method !== 'GET' && meeting !== 1 && status < 300 && !known.has(operation);
  return outcome.calls.find(isExtra)?.operation ?? undefined;
}

/** True if the app has less than in a quiet life: in its state, or of its calls. */
export function isMissing({ problem: { oracle: judged, what, sentence }, differences }: Case): boolean {
  if (judged === 'calls') return /^(writes|reads) /.test(what) && !sentence.includes('too often');
  return judged === 'confluence' && differences.some(({ expected, was }) => isMore({ expected: was, was: expected }));
}

/** A call that was done when nothing went wrong, and that the vendor itself refused here each time for its credential. */
export function shutOut({ outcome, quiet }: Case): string | undefined {
  const isDone = ({ calls }: Outcome, wanted: string | null): boolean =>
    calls.some(({ operation, status }) => operation === wanted && status !== undefined && status < 400);
  const refused = outcome.calls.find(
    ({ operation, status, struck }) =>
      status === 401 && !struck && isDone(quiet, operation) && !isDone(outcome, operation),
  );
  return refused && `${refused.operation} is answered 401`;
}

/** The webhooks of a later meeting are taken, and change nothing: what they tell was told of an earlier one. */
export function unheard({ problem, outcome, quiet }: Case): string | undefined {
  if (outcome.story.earlier === undefined) return undefined;
  const isTaken = outcome.deliveries.every(({ attempts }) =>
    attempts.every(({ answer }) => typeof answer === 'number' && answer < 300),
  );
  if (!isTaken) return undefined;
  if (problem.oracle === 'noticed')
    return `the webhook of ${problem.what} is answered 2xx and changes nothing at a later meeting, as if it had come before`;
  const isStill =
    outcome.states.length === 0
      ? outcome.calls.every(({ meeting, made }) => meeting === undefined || made !== undefined)
      : neverChanges(outcome, quiet, '');
  return isStill
    ? 'the webhooks of a later meeting are answered 2xx and change nothing, as if they had come before'
    : undefined;
}

/** A message is answered with an error, though nothing goes wrong. */
export function unexpected({ problem: { oracle, what, was }, outcome: { story } }: Case): string | undefined {
  if (oracle !== 'answers' || !what.startsWith('error ') || keyOf(story) !== keyOf(plainOf(story))) return undefined;
  return `it is answered ${was} in ${story.scenario}, where nothing goes wrong`;
}

/** True if the app has asked for an agent again, in the same words, after an answer that brought it one was lost: whatever that comes to, it comes of this. */
export const madeAgain = ({ outcome: { calls } }: Case): boolean =>
  calls.some(
    (lost, i) =>
      lost.struck &&
      lost.made !== undefined &&
      calls
        .slice(i + 1)
        .some(
          ({ meeting, made, body }) =>
            meeting === lost.meeting && made !== undefined && made !== lost.made && body === lost.body,
        ),
  );

/** A word of the state that no quiet life has, after a call that asks how an agent is was struck. */
export function inventedBy({ outcome, quiet, differences }: Case): string | undefined {
  const struck = outcome.calls.filter((call) => call.struck);
  const [first] = struck;
  if (!first || !struck.every(({ method, target }) => method === 'GET' && /\/<agent[^>]*>$/.test(target)))
    return undefined;
  const lived = [...quiet.samples.map(({ states }) => states[0]), quiet.states[0]];
  const invented = differences.find(
    ({ pointer, was }) => typeof was === 'string' && !lived.some((state) => valueAt(state, pointer) === was),
  );
  return (
    invented &&
    `${invented.pointer || 'the state'} is "${String(invented.was)}" when ${first.operation} fails, and never otherwise`
  );
}

/** Something that was refused in the quiet life for as long as it was asked for, and had here. */
export function refusedQuietly({ problem, outcome, quiet, differences }: Case): string | undefined {
  if (differences.length === 0) return undefined;
  const statuses = ({ calls }: Outcome, wanted: string): number[] =>
    calls.flatMap(({ operation, method, status, struck }) =>
      operation === wanted && method === 'GET' && !struck && status !== undefined ? status : [],
    );
  const operations = new Set(quiet.calls.flatMap(({ operation }) => operation ?? []));
  const early = [...operations].find((operation) => {
    const [was, is] = [statuses(quiet, operation), statuses(outcome, operation)];
    return was.length > 0 && was.every((status) => status >= 400) && is.some((status) => status < 400);
  });
  return (
    early &&
    `${early} is answered ${statuses(quiet, early)[0]} if nothing goes wrong: ${problem.expected} is what comes of that`
  );
}

/** A message that changed nothing in the quiet life, though the state of the story has the word that it tells. */
export function droppedQuietly({ quiet: { samples, deliveries, states }, differences }: Case): string | undefined {
  const dropped = samples.flatMap(({ after, states: at }, i) => {
    const before = samples[i - 1];
    return before && !isOther(before.states[0], at[0]) && !isOther(at[0], states[0]) ? [after] : [];
  });
  const told = deliveries.find(
    ({ type, state }) =>
      state !== undefined && dropped.includes(`${type} ${state}`) && differences.some(({ was }) => was === state),
  );
  return told && `${told.type} ${told.state} is answered 2xx and changes nothing, even if nothing goes wrong`;
}
