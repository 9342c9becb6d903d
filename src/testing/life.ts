import type { WorkspaceOptions } from '../client/options.js';
import type { Greenroom } from '../client/greenroom.js';
import { noteTest } from '../client/closed.js';
import { assertHeard, callsOf } from '../client/unheard.js';
import { show } from '../client/show.js';
import { promisedRoom } from '../client/promised.js';
import { GreenroomError, messageOf } from '../errors.js';
import { noteServer, tellOfFailure } from './failure.js';
import { keepCalls } from './journal.js';
import { openRoom } from './open-rooms.js';
import { asTest } from './running-test.js';
import { currentTest, hasFailed, isFailing, isSkip, limitIn, nameIn, showable } from './runners.js';
import { say } from './say.js';
import { withServer } from './shared-server.js';
import { noteMade, unrunError } from './unrun.js';
import { USUAL_LIMIT_MS, watchWaits } from './waiting.js';
import { ASYNC_DISPOSE } from '../disposal.js';

/** The part of a test's context that is needed here; node:test, tap, and runners like them, hand it in. */
export interface TestHooks {
  readonly name?: string;
  readonly after: (end: () => Promise<void>) => void;
  /** Set once the test has failed; tap says so by `passing`. */
  readonly error?: unknown;
}

/**
 * A room for one test: a workspace of its own on a server that all tests of the process share. It is closed when the
 * context says that the test is over, or by `await using`. A test that fails prints its timeline, if the context says so.
 *
 * @example test('…', async (t) => { const room = await testRoom(t); … });
 */
export function testRoom(context?: TestHooks, options: WorkspaceOptions = {}): Promise<Greenroom> {
  return promisedRoom('testRoom(…)', roomFor(context, options));
}

async function roomFor(context: TestHooks | undefined, options: WorkspaceOptions): Promise<Greenroom> {
  if (context !== undefined && typeof context?.after !== 'function')
    throw new GreenroomError(
      'USAGE',
      `Failed to make the room: expected the context of the test, as node:test gives it, was ${show(context)}. Options come after it: testRoom(undefined, { … }). With another runner, write: await using room = await testRoom(). For all tests of a suite, write: room = await testRoom(), and room.close() when they are over.`,
    );
  const test = context?.name ?? currentTest();
  const limit = context === undefined ? USUAL_LIMIT_MS : undefined;
  const room = await enterShared(options, { test, limit });
  context?.after(async () => {
    if (hasFailed(context)) await tellOfFailure(test ?? 'a test', room);
    await room.close();
  });
  return room;
}

/**
 * Wraps a test of any runner: it gets a room, which is closed after it, and then all that the runner gives to a test, as AVA's and
 * node:test's `t` and the row of a table; if it throws, the room's timeline is printed. Gives the test, which is to be handed to the runner, or called;
 * whoever awaits it instead hears USAGE. Of one that is made in a test and not called Jest fails that test, and elsewhere a note says so at the end of the process.
 *
 * @example test('…', withRoom(async (room) => { … }));
 * @example test.each([[1, 'a']])('…', withRoom(async (room, count, word) => { … }));
 */
export const withRoom = <Given extends readonly unknown[]>(
  test: (room: Greenroom, ...given: Given) => void | Promise<void>,
  options: WorkspaceOptions = {},
): ((...given: Given) => Promise<void>) => {
  if (typeof test !== 'function')
    throw new GreenroomError(
      'USAGE',
      `Failed to wrap the test: expected a function, was ${show(test)}. Write: withRoom(async (room) => { … }, { … }).`,
    );
  const noteRun = noteMade(withRoom);
  // Without a parameter of its own: to many runners that would be a callback.
  async function wrapped(this: unknown, ...given: Given): Promise<void> {
    noteRun();
    const name = currentTest() ?? nameIn(this) ?? nameIn(given[0]);
    // Mocha has its context in `this`.
    const play = async (room: Greenroom): Promise<boolean> => {
      await test.call(this, room, ...given);
      return !isFailing(given[0]);
    };
    try {
      await asTest(() => live(play, options, { test: name, limit: limitIn(this) ?? USUAL_LIMIT_MS }));
    } catch (error) {
      throw showable(error, given[0]);
    }
  }
  // oxlint-disable-next-line unicorn/no-thenable -- awaited, it would be a test that passes without having run
  return Object.defineProperty(wrapped, 'then', { value: refuseToBeAwaited(noteRun) });
};

/** Plays a test, which says whether it has passed, in a room of its own. */
async function live(
  play: (room: Greenroom) => Promise<boolean>,
  options: WorkspaceOptions,
  purpose: Purpose,
): Promise<void> {
  const room = await enterShared(options, purpose);
  const tell = (): Promise<void> => tellOfFailure(purpose.test ?? 'the test', room);
  try {
    if (!(await play(room))) await tell();
  } catch (error) {
    if (!isSkip(error)) await tell();
    // It is the failure of the test that matters.
    await room.close().catch(sayError);
    throw error;
  }
  await room.close();
}

const refuseToBeAwaited =
  (noteTold: () => void) =>
  (_: unknown, reject: (error: GreenroomError) => void): void => {
    noteTold();
    reject(unrunError('it was awaited and not called'));
  };

/** What a room is for: a test of this name, if it is known. With `goesOn` it begins as the workspace of the server is: at the end of a run. */
interface Purpose {
  readonly test: string | undefined;
  readonly goesOn?: boolean;
  /** The milliseconds after which a runner gives the test up that tells nobody so. */
  readonly limit?: number | undefined;
  readonly onClosed?: () => void;
}

const enterShared = (options: WorkspaceOptions, purpose: Purpose): Promise<Greenroom> =>
  withServer((server, onClosed) => enter(server, options, { ...purpose, onClosed }));

/** A workspace for a test, which counts among the open rooms until it is closed. */
export async function enter(
  greenroom: Greenroom,
  options: WorkspaceOptions,
  { test, goesOn = false, limit, onClosed }: Purpose,
): Promise<Greenroom> {
  const room = await greenroom.workspace(options);
  if (test !== undefined) noteTest(room, test);
  noteServer(room, greenroom);
  if (goesOn) await room.restore(await greenroom.snapshot());
  const leave = openRoom(room);
  const endWatch = limit === undefined ? undefined : watchWaits(room, test, limit);
  const close = async (): Promise<void> => {
    leave();
    endWatch?.();
    const unheard = await callsOf(room)?.take();
    try {
      await keepCalls(room);
    } finally {
      await room.close();
      onClosed?.();
    }
    assertHeard(unheard ?? []);
  };
  return { ...room, close, [ASYNC_DISPOSE]: () => close().catch(sayAndThrow) };
}

/** A test that fails of something else as well throws a SuppressedError, of which many runners show neither error. */
function sayAndThrow(error: unknown): never {
  sayError(error);
  throw error;
}

const sayError = (error: unknown): void => say(messageOf(error));
