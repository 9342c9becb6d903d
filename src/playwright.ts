/// <reference lib="esnext.disposable" preserve="true" />
import type { WorkspaceOptions } from './client/options.js';
import type { Greenroom } from './client/greenroom.js';
import { enter, startWorkerServer, timelineOf, type WorkerServerOptions } from './testing/life.js';
import type { GreenroomMatchers } from './testing/matchers.js';

export { matchers } from './testing/matchers.js';
export type { GreenroomMatchers, WorkerServerOptions };

/** What a test gets. */
export interface RoomFixtures {
  /** What the test's workspace is made with; `test.use({ roomOptions: {…} })` changes it. */
  readonly roomOptions: WorkspaceOptions;
  /** A workspace of the test's own. If the test fails, its timeline is attached to the report. */
  readonly room: Greenroom;
}

/** What all tests of a worker share. */
export interface RoomWorkerFixtures {
  readonly greenroom: Greenroom;
}

type Use<T> = (value: T) => Promise<void>;

/** The part of Playwright's TestInfo that is needed here. */
interface TestOutcome {
  readonly status?: string | undefined;
  readonly expectedStatus: string;
  readonly attach: (name: string, what: { readonly body: string; readonly contentType: string }) => Promise<void>;
}

/**
 * Fixtures for `test.extend` of Playwright: one server a worker, or the one of `url`, and one workspace a test. They need no browser.
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
    greenroom: [
      // Playwright reads the first parameter's pattern to learn which other fixtures are wanted: none.
      // oxlint-disable-next-line no-empty-pattern
      async ({}: object, use: Use<Greenroom>): Promise<void> => {
        await using server = await startWorkerServer(options);
        await use(server);
      },
      { scope: 'worker' },
    ] as [fixture: (context: object, use: Use<Greenroom>) => Promise<void>, options: { scope: 'worker' }],
    roomOptions: [{}, { option: true }] as [value: WorkspaceOptions, options: { option: true }],
    room: async (
      { greenroom, roomOptions }: RoomWorkerFixtures & Pick<RoomFixtures, 'roomOptions'>,
      use: Use<Greenroom>,
      test: TestOutcome,
    ): Promise<void> => {
      await using room = await enter(greenroom, roomOptions);
      await use(room);
      if (test.status !== test.expectedStatus)
        await test.attach('timeline.txt', { body: await timelineOf(room), contentType: 'text/plain' });
    },
  };
}

declare global {
  // So does Playwright name its own.
  namespace PlaywrightTest {
    interface Matchers<R, T> extends GreenroomMatchers<R> {}
  }
}
