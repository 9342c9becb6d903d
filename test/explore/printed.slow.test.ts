import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { ExploreResult } from '../../src/explore.js';
import { botApp, greenroom, shareFolder } from './command-line.js';

shareFolder();

const PRINTS = fileURLToPath(new URL('apps/prints.mjs', import.meta.url));

const explored = async (bug: string, scenario: string, ...more: readonly string[]) => {
  const words = await botApp({}, PRINTS);
  const few = ['--executions', '3', '--scenario', scenario, ...more];
  return { words, ...(await greenroom(['explore', ...few, ...words], { bug })) };
};

test.each(['once', 'logs'])(
  'A finding shows what the app printed when it answered 500 (%s), without secrets and ids, and replay shows the same',
  async (bug) => {
    const { words, code, out, told } = await explored(bug, 'happy-path');
    expect(code, told).toBe(1);
    expect(out).toContain(
      '1. The app fails at bot.state_change joined_recording though nothing goes wrong, and takes it when it comes again (answers)',
    );
    expect(out).toMatch(
      /was 500\n {2}The app printed:\n {4}TypeError: no template for <agent> with …\n {8}at hear \(\S+prints\.mjs:\d+:\d+\)\n/,
    );
    expect(out).not.toMatch(/node:|Z (POST|GET)/);
    expect(out).toMatch(/joined_recording {2}500\n.*joined_recording attempt 2 {2}200/);
    const [, file] = /replay (\S+)/.exec(out)!;
    const again = await greenroom(['replay', file!, ...words], { bug });
    expect(again).toMatchObject({
      code: 1,
      out: expect.stringMatching(/The app printed:\n {4}TypeError: no template/),
    });
  },
);

test('What an app prints of a call that failed is shown beside what it left undone', async () => {
  const { out, told } = await explored('shouts', 'happy-path', '--executions', '30', '--json');
  const { findings } = JSON.parse(out) as ExploreResult;
  const found = findings.find(({ story }) => JSON.stringify(story.deviations).includes('listParticipants'));
  expect(found?.printed[0], told).toMatch(/^guests: .*Error: Attendee answered (503|429) to Token …$/);
});

test.each([
  ['exit', 'The process of the app ends, and it answers nobody any more', 'the process ended with 3', []],
  [
    'rejects',
    'The app throws where nobody catches it, which ends a process of Node',
    'the process ended with 1: RangeError: no such failure',
    [expect.stringContaining('RangeError'), expect.stringContaining('prints.mjs')],
  ],
])('An app that comes to its end (%s) is told with what it died of', async (bug, sentence, was, printed) => {
  const { out, told } = await explored(
    bug,
    'happy-path',
    '--scenario',
    'attendee-absent',
    '--executions',
    '8',
    '--json',
  );
  const { findings, notes } = JSON.parse(out) as ExploreResult;
  const found = findings.filter(({ story }) => story.scenario === 'attendee-absent');
  expect(found, told).toMatchObject([{ oracle: 'answers', sentence, was, printed, flaky: false }]);
  // A state that a dead app does not tell needs no note.
  expect(notes.join()).not.toContain('could not be read');
});

test('An app that dies though nothing goes wrong is not explored, and the error says of what it died', async () => {
  const { code, told } = await explored('rejects', 'attendee-absent');
  expect(code).toBe(2);
  expect(told).toMatch(
    /expected it to live through a meeting in which nothing goes wrong, but the process ended with 1: RangeError: no such failure\. .*\nThe app printed last:\n[^]*RangeError/,
  );
});
