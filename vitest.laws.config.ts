import { defineConfig } from 'vitest/config';

/** The properties alone, over more runs than `npm test` has time for. */
export default defineConfig({
  test: { include: ['test/laws/**/*.test.ts'], testTimeout: 300_000 },
});
