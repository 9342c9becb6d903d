import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeFolder } from '../support/folder.js';
import { har } from '../support/har.js';
import { runHere, type Ended } from '../support/run-here.js';
import { createBot } from '../support/traffic.js';

let folder: string;
beforeEach(() => {
  folder = makeFolder();
  put('good.har', har([createBot({})]));
  put('faulty.har', har([createBot({ bot_name: true })]));
  put('broken.har', '{"log":{"entries":[');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const put = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const textOf = (name: string): string => readFileSync(join(folder, name), 'utf8');
const greenroom = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  runHere(args, { cwd: folder, env: { GITHUB_STEP_SUMMARY: '', ...env } });

/** Every reporter, each with a file of its own. */
const ALL = ['pretty', 'json', 'junit', 'sarif', 'github'].flatMap((name) => ['--reporter', `${name}=old.${name}`]);

/** Every report says that the check could not be made, and why; none says that all is well. */
function expectUnmade(why: string): void {
  expect(textOf('old.pretty')).toContain('✗ The check could not be made');
  expect(textOf('old.pretty')).toContain(why);
  expect(JSON.parse(textOf('old.json'))).toMatchObject({
    rules: [],
    unmade: expect.arrayContaining([expect.objectContaining({ message: expect.stringContaining(why) })]),
  });
  expect(textOf('old.junit')).toMatch(/failures="0" errors="[12]"[^]*<error type="not-checked" message="/);
  const [run] = JSON.parse(textOf('old.sarif')).runs;
  expect([run.results, run.invocations]).toEqual([
    [],
    [
      expect.objectContaining({
        executionSuccessful: false,
        toolExecutionNotifications: expect.arrayContaining([
          expect.objectContaining({ level: 'error', message: { text: expect.stringContaining(why) } }),
        ]),
      }),
    ],
  ]);
  expect(textOf('old.github')).toMatch(/^::error .*title=greenroom \S+ ?\S*::/);
}

describe('A check that cannot be made leaves no report of an earlier run', () => {
  const HOOKS = 'http://127.0.0.1:1/hooks/cronofy';
  test.each<[what: string, args: readonly string[], why: string]>([
    ['a file that is broken', ['check', 'traffic', 'broken.har'], 'Failed to read broken.har: '],
    ['a file that is not there', ['check', 'traffic', 'none.har'], 'Failed to read none.har: '],
    ['two files that are not there', ['check', 'traffic', 'none.har', 'neither.har'], 'Failed to read none.har: '],
    ['no file', ['check', 'traffic'], 'Failed to check traffic: expected a file'],
    ['a rule that there is not', ['check', 'traffic', 'good.har', '--off', 'nope'], 'Failed to switch off "nope"'],
    ['a flag that there is not', ['check', 'traffic', 'good.har', '--nope'], 'there is no flag --nope'],
    ['a flag without its value', ['check', 'traffic', 'good.har', '--off'], 'expected a value for --off'],
    ['another reporter that is wrong', ['check', 'traffic', 'good.har', '--reporter', 'nope'], 'report as "nope"'],
    ['a place that cannot be written', ['check', 'traffic', 'good.har', '--reporter', 'json=.'], 'Failed to write'],
    ['a level that there is not', ['check', 'traffic', 'good.har', '--fail-on', 'all'], 'for --fail-on, was "all"'],
    ['a kind that there is not', ['check', 'trafic', 'good.har'], 'Failed to check "trafic"'],
    ['no kind', ['check'], 'Failed to check'],
    [
      'a receiver that nobody reaches',
      ['check', 'receiver', HOOKS, '--provider', 'cronofy', '--secret', 's'.repeat(40)],
      'nobody does',
    ],
    ['an API without a key', ['check', 'provider', 'http://127.0.0.1:1', '--provider', 'attendee'], 'expected a key'],
    ['a folder that is not there', ['check', 'scenarios', 'stories'], 'there is no file or folder stories'],
    ['versions that there are not', ['check', 'drift', '1..2'], 'Failed to check the drift'],
    [
      'settings that cannot be read',
      ['check', 'traffic', 'good.har', '--config', 'none.mjs'],
      'there is no file none.mjs',
    ],
    ['an app that nobody reaches', ['explore', HOOKS, '--executions', '1'], 'Failed to'],
    ['a search without an app', ['explore', '--executions', '1'], 'was none'],
  ])('%s', async (_, args, why) => {
    for (const name of ['pretty', 'json', 'junit', 'sarif', 'github']) put(`old.${name}`, 'all is well');
    const { code, stdout, stderr } = await greenroom([...args, ...ALL]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(why);
    expectUnmade(why);
  });

  test('nor do the annotations and the summary stay away', async () => {
    const env = { GITHUB_STEP_SUMMARY: join(folder, 'summary.md') };
    const args = ['check', 'traffic', 'broken.har', '--reporter', 'pretty', '--reporter', 'github'];
    const { stdout } = await greenroom(args, env);
    expect(stdout).toMatch(/^::error file=broken\.har,title=greenroom check traffic::Failed to read broken\.har: /);
    expect(textOf('summary.md')).toMatch(/The check could not be made\.\n\n- ✗ Failed to read broken\.har: /);
  });

  test('one that is under way has no report but that it has not ended', async () => {
    put('old.xml', 'all is well');
    let between: string | undefined;
    const app = createServer((_, response) => {
      between ??= textOf('old.xml');
      response.end();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => app.once('listening', resolve));
    const url = `http://127.0.0.1:${(app.address() as AddressInfo).port}/`;
    const secret = ['--provider', 'cronofy', '--secret', 's'.repeat(40)];
    await greenroom([
      'check',
      'receiver',
      url,
      ...secret,
      '--reporter',
      'junit=old.xml',
      '--reporter',
      'json=new.json',
    ]);
    await new Promise((resolve) => app.close(resolve));
    expect(between).toContain('errors="1"');
    expect(between).toContain('The check was begun, and has not come to its end.');
    expect(textOf('old.xml')).toContain('errors="0"');
  });

  test('a password that a URL holds is in none of them', async () => {
    const url = 'http://me:very-secret@127.0.0.1:1/';
    await greenroom(['check', 'receiver', url, '--provider', 'cronofy', '--secret', 's'.repeat(40), ...ALL]);
    for (const name of ['pretty', 'json', 'junit', 'sarif', 'github'])
      expect(textOf(`old.${name}`)).not.toContain('very-secret');
  });
});

describe('What cannot be read of several files', () => {
  const FILES = ['faulty.har', 'broken.har', 'none.har', 'good.har'];

  test('is told beside what the others show', async () => {
    const { code, stdout, stderr } = await greenroom(['check', 'traffic', ...FILES, ...ALL]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^Failed to read broken\.har: .*\nFailed to read none\.har: .*\n$/);
    const report = JSON.parse(textOf('old.json'));
    expect(report.findings).toMatchObject([{ rule: 'request-body', where: { file: 'faulty.har' } }]);
    expect(report.unmade).toMatchObject([{ file: 'broken.har' }, { file: 'none.har' }]);
    expect(report.summary).toContain('with Attendee');
    expect(textOf('old.junit')).toMatch(/failures="1" errors="2"/);
    expect(textOf('old.junit')).toContain('<testcase name="check of broken.har" classname="greenroom.traffic"');
    const [run] = JSON.parse(textOf('old.sarif')).runs;
    expect([run.results.length, run.invocations[0].executionSuccessful]).toEqual([1, false]);
    expect(run.invocations[0].toolExecutionNotifications[0].locations[0].physicalLocation.artifactLocation.uri).toBe(
      'broken.har',
    );
    expect(textOf('old.github').match(/^::error file=\w+\.har/gm)).toEqual([
      '::error file=broken.har',
      '::error file=none.har',
      '::error file=faulty.har',
    ]);
    expect(textOf('old.pretty')).toContain('✗ Found 1 error; 2 files could not be checked');
  });

  test('is told once to a person, in the report', async () => {
    const { code, stdout, stderr } = await greenroom(['check', 'traffic', ...FILES]);
    expect([code, stderr]).toEqual([2, '']);
    expect(stdout.match(/Failed to read broken\.har/g)).toHaveLength(1);
  });

  test('takes nothing from what was read of the file before its end', async () => {
    put('cut.har', har([createBot({ bot_name: true }), createBot({})]).slice(0, -3));
    const { code, stdout } = await greenroom(['check', 'traffic', 'cut.har']);
    expect([code, stdout]).toEqual([2, expect.stringContaining('✗ Found 1 error; 1 file could not be checked')]);
  });

  test('keeps scenarios and recordings of drift from nothing either', async () => {
    put('story.json', '{"description":"x","lobbby":{}}');
    const scenarios = await greenroom(['check', 'scenarios', 'none.json', 'story.json', '--reporter', 'json']);
    expect(JSON.parse(scenarios.stdout)).toMatchObject({
      findings: [{ rule: 'invalid-scenario' }],
      unmade: [{ file: 'none.json' }],
    });
    const recordings = ['--recording', 'broken.har', '--recording', 'faulty.har'];
    const drift = await greenroom(['check', 'drift', '1.64.1..1.81', ...recordings, '--reporter', 'json']);
    expect(JSON.parse(drift.stdout).unmade).toMatchObject([{ file: 'broken.har' }]);
    expect([scenarios.code, drift.code]).toEqual([2, 2]);
  });
});

describe('A report does not take the place of what is read', () => {
  beforeEach(() => {
    mkdirSync(join(folder, 'stories'));
    put('stories/one.json', '{"description":"Nothing happens."}');
    put('act.json', '{}');
    put('coverage.json', '{}');
    linkSync(join(folder, 'good.har'), join(folder, 'linked.har'));
    symlinkSync('good.har', join(folder, 'other.har'));
  });

  test.each<[file: string, args: readonly string[]]>([
    ['good.har', ['check', 'traffic', 'good.har', '--output', 'good.har']],
    ['./stories/../good.har', ['check', 'traffic', 'good.har', '--reporter', 'json=./stories/../good.har']],
    ['linked.har', ['check', 'traffic', 'good.har', '--reporter', 'json=linked.har']],
    ['good.har', ['check', 'traffic', 'faulty.har', 'other.har', '--reporter', 'json=good.har']],
    ['good.har', ['check', 'traffic', 'good.har', '--reporter', 'json=good.har', '--nope']],
    ['good.har', ['check', 'drift', '1.64.1..1.81', '--recording', 'good.har', '--reporter', 'json=good.har']],
    ['stories/one.json', ['check', 'scenarios', 'stories', '--reporter', 'json=stories/one.json']],
    ['act.json', ['explore', 'http://127.0.0.1:1/cronofy', '--act', 'act.json', '--reporter', 'json=act.json']],
    ['act.json', ['explore', 'http://127.0.0.1:1/cronofy', '--act', 'act.json', '--html', 'act.json']],
    ['good.har', ['coverage', 'good.har', '--html', 'good.har']],
  ])('%s in %j', async (file, args) => {
    const before = textOf(file);
    const { code, stdout, stderr } = await greenroom(args);
    expect([code, stdout, textOf(file)]).toEqual([2, '', before]);
    if (!args.includes('--nope'))
      expect(stderr).toMatch(
        /^Failed to write --\w+ \S+: expected a file of its own, was .* read\. Name another one\.\n$/,
      );
  });

  test('nor that of what would be read the next time', async () => {
    const { code, stderr } = await greenroom(['check', 'scenarios', 'stories', '--reporter', 'json=stories/new.json']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('was one in stories, of which each .json file is read'),
    ]);
    expect(existsSync(join(folder, 'stories/new.json'))).toBe(false);
    expect((await greenroom(['check', 'scenarios', 'stories', '--reporter', 'junit=stories/new.xml'])).code).toBe(0);
  });
});
