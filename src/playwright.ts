/// <reference lib="esnext.disposable" preserve="true" />
import './needs.js';
import type { WorkspaceOptions } from './client/options.js';
import type { Greenroom } from './client/greenroom.js';
import { keepRun } from './testing/artefacts.js';
import { refuseUncalled, serverFixture, type Use, type WorkerServerOptions } from './testing/fixtures.js';
import { storyOf } from './testing/failure.js';
import { enter } from './testing/life.js';
import type { GreenroomMatchers } from './testing/matchers.js';

export { matchers } from './testing/matchers.js';
export type { ExpectedDelivery, Greenroom, MatcherResult, ViolationOptions, WorkspaceOptions } from './testing.js';
export type { GreenroomMatchers, Use, WorkerServerOptions };

/** The fixtures of a test. */
export interface RoomFixtures {
  /** The options of the test's workspace; `test.use({ roomOptions: {…} })` changes it. */
  readonly roomOptions: WorkspaceOptions;
  /** A workspace of the test's own. If the test fails, its timeline is attached to the report. */
  readonly room: Greenroom;
}

/** The fixtures of a worker: the server that all its tests share. */
export interface RoomWorkerFixtures {
  readonly greenroom: Greenroom;
}

/** The part of Playwright's TestInfo that is needed here. */
export interface TestOutcome {
  readonly title: string;
  readonly status?: string | undefined;
  readonly expectedStatus: string;
  readonly attach: (name: string, what: { readonly body: string; readonly contentType: string }) => Promise<void>;
}

/**
 * Fixtures for `test.extend` of Playwright: one server a worker, or the one of `url`, and one workspace a test,
 * which begins at the end of a `run`, if one is given. They need no browser.
 *
 * @example
 * import { test as base, expect } from '@playwright/test';
 * import { matchers, roomFixtures, type RoomFixtures, type RoomWorkerFixtures } from 'greenroom/playwright';
 *
 * expect.extend(matchers);
 * const test = base.extend<RoomFixtures, RoomWorkerFixtures>(roomFixtures());
 */
export function roomFixtures(options: WorkerServerOptions = {}) {
  return {
    greenroom: serverFixture(options),
    roomOptions: [{}, { option: true }] as [value: WorkspaceOptions, options: { option: true }],
    room: async (
      { greenroom, roomOptions }: RoomWorkerFixtures & Pick<RoomFixtures, 'roomOptions'>,
      use: Use<Greenroom>,
      test: TestOutcome,
    ): Promise<void> => {
      const room = await enter(greenroom, roomOptions, { test: test.title, goesOn: 'run' in options });
      try {
        await use(room);
        if (test.status === test.expectedStatus) return;
        await test.attach('timeline.txt', { body: await storyOf(room), contentType: 'text/plain' });
        await keepRun(test.title, room);
      } finally {
        await room.close();
      }
    },
  };
}

refuseUncalled(roomFixtures);

declare global {
  // So does Playwright name its own.
  namespace PlaywrightTest {
    interface Matchers<R, T> extends GreenroomMatchers<R> {}
  }
}
