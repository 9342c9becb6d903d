import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // `npm run slow` and `npm run browser` have them: people run this, and wait for it.
    exclude: [...configDefaults.exclude, '**/*.{slow,browser}.test.ts'],
    setupFiles: ['test/support/this-machine.ts'],
    // To load greenroom and its contracts anew for each file would take longer than most files.
    isolate: false,
    // What Vite makes of a file is kept beside Vitest's other caches, by the file's content.
    experimental: { fsModuleCache: true },
    // An end for what hangs, and no measure of speed: beside other work a test takes many times as long as alone.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // By itself Vitest leaves a core free. One worker more than there are cores: several files wait for real receivers.
    maxWorkers: availableParallelism() + 1,
    reporters: process.env['CI'] ? ['default', './test/support/plain-reporter.ts'] : ['default'],
  },
});
