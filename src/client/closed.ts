import { GreenroomError } from '../errors.js';
import type { Greenroom } from './greenroom.js';
import { membersOf, promised } from './promised.js';
import type { Ending, OpenCalls } from './unheard.js';

/** What the calls of a room know of its end. */
export interface Life {
  readonly room: () => Greenroom;
  /** True too when its server has ended. */
  readonly isClosed: () => boolean;
  readonly open: OpenCalls;
}

const tests = new WeakMap<Greenroom, string>();

/** Says which test has a room: whoever calls the room after the test reads that. */
export const noteTest = (room: Greenroom, test: string): void => void tests.set(room, test);

/** The same calls until the room is closed. Whoever calls then has forgotten to wait, and no answer would be true. */
export function callsUntilClosed<Calls extends object>(life: Life, name: string, calls: Calls): Calls {
  const members = Object.entries(calls).map(([key, member]: [string, object]) => [
    key,
    typeof member === 'function'
      ? callUntilClosed(life, `${name}.${key}`, member as Call)
      : callsUntilClosed(life, `${name}.${key}`, member),
  ]);
  return Object.fromEntries(members) as Calls;
}

type Call = (...given: readonly unknown[]) => Promise<unknown>;

function callUntilClosed({ room, isClosed, open }: Life, name: string, call: Call): Call {
  const callInTest: Call = (...given) => {
    const written = `${name}(${given.length === 0 ? '' : '\u2026'})`;
    const what = `Failed to call ${written}`;
    const run = async ({ done, failed }: Ending): Promise<unknown> => {
      try {
        if (isClosed()) throw closedError(what, roomInWords(room()));
        const result = await call(...given);
        done();
        return result;
      } catch (error) {
        const said = isClosed() ? endOf(error, what, roomInWords(room())) : error;
        failed(said);
        throw said;
      }
    };
    return promised(written, open.begin(written, run, { from: callInTest }), { members: membersOf(name) });
  };
  return callInTest;
}

/** The error of a call that was under way when its room was closed. One that was being served then says itself how it ended. */
function endOf(error: unknown, what: string, room: string): unknown {
  if (!(error instanceof GreenroomError)) return error;
  if (error.code === 'UNKNOWN_WORKSPACE') return closedError(what, room);
  if (error.code !== 'CONFLICT') return error;
  return new GreenroomError('CONFLICT', `${error.message} The room ${room} is closed. ${ADVICE}`, error.details);
}

/** Whoever calls a room for somebody else says in its own words that it is closed; any other error stays as it is. */
export async function inWordsOf<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const room = error instanceof GreenroomError ? error.details['closed'] : undefined;
    throw typeof room === 'string' ? closedError(what, room) : error;
  }
}

function roomInWords(room: Greenroom): string {
  const test = tests.get(room);
  return `"${room.id}"${test === undefined ? '' : ` of the test "${test}"`}`;
}

const ADVICE =
  'An await is probably missing: await every call and every matcher before the room is closed, as that of a test is at its end.';

const closedError = (what: string, room: string): GreenroomError =>
  new GreenroomError('UNKNOWN_WORKSPACE', `${what}: the room ${room} is closed. ${ADVICE}`, { closed: room });
