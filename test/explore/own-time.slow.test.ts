import { expect, test } from 'vitest';
import { KIND_NAMES } from '../../src/explore/stories/kinds.js';
import { botApp, greenroom, shareFolder, storyFile, WAITS } from './command-line.js';

shareFolder();

const WITHOUT = KIND_NAMES.filter((kind) => !kind.startsWith('call-')).flatMap((kind) => ['--without', kind]);
const FEW = ['--executions', '8', '--scenario', 'happy-path', '--json', ...WITHOUT];

interface Told {
  readonly findings: readonly { readonly mistake: { readonly name: string }; readonly file: string }[];
  readonly not_tried: readonly string[];
}

async function explored(bug: string, ...more: string[]): Promise<Told> {
  const { out, told } = await greenroom(['explore', ...FEW, ...more, ...(await botApp({}, WAITS))], { bug });
  expect(told).not.toContain('Failed');
  return JSON.parse(out) as Told;
}

test('An app that waits as long as it is told, in a time of its own, is not blamed for it', async () => {
  const { findings, not_tried } = await explored('');
  expect(findings).toEqual([]);
  expect(not_tried.join('\n')).not.toContain('left undone');
});

test('An app that never makes a failed call again is found though its time is its own, and replayed so', async () => {
  const { findings } = await explored('never');
  expect(findings.map(({ mistake }) => mistake.name)).toEqual(['gives up at once']);
  const words = ['replay', findings[0]!.file, ...(await botApp({}, WAITS))];
  expect(await greenroom(words, { bug: 'never' })).toMatchObject({
    code: 1,
    out: expect.stringContaining('(one failed call is enough, and it is not made again)'),
  });
  expect(await greenroom(words)).toMatchObject({ code: 0 });
});

test('An app that waits for longer than anybody waits for it is not judged, and the report says so', async () => {
  const { findings, not_tried } = await explored('minute');
  expect(findings).toEqual([]);
  expect(not_tried).toContainEqual(expect.stringMatching(/^what calls that failed left undone: .*--lockstep/));
  expect((await explored('minute', '--lockstep')).findings).toEqual([]);
});

test('A story of a long wait that is replayed in the time of the app itself is not judged, and says so', async () => {
  const story = storyFile('long.json', {
    version: 1,
    provider: 'attendee',
    scenario: 'happy-path',
    seed: 1,
    deviations: [{ at: { call: { operation: 'getTranscript' } }, do: { rate_limit: { retry_after: 30 } } }],
  });
  const words = ['replay', story, ...(await botApp({}, WAITS))];
  expect(await greenroom(words)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^What the failed call left undone was not judged: .*--lockstep/),
  });
  expect(await greenroom(words, { bug: 'never' })).toMatchObject({ code: 1 });
  // Without the probe nobody knows what it waits for.
  expect(await greenroom([...words.slice(0, 2), '--no-probe', ...words.slice(2)], { bug: 'never' })).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^What the failed call left undone was not judged/),
  });
});
