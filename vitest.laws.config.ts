import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

/** Tests that replace timers, clocks or `fetch` of the process: nothing can be lived again beside them. */
const OWN_PROCESS = ['lockstep', 'pace.slow', 'intercept'].map((name) => `test/journeys/${name}.test.ts`);

/** `npm run lived-again` has the journeys, too, which take minutes. */
const LIVED_AGAIN = (process.env['GREENROOM_LIVED_AGAIN'] ?? 'tapes,attendee').split(',');

/** Of each law. */
const { GREENROOM_RUNS = '5000' } = process.env;

export default defineConfig({
  test: {
    testTimeout: 300_000,
    hookTimeout: 120_000,
    // What is awaited ends for what hangs: a page beside other work takes its time.
    expect: { poll: { timeout: 60_000 } },
    maxWorkers: availableParallelism(),
    // As in vitest.config.ts, with the files that `npm test` has left there.
    experimental: { fsModuleCache: true },
    projects: [
      {
        extends: true,
        test: {
          /** What `npm test` has no time for: apps in processes of their own, the wall clock, full disks. */
          name: 'slow',
          include: ['test/**/*.slow.test.ts'],
          // It is one of the laws.
          exclude: [...configDefaults.exclude, 'test/hostile/lengths.slow.test.ts'],
          setupFiles: ['test/support/this-machine.ts'],
          isolate: false,
          maxWorkers: availableParallelism() + 1,
        },
      },
      {
        extends: true,
        test: {
          /** The inspector in a real browser. */
          name: 'browser',
          include: ['test/inspector/**/*.browser.test.ts'],
          globalSetup: ['scripts/browser.mjs'],
          setupFiles: ['test/support/this-machine.ts'],
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          /** The properties alone, over more runs than `npm test` has time for. */
          name: 'laws',
          include: ['test/laws/**/*.test.ts', 'test/hostile/snapshots.test.ts'],
          setupFiles: ['test/support/this-machine.ts'],
          isolate: false,
          env: { GREENROOM_RUNS },
        },
      },
      {
        extends: true,
        test: {
          /** One of the laws that measures: in a process that has done nothing else before. */
          name: 'lengths',
          include: ['test/hostile/lengths.slow.test.ts'],
          setupFiles: ['test/support/this-machine.ts'],
          env: { GREENROOM_RUNS },
        },
      },
      {
        extends: true,
        test: {
          /** Every world of these tests is lived again from its inputs, and must be what it was. */
          name: 'lived again',
          include: LIVED_AGAIN.map((folder) => `test/${folder}/**/*.test.ts`),
          exclude: OWN_PROCESS,
          setupFiles: ['test/support/this-machine.ts', 'test/support/lived-again.ts'],
          isolate: false,
        },
      },
    ],
  },
});
