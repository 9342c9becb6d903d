import { expect, test } from 'vitest';
import { explore } from '../../src/explore.js';
import type { Row } from '../explore/receivers/app.js';
import { BROKEN } from '../explore/receivers/broken.js';
import { explored } from '../explore/receivers/explored.js';
import { Notes } from '../explore/receivers/notes.js';

const { GREENROOM_SEEDS: given, GREENROOM_RUNS: runs } = process.env;
/** `GREENROOM_SEEDS=20` takes the median over so many seeds: each of them takes minutes. */
const SEEDS = Number(given ?? 0);
/** `npm run laws` has it. */
const whenLong = test.runIf(given !== undefined || runs !== undefined);
const EXECUTIONS = 300;

/** Of an even number, the smaller of the two in the middle. */
const medianOf = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)]!;

class Found extends Error {}

/** Whether anything is found; it stops there. */
async function isFound({ App, vendor }: (typeof BROKEN)[number], blunt: boolean, seed: number): Promise<boolean> {
  const progress = (line: string): void => {
    if (!/ 0 findings/.test(line)) throw new Found();
  };
  try {
    const { findings } = await explore({
      ...explored(App, vendor, { blunt }),
      executions: EXECUTIONS,
      seed,
      progress,
    });
    return findings.length > 0;
  } catch (error) {
    if (error instanceof Found) return true;
    throw error;
  }
}

test.runIf(SEEDS > 0).for([
  { what: 'a state', blunt: false, aim: 1 },
  { what: 'answers and calls alone', blunt: true, aim: 0.6 },
])('Of the broken receivers, those that should be are found by $what', { timeout: 1e8 }, async ({ blunt, aim }) => {
  const shares: number[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    let found = 0;
    for (const one of BROKEN) if (await isFound(one, blunt, seed)) found++;
    shares.push(found / BROKEN.length);
  }
  console.log(`over ${SEEDS} seeds: median ${medianOf(shares).toFixed(2)}, worst ${Math.min(...shares).toFixed(2)}`);
  expect(medianOf(shares)).toBeGreaterThanOrEqual(aim);
});

test.runIf(SEEDS > 0)('What is found of the broken receivers shrinks to a short story', { timeout: 1e8 }, async () => {
  const deviations: number[] = [];
  const executions: number[] = [];
  for (const { App, vendor } of BROKEN) {
    const { findings } = await explore({ ...explored(App, vendor), executions: EXECUTIONS });
    deviations.push(...findings.map(({ story }) => story.deviations.length));
    executions.push(...findings.map(({ shrunk_in }) => shrunk_in));
  }
  const worst = `${Math.max(...deviations)} deviations, ${Math.max(...executions)} executions`;
  console.log(
    `${deviations.length} findings: ${medianOf(deviations)} deviations, ${medianOf(executions)} executions; at worst ${worst}`,
  );
  expect(medianOf(deviations)).toBeLessThanOrEqual(3);
  expect(medianOf(executions)).toBeLessThanOrEqual(30);
});

whenLong('An app that never comes to rest is told so', async () => {
  class Endless extends Notes {
    #isOver = false;
    override advance(row: Row, status: string): void {
      if (status !== 'recording') return;
      void (async () => {
        while (!this.#isOver) await this.client.look!(row).catch(() => undefined);
      })();
    }
    override close(): void {
      this.#isOver = true;
      super.close();
    }
  }
  const exploring = explore({ ...explored(Endless, 'attendee'), scenarios: ['happy-path'], executions: 4 });
  await expect(exploring).rejects.toThrow(/Failed to bring the app to rest: .* Have it wait before it calls again/);
});
