import type { ScenarioChoice } from '../stories/scenarios.js';
import { canBeAsked } from '../playing/provider.js';
import { counted } from '../report/text.js';
import type { Explorer } from './explorer.js';

/** Why an app is not judged by what it makes of messages that never come. */
export const whyNotMended = ({ isLed, play }: Pick<Explorer<unknown>, 'isLed' | 'play'>): string =>
  isLed || !canBeAsked(play.profile)
    ? `the app could not mend what it missed, for ${play.profile.title} cannot be asked how things are`
    : 'the app could not mend what it missed, for it keeps its own time';

/** Why an app that keeps its own time is not judged by what a failed call left undone. */
export const LEFT_WAITING =
  'the app was still waiting, or had been told to, for longer than anybody waits in its own time: with --lockstep the timers of a Node app follow the clock';

/** Why an app that keeps its own time is not judged by how soon it makes a call again: the clock stands meanwhile. */
export const UNHURRIED =
  'how soon the app calls again when it is told to wait: it keeps its own time, which nobody measures; with --lockstep that of a Node app is the clock’s';

/** Kinds with the edges at which they could strike, and whether a pair of both is one that is told of. */
type Edges = ReadonlyMap<string, ReadonlySet<string>>;
type IsTold = (pair: string) => boolean;

/** A story is made of what came in a quiet life; where something went wrong before, an app may stop, or its vendor. */
const NO_CALL =
  'it was tried, but the app made no such call in those stories: it had stopped before, or calls by a timer of its own';
const NO_MESSAGE = 'it was tried, but no such message came in those stories';

const inVain = (kinds: readonly { readonly kind: string }[], why: string): string[] =>
  kinds.length === 0 ? [] : [`${kinds.map(({ kind }) => kind).join(', ')}: ${why}.`];

/** The kinds that were tried in vain, each with its edges, for people may know why. */
export function struckNothing(edges: Edges, isTold: IsTold): string[] {
  const open = openIn(edges, isTold);
  const isOfCalls = ({ at }: (typeof open)[number]): boolean => at[0]!.startsWith('call ');
  const isWhole = ({ at, all }: (typeof open)[number]): boolean => at.length === all;
  return [
    ...open
      .filter((one) => !isWhole(one))
      .map((one) => `${one.kind} at ${one.at.join(', ')}: ${isOfCalls(one) ? NO_CALL : NO_MESSAGE}.`),
    ...inVain(
      open.filter((one) => isWhole(one) && !isOfCalls(one)),
      NO_MESSAGE,
    ),
    ...inVain(
      open.filter((one) => isWhole(one) && isOfCalls(one)),
      NO_CALL,
    ),
  ];
}

/** One line for all that a longer search would reach: nobody chooses among its edges, and there are hundreds. */
export function notReached(edges: Edges, isTold: IsTold): string[] {
  const open = openIn(edges, isTold);
  const kinds = open.map(({ kind, at, all }) => `${kind} ${at.length} of ${all}`);
  const count = open.reduce((sum, { at }) => sum + at.length, 0);
  const told = `${count === 1 ? 'pair of a change and a kind was' : 'pairs of a change and a kind were'} not reached`;
  return count === 0 ? [] : [`${count} ${told}: give it more executions. By kind: ${kinds.join(', ')}.`];
}

/** The scenarios that a longer search would play. Of those that go like others nobody wants the names of dozens. */
export function scenariosNotReached(
  { first, others }: ScenarioChoice,
  isUnknown: (scenario: string) => boolean,
): string[] {
  const told = first.filter(isUnknown);
  const alike = others.filter(isUnknown).length;
  const counts = [
    ...(told.length === 0 ? [] : [`${counted(told.length, 'scenario')} (${told.join(', ')})`]),
    ...(alike === 0 ? [] : [`${counted(alike, 'scenario')} whose states go like those of others`]),
  ];
  if (counts.length === 0) return [];
  return [`not reached: ${counts.join(', and ')}. Give it more executions, or name some with --scenario.`];
}

function openIn(edges: Edges, isTold: IsTold): { kind: string; at: readonly string[]; all: number }[] {
  return [...edges]
    .map(([kind, all]) => ({ kind, at: [...all].filter((edge) => isTold(`${edge} ${kind}`)), all: all.size }))
    .filter(({ at }) => at.length > 0);
}
