import { callsMissing, standsStill } from '../judging/alike.js';
import { differingOperations } from '../judging/differing-calls.js';
import type { Explorer } from './explorer.js';
import { show } from '../judging/show.js';
import type { Outcome } from '../playing/outcome.js';
import { plainOf } from '../stories/plain.js';
import { differences, isMore, placesOf, valueAt, type Difference } from '../playing/state.js';
import type { Story } from '../stories/story.js';

/** Places and calls of one story that are left out, at most. */
const MOST = 20;
/** How many apps that were started anew must agree: chance seldom gives the same so often. */
const ANEW = 3;

/**
 * Plays a quiet story once more. Where the two differ, that is the app's own chance, or what it keeps from one meeting to the
 * next; apps that are started anew tell which. Chance is left out from now on, and so is what only grows. Where less is done
 * for a later meeting, that is looked at by itself. Gives whether there was more than was known.
 */
export async function findChance<A>(explorer: Explorer<A>, story: Story): Promise<boolean> {
  const plain = plainOf(story);
  const first = await explorer.quiet(plain);
  const later = await explorer.playAgain(plain, { sample: true });
  if (!isDifferent(explorer, first, later)) return false;
  const isAnew = explorer.isRenewable;
  const others: Outcome[] = [];
  for (let i = 0; i < (isAnew ? ANEW : 1); i++)
    others.push(await explorer.playAgain(plain, { sample: true, anew: isAnew }));
  const isLess = tellAll(explorer, { first, later, others, isAnew, wasAnew: explorer.isAlwaysAnew });
  // What goes wrong in a later meeting alone may be chance as well: the finding tells, if it is one.
  const isWorse = isAnew && faultsApart(first, later).some((what) => !others.some(has(what)));
  if (isLess) await explorer.startAnewAlways();
  if (isLess || isWorse) explorer.suspects.push({ ...plain, earlier: 1 });
  return true;
}

function isDifferent<A>(explorer: Explorer<A>, first: Outcome, later: Outcome): boolean {
  return (
    placesApart(explorer, first, later).length > 0 ||
    operationsApart(explorer, first, later).length > 0 ||
    (explorer.isRenewable && faultsApart(first, later).length > 0)
  );
}

function placesApart<A>({ ignore }: Explorer<A>, first: Outcome, later: Outcome): Difference[] {
  const isRead = [first, later].every(({ unread }) => unread === undefined);
  return isRead ? placesOf(differences(first.states[0], later.states[0], ignore)).slice(0, MOST) : [];
}

const operationsApart = <A>({ ignoredCalls }: Explorer<A>, first: Outcome, later: Outcome): string[] =>
  differingOperations(first, later).filter((one) => !ignoredCalls.has(one));

const has =
  (what: string) =>
  ({ faults }: Outcome): boolean =>
    faults.some((fault) => fault.what === what);

/** What is wrong by itself in the later life alone. */
const faultsApart = (first: Outcome, later: Outcome): string[] =>
  later.faults.map(({ what }) => what).filter((what) => !has(what)(first));

/** The same quiet story, played several times. */
interface Lives {
  readonly first: Outcome;
  readonly later: Outcome;
  readonly others: readonly Outcome[];
  /** The others have apps that were started anew. */
  readonly isAnew: boolean;
  /** The first two had, too. */
  readonly wasAnew: boolean;
}

/** Something in which the first two differ. */
interface Apart {
  /** `differ at /state: "ended" and "scheduled"`. */
  readonly told: string;
  /** It is a place of the state, and no call. */
  readonly isPlace: boolean;
  readonly valueIn: (outcome: Outcome) => unknown;
  /** Less is done in the later of two lives. */
  readonly isLess: (later: Outcome, first: Outcome) => boolean;
  /** Leaves it out from now on, and says so. */
  readonly leaveOut: () => string;
}

/** Says why two lives differ, and leaves out what says nothing. Gives whether less is done for a later meeting in the same app. */
function tellAll<A>(explorer: Explorer<A>, lives: Lives): boolean {
  const { first, later, others } = lives;
  const all = [
    ...placesApart(explorer, first, later).map((place) => placeApart(explorer, place)),
    ...operationsApart(explorer, first, later).map((operation) => callApart(explorer, operation)),
  ];
  const said = `Two quiet executions of ${first.story.scenario}`;
  const isLess = (one: Apart): boolean =>
    whyOf(one, lives) === 'kept' && [first, later].some((life) => one.isLess(life, others[0]!));
  const less = all.filter(isLess);
  for (const one of all)
    if (!less.includes(one))
      explorer.notes.push(
        `${said} ${one.told}${REASONS[whyOf(one, lives)]}${byClock(explorer, one, lives)}; ${one.leaveOut()}`,
      );
  explorer.notes.push(...advice(explorer, all, lives));
  if (less.length === 0) return false;
  explorer.notes.push(
    `${said} ${less.map(({ told }) => told).join(', ')}, and apps that were started anew do not. That is no chance: the app keeps something from one meeting to the next, and does less for a later one.`,
  );
  return true;
}

/** A number that seems to be chance may be measured, by a clock that nobody leads. */
function byClock<A>({ isLed }: Explorer<A>, one: Apart, lives: Lives): string {
  const { first, later, others } = lives;
  const isNumber = [first, later, ...others].every((life) => typeof one.valueIn(life) === 'number');
  const isMeasured = !isLed && isNumber && one.isPlace && whyOf(one, lives).endsWith('chance');
  return isMeasured ? ', or what its own clock has measured: --lockstep leads the clock of a Node app' : '';
}

/** What would tell what can only be guessed. */
function advice<A>({ howToTell }: Explorer<A>, all: readonly Apart[], lives: Lives): string[] {
  const { first, later, isAnew } = lives;
  const guessed = all.filter((one) => whyOf(one, lives) === (isAnew ? 'kept beyond a restart' : 'probably kept'));
  if (guessed.length === 0) return [];
  const isLess = guessed.some((one) => one.isLess(later, first));
  if (isAnew) return isLess ? [`${LESS} ${EMPTY}`] : [];
  return [isLess ? `${LESS} ${howToTell}` : howToTell];
}

function placeApart<A>({ ignore }: Explorer<A>, { pointer, expected, was }: Difference): Apart {
  const place = pointer || '/';
  return {
    isPlace: true,
    told: `differ at ${place}: ${show(expected)} and ${show(was)}`,
    valueIn: ({ states }) => valueAt(states[0], pointer),
    isLess: (later, first) => standsStill(later, first, pointer),
    leaveOut: () => {
      ignore.push(pointer);
      return `it is left out of the comparison, as --ignore ${place} does.`;
    },
  };
}

function callApart<A>({ ignoredCalls }: Explorer<A>, operation: string): Apart {
  return {
    isPlace: false,
    told: `call ${operation} differently often`,
    valueIn: ({ calls }) => calls.filter((call) => call.operation === operation).length,
    isLess: (later, first) => callsMissing(later, first).includes(operation),
    leaveOut: () => {
      ignoredCalls.add(operation);
      return 'it is left out of the comparison.';
    },
  };
}

type Why = 'chance' | 'probably chance' | 'kept' | 'kept beyond a restart' | 'probably kept';

function whyOf({ valueIn }: Apart, { first, later, others, isAnew, wasAnew }: Lives): Why {
  const values = [first, later, ...others].map(valueIn);
  const [was, is, ...rest] = values.map((value) => JSON.stringify(value));
  const isGrowing = values.every((value, i) => i === 0 || hasGrown(values[i - 1], value)) && growsEvenly(values);
  const isFirm = rest.every((value) => value === rest[0]);
  if (!isAnew) return rest[0] === is || isGrowing ? 'probably kept' : 'probably chance';
  if (isGrowing || (isFirm && rest[0] === is)) return 'kept beyond a restart';
  return isFirm && !(wasAnew && rest[0] === was) ? 'kept' : 'chance';
}

const hasGrown = (expected: unknown, was: unknown): boolean =>
  Array.isArray(expected) && Array.isArray(was) ? was.length > expected.length : isMore({ expected, was });

/** Chance may give greater numbers five times. What is counted is whole, and what is summed up grows by the same in the same story. */
function growsEvenly(values: readonly unknown[]): boolean {
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.every(Number.isInteger)) return true;
  const steps = numbers.slice(1).map((number, i) => number - numbers[i]!);
  return Math.max(...steps) - Math.min(...steps) < Math.max(...steps) / 1000;
}

const LESS =
  'A later meeting comes to less than the first: probably what is known is told by too little, as webhooks by their state and not by their key.';
const EMPTY = 'Have the command begin with an empty database, and explore looks at it.';

const REASONS: Readonly<Record<Why, string>> = {
  chance: ", and so do apps that were started anew. That is the app's own chance",
  'probably chance': ", and a third is not like the second. That is probably the app's own chance",
  kept: ', and apps that were started anew do not. That is no chance, but what the app keeps from one meeting to the next',
  'kept beyond a restart':
    ', and apps that were started anew are like the later one, or go on from there. That is probably no chance, but what the app keeps where no restart reaches it, such as in a database',
  'probably kept':
    ', and a third is like the later one, or goes on from there. That is probably no chance, but what the app keeps from one execution to the next',
};
