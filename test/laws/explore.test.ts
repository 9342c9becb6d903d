import { expect, test } from 'vitest';
import { explore } from '../../src/explore.js';
import { CORRECT } from '../explore/receivers/correct.js';
import { explored } from '../explore/receivers/explored.js';

/** `GREENROOM_EXECUTIONS=300 GREENROOM_SEED=2` plays 10,200 of another seed. */
const LONG = process.env['GREENROOM_EXECUTIONS'] ?? (process.env['GREENROOM_RUNS'] === undefined ? undefined : 15);
const EXECUTIONS = Number(LONG ?? 4);
const SEED = Number(process.env['GREENROOM_SEED'] ?? 1);
/** In a hurry, the state alone: with it answers and calls are judged as well. */
const WAYS = CORRECT.flatMap((one) => [
  { ...one, blunt: false, judged: 'by its state' },
  ...(LONG === undefined ? [] : [{ ...one, blunt: true, judged: 'by its answers and calls' }]),
]);

test.for(WAYS)('A receiver that is right is left alone: $style, $vendor, $judged', async ({ App, vendor, blunt }) => {
  const report = await explore({ ...explored(App, vendor, { blunt }), executions: EXECUTIONS, seed: SEED });
  expect(report.findings, report.text()).toEqual([]);
  expect(report.executions).toBe(EXECUTIONS);
});
