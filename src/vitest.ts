/// <reference lib="esnext.disposable" preserve="true" />
// Without it the compiler does not look for what is augmented below.
// oxlint-disable-next-line import/no-empty-named-blocks, unicorn/require-module-specifiers
import type {} from 'vitest';
import type { WorkspaceOptions } from './client/options.js';
import type { Greenroom } from './client/greenroom.js';
import { serverFixture, type Use, type WorkerServerOptions } from './testing/fixtures.js';
import { enter, tellOfFailure } from './testing/life.js';
import type { GreenroomMatchers } from './testing/matchers.js';

export { matchers } from './testing/matchers.js';
export type { GreenroomMatchers, WorkerServerOptions };

/** The fixtures of a test. */
export interface RoomFixtures {
  /** The server of this worker. */
  readonly greenroom: Greenroom;
  /** The options of the test's workspace; `test.override({ roomOptions: {…} })` changes it for a suite. */
  readonly roomOptions: WorkspaceOptions;
  /** A workspace of the test's own, with its credentials, clock and records. Its timeline is printed if the test fails. */
  readonly room: Greenroom;
}

interface TestTask {
  readonly task: {
    readonly name: string;
    readonly fullTestName?: string;
    readonly result?: { readonly state?: string };
  };
}

/**
 * Fixtures for `test.extend` of Vitest: one server a worker, or the one of `url`, and one workspace a test,
 * which begins at the end of a `run`, if one is given.
 *
 * @example
 * import { test as base, expect } from 'vitest';
 * import { matchers, roomFixtures, type RoomFixtures } from 'greenroom/vitest';
 *
 * expect.extend(matchers);
 * const test = base.extend<RoomFixtures>(roomFixtures());
 */
export function roomFixtures(options: WorkerServerOptions = {}) {
  return {
    greenroom: serverFixture(options),
    roomOptions: {} as WorkspaceOptions,
    room: async (
      { greenroom, roomOptions, task }: Omit<RoomFixtures, 'room'> & TestTask,
      use: Use<Greenroom>,
    ): Promise<void> => {
      const test = task.fullTestName ?? task.name;
      await using room = await enter(greenroom, roomOptions, { test, goesOn: 'run' in options });
      await use(room);
      if (task.result?.state === 'fail') await tellOfFailure(test, room);
    },
  };
}

declare module 'vitest' {
  interface Matchers<T> extends GreenroomMatchers {}
}
