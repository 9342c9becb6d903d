import { callsAfterActs, shutOut, unexpected } from './clues.js';
import { AGAIN, ORDER, has, oracle, where, type Guess } from './guess.js';
import { kindOf } from '../stories/kinds.js';
import { isReordered } from '../playing/state.js';
import { isDelivery } from '../stories/story.js';

/** Of how the app takes a message, the likeliest first. */
export const MESSAGE_MISTAKES: readonly Guess[] = [
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
    name: 'process ended',
    words:
      'The app ends its own process, or something else does: look for process.exit, or sys.exit, in what the last message leads to, and for a limit of memory.',
    evidence: ({ problem }) => (problem.what === 'end' ? problem.was : undefined),
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
    name: 'an agent for each event',
    words:
      'An event that repeats stands in the calendar, and each occurrence of it as an event of its own, the first beside it. Send one agent to each link and time, or none to the event that repeats.',
    evidence: ({ problem }) =>
      problem.family === 'calendar twice' ? `${problem.was} go to one link at one time` : undefined,
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
    name: 'one signature alone',
    words:
      'While secrets are rotated the header has a signature for each, in no promised order, and the app compares the whole of it, or the first alone. Split it at its commas, and believe the message if any of them is right.',
    evidence: (found) =>
      has(found, 'rotation') ? 'a message with an old signature beside the right one is not taken' : undefined,
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
    name: 'read, change, write',
    words:
      'The app reads what is there, changes it, and writes all of it back; of two messages at the same time, the one that writes last takes back what the other has written. Lock what they change, do one after the other, or write only what is new.',
    evidence: (found) =>
      has(found, 'beside') && !has(found, ...AGAIN, ...ORDER)
        ? 'one message after the other is fine, in whichever order, and both at once are not'
        : undefined,
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
    name: 'unexpected message',
    words:
      'The app fails at a message though nothing goes wrong: a state that it does not know, or a field that it takes for granted and some meetings do not have. Take what it has no use for with a 2xx.',
    evidence: unexpected,
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
    name: 'signature of other bytes',
    words:
      'The signature is computed over other bytes than the vendor signs: JSON is written again with \\u escapes or in another way, or the body is read in another charset. `npx greenroom doctor signature` says which.',
    evidence: ({ problem }) =>
      problem.what.startsWith('disbelief')
        ? `a genuine message is answered ${problem.was}, while others are taken`
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
];
