import { defineConfig } from 'vitest/config';

const WORKERS = 8;

/** The same tests in so many workers at once; see scripts/check-workers.mjs. */
export default defineConfig({
  test: {
    maxWorkers: WORKERS,
    reporters: ['dot'],
    projects: Array.from({ length: WORKERS }, (_, i) => ({
      test: {
        name: `worker ${i + 1}`,
        include: ['test/workers/lives.ts'],
        setupFiles: ['test/support/this-machine.ts'],
        testTimeout: 60_000,
      },
    })),
  },
});
