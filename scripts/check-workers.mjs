// 200 lives of bots in eight workers of Vitest, all on one server, which must be as empty afterwards as it was before.
// Run after the build.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { startGreenroom } from '../dist/index.js';

const room = await startGreenroom();
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const child = spawn(process.execPath, [vitest, 'run', '--config', 'vitest.workers.config.ts'], {
  stdio: 'inherit',
  env: { ...process.env, GREENROOM_URL: room.url },
});
const [code] = await once(child, 'exit');
const health = await (await room.fetch('/_greenroom/health')).json();
const { entries } = await room.timeline();
await room.close();

if (health.workspaces !== 1 || entries.length > 0) {
  process.stderr.write(
    `The server must be empty again: ${health.workspaces} workspaces, ${entries.length} entries in default.\n`,
  );
  process.exitCode = 1;
} else process.exitCode = code ?? 1;
