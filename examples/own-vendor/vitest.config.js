import { defineConfig } from 'vitest/config';

// An end for what hangs, and no measure of speed.
export default defineConfig({ test: { testTimeout: 120_000, hookTimeout: 120_000 } });
