import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests that replace timers, clocks or `fetch` of the process, or load the modules anew. */
const OWN_PROCESS = ['lockstep', 'pace', 'intercept'].map((name) => `test/journeys/${name}.test.ts`);

export default defineConfig({
  test: {
    setupFiles: ['test/support/this-machine.ts'],
    // An end for what hangs, and no measure of speed: beside other work a test takes many times as long as alone.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // By itself Vitest leaves a core free. One worker more than there are cores: several files wait for real receivers.
    maxWorkers: availableParallelism() + 1,
    reporters: process.env['CI'] ? ['default', './test/support/plain-reporter.ts'] : ['default'],
    projects: [
      {
        extends: true,
        test: {
          name: 'shared',
          include: ['test/**/*.test.ts'],
          exclude: OWN_PROCESS,
          // To load greenroom and its contracts anew for each file would take longer than most files.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'own process', include: OWN_PROCESS, sequence: { groupOrder: 1 } } },
    ],
  },
});
