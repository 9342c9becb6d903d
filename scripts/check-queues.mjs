// Runs the tests of the probe with queues of the registry, and a Redis of this machine, which npm test does without.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { add, makeFolder, writeProject } from './packed.mjs';

/** Each in a folder of its own, as the app has it. */
const QUEUES = {
  'bee-queue': ['bee-queue@2'],
  bull: ['bull@4'],
  'bullmq-4': ['bullmq@4'],
  'bullmq-5': ['bullmq@5'],
  'bullmq-6': ['bullmq@6', 'ioredis@5'],
};

if (spawnSync('redis-server', ['--version']).status !== 0) {
  console.log('skipped: there is no redis-server');
} else {
  const { folder, remove } = makeFolder('queues');
  process.once('exit', remove);
  for (const [name, specs] of Object.entries(QUEUES)) {
    const place = join(folder, name);
    mkdirSync(place);
    writeProject(place);
    add(place, ...specs);
  }
  const env = { ...process.env, GREENROOM_QUEUES: folder, GREENROOM_LIVES: process.env.GREENROOM_LIVES ?? '5' };
  const test = 'test/package/probe-queues.slow.test.ts';
  const args = ['vitest', 'run', '--config', 'vitest.laws.config.ts', '--project', 'slow', test];
  process.exitCode = spawnSync('npx', args, { stdio: 'inherit', env }).status ?? 1;
}
