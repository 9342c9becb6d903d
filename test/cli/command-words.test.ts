import { describe, expect } from 'vitest';
import { control, test } from '../support/room.js';
import { runHere } from '../support/run-here.js';

/** Commands that are mistaken, and what they say; `URL` is where the room is. */
const MISTAKES: readonly (readonly [words: string, said: string])[] = [
  ['clock advance 5mm', 'Failed to read the word after "advance": expected a duration such as "90s"'],
  ['clock advance -5m', 'time goes forwards alone, was "-5m". greenroom rewind --to INSTANT goes back'],
  ['clock advance 2020-01-01T00:00:00Z', 'an advance goes forwards alone. greenroom rewind goes back'],
  ['clock until idle --within 5x', 'Failed to read --within: expected a duration'],
  ['clock until idle --within 99999999d', 'Failed to read --within: expected a duration'],
  ['clock until webhook --type bot.stat_change', 'Failed to read --type: expected one of '],
  ['rewind --to yesterday', 'Failed to read --to: expected an ISO 8601 instant'],
  ['rewind --to 2030-01-01T00:00:00Z', 'greenroom clock advance goes forwards.'],
  ['rewind --before req_9', 'greenroom timeline --kind request lists them.'],
  ['rewind --checkpoint nope', 'there is none. greenroom checkpoint --list lists them.'],
  ['rewind start', 'expected flags alone, was also "start". Did you mean --checkpoint start?'],
  ['rewind req_3', 'Did you mean --before req_3?'],
  ['rewind 2026-01-01T09:00:00Z', 'Did you mean --to 2026-01-01T09:00:00Z?'],
  ['changes paid', 'Did you mean --since paid?'],
  ['changes --since paid', 'greenroom checkpoint --list lists them.'],
  ['checkpoint .', 'Failed to read the name of the checkpoint: expected a name of at most 100 characters'],
  ['timeline --kind transitions', 'Failed to read --kind: expected one of '],
  ['timeline all', 'expected flags alone, was also "all". greenroom timeline --help lists them.'],
  ['clock --workspace nope', 'there is none. curl URL/_greenroom/workspaces lists them.'],
];

describe('What a running greenroom refuses is said in the words of the command line:', () => {
  for (const [words, said] of MISTAKES)
    test(words, async ({ room }) => {
      const { code, stdout, stderr } = await runHere([...words.split(' '), '--url', room.url]);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr.replaceAll(room.url, 'URL')).toContain(said);
      expect(stderr).toMatch(/^Failed to .+\n$/);
      expect(stderr).not.toMatch(/(GET|POST|PATCH|DELETE) \/|\bat \//);
    });

  test('a hold that somebody has, too', async ({ room }) => {
    await control(room, 'POST', '/clock/hold', { reason: 'upload' });
    const { stdout } = await runHere(['clock', '--url', room.url]);
    expect(stdout).toContain(`curl -X DELETE ${room.url}/_greenroom/clock/hold/ID releases a hold.`);
  });
});

test('A timeline without an entry says so, and what was asked for', async ({ room }) => {
  const asked = async (...words: string[]) => {
    const { code, stdout, stderr } = await runHere(['timeline', ...words, '--url', room.url]);
    return [code, stdout, stderr];
  };
  expect([await asked(), await asked('--subject', 'bot_nobody', '--kind', 'request')]).toEqual([
    [0, '', 'The timeline has no entry yet.\n'],
    [0, '', 'The timeline has no entry with --subject bot_nobody --kind request.\n'],
  ]);
});
