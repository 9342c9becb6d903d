import { expect, test } from 'vitest';
import { runHere } from '../support/run-here.js';
import { runCommand } from '../support/server.js';

test('How a story is played is told before there is one', async () => {
  const { code, stdout } = await runHere(['replay', 'no-such-story.json', '--help']);
  expect([code, stdout]).toEqual([0, expect.stringContaining('greenroom replay STORY.json plays a story')]);
  const missing = await runHere(['replay', 'no-such-story.json', '--', 'app', '--help']);
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('there is no such file')]);
});

test('The help of coverage says once what counts without a workspace', async () => {
  const { stdout } = await runHere(['coverage', '--help']);
  expect(stdout).toContain('--workspace ID           what this one has seen (all that the server has seen)\n');
  expect(stdout).not.toContain('(default)');
});

test('The variables for a port that nobody knows yet are refused', async () => {
  const { code, stdout, stderr } = await runHere(['env', '--port', '0']);
  expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining('Ask it then: greenroom env --url URL.')]);
});

test('A command on a live clock is told one instant to repeat it', async () => {
  const { stderr } = await runCommand(['exec', '--clock', 'live', '--', 'true']);
  const [, from, again] = /clock live from (\S+) \(to repeat the run: --start (\S+)\)/.exec(stderr)!;
  expect(again).toBe(from);
});
