import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { freePort } from '../../src/server/host/free-port.js';
import { runCommand } from '../support/server.js';

const APP = fileURLToPath(new URL('../support/led-app.mjs', import.meta.url));
const TIMED = fileURLToPath(new URL('../support/timed-app.mjs', import.meta.url));
const RUNS = Number(process.env['GREENROOM_RUNS'] ?? 2);

interface Told {
  readonly diary: readonly string[];
  readonly hours: number;
  readonly timeline: string;
}

async function run(): Promise<Told> {
  const flags = ['exec', '--quiet', '--lockstep', '--start', '2026-01-01T09:00:00Z'];
  const { stdout, stderr } = await runCommand([...flags, '--', process.execPath, APP]);
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Told;
}

describe('greenroom exec --lockstep', () => {
  test('has the timers of two processes and the events of the vendor happen in one order, in no time', async () => {
    const { diary, hours } = await run();
    expect(diary).toEqual([
      '09:00:00 begins',
      '09:00:00 joining',
      '09:00:06 joined_not_recording',
      '09:00:07 joined_recording',
      '09:10:07 worker sees joined_recording',
      '09:30:00 post_processing',
      '09:30:30 ended',
      '10:00:00 cron',
      '11:00:00 cron',
    ]);
    expect(hours).toBeCloseTo(2.5083, 3);
  });

  test('gives one and the same timeline in each run', async () => {
    const first = await run();
    for (let i = 1; i < RUNS; i++) expect(await run()).toEqual(first);
  }, 3_600_000);

  test('gives the same bytes as a room in the process of the app, with the same seed and app', async () => {
    // Both name one port: it stands in the timeline.
    const port = String(await freePort());
    const { stdout: within } = await promisify(execFile)(process.execPath, [TIMED, port]);
    const flags = ['exec', '--quiet', '--lockstep', '--clock', 'frozen', '--start', '2026-01-01T09:00:00Z'];
    const { stdout, stderr } = await runCommand([...flags, '--', process.execPath, TIMED, port]);
    expect([stderr, within.length > 1000]).toEqual(['', true]);
    expect(stdout).toBe(within);
  });

  test('needs a clock that can lead, and the probe', async () => {
    const child = ['--', process.execPath, '-e', ''];
    const live = await runCommand(['exec', '--quiet', '--lockstep', '--clock', 'live', ...child]);
    const without = await runCommand(['exec', '--lockstep', '--no-probe', ...child]);
    expect([live.code, live.stderr]).toEqual([2, expect.stringContaining('only a frozen or auto one can lead')]);
    expect([without.code, without.stderr]).toEqual([2, expect.stringContaining('Leave --no-probe out')]);
  });
});
