import type { Greenroom } from '../client/greenroom.js';
import { beginTest, beginTests, handlesOfTests, standingHandles } from '../client/open-handles.js';
import { isSubject, referenceOf, type Subject } from '../client/subject.js';
import { callsOf, OpenCalls } from '../client/unheard.js';
import type { SubjectReference } from '../client/vendors.js';
import { GreenroomError } from '../errors.js';
import { show } from '../client/show.js';
import { isOfAnother, isOwn, noteRoom } from './running-test.js';

/** The rooms of the tests that run now in this process: a bare bot is looked for among them. */
const open = new Set<Greenroom>();
beginTests(noteRoom);

/** Those of tests that may be the one which runs now. */
const openRooms = (): Greenroom[] => [...open].filter((room) => !isOfAnother(room));

/** Counts a room among those of running tests until the returned function is called. */
export function openRoom(room: Greenroom): () => void {
  const end = beginTest();
  open.add(room);
  noteRoom(room);
  return () => {
    if (open.delete(room)) end();
  };
}

/**
 * The agent that a bare answer or reference means: the one of the only room of running tests that knows it, whether a test was
 * given the room or has made it, and that of the test which runs now, where that is known. Where tests have none, those that stand beside them are asked. Throws USAGE if none knows it, or
 * several do (equal seeds give equal ids).
 */
export async function findSubject(given: unknown, room?: Greenroom): Promise<Subject> {
  if (isSubject(given)) return given;
  const reference = referenceOf(given);
  if (room !== undefined) return asRoom(room).subject(reference);
  const ofTests = openRooms();
  const running = [...ofTests, ...handlesOfTests().filter((one) => isOther(one) && !isOfAnother(one))];
  const rooms = running.length === 0 ? standingHandles() : running;
  const knows = await Promise.all(rooms.map((one) => knowsOf(one, reference)));
  const knowing = rooms.filter((_, i) => knows[i]);
  const own = knowing.filter(isOwn);
  const found = own.length > 0 ? own : knowing;
  // With one test there is no doubt; that the agent is unknown there is for the assertion to tell.
  const [only] = found.length === 0 && ofTests.length === 1 ? ofTests : found;
  if (only && found.length <= 1) return only.subject(reference);
  const equal = found.length > 1 ? ', for equal seeds give equal ids' : '';
  const where =
    running.length + found.length === 0
      ? 'no room of a running test is open. Has its test ended, for want of an await? Else say which room is meant'
      : `${found.length} of the ${rooms.length} ${running.length === 0 ? 'open rooms' : 'rooms of running tests'} know it${equal}. Say which`;
  throw new GreenroomError('USAGE', `Failed to find the room of ${show(reference)}: ${where}: room.subject(…).`);
}

/** The calls of the room that an assertion is about. A bare answer is about the only open room; of several nobody knows yet. */
export function callsAbout(given: unknown): OpenCalls {
  const [only, another] = openRooms();
  const room = isSubject(given) ? given.room : isRoom(given) ? given : another ? undefined : only;
  return (room && callsOf(room)) ?? new OpenCalls();
}

/** A room of no test, and no second handle of one over a socket. */
const isOther = (room: Greenroom): boolean =>
  !open.has(room) && ![...open].some(({ url, id }) => id === room.id && url === room.url && new URL(url).port !== '');

/** A room whose server has ended knows nothing. */
const knowsOf = (room: Greenroom, subject: SubjectReference): Promise<boolean> =>
  room.timeline({ subject, limit: 1 }).then(
    ({ entries }) => entries.length > 0,
    () => false,
  );

/** Throws USAGE for what is no room. */
export function asRoom(received: unknown): Greenroom {
  if (isRoom(received)) return received;
  throw new GreenroomError('USAGE', `Failed to assert: expected a room, was ${show(received)}.`);
}

const isRoom = (value: unknown): value is Greenroom =>
  typeof value === 'object' && value !== null && 'deliveries' in value && 'timeline' in value;
