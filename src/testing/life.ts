import type { WorkspaceOptions } from '../client/options.js';
import type { Greenroom } from '../client/greenroom.js';
import { noteTest } from '../client/closed.js';
import { assertHeard, callsOf } from '../client/unheard.js';
import { show } from '../client/show.js';
import { promisedRoom } from '../client/promised.js';
import { GreenroomError, messageOf } from '../errors.js';
import { startForTests } from '../start.js';
import { noteServer, tellOfFailure } from './failure.js';
import { openRoom } from './open-rooms.js';

/** The part of a test's context that is needed here; node:test, and runners like it, hand it in. */
export interface TestHooks {
  readonly name?: string;
  readonly after: (end: () => Promise<void>) => void;
  /** Set once the test has failed. */
  readonly error?: unknown;
}

let server: Promise<Greenroom> | undefined;

/** The server that all tests of this process share; it does not keep the process alive. */
const sharedServer = (): Promise<Greenroom> => (server ??= startForTests());

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
      `Failed to make the room: expected the context of the test, as node:test gives it, was ${show(context)}. Options come after it: testRoom(undefined, { … }). With another runner, write: await using room = await testRoom().`,
    );
  const test = context?.name ?? currentTest();
  const room = await enter(await sharedServer(), options, { test });
  context?.after(async () => {
    if (context.error != null) await tellOfFailure(test ?? 'a test', room);
    await room.close();
  });
  return room;
}

/**
 * Wraps a test of any runner: it gets a room, which is closed after it, and then what the runner gives to a test, as AVA's and
 * node:test's `t`; if it throws, the room's timeline is printed. Gives the test, which is to be handed to the runner, or called;
 * whoever awaits it instead hears USAGE.
 *
 * @example test('…', withRoom(async (room) => { … }));
 */
export const withRoom = <Context = unknown>(
  test: (room: Greenroom, context: Context) => void | Promise<void>,
  options: WorkspaceOptions = {},
): ((context?: Context) => Promise<void>) => {
  if (typeof test !== 'function')
    throw new GreenroomError(
      'USAGE',
      `Failed to wrap the test: expected a function, was ${show(test)}. Write: withRoom(async (room) => { … }, { … }).`,
    );
  // Without a parameter of its own: to many runners that would be a callback.
  async function wrapped(this: unknown, ...[context]: readonly (Context | undefined)[]): Promise<void> {
    const name = currentTest() ?? nameIn(context) ?? nameIn(this);
    const room = await enter(await sharedServer(), options, { test: name });
    try {
      // Mocha has its context in `this`.
      await test.call(this, room, context as Context);
    } catch (error) {
      await tellOfFailure(name ?? 'the test', room);
      throw error;
    } finally {
      await room.close();
    }
  }
  // oxlint-disable-next-line unicorn/no-thenable -- awaited, it would be a test that passes without having run
  return Object.defineProperty(wrapped, 'then', { value: refuseToBeAwaited });
};

function refuseToBeAwaited(_: unknown, reject: (error: GreenroomError) => void): void {
  reject(
    new GreenroomError(
      'USAGE',
      "Failed to run the test: withRoom gives a test, which is to be handed to the runner, test('…', withRoom(…)), or called, await withRoom(…)(); it was awaited and not called.",
    ),
  );
}

/** What a room is for: a test of this name, if it is known. With `goesOn` it begins as the workspace of the server is: at the end of a run. */
interface Purpose {
  readonly test: string | undefined;
  readonly goesOn?: boolean;
}

/** A workspace for a test, which counts among the open rooms until it is closed. */
export async function enter(
  greenroom: Greenroom,
  options: WorkspaceOptions,
  { test, goesOn = false }: Purpose,
): Promise<Greenroom> {
  const room = await greenroom.workspace(options);
  if (test !== undefined) noteTest(room, test);
  noteServer(room, greenroom);
  if (goesOn) await room.restore(await greenroom.snapshot());
  const leave = openRoom(room);
  const close = async (): Promise<void> => {
    leave();
    const unheard = await callsOf(room)?.take();
    await room.close();
    assertHeard(unheard ?? []);
  };
  return { ...room, close, [Symbol.asyncDispose]: () => close().catch(sayAndThrow) };
}

/** A test that fails of something else as well throws a SuppressedError, of which many runners show neither error. */
function sayAndThrow(error: unknown): never {
  // oxlint-disable-next-line no-console -- see tellOfFailure
  console.error(messageOf(error));
  throw error;
}

/** The name of a test in the context that its runner calls it with: an argument in node:test and others, `this` in Mocha. */
function nameIn(context: unknown): string | undefined {
  const { name, title, test } = Object(context) as {
    readonly name?: unknown;
    readonly title?: unknown;
    readonly test?: { readonly fullTitle?: () => string };
  };
  // The callback by which a test says that it is done is a function, and has a name of its own.
  if (typeof context !== 'object' || context === null) return undefined;
  const found = test?.fullTitle?.() ?? name ?? title;
  return typeof found === 'string' ? found : undefined;
}

/** The name of the test that runs now, where the runner has Jest's global. */
function currentTest(): string | undefined {
  const { expect } = globalThis as { expect?: { getState?: () => { currentTestName?: string } } };
  return expect?.getState?.().currentTestName;
}
