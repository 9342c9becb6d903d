import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ExploreResult } from '../../src/explore.js';
import { app, botApp, greenroom, inFolder, KEEPS, runTest, shareFolder, STORY, storyFile } from './command-line.js';

shareFolder();

test('explore finds a bug of an app that it starts, and replay tells when it is mended', async () => {
  const words = await app();
  const few = ['--executions', '4', '--scenario', 'happy-path', '--write-test', 'node', '--json'];
  const found = await greenroom(['explore', ...few, ...words], { bug: 'twice' });
  expect(found.code, found.told).toBe(1);
  const { findings, executions, tried } = JSON.parse(found.out);
  expect(executions).toBe(4);
  expect(tried).toMatchObject({ scenarios: 1 });
  expect(findings.map(({ oracle }: { oracle: string }) => oracle)).toEqual(['idempotent']);
  const { file, hash } = findings[0];
  expect(readdirSync(inFolder('greenroom-stories')).sort()).toEqual([`${hash}.json`, `${hash}.test.mjs`]);
  expect(file).toBe(`greenroom-stories/${hash}.json`);
  expect(found.told).toMatch(/^Found: A message that comes again changes the state: happy-path; /m);
  expect(found.told).not.toContain('killed');
  expect(readFileSync(inFolder(`greenroom-stories/${hash}.test.mjs`), 'utf8')).not.toMatch(
    /executions|scenario|write-test/,
  );
  expect([runTest(hash, 'twice'), runTest(hash, '')]).toEqual([1, 0]);
  const again = await greenroom(['replay', findings[0].file, ...words], { bug: 'twice' });
  expect(again.code, again.told).toBe(1);
  expect(again.out).toContain('/mails: expected 1, was 2');
  expect(await greenroom(['replay', findings[0].file, ...words], { bug: 'twice' })).toMatchObject({ out: again.out });
  const mended = await greenroom(['replay', findings[0].file, ...words]);
  expect(mended).toMatchObject({ code: 0, out: `The story ${findings[0].hash} passes.\n` });
});

test('A story fails again and again in an app that keeps what it has heard in earlier runs, and passes once it is mended', async () => {
  const words = await botApp({}, KEEPS);
  const few = ['--executions', '4', '--scenario', 'happy-path', '--json'];
  const found = await greenroom(['explore', ...few, ...words]);
  const { findings } = JSON.parse(found.out) as { findings: { file: string }[] };
  const replayed = () => greenroom(['replay', findings[0]!.file, ...words]);
  const [once, again] = [await replayed(), await replayed()];
  expect(once.out).toContain('/mails: expected 1, was 2');
  expect(again, again.told).toEqual(once);
  expect(await greenroom(['replay', findings[0]!.file, ...words], { bug: 'none' })).toMatchObject({ code: 0 });
});

test('Apps of several workers may share what they keep: no id and no meeting comes to two of them', async () => {
  const scenarios = ['happy-path', 'attendee-absent'].flatMap((name) => ['--scenario', name]);
  const without = ['call-refused-after', 'call-truncated', 'call-cut-off'].flatMap((kind) => ['--without', kind]);
  const options = ['--workers', '2', '--executions', '40', ...scenarios, ...without, '--json'];
  const { out, told } = await greenroom(['explore', ...options, ...(await botApp({}, KEEPS))], { bug: 'none' });
  const { findings } = JSON.parse(out) as ExploreResult;
  expect(
    findings.map(({ oracle }) => oracle),
    told,
  ).not.toContain('acts');
});

test('With one seed each run gives out the same ids', async () => {
  const words = await botApp();
  const idsIn = async (page: string): Promise<readonly string[]> => {
    const few = ['--executions', '4', '--scenario', 'captcha', '--seed', '5', '--html', page];
    const { code, told } = await greenroom(['explore', ...few, ...words], { bug: 'calm' });
    expect(code, told).toBe(1);
    return readFileSync(inFolder(page), 'utf8').match(/bot_\w{16}/g)!;
  };
  const [once, again] = [await idsIn('once.html'), await idsIn('again.html')];
  expect(again).toEqual(once);
});

test('A failure that goes unnoticed is found, and fails in replay and in its test until the app notices it', async () => {
  const words = await app();
  const few = ['--executions', '3', '--scenario', 'captcha', '--write-test', 'node', '--json'];
  const found = await greenroom(['explore', ...few, ...words], { bug: 'calm' });
  expect(found.code, found.told).toBe(1);
  const { findings } = JSON.parse(found.out) as { findings: { oracle: string; file: string; hash: string }[] };
  expect(findings.map(({ oracle }) => oracle)).toEqual(['noticed']);
  const [{ file, hash }] = findings as [(typeof findings)[0]];
  const again = await greenroom(['replay', file, ...words], { bug: 'calm' });
  expect(again.code, again.out + again.told).toBe(1);
  expect(again.out).toContain('The app does not notice that the meeting ended in');
  expect(await greenroom(['replay', file, ...words])).toMatchObject({ code: 0 });
  expect([runTest(hash, 'calm'), runTest(hash, '')]).toEqual([1, 0]);
});

test.each([
  [[], true],
  [['--lockstep'], false],
  [['--no-probe'], false],
])(
  'explore says what lockstep would add where the app could follow the clock and does not (%j)',
  async (flags, isSaid) => {
    const words = await botApp();
    const { told, out } = await greenroom(['explore', ...flags, '--executions', '1', ...words]);
    expect(
      told.match(/^The app keeps its own time\. With --lockstep its clock and its timers follow: /m) !== null,
      told,
    ).toBe(isSaid);
    expect(out.includes('lost: the app could not mend what it missed, for it keeps its own time')).toBe(
      !flags.includes('--lockstep'),
    );
  },
);

test('An app that goes on about meetings that are over is not blamed for it in other stories', async () => {
  const words = await botApp();
  const scenarios = ['happy-path', 'attendee-absent', 'crash-while-recording'].flatMap((name) => ['--scenario', name]);
  const few = ['--lockstep', '--executions', '40', ...scenarios, '--json'];
  const found = await greenroom(['explore', ...few, ...words], { bug: 'polls' });
  expect(found.code, found.told).toBe(1);
  const { findings, notes } = JSON.parse(found.out) as {
    findings: { oracle: string; file: string; story: { scenario: string; deviations: unknown[] } }[];
    notes: string[];
  };
  expect(findings.map(({ oracle }) => oracle)).not.toContain('rest');
  const noticed = findings.find(({ oracle }) => oracle === 'noticed')!;
  expect(noticed.story).toMatchObject({ scenario: 'attendee-absent', deviations: [] });
  expect(notes.join('\n')).toMatch(
    /still calls the vendor an hour after the end of attendee-absent, .*crash-while-recording/,
  );
  for (const { file } of findings)
    expect(await greenroom(['replay', file, ...words], { bug: 'polls' }), file).toMatchObject({ code: 1 });
});

test('A story that was found in lockstep is replayed in it; another says what cannot be judged without', async () => {
  const words = await botApp();
  const { code, out } = await greenroom(['explore', '--lockstep', '--executions', '8', '--json', ...words]);
  const { findings } = JSON.parse(out) as { findings: { oracle: string; file: string; story: object }[] };
  expect([code, findings.map(({ oracle }) => oracle)]).toEqual([1, expect.arrayContaining(['converges'])]);
  const { file, story } = findings.find(({ story }) => JSON.stringify(story).includes('drop'))!;
  expect(await greenroom(['replay', file, ...words])).toMatchObject({ code: 1 });
  const unled = storyFile('unled.json', { ...story, lockstep: undefined });
  expect(await greenroom(['replay', unled, ...words])).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^The state was not judged: a message never comes, .* Play it with --lockstep\.\n/),
  });
});

test.each([
  ['asks for nothing', 'twice', app, '5', ['happy-path']],
  ['calls the vendor', 'calm', botApp, '40', ['happy-path', 'attendee-absent', 'captcha', 'crash-while-recording']],
])('Two workers find what one finds in an app that %s', async (_, bug, words, executions, scenarios) => {
  const few = ['--executions', executions, ...scenarios.flatMap((name) => ['--scenario', name])];
  const explored = async (...more: string[]): Promise<string> => {
    const { out } = await greenroom(['explore', ...few, ...more, ...(await words())], { bug });
    // Each has a port of its own.
    return out.replace(/^ +Replay it:.*\n/gm, '').replace(/127\.0\.0\.1:\d+/g, 'app');
  };
  const one = await explored();
  expect(one).toMatch(/^1\. /m);
  expect(await explored('--workers', '2')).toBe(one);
});

test('A story of an older greenroom says what its quiet life has lost and won', async () => {
  const life = ['meeting_agent_activated created', 'meeting_agent_left'];
  const old = storyFile('old.json', { ...STORY, greenroom: '0.0.1', life });
  const { code, out } = await greenroom(['replay', old, ...(await app())]);
  expect(code).toBe(0);
  expect(out).toMatch(
    /^greenroom 0\.0\.1 wrote this story, and with \S+ its quiet life has other webhooks\. No more: meeting_agent_left\. New: meeting_agent_complete complete\.$/m,
  );
});

test('An app whose webhooks stand in the dashboard gets them at its URL, and those of the settings file where that has some', async () => {
  const words = await botApp({ dashboard: true });
  const few = ['--executions', '3', '--scenario', 'happy-path'];
  expect(await greenroom(['explore', ...few, ...words])).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^Nothing was found in 3 executions/m),
  });
  const elsewhere = [{ url: 'https://elsewhere.example/hooks', triggers: ['bot.state_change'] }];
  const config = storyFile('elsewhere.json', { attendee: { project_webhooks: elsewhere } });
  const refused = await greenroom(['explore', ...few, '--config', config, ...words]);
  expect([refused.code, refused.told]).toEqual([2, expect.stringContaining('expected webhooks to reach it, but none')]);
});

test('An app whose loop never ends is found out, and ended for it', async () => {
  const story = storyFile('copy.json', {
    ...STORY,
    provider: 'attendee',
    deviations: [{ at: { delivery: { type: 'bot.state_change', state: 'ended' } }, do: { duplicate: 1 } }],
  });
  const words = await botApp();
  const { code, out, told } = await greenroom(['replay', story, ...words], { bug: 'hangs' });
  expect(code, told).toBe(1);
  expect(out).toMatch(/^1\. The app holds up its event loop for good, and answers nobody any more/m);
  expect(out).toContain('was no answer within 5 s, after which the process was ended');
  expect(out).toContain('Probable mistake: A loop that does not end');
  expect(await greenroom(['replay', story, ...words])).toMatchObject({ code: 0 });
});
