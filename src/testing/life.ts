import type { ListenOptions, WorkspaceOptions } from '../client/options.js';
import type { Greenroom } from '../client/greenroom.js';
import { connectGreenroom, startForTests } from '../start.js';
import { openRoom } from './open-greenrooms.js';

/** The part of a test's context that node:test, and others like it, hand in. */
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
 * A room for one test: a workspace of its own on a server that all tests of the process share. Closed when the context
 * says that the test is over, or by `await using`. A test that fails prints the room's timeline, where the context tells.
 *
 * @example test('…', async (t) => { const room = await testRoom(t); … });
 */
export async function testRoom(context?: TestHooks, options: WorkspaceOptions = {}): Promise<Greenroom> {
  const room = await enter(await sharedServer(), options);
  context?.after(async () => {
    if (context.error != null) printTimeline(context.name ?? 'a test', await timelineOf(room));
    await room.close();
  });
  return room;
}

/**
 * Wraps a test of any runner: it gets a room, which is closed after it; if it throws, the room's timeline is printed.
 *
 * @example test('…', withRoom(async (room) => { … }));
 */
export const withRoom =
  (test: (room: Greenroom) => void | Promise<void>, options: WorkspaceOptions = {}) =>
  async (): Promise<void> => {
    await using room = await enter(await sharedServer(), options);
    try {
      await test(room);
    } catch (error) {
      printTimeline('the test', await timelineOf(room));
      throw error;
    }
  };

/** A workspace for a test, which counts among the open rooms until it is closed. */
export async function enter(greenroom: Greenroom, options: WorkspaceOptions): Promise<Greenroom> {
  const room = await greenroom.workspace(options);
  const leave = openRoom(room);
  const close = (): Promise<void> => {
    leave();
    return room.close();
  };
  return { ...room, close, [Symbol.asyncDispose]: close };
}

/** What a worker's server is started with, or where one is that all workers share. */
export type WorkerServerOptions = ListenOptions | { readonly url: string; readonly token?: string };

/** The server for the tests of one worker. Closing one that others share does nothing. */
export async function startWorkerServer(options: WorkerServerOptions = {}): Promise<Greenroom> {
  if (!('url' in options)) return startForTests(options);
  const { url, ...rest } = options;
  return connectGreenroom(url, rest);
}

const LINES_SHOWN = 200;

/** The newest lines of a room's timeline. */
export async function timelineOf(room: Greenroom): Promise<string> {
  const lines = (await room.timeline({ as: 'text' })).trimEnd().split('\n');
  const left = lines.length - LINES_SHOWN;
  return (left > 0 ? [`… ${left} earlier lines`, ...lines.slice(-LINES_SHOWN)] : lines).join('\n');
}

export function printTimeline(test: string, timeline: string): void {
  // Runners show what the console was told beside the test that told it.
  // oxlint-disable-next-line no-console
  console.error(`\nThe timeline of the room of "${test}":\n${timeline}\n`);
}
