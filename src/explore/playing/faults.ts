import type { RecordedRequest } from '../../client/requests.js';
import { parseInstant } from '../../clock/instant.js';
import { OWN_AGENT } from './meetings.js';
import { kindOf } from '../stories/kinds.js';
import { isDisbelief } from '../../contracts/signing.js';
import {
  isTaken,
  wordsFor,
  type End,
  type Fault,
  type Outcome,
  type SeenAttempt,
  type SeenDelivery,
} from './outcome.js';
import type { Crash } from './stage.js';
import { isCall, type Deviation } from '../stories/story.js';

/** What is looked at, besides the outcome. */
export interface Evidence extends Pick<Outcome, 'story' | 'deliveries' | 'calls' | 'refused'> {
  readonly requests: readonly RecordedRequest[];
  readonly crashes: readonly Crash[];
  /** The user's own rules that did not hold. */
  readonly broken: readonly string[];
  readonly led: boolean;
}

/** What is wrong by itself, without a look at the quiet execution. */
export function faultsOf(evidence: Evidence): Fault[] {
  return [
    ...evidence.broken.map((name): Fault => ({
      oracle: `always ${name}`,
      what: name,
      sentence: `"${name}" does not hold`,
      expected: 'true',
      was: 'false',
    })),
    ...crashesOf(evidence),
    ...answersOf(evidence),
    ...stumblesOf(evidence),
    ...disbeliefOf(evidence),
    ...violationsOf(evidence),
    ...(evidence.led ? hammering(evidence) : []),
  ];
}

/** How an app came to its end, in what a fault says of it. */
const ENDS: Readonly<Record<End, Pick<Fault, 'sentence' | 'expected'>>> = {
  hang: {
    sentence: 'The app holds up its event loop for good, and answers nobody any more',
    expected: 'an answer to a call of its endpoint',
  },
  end: { sentence: 'The process of the app ends, and it answers nobody any more', expected: 'a process that goes on' },
  crash: {
    sentence: 'The app throws where nobody catches it, which ends a process of Node',
    expected: 'no uncaught error',
  },
};

const crashesOf = ({ crashes }: Evidence): Fault[] =>
  crashes.slice(0, 1).map(({ message: was, isHang, isSilent }) => {
    const what = isHang ? 'hang' : isSilent ? 'end' : 'crash';
    return { oracle: 'answers', what, ...ENDS[what], was };
  });

const struckCall = (deviations: readonly Deviation[]): boolean => deviations.some(isCall);
const restarts = (deviations: readonly Deviation[]): boolean =>
  deviations.some((deviation) => kindOf(deviation).name === 'restart');

/**
 * The app's last word on each genuine message, or that it had none in time: the vendor comes again then, and may find one. An
 * app that cannot reach the vendor may ask for it again.
 */
function answersOf({ deliveries, story: { deviations } }: Evidence): Fault[] {
  if (struckCall(deviations) || restarts(deviations)) return [];
  return deliveries.flatMap((delivery) => {
    const heard = delivery.attempts.filter(({ genuine, answer }) => genuine && answer !== undefined);
    const own = heard.find(({ answer }) => answer === 'timeout') ?? heard.at(-1);
    if (own?.answer === undefined || (typeof own.answer === 'number' && own.answer < 500)) return [];
    return [badAnswer(delivery, own.answer, own.error)];
  });
}

/** What frameworks answer for an error that nobody has caught. Who wants a message once more says so, as by 503. */
const UNCAUGHT = 500;

/** Nothing goes wrong, and the app fails at a message all the same, though the vendor's next attempt is taken. */
function stumblesOf({ deliveries, story: { deviations } }: Evidence): Fault[] {
  if (deviations.length > 0) return [];
  return deliveries.flatMap((delivery) => {
    const at = delivery.attempts.findIndex(({ answer }) => answer === UNCAUGHT);
    if (at < 0 || !delivery.attempts.slice(at).some(isTaken)) return [];
    return [
      {
        ...badAnswer(delivery, UNCAUGHT, undefined),
        sentence: `The app fails at ${wordsFor(delivery)} though nothing goes wrong, and takes it when it comes again`,
        expected: 'an answer 2xx at the first attempt',
      },
    ];
  });
}

const isDisbelieved = ({ genuine, answer }: SeenAttempt): boolean =>
  genuine && typeof answer === 'number' && isDisbelief(answer);

/** The app takes genuine messages, and says of another that it does not believe it, though nothing goes wrong. */
function disbeliefOf({ deliveries, story: { deviations } }: Evidence): Fault[] {
  if (deviations.length > 0 || !deliveries.some(({ attempts }) => attempts.some(isTaken))) return [];
  const found = deliveries.find(({ attempts }) => attempts.some(isDisbelieved) && !attempts.some(isTaken));
  if (!found) return [];
  return [
    {
      oracle: 'answers',
      what: `disbelief ${found.type}`,
      sentence: `The app does not believe ${wordsFor(found)}, which the vendor has signed`,
      expected: 'an answer 2xx, as to the others',
      was: String(found.attempts.find(isDisbelieved)!.answer),
    },
  ];
}

function badAnswer(delivery: SeenDelivery, answer: number | string, error: string | undefined): Fault {
  const { type } = delivery;
  const was =
    answer === 'timeout'
      ? 'no answer in time'
      : answer === 'none'
        ? `no answer: ${error ?? 'the connection broke'}`
        : String(answer);
  return {
    oracle: 'answers',
    what: `${answer === 'timeout' ? 'timeout' : 'error'} ${type}`,
    sentence: `The app fails at ${wordsFor(delivery)}, which the vendor really sends`,
    expected: 'an answer 2xx',
    was,
  };
}

function violationsOf({ requests }: Evidence): Fault[] {
  return requests.flatMap(({ operation, method, path, request, violations }) =>
    (request.headers['user-agent'] === OWN_AGENT ? [] : violations)
      .filter(({ severity }) => severity === 'error')
      .map(({ rule, pointer, expected, was }) => ({
        oracle: 'calls',
        what: `contract ${operation} ${rule} ${pointer}`,
        sentence: `The call ${operation ?? `${method} ${path}`} breaks the contract${pointer === '' ? '' : ` at ${pointer}`}`,
        expected,
        was,
      })),
  );
}

const AT_ONCE_MICROS = 1_000_000;

/** Told by a 429 to wait, and called again at once, twice. */
function hammering({ calls }: Evidence): Fault[] {
  const found = new Set<string>();
  for (const [i, { operation, struck, status, at, target }] of calls.entries()) {
    if (!struck || status !== 429 || operation === null) continue;
    const again = calls
      .slice(i + 1)
      .filter(
        (call) =>
          call.operation === operation &&
          call.target === target &&
          parseInstant(call.at)! - parseInstant(at)! < AT_ONCE_MICROS,
      );
    if (again.length >= 2) found.add(operation);
  }
  return [...found].map((operation) => ({
    oracle: 'rest',
    what: `hammering ${operation}`,
    sentence: `The app calls ${operation} again at once, and again, when it is told to wait`,
    expected: 'a wait between the attempts',
    was: 'three calls within a second',
  }));
}
