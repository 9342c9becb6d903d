import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import { expect, test } from 'vitest';
import { embeddedIn } from '../support/embedded.js';
import { installGreenroom, app, botApp, greenroom, inFolder, shareFolder } from './command-line.js';

shareFolder();

test('explore writes its report as a page: the finding beside its quiet life, and no secret', async () => {
  const words = await app();
  const few = ['--executions', '4', '--scenario', 'happy-path', '--html', 'out/explore.html', '--secret', 'geheim-123'];
  const found = await greenroom(['explore', ...few, ...words], { bug: 'twice' });
  expect(found.code, found.told).toBe(1);
  expect(found.told).toContain('The report is in out/explore.html, too: open it in a browser.');
  const page = readFileSync(inFolder('out/explore.html'), 'utf8');
  expect(page).not.toContain('geheim-123');
  const { heads, lines, report } = embeddedIn(page);
  expect(heads.map(({ about: { beside, verdict } }) => [beside, verdict])).toEqual([
    [undefined, undefined],
    [0, '1. A message that comes again changes the state: happy-path; meeting_agent_complete complete comes twice'],
  ]);
  // The app lives on from one execution to the next, and each recording has one of them.
  expect(lines.map((told) => told.filter((line) => line.startsWith('POST /v1/meeting_agents')).length)).toEqual([1, 1]);
  expect(lines.map((told) => told.filter((line) => line.startsWith('meeting_agent_complete')).length)).toEqual([1, 2]);
  expect(heads[1]!.made).toMatchObject({ steps: [] });
  expect(report).toContain('1 finding in 4 executions');
  expect(report).toMatch(/Replay it: npx --no-install greenroom replay \S+ \S+ --secret '…'/);

  const { findings } = JSON.parse((await greenroom(['explore', '--json', ...few, ...words], { bug: 'twice' })).out);
  const replay = ['replay', findings[0].file, '--html', 'out/replay.html', ...words];
  expect((await greenroom(replay)).code).toBe(0);
  const passes = embeddedIn(readFileSync(inFolder('out/replay.html'), 'utf8'));
  expect(passes.heads[1]!.about.verdict).toMatch(/^1\. The story passes: /);
});

test('Where nothing is found, the page has the quiet life alone, with the report in words', async () => {
  const few = ['--executions', '4', '--scenario', 'happy-path', '--html', 'out/none.html'];
  const { code, told } = await greenroom(['explore', ...few, ...(await app())]);
  expect(code, told).toBe(0);
  const { title, heads, report } = embeddedIn(readFileSync(inFolder('out/none.html'), 'utf8'));
  expect([title, heads.map((head) => head.title)]).toEqual([
    'explore: nothing was found · greenroom',
    ['quiet life of happy-path'],
  ]);
  expect(report).toContain('Nothing was found in 4 executions');
});

test('A test for Jest is CommonJS, which Jest takes without a flag, and takes nothing but what Jest gives', async () => {
  const few = ['--executions', '4', '--scenario', 'happy-path', '--save', 'jest', '--write-test', 'jest', '--json'];
  const { out } = await greenroom(['explore', ...few, ...(await app())], { bug: 'twice' });
  const [{ hash }] = JSON.parse(out).findings;
  const made = readFileSync(inFolder(`jest/${hash}.test.cjs`), 'utf8');
  installGreenroom();
  const told: unknown[] = [];
  const globals = { expect, test: (...words: unknown[]) => void told.push(...words) };
  const load = (name: string): unknown => (name === '@jest/globals' ? globals : createRequire(import.meta.url)(name));
  // As Jest calls it.
  compileFunction(made, ['require', '__dirname', 'jest'])(load, inFolder('jest'), {});
  expect(told).toEqual([
    `The story ${hash} passes: A message that comes again changes the state`,
    expect.any(Function),
    60_000,
  ]);
});

test('SARIF has a finding under the rule of its oracle, in the file of its story', async () => {
  const few = ['--executions', '4', '--scenario', 'happy-path', '--reporter', 'sarif'];
  const { code, out } = await greenroom(['explore', ...few, ...(await app())], { bug: 'twice' });
  const [{ results, tool }] = JSON.parse(out).runs;
  expect(code).toBe(1);
  expect(results).toHaveLength(1);
  const [{ ruleId, level, locations }] = results;
  expect([ruleId, level]).toEqual(['idempotent', 'error']);
  expect(tool.driver.rules.map(({ id }: { id: string }) => id)).toContain(ruleId);
  const { uri } = locations[0].physicalLocation.artifactLocation;
  expect(existsSync(inFolder(uri)), uri).toBe(true);
});

test('A message that comes late stands where it came, and is missing where it comes in a quiet life', async () => {
  const few = ['--executions', '12', '--scenario', 'captcha'];
  const { out } = await greenroom(['explore', ...few, ...(await botApp())], { bug: 'calm' });
  expect(out).toContain('- bot.state_change staged comes after a later one: after bot.state_change joining\n');
  const late = [
    '         -30m → createBot  201',
    '  -           ← bot.state_change staged  200',
    '          +0s ← bot.state_change joining  200',
    '  +       +0s ← bot.state_change staged  200',
    '         +10s ← bot.state_change fatal_error blocked_by_captcha  200',
  ];
  expect(out).toContain(late.join('\n'));
});
