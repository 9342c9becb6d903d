import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** The properties alone, over more runs than `npm test` has time for. */
export default defineConfig({
  test: {
    include: ['test/laws/**/*.test.ts', 'test/hostile/{lengths,snapshots}.test.ts'],
    setupFiles: ['test/support/this-machine.ts'],
    testTimeout: 300_000,
    hookTimeout: 120_000,
    maxWorkers: availableParallelism(),
    env: { GREENROOM_RUNS: process.env['GREENROOM_RUNS'] ?? '5000' },
  },
});
