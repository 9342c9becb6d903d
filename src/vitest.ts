/// <reference lib="esnext.disposable" preserve="true" />
import './needs.js';
// Without it the compiler does not look for what is augmented below.
// oxlint-disable-next-line import/no-empty-named-blocks, unicorn/require-module-specifiers
import type {} from 'vitest';
import type { WorkspaceOptions } from './client/options.js';
import type { Greenroom } from './client/greenroom.js';
import { refuseUncalled, serverFixture, type Use, type WorkerServerOptions } from './testing/fixtures.js';
import { tellOfFailure } from './testing/failure.js';
import { enter } from './testing/life.js';
import type { GreenroomMatchers } from './testing/matchers.js';

export { matchers } from './testing/matchers.js';
export type { ExpectedDelivery, Greenroom, MatcherResult, ViolationOptions, WorkspaceOptions } from './testing.js';
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

/** A fixture as `extend` needs it to see by itself what a test is given. */
type Fixture<Context, T> = (context: Context, use: Use<T>) => Promise<void>;

/** What {@link roomFixtures} gives to `extend`. */
export interface ExtendedBy {
  readonly greenroom: Fixture<object, Greenroom>;
  readonly roomOptions: WorkspaceOptions;
  readonly room: Fixture<Omit<RoomFixtures, 'room'> & TestTask, Greenroom>;
}

/**
 * Fixtures for `test.extend` of Vitest: one server a worker, or the one of `url`, and one workspace a test,
 * which begins at the end of a `run`, if one is given.
 *
 * @example
 * import { test as base, expect } from 'vitest';
 * import { matchers, roomFixtures } from 'greenroom/vitest';
 *
 * expect.extend(matchers);
 * const test = base.extend(roomFixtures());
 */
export function roomFixtures(options: WorkerServerOptions = {}): ExtendedBy {
  return {
    // Its scope stands beside it, and of a pair `extend` cannot see what it gives.
    greenroom: serverFixture(options) as unknown as ExtendedBy['greenroom'],
    roomOptions: {},
    room: async ({ greenroom, roomOptions, task }, use) => {
      const test = task.fullTestName ?? task.name;
      const room = await enter(greenroom, roomOptions, { test, goesOn: 'run' in options });
      try {
        await use(room);
        if (task.result?.state === 'fail') await tellOfFailure(test, room);
      } finally {
        await room.close();
      }
    },
  };
}

refuseUncalled(roomFixtures);

declare global {
  // An expectation of Vitest has all that one of chai has, whose interface has the same parameters in every version: none.
  namespace Chai {
    interface Assertion extends GreenroomMatchers {}
  }
}
