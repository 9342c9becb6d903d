import { isGrown } from '../playing/state.js';
import { crossed, extraCall, inventedBy, madeAgain, skipped, suffering, unheard } from './clues.js';
import { MISTIMED } from './mistimed.js';
import { has, oracle, overlaps, struckCall, type Guess } from './guess.js';

/** Of how it calls the vendor, and keeps its meetings apart, the likeliest first. */
export const CALL_MISTAKES: readonly Guess[] = [
  {
    name: 'first page alone',
    words:
      'The app reads one page of a list, and takes it for the whole: what stands on the others it never sees. Follow the link to the next page until there is none.',
    evidence: (found) =>
      has(found, 'short-pages') ? 'a list that comes in pages of one comes to less than in one page' : undefined,
  },
  {
    name: 'retry storm',
    words:
      'The app tries again at once, and so helps the vendor stay down. Wait as long as Retry-After says, and longer each time.',
    evidence: ({ problem }) => (problem.what.startsWith('hammering') ? problem.was : undefined),
  },
  {
    name: 'move stays here',
    words: 'A meeting that is moved is moved here, and the vendor is not told, or is told another time.',
    evidence: ({ problem }) =>
      problem.family === MISTIMED && problem.what === 'moved' ? `its agent is ${problem.was}` : undefined,
  },
  {
    name: 'time without its zone',
    words:
      'The time of a meeting is read, or written, in a zone that is not its own, such as that of the server. Keep its offset, or write it in UTC with a Z.',
    evidence: ({ problem }) =>
      problem.family === MISTIMED && problem.what === 'zone'
        ? `${problem.was}, as far as zones are from each other`
        : undefined,
  },
  {
    name: 'another time',
    words:
      'The time that the user has said does not come to the vendor as it is: it is rounded, that of another meeting, or that of before.',
    evidence: ({ problem }) => (problem.family === MISTIMED ? `its agent is ${problem.was}` : undefined),
  },
  {
    name: 'timer not cancelled on reschedule',
    words:
      'What was planned for the old time is still done when the meeting was moved: a timer that stays, or an agent that nobody calls off.',
    evidence: (found) => (has(found, 'reschedule') ? 'moved meetings alone show it' : undefined),
  },
  {
    name: 'another called off',
    words:
      'What is called off at the vendor is not the agent that was asked for: its key, or its id, is another. Keep that with which it was asked for.',
    evidence: (found) => {
      const call = has(found, 'cancel') && found.problem.what === 'cancelled agent' ? extraCall(found) : undefined;
      return call && `${call} is done, and its agent comes all the same`;
    },
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
      oracle(found, 'acts') && found.problem.family !== MISTIMED
        ? 'the vendor has done what was asked for, and the user is told an error'
        : undefined,
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
      madeAgain(found) || (found.problem.what === 'second agent' && struckCall(found))
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
    name: 'begun twice',
    words:
      'What is done once for a meeting is begun a second time while the first is still tried again. Claim it by one write before it is begun.',
    evidence: (found) => {
      const more = struckCall(found) && !has(found, 'restart') ? found.differences.find(isGrown) : undefined;
      return more && `${more.pointer || 'the state'} has more when a call fails`;
    },
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
];
