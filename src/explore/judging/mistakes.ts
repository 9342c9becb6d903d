import {
  callsAfterActs,
  crossed,
  inventedBy,
  isMissing,
  shutOut,
  skipped,
  suffering,
  unheard,
  type Case,
} from './clues.js';
import type { Problem } from './problem.js';
import { show } from './judge.js';
import { kindOf } from '../stories/kinds.js';
import type { Outcome } from '../playing/outcome.js';
import { isMore, isReordered } from '../playing/state.js';
import { isDelivery } from '../stories/story.js';

/** What is probably wrong in the app, and what points to it. */
export interface Mistake {
  readonly name: string;
  readonly words: string;
  readonly evidence: string;
}

interface Guess {
  readonly name: string;
  readonly words: string;
  /** What points to it; nothing if it does not fit. */
  readonly evidence: (found: Case) => string | undefined;
}

const AGAIN = ['duplicate', 'redelivered', 'lost-answer'];
const ORDER = ['late', 'reordered', 'retried', 'redelivered'];

const has = ({ kinds }: Case, ...names: readonly string[]): boolean => kinds.some((kind) => names.includes(kind));
const oracle = ({ problem }: Case, ...names: readonly string[]): boolean => names.includes(problem.oracle);
const overlaps = ({ outcome }: Case): boolean => (outcome.story.meetings ?? 1) > 1;
const where = ({ differences }: Case): string => differences[0]?.pointer || 'the state';
const struckCall = ({ kinds }: Case): boolean => kinds.some((kind) => kind.startsWith('call-'));

/** The likeliest first: of several that fit, the first is told. */
const GUESSES: readonly Guess[] = [
  {
    name: 'event loop held up',
    words: 'A loop that does not end, or a synchronous call that waits for what only this process could do.',
    evidence: ({ problem }) => (problem.what === 'hang' ? problem.was : undefined),
  },
  {
    name: 'uncaught error',
    words: 'Work that nobody awaits fails, and nobody catches it: Node ends such a process.',
    evidence: ({ problem }) => (problem.what === 'crash' ? problem.was : undefined),
  },
  {
    name: 'work before the answer',
    words:
      'The app works for longer than the vendor waits before it answers. Answer 2xx at once, and do the work after that.',
    evidence: ({ problem }) =>
      problem.oracle === 'answers' && problem.what.startsWith('timeout') ? problem.was : undefined,
  },
  {
    name: 'token expired',
    words:
      'The app goes on calling with a token that does not hold any more. Refresh it before it expires, and at a 401.',
    evidence: (found) => (oracle(found, 'converges', 'calls') ? shutOut(found) : undefined),
  },
  {
    name: 'every change is a new meeting',
    words:
      'What the app hears of an event that it has an agent for already is taken for a new meeting. Look for the agent by the id of the event, and move that.',
    evidence: ({ problem }) =>
      problem.family === 'calendar several' ? `${problem.was} came of one event that was changed` : undefined,
  },
  {
    name: 'calendar unheard',
    words:
      'What users do in their own calendars does not reach the agents. Hear that events were changed, read them, and move, call off or ask for the agent.',
    evidence: ({ problem, outcome }) =>
      problem.family.startsWith('calendar') ? `${callsAfterActs(outcome)} after the change` : undefined,
  },
  {
    name: 'verification after parsing',
    words:
      'The app verifies the signature of what it has parsed and written again, not of the bytes that came. Take the raw body.',
    evidence: (found) =>
      has(found, 'whitespace') ? 'the same JSON in other bytes is refused, though its signature is valid' : undefined,
  },
  {
    name: 'unknown field refused',
    words: 'The app refuses a message for a field that it does not know. Vendors add fields; ignore them.',
    evidence: (found) => (has(found, 'extra-field') ? 'a message with a field more is not taken' : undefined),
  },
  {
    name: 'webhook before the answer',
    words:
      'The app looks a meeting up by an id that it only writes down when its own call has been answered; a webhook that is quicker finds nothing.',
    evidence: (found) =>
      has(found, 'early') ? 'it fails when the webhook comes before the answer to the call' : undefined,
  },
  {
    name: 'check, then act',
    words:
      'The app looks whether it knows a message, and writes it down a moment later; two at the same time both find nothing. A unique index, or one write that fails for the second, ends this.',
    evidence: (found) =>
      has(found, 'together') && !has(found, ...AGAIN)
        ? 'one copy after the other changes nothing, and both at once do'
        : undefined,
  },
  {
    name: 'copy is an error',
    words:
      'The app keeps copies out and answers them with its error, so that the vendor sends them again and again. A copy that is known wants a 2xx.',
    evidence: (found) =>
      oracle(found, 'answers') && has(found, ...AGAIN, 'together')
        ? `a copy is answered ${found.problem.was}`
        : undefined,
  },
  {
    name: 'transcript reopens',
    words:
      'A message that tells of something else than the state, such as a line of the transcript, sets the state all the same.',
    evidence: (found) => {
      const [first] = found.outcome.story.deviations;
      if (!oracle(found, 'monotone') || !first || !isDelivery(first) || first.at.delivery.state !== undefined)
        return undefined;
      return `${first.at.delivery.type} tells no state, and ${where(found)} goes back`;
    },
  },
  {
    name: 'last write wins',
    words:
      'Every change is written as it comes; one that is late overwrites a newer one. Compare with what is there, and go forwards alone.',
    evidence: (found) =>
      oracle(found, 'monotone')
        ? `${where(found)} is ${found.problem.was} again, as it was before ${found.problem.expected}`
        : undefined,
  },
  {
    name: 'arrival order',
    words: 'The app keeps things in the order in which they come, and not in that in which they happened.',
    evidence: (found) =>
      oracle(found, 'confluence') && has(found, ...ORDER) && isReordered(found.differences)
        ? `${where(found)} and others have changed places`
        : undefined,
  },
  {
    name: 'no verification',
    words: 'The app takes messages without looking at their signature, or takes those that have none.',
    evidence: (found) =>
      oracle(found, 'forged')
        ? `a message that ${found.outcome.story.deviations.map(kindOf).find(({ is }) => is === 'forged')?.words ?? 'is not the vendor’s'} is taken`
        : undefined,
  },
  {
    name: 'retry storm',
    words:
      'The app tries again at once, and so helps the vendor stay down. Wait as long as Retry-After says, and longer each time.',
    evidence: ({ problem }) => (problem.what.startsWith('hammering') ? problem.was : undefined),
  },
  {
    name: 'timer not cancelled on reschedule',
    words:
      'What was planned for the old time is still done when the meeting was moved: a timer that stays, or an agent that nobody calls off.',
    evidence: (found) => (has(found, 'reschedule') ? 'moved meetings alone show it' : undefined),
  },
  {
    name: 'cancel stays here',
    words: 'A meeting that is called off is marked here, and the vendor is not told.',
    evidence: (found) =>
      has(found, 'cancel') && found.problem.what === 'cancelled agent' ? 'its agent comes all the same' : undefined,
  },
  {
    name: 'failed though done',
    words:
      'A call may be done though it fails, or its answer is lost, and what is there, or is called off, already is refused: before the user hears of an error, look how the agent is, by its key.',
    evidence: (found) =>
      oracle(found, 'acts') ? 'the vendor has done what was asked for, and the user is told an error' : undefined,
  },
  {
    name: 'outage taken for an answer',
    words:
      'An answer that tells nothing, such as a 503, is taken for one that tells how the agent is: that it is gone, or has failed. Take a 404 alone for that, and ask again later otherwise.',
    evidence: inventedBy,
  },
  {
    name: 'no key on the call',
    words:
      'A call whose answer is lost is made again without saying that it is the same one. Give a key, or look first.',
    evidence: (found) =>
      found.problem.what === 'second agent' && struckCall(found)
        ? 'a second agent comes after an answer that was lost'
        : undefined,
  },
  {
    name: 'dead bot called again',
    words:
      'The app acts on a message without asking whether the meeting still goes on: it calls for an agent that is gone, or once more for one that was called already.',
    evidence: ({ problem }) =>
      (/^(refused|writes) /.test(problem.what) && problem.sentence.includes('once too often')) ||
      problem.what.startsWith('refused')
        ? `${problem.what.split(' ')[1]}: ${problem.was}`
        : undefined,
  },
  {
    name: 'one global current meeting',
    words: 'The app keeps one meeting as the present one; what is told of another is taken for told of this.',
    evidence: (found) => {
      if (!overlaps(found)) return undefined;
      if (suffering(found).includes(1))
        return `with ${found.outcome.story.meetings} meetings that overlap, the first is not as it is alone`;
      if (found.problem.what.startsWith('stale ')) return 'it is asked for when another meeting is over';
      return crossed(found);
    },
  },
  {
    name: 'dedupe by state',
    words:
      'What is known is told by too little: the state alone, or a name that another meeting has as well. Use the key of the message.',
    evidence: (found) =>
      overlaps(found) ? 'what the first meeting was told, the later ones are not told any more' : unheard(found),
  },
  {
    name: 'left by an earlier meeting',
    words:
      'What one meeting leaves behind in the app, such as a flag, a limit or a name that is taken, is in the way of the next. Keep it with the id of its meeting.',
    evidence: ({ outcome: { story } }) =>
      story.earlier === undefined ? undefined : 'it takes an earlier meeting, though that is over',
  },
  {
    name: 'done before its work',
    words:
      'A message is marked as done before its work has succeeded: when the vendor sends it again, it is skipped. Mark it in the end, or in one transaction with the work.',
    evidence: (found) => (struckCall(found) && !has(found, 'restart') ? skipped(found) : undefined),
  },
  {
    name: 'gives up at once',
    words: 'A call that fails once is not made again, neither soon nor later.',
    evidence: (found) =>
      struckCall(found) && !has(found, 'restart')
        ? `one failed call is enough, and ${found.outcome.waited ? 'a day does not mend it' : 'it is not made again'}`
        : undefined,
  },
  {
    name: 'no reconciliation',
    words: 'What a webhook does not tell, the app never learns: it does not ask the vendor how things are.',
    evidence: (found) =>
      has(found, 'lost') ? 'one message is lost, and a day later the app still does not know' : undefined,
  },
  {
    name: 'kept in memory',
    words: 'Something that is needed later is kept in the memory of the process, and a restart loses it.',
    evidence: (found) => (has(found, 'restart') ? 'it takes a restart' : undefined),
  },
  {
    name: 'mail per delivery',
    words: 'What a message causes is done for each delivery of it. Remember the key of the message, and do it once.',
    evidence: (found) =>
      has(found, ...AGAIN)
        ? `${found.problem.expected} became ${found.problem.was} when the message came again`
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
    name: 'only in order',
    words: 'The app takes a message only if the one before it has come, and drops it otherwise.',
    evidence: (found) =>
      has(found, ...ORDER) && isMissing(found) ? 'a message that is late is missing in the end' : undefined,
  },
];

/** The mistake that the evidence points to most clearly. */
export function probableMistake(problem: Problem, outcome: Outcome, quiet: Outcome): Mistake {
  const kinds = [...new Set(outcome.story.deviations.map((one) => kindOf(one).name))];
  const found: Case = { problem, outcome, quiet, kinds, differences: problem.differences ?? [] };
  for (const { name, words, evidence } of GUESSES) {
    const points = evidence(found);
    if (points !== undefined) return { name, words, evidence: points };
  }
  return { name: 'unknown', words: 'unknown', evidence: '' };
}
