import type { Outcome } from '../playing/outcome.js';
import type { Judging, Problem, References } from './problem.js';
import { valueAt } from '../playing/state.js';

/** The oracle of a meeting that comes after others: what they left behind must not be in its way. */
export const ALIKE = 'alike';
export const NOT_ALIKE = 'The app does not treat a later meeting as the first';

/** How often a place changes in the course of a quiet life. */
function changesAt({ samples, states }: Outcome, pointer: string): number {
  const values = [...samples.map((sample) => sample.states[0]), states[0]].map((state) =>
    JSON.stringify(valueAt(state, pointer)),
  );
  return values.filter((value, i) => i > 0 && value !== values[i - 1]).length;
}

/** True if a place changes less often than in another life: less of what happened was taken. */
export const standsStill = (later: Outcome, first: Outcome, pointer: string): boolean =>
  changesAt(later, pointer) < changesAt(first, pointer);

/** True if a place does not change at all, as it does in another life. */
export const neverChanges = (later: Outcome, first: Outcome, pointer: string): boolean =>
  changesAt(later, pointer) === 0 && changesAt(first, pointer) > 0;

/** The calls about its meeting that are made in one life, and in another not once. */
export function callsMissing(later: Outcome, first: Outcome): string[] {
  const made = new Set(later.calls.map(({ operation }) => operation));
  const wanted = first.calls.flatMap(({ operation, meeting }) => (meeting === undefined ? [] : (operation ?? [])));
  return [...new Set(wanted)].filter((operation) => !made.has(operation));
}

/** Calls about the first meeting that are not made about one that comes after it. */
export function callsOfFirst(outcome: Outcome, { quiet, unforged }: References, { ignoredCalls }: Judging): Problem[] {
  if (outcome.story.earlier === undefined || outcome.refused !== undefined || unforged) return [];
  return callsMissing(outcome, quiet)
    .filter((operation) => !ignoredCalls.has(operation))
    .map((operation) => ({
      operation,
      isRead: quiet.calls.some((call) => call.operation === operation && call.method === 'GET'),
    }))
    .map(({ operation, isRead }) => ({
      oracle: 'calls',
      family: `${isRead ? 'reads' : 'writes'} ${operation}`,
      what: `${isRead ? 'reads' : 'writes'} ${operation}`,
      sentence: `${NOT_ALIKE}: it does not call ${operation}`,
      expected: 'once at least',
      was: 'never',
    }));
}
