import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeFolder } from '../support/folder.js';
import { runCommand } from '../support/server.js';

const APP = fileURLToPath(new URL('../support/late-app.mjs', import.meta.url));
/** A folder with a `node_modules` for each: `npm run queues` makes it. */
const FOLDER = process.env['GREENROOM_QUEUES'] ?? '';
/** Of each way. */
const LIVES = Number(process.env['GREENROOM_LIVES'] ?? 2);
const JOBS = [
  'plain',
  'bulk',
  'delayed',
  'tried again',
  'tried again at once',
  'put off',
  'limited to one in a second',
  'that was done before',
  'of an hour later',
  'taken by hand',
  'with two children',
  'beside a parent whose child fails',
  'whose child fails for it',
];
const SCHEDULED = ['every hour from now on', 'beside a short interval'];
const OF_BULL = [
  'plain',
  'without a name',
  'bulk',
  'delayed',
  'tried again',
  'tried again at once',
  'limited to one in a second',
  'that was done before',
  'of an hour later',
];
const OF_BEE_QUEUE = [
  'plain',
  'with a callback',
  'bulk',
  'delayed',
  'tried again',
  'tried again at once',
  'that was done before',
  'of an hour later',
];
const QUEUES = [
  ['bee-queue', 'bee-queue', OF_BEE_QUEUE],
  ['bull', 'bull', OF_BULL],
  ['bullmq-4', 'bullmq', JOBS],
  ['bullmq-5', 'bullmq', [...JOBS, ...SCHEDULED]],
  ['bullmq-6', 'bullmq', [...JOBS, ...SCHEDULED]],
] as const;

const redis = { port: '', stop: (): unknown => undefined };
const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

/** On a port that the machine gives, and without a file. */
async function startRedis(): Promise<void> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  redis.port = String((server.address() as AddressInfo).port);
  server.close();
  const folder = makeFolder();
  const flags = ['--port', redis.port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const child = spawn('redis-server', flags, { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const text of child.stdout) if (String(text).includes('Ready to accept connections')) break;
  child.stdout.resume();
  redis.stop = () => child.kill();
}

async function live(folder: string, queue: string, ways: readonly string[], lives: number) {
  const env = { LATE_QUEUES: path.join(FOLDER, folder), LATE_REDIS: redis.port };
  const app = [process.execPath, APP, ways.join(), '100', String(lives), queue];
  const { stdout, stderr } = await runCommand(['exec', '--quiet', '--clock', 'frozen', '--', ...app], env);
  expect(stdout, stderr).toMatch(/^\{/);
  return { stderr, told: JSON.parse(stdout) as { exact: number; missed: string[]; notes: string[] } };
}

describe.skipIf(!hasRedis || FOLDER === '')(
  'An app under greenroom exec that leaves the work to another process',
  () => {
    beforeEach(startRedis);
    afterEach(() => redis.stop());

    test.for(QUEUES)('by %s is served at the instant of its webhook', async ([folder, queue, ways], { skip }) => {
      skip(!existsSync(path.join(FOLDER, folder)), `${FOLDER} has no ${folder}`);
      const lives = ways.length * LIVES;
      const { stderr, told } = await live(folder, queue, ways, lives);
      expect([stderr, told]).toMatchObject(['', { exact: lives, missed: [], notes: [] }]);
    });

    test.for([
      ['bee-queue', 'bee-queue', 'The job 1 has waited in the queue nobody of Bee-Queue for 10 s'],
      ['bull', 'bull', 'The job forgotten (1) has waited in the queue nobody of Bull for 10 s'],
      ['bullmq-5', 'bullmq', 'The job forgotten (1) has waited in the queue nobody of BullMQ for 10 s'],
    ] as const)('by %s, and has no worker for it, is told which job waits where', async ([folder, queue, text]) => {
      const { told } = await live(folder, queue, ['nobody takes'], 1);
      expect(told.notes).toEqual([expect.stringContaining(text)]);
    });
  },
);
