import { describe, expect, test, vi } from 'vitest';
import { withRoom } from '../../src/testing.js';
import { Project } from '../support/project.js';

const GIVES =
  "withRoom gives a test, which is to be handed to the runner, test('…', withRoom(…)), or called, await withRoom(…)()";

/** What a file of tests of node:test, which are run, says beside its report. */
function saidBy(tests: string): string {
  using project = new Project({
    'bot.test.mjs': `import { describe, test } from 'node:test';\nimport { withRoom } from 'greenroom/testing';\n${tests}`,
  });
  project.installGreenroom();
  const { code, stderr } = project.run(process.execPath, ['bot.test.mjs']);
  expect(code).toBe(0);
  return stderr.replaceAll(/file:\S+\//g, '');
}

describe('A test of withRoom that is made while another runs, where no runner takes it, and never called', () => {
  test('is told of when the process ends, and those are not that were handed over and left out', () => {
    const tests = [
      `test('handed over', withRoom(async (room) => void (await room.clock.now())));`,
      `test.skip('left out', withRoom(() => {}));`,
      `describe('in', () => describe('groups', () => void test.skip('left out', withRoom(() => {}))));`,
      `test('called', async () => { const run = withRoom(() => {}); await new Promise(setImmediate); await run(); });`,
      `test('of groups', async (t) => void (await t.test('handed over', withRoom(() => {}))));`,
      `test('refused', async () => void (await Promise.resolve(withRoom(() => {})).catch(() => {})));`,
      `test('forgotten', () => void withRoom(() => {}));`,
      `test('forgotten later', async () => { await new Promise(setImmediate); withRoom(() => {}); });`,
    ];
    expect(saidBy(tests.join('\n'))).toBe(
      `2 tests of withRoom, the first made at TestContext.<anonymous> (bot.test.mjs:9:30), did not run: ${GIVES}.\n`,
    );
    expect(saidBy(tests.slice(0, -2).join('\n'))).toBe('');
  });

  test('fails the other under Jest, which knows which one that is', async () => {
    const suppressedErrors: Error[] = [];
    const state: { currentTestName?: string; suppressedErrors: Error[] } = { suppressedErrors };
    vi.stubGlobal('expect', { getState: () => state });
    const before = withRoom(() => undefined);
    state.currentTestName = 'the other';
    const called = withRoom(() => undefined);
    withRoom(() => undefined);
    await called();
    vi.unstubAllGlobals();
    expect(before).toBeTypeOf('function');
    expect(suppressedErrors).toEqual([
      expect.objectContaining({ message: `Failed to run the test: ${GIVES}; it was neither.` }),
    ]);
    expect(suppressedErrors[0]!.stack).toMatch(/\n +at .*unrun\.test\.ts/);
  });
});
