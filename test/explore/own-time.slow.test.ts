import { expect, test } from 'vitest';
import { KIND_NAMES } from '../../src/explore/stories/kinds.js';
import { explore } from '../../src/explore.js';
import { explored as optionsFor } from './receivers/explored.js';
import { Notes } from './receivers/notes.js';
import { foundIn } from './receivers/replayed.js';
import { botApp, greenroom, POLLS, shareFolder, storyFile, WAITS } from './command-line.js';

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

test('A timer that is set again and again does not hide what a failed call left undone', async () => {
  const { findings, not_tried } = await explored('ticks');
  expect(findings.map(({ mistake }) => mistake.name)).toEqual(['gives up at once']);
  expect(not_tried.join('\n')).not.toContain('left undone');
});

test('An app that waits for longer than anybody waits for it is not judged, and the report says so', async () => {
  const { findings, not_tried } = await explored('minute');
  expect(findings).toEqual([]);
  expect(not_tried).toContainEqual(expect.stringMatching(/^what calls that failed left undone: .*--lockstep/));
  expect((await explored('minute', '--lockstep')).findings).toEqual([]);
});

test('A list in other pages is no call that failed: an app that reads the first alone is found whatever it waits for', async () => {
  const others = KIND_NAMES.filter((kind) => kind !== 'short-pages').flatMap((kind) => ['--without', kind]);
  const few = ['--executions', '4', '--scenario', 'happy-path', '--json', ...others];
  const { out, told } = await greenroom(['explore', ...few, ...(await botApp({}, WAITS))], { bug: 'first-page' });
  const { findings } = JSON.parse(out) as Told;
  expect(
    findings.map(({ mistake }) => mistake.name),
    told,
  ).toEqual(['first page alone']);
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

const FAILS = { times: 2, do: { rate_limit: { retry_after: 1 } } };

test('Time stands until an app that looks into an outbox now and then has made a failed call again', async () => {
  const story = (name: string, deviations: readonly object[]): string =>
    storyFile(name, { version: 1, provider: 'attendee', scenario: 'happy-path', seed: 1, deviations });
  const asked = story('asked.json', [{ at: { call: { operation: 'createBot' } }, ...FAILS }]);
  const moved = story('moved.json', [
    { at: { instant: '-9m' }, do: { reschedule: '15m' } },
    { at: { call: { operation: 'patchBot' } }, ...FAILS },
  ]);
  const app = await botApp({}, POLLS, true);
  for (const file of [asked, moved]) {
    expect(await greenroom(['replay', file, ...app])).toMatchObject({ code: 0 });
    expect(await greenroom(['replay', file, ...app], { bug: 'drops' })).toMatchObject({ code: 1 });
  }
});

test('No interval hides a call that is not made again, however often it was told to wait', async () => {
  const deviations = [{ at: { call: { operation: 'createBot' } }, ...FAILS, times: 3 }];
  const story = { version: 1, provider: 'attendee', scenario: 'happy-path', seed: 1, deviations };
  const words = ['replay', storyFile('often.json', story), ...(await botApp({}, POLLS))];
  expect(await greenroom(words)).toMatchObject({ code: 0 });
  expect(await greenroom(words, { bug: 'beats' })).toMatchObject({ code: 1 });
});

/** Bills by when messages arrive, in a time of its own, which stands here for a clock: beside another meeting they take longer now and then. */
class Bills extends Notes {
  static lives = 0;
  readonly #life = Bills.lives++;
  override state(id: string): unknown {
    return { ...(super.state(id) as object), seconds: this.disk.rows.size > 1 && this.#life % 2 === 0 ? 2 : 1 };
  }
}

test('A number that is not the same each time is told of the clock first, in an app that keeps its own time', async () => {
  const options = { ...optionsFor(Bills, 'attendee'), scenarios: ['happy-path'], executions: 6, without: KIND_NAMES };
  const { findings, text } = await explore({ ...options, lockstep: false });
  expect(findings).toMatchObject([{ story: { meetings: 2 }, flaky: true, mistake: { name: 'own clock' } }]);
  expect(text()).toMatch(
    /Probable mistake: Perhaps none: .* \/seconds is probably measured by its clock.* Try --lockstep.* If it still fails there: The app keeps one meeting/,
  );
});

/** The same, but in two lives of three. */
class BillsOften extends Notes {
  static lives = 0;
  readonly #life = BillsOften.lives++;
  override state(id: string): unknown {
    return { ...(super.state(id) as object), seconds: this.disk.rows.size > 1 && this.#life % 3 !== 1 ? 2 : 1 };
  }
}

test('A story of such a number that is replayed is told of the clock first, too', async () => {
  const [found] = await foundIn(BillsOften, { meetings: 2 }, { lockstep: false });
  expect(found).toMatchObject({ flaky: true, mistake: { name: 'own clock' } });
});
