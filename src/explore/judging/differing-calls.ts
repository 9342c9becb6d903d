import { parseInstant, type Micros } from '../../clock/instant.js';
import { isDisowned } from './disowned.js';
import { AT_ONCE, type Judging, type Problem, type References } from './problem.js';
import { kindOf } from '../stories/kinds.js';
import type { Outcome, SeenCall } from '../playing/outcome.js';
import { isCall, isInstant } from '../stories/story.js';

type Found = Omit<Problem, 'oracle' | 'family'> & { readonly oracle?: string };

/** Where the app's calls to the vendor are not those of the quiet execution. */
export function differingCalls(
  outcome: Outcome,
  references: References,
  judging: Judging & { readonly canMend: boolean },
): Problem[] {
  const { quiet, unforged } = references;
  const found: Found[] = strayAgents(outcome, references);
  if (unforged) found.push(...callsOfForged(outcome, unforged, judging));
  else if (outcome.refused === undefined) {
    const times = outcome.asked.length;
    found.push(...writes(outcome, quiet, { ...judging, times }), ...goneCalls(outcome, quiet));
    if (judging.canMend) found.push(...reads(outcome, quiet, judging), ...restless(outcome, quiet));
  }
  return found.map((one) => ({ oracle: 'calls', ...one, family: one.what }));
}

/** Of a meeting in a calendar, that says how many are right. */
function strayAgents(outcome: Outcome, references: References): Found[] {
  if (outcome.plans.some(({ event }) => event !== undefined)) return [];
  const second = secondAgents(outcome, references);
  return second.length > 0 ? second : cancelledAgents(outcome, references);
}

function secondAgents(outcome: Outcome, { plain }: References): Found[] {
  const { asked, came, story } = outcome;
  const isMore = (limit: number) => (count: number, i: number) =>
    count > Math.max(1, limit) && !isDisowned(outcome, i + 1);
  const more = asked.findIndex(isMore(plain.asked[0] ?? 0));
  const cameTwice = came.findIndex(isMore(plain.came[0] ?? 0));
  const moved = story.deviations.some(isInstant);
  if (cameTwice < 0 && (more < 0 || moved)) return [];
  const counts = cameTwice >= 0 ? came : asked;
  return [
    {
      what: 'second agent',
      sentence: 'The app sends a second agent into one meeting',
      expected: String(Math.max(1, plain.asked[0] ?? 0)),
      was: String(counts[Math.max(cameTwice, 0)] ?? 2),
    },
  ];
}

function cancelledAgents({ came, story, refused, deliveries, joinAt }: Outcome, { plain }: References): Found[] {
  const early = story.deviations.some((one) => isInstant(one) && one.do.cancel && one.at.instant === CANCEL_EARLY);
  // An agent that is there already cannot be kept away.
  const isOnItsWay = deliveries.some(({ at }) => parseInstant(joinAt)! - parseInstant(at)! > EARLY_MICROS);
  if (!early || refused !== undefined || isOnItsWay || (came[0] ?? 0) === 0 || (plain.came[0] ?? 0) === 0) return [];
  return [
    {
      what: 'cancelled agent',
      sentence: 'The meeting was called off in time, and its agent comes all the same',
      expected: 'no agent',
      was: '1',
    },
  ];
}

/** Long before any vendor gets an agent ready. */
export const CANCEL_EARLY = '-8m';
const EARLY_MICROS = 480_000_000;

const isDone = ({ status }: SeenCall): boolean => status !== undefined && status < 400;

/** The calls that change something and were done, by operation: how often if each one counts, else how many different ones. */
function writesOf({ calls }: Outcome): Map<string, number> {
  const counts = new Map<string, Set<string>>();
  for (const [i, call] of calls.entries()) {
    const { operation, method, made, target, body } = call;
    if (method === 'GET' || operation === null || made !== undefined || !isDone(call)) continue;
    const of = counts.get(operation) ?? new Set();
    counts.set(operation, of.add(method === 'POST' ? String(i) : `${target} ${body}`));
  }
  return new Map([...counts].map(([operation, all]) => [operation, all.size]));
}

/** Operations whose calls were struck: one that is made again for that is right. */
const struckOperations = ({ story }: Outcome): Set<string> =>
  new Set(story.deviations.filter(isCall).map(({ at }) => at.call.operation));

function writes(
  outcome: Outcome,
  quiet: Outcome,
  { ignoredCalls, canMend, times }: Judging & { readonly canMend: boolean; readonly times: number },
): Found[] {
  const [was, expected] = [writesOf(outcome), writesOf(quiet)];
  const struck = struckOperations(outcome);
  return [...new Set([...was.keys(), ...expected.keys()])].flatMap((operation) => {
    const [count, wanted] = [was.get(operation) ?? 0, (expected.get(operation) ?? 0) * times];
    const isMore = count > wanted && !struck.has(operation);
    const isLess = count < wanted && canMend;
    if (ignoredCalls.has(operation) || !(isMore || isLess)) return [];
    return [
      {
        what: `writes ${operation}`,
        sentence: isMore
          ? `The app calls ${operation} once too often`
          : `The app does not call ${operation}, as it should`,
        expected: often(wanted),
        was: often(count),
      },
    ];
  });
}

const often = (count: number): string => (count === 1 ? 'once' : `${count} times`);

/** Refusals that say nothing of what the call is about. */
const OTHER_REFUSALS = [401, 409, 429];
const POLLS = 3;

function goneCalls(outcome: Outcome, quiet: Outcome): Found[] {
  const struck = struckOperations(outcome);
  const isRefused = ({ status, struck: byRule }: SeenCall): boolean =>
    !byRule && status !== undefined && status >= 400 && status < 500 && !OTHER_REFUSALS.includes(status);
  const nameOf = ({ operation, status }: SeenCall): string => `${operation} ${status}`;
  const known = new Set(quiet.calls.filter(isRefused).map(nameOf));
  const refused = outcome.calls.filter(
    (call) => isRefused(call) && !known.has(nameOf(call)) && call.operation !== null && !struck.has(call.operation),
  );
  const isTold = (call: SeenCall): boolean =>
    call.method !== 'GET' || refused.filter((one) => one.target === call.target).length >= POLLS;
  const [first] = refused.filter(isTold);
  if (!first) return [];
  return [
    {
      what: `refused ${first.operation}`,
      sentence: `The app calls ${first.operation} for what is not there, or cannot be any more`,
      expected: 'no such call',
      was: `${first.operation} answered ${first.status}`,
    },
  ];
}

/** What is read of each meeting in a quiet life must be read of every one. */
function reads(outcome: Outcome, quiet: Outcome, { ignoredCalls, unneeded }: Judging): Found[] {
  // What is read in pages of another size is never the same answer.
  const paged = outcome.story.deviations.filter(isCall).filter((one) => one.do.page_size !== undefined);
  const other = new Set([...ignoredCalls, ...unneeded, ...paged.map(({ at }) => at.call.operation)]);
  const wanted = quiet.readings.filter(({ operation, isCurrent }) => isCurrent && !other.has(operation));
  return wanted.flatMap(({ operation, target, meeting }) =>
    outcome.asked.flatMap((_, i) => {
      const own = outcome.readings.filter(
        (one) =>
          one.operation === operation && (meeting === undefined || outcome.asked.length === 1 || one.meeting === i + 1),
      );
      if (own.some((one) => one.isCurrent)) return [];
      return [missedReading(operation, own.find((one) => one.target === target) ?? own[0])];
    }),
  );
}

function missedReading(operation: string, stale: Outcome['readings'][number] | undefined): Found {
  if (!stale)
    return {
      what: `reads ${operation}`,
      sentence: `The app never gets the answer to ${operation}, which it needs`,
      expected: 'once at least',
      was: 'never',
    };
  return {
    what: `stale ${operation}`,
    sentence: `The app asked for ${operation} too early, and not again`,
    expected: 'the answer as it is at the end',
    was: `an older answer to ${stale.target}`,
  };
}

/** The readings of the plainest life that are old at its end. */
export function oldReadings({ readings }: Outcome): ReadonlySet<string> {
  const current = new Set(readings.filter(({ isCurrent }) => isCurrent).map(({ operation }) => operation));
  return new Set(readings.map(({ operation }) => operation).filter((operation) => !current.has(operation)));
}

/** Calls in half an hour that unfinished business may make. */
const MOST_RESTLESS = 10;

function restless(outcome: Outcome, quiet: Outcome): Found[] {
  if (outcome.restless <= quiet.restless * outcome.asked.length + MOST_RESTLESS) return [];
  return [
    {
      oracle: 'rest',
      what: 'restless',
      sentence: 'The app goes on calling the vendor when all is over',
      expected: `${quiet.restless} calls in half an hour`,
      was: String(outcome.restless),
    },
  ];
}

const MAY_BE_SIGNED = ['truncated', 'garbled'];

/** A message that is not the vendor's was taken, and the app called because of it. */
function callsOfForged(outcome: Outcome, unforged: Outcome, { ignoredCalls }: Judging): Found[] {
  const taken = outcome.deliveries.find(({ attempts }) =>
    attempts.some(({ genuine, answer }) => !genuine && typeof answer === 'number' && answer < 300),
  );
  if (!taken) return [];
  // Each begins at a time of its own.
  const since = ({ joinAt }: Outcome, at: string): Micros => parseInstant(at)! - parseInstant(joinAt)!;
  const until = Math.min(...[outcome, unforged].map((one) => since(one, one.overAt))) + AT_ONCE;
  const countOf = (one: Outcome, operation: string | null): number =>
    one.calls.filter((call) => call.operation === operation && since(one, call.at) <= until).length;
  const kinds = outcome.story.deviations.map(kindOf).filter((one) => one.is === 'forged');
  // What is left of a body may be signed as it stands, and whoever looks for a signed message how things are may find work to do.
  if (kinds.every(({ name }) => MAY_BE_SIGNED.includes(name))) return [];
  const more = outcome.calls.find(
    ({ operation }) =>
      operation !== null && !ignoredCalls.has(operation) && countOf(outcome, operation) > countOf(unforged, operation),
  );
  if (!more) return [];
  const [kind] = kinds as [(typeof kinds)[0]];
  return [
    {
      oracle: 'forged',
      what: `forged ${more.operation}`,
      sentence: `The app takes a message that ${kind.words}, and calls ${more.operation} because of it`,
      expected: 'a refusal, and no call',
      was: `${taken.type} ${taken.state ?? ''} was taken`,
    },
  ];
}

/** The operations that two executions called differently often. */
export const differingOperations = (first: Outcome, second: Outcome): string[] => {
  const count = ({ calls }: Outcome, operation: string): number =>
    calls.filter((call) => call.operation === operation).length;
  const operations = [...first.calls, ...second.calls].flatMap(({ operation }) => operation ?? []);
  return [...new Set(operations)].filter((operation) => count(first, operation) !== count(second, operation));
};
