import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { ExploreResult } from '../../src/explore.js';
import { KINDS } from '../../src/explore/stories/kinds.js';
import { freePort } from '../../src/server/host/free-port.js';
import { botApp, BOTS, greenroom, shareFolder } from './command-line.js';
import { makeFolder } from '../support/folder.js';

shareFolder();

const FORGETS = fileURLToPath(new URL('apps/forgets.mjs', import.meta.url));

const FEW = ['--executions', '2', '--scenario', 'happy-path', '--json'];

test('An app that knows webhooks by their state alone is found by a later meeting, and not taken for one of chance', async () => {
  const words = await botApp();
  const { code, out, told } = await greenroom(['explore', ...FEW, ...words], { bug: 'by-state' });
  expect(code, told).toBe(1);
  const { findings, notes } = JSON.parse(out) as ExploreResult;
  expect(findings).toMatchObject([
    {
      oracle: 'alike',
      sentence: 'The app does not treat a later meeting as the first',
      story: { earlier: 1, deviations: [] },
      flaky: false,
      differences: [{ pointer: '/state', expected: 'ended', was: 'scheduled' }],
      mistake: { name: 'dedupe by state' },
    },
  ]);
  expect(notes[0]).toMatch(/differ at \/state: .*, and apps that were started anew do not\. That is no chance: /);
  expect(notes.join()).not.toContain('own chance');

  const { file } = findings[0]!;
  const again = await greenroom(['replay', file!, ...words], { bug: 'by-state' });
  expect([again.code, again.out]).toEqual([1, expect.stringContaining('/state: expected "ended", was "scheduled"')]);
  const mended = await greenroom(['replay', file!, ...words]);
  expect([mended.code, mended.out]).toEqual([0, expect.stringMatching(/^The story \w+ passes\.\n$/)]);
});

test('A failure that is known by its state alone, and not noticed a second time, is told by an earlier meeting', async () => {
  const names = ['happy-path', 'crash-while-recording', 'crash-after-the-meeting'];
  const scenarios = names.flatMap((name) => ['--scenario', name]);
  const without = KINDS.flatMap(({ name }) => ['--without', name]);
  const { out, told } = await greenroom(
    ['explore', '--executions', '8', '--json', ...scenarios, ...without, ...(await botApp())],
    { bug: 'by-failure' },
  );
  expect((JSON.parse(out) as ExploreResult).findings, told).toMatchObject([
    { oracle: 'noticed', story: { earlier: 1, deviations: [] }, mistake: { name: 'dedupe by state' } },
  ]);
});

test.each([
  ['counts', /differ at \/meetings: 1 and 2, and apps that were started anew do not\. That is no chance, but what the/],
  [
    'dice',
    /differ at \/dice: .*, and so do apps that were started anew\. That is the app's own chance, or what its own clock has measured: --lockstep leads the clock of a Node app; it is left out/,
  ],
  [
    'clock',
    /differ at \/clock: .*, and so do apps that were started anew\. That is the app's own chance, or what its own clock has measured: --lockstep leads the clock of a Node app; it is left out/,
  ],
])('What an app keeps is told from its chance, and is no finding where no less is done: %s', async (bug, expected) => {
  const { code, out, told } = await greenroom(['explore', ...FEW, ...(await botApp())], { bug });
  const { findings, notes } = JSON.parse(out) as ExploreResult;
  expect([code, findings], told).toEqual([0, []]);
  expect(notes[0]).toMatch(expected);
});

test('A number that is chance though the clock is led is told as chance alone', async () => {
  const { out, told } = await greenroom(['explore', '--lockstep', ...FEW, ...(await botApp())], { bug: 'dice' });
  const { notes } = JSON.parse(out) as ExploreResult;
  expect(notes[0], told).toMatch(/differ at \/dice: .* That is the app's own chance; it is left out/);
});

test('What an app keeps in a file is told so, with what is probable and what would tell', async () => {
  const cwd = makeFolder();
  const { code, out, told } = await greenroom(['explore', ...FEW, ...(await botApp())], {
    bug: 'by-state-in-file',
    cwd,
  });
  expect(code, told).toBe(2);
  expect((JSON.parse(out) as ExploreResult).notes).toEqual([
    expect.stringMatching(/differ at \/state: .* That is probably no chance, but what the app keeps where no restart/),
    expect.stringMatching(/^A later meeting comes to less than the first: .* begin with an empty database/),
  ]);
});

test('Of an app that runs already it is said what is probable, and what would tell', async () => {
  const [url, ...words] = await botApp();
  const port = String(await freePort());
  const base = `http://127.0.0.1:${port}`;
  const env = { PORT: new URL(url!).port, ATTENDEE_BASE_URL: base, ATTENDEE_API_KEY: 'k'.repeat(32), BUG: 'by-state' };
  const running = spawn(process.execPath, [BOTS], { env: { ...process.env, ...env }, stdio: 'ignore' });
  const answers = (): Promise<boolean> =>
    fetch(url!).then(
      () => true,
      () => false,
    );
  await expect.poll(answers).toBe(true);
  const doors = words.slice(0, words.indexOf('--'));
  const { code, out, told } = await greenroom(['explore', url!, '--port', port, ...FEW, ...doors]);
  running.kill();
  expect(code, told).toBe(2);
  expect((JSON.parse(out) as ExploreResult).notes.slice(0, 2)).toEqual([
    expect.stringMatching(
      /differ at \/state: .* That is probably no chance, but what the app keeps from one execution/,
    ),
    expect.stringMatching(/^A later meeting comes to less than the first: .* Give the command of the app after --: /),
  ]);
});

test.each(['', '--ignore=/state'])(
  'A timer that is not cancelled is not taken for what the app keeps, and no failure that it shows for unnoticed: %s',
  async (flag) => {
    const words = await botApp({}, FORGETS);
    const scenarios = ['happy-path', 'attendee-absent'].flatMap((name) => ['--scenario', name]);
    const few = ['--lockstep', '--executions', '4', ...scenarios, ...(flag === '' ? [] : [flag]), '--json'];
    const { out, told } = await greenroom(['explore', ...few, ...words]);
    const { findings, notes, tried } = JSON.parse(out) as ExploreResult;
    expect(tried.scenarios).toBe(2);
    expect(notes.join(), told).not.toContain('differ at');
    expect(findings.map(({ oracle }) => oracle)).not.toContain('noticed');
  },
);
