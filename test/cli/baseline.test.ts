import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeFolder } from '../support/folder.js';
import { har, type Recorded } from '../support/har.js';
import { runHere } from '../support/run-here.js';
import { bot, createBot, read } from '../support/traffic.js';

let folder: string;
beforeEach(() => {
  folder = makeFolder();
  record('old.har', OLD);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const put = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const record = (name: string, entries: readonly Recorded[]): void => put(name, har(entries));
const textOf = (name: string): string => readFileSync(join(folder, name), 'utf8');
const check = (...args: readonly string[]) =>
  runHere(['check', ...args], { cwd: folder, env: { GITHUB_WORKSPACE: '', GITHUB_STEP_SUMMARY: '' } });
const traffic = (...args: readonly string[]) => check('traffic', ...args);
const keep = (...args: readonly string[]) => traffic(...args, '--write-baseline', 'known.json');
const KNOWN = ['--baseline', 'known.json'] as const;

const badName = createBot({ bot_name: true });
const badState = read(`/bots/${bot.id}`, { answer: { ...bot, state: 'asleep' } });
const badQuery = read('/bots?state=ended');
const OLD = [badName, badQuery, badState];

describe('A baseline', () => {
  test('is written with what may fail, a finding a line, and the check passes', async () => {
    const { code, stdout, stderr } = await keep('old.har');
    expect([code, stderr]).toEqual([
      0,
      '3 findings in known.json: --baseline known.json tells them, and does not fail.\n',
    ]);
    expect(stdout).toContain('✓ Found nothing new, 3 known; ');
    const lines = textOf('known.json').split('\n');
    expect(lines.filter((line) => line.startsWith('    {"rule":'))).toHaveLength(3);
    expect(JSON.parse(textOf('known.json'))).toMatchObject({
      version: 1,
      check: 'traffic',
      findings: [
        { rule: 'request-body', provider: 'attendee', operation: 'createBot', pointer: '/bot_name' },
        { rule: 'response-body', pointer: '/state' },
        { rule: 'unknown-query', pointer: '?state' },
      ],
    });
    await keep('old.har');
    expect(textOf('known.json').split('\n')).toEqual(lines);
  });

  test('lets what is known pass, in another recording too, and what is new fail', async () => {
    await keep('old.har');
    const later = { ...bot, id: 'bot_zyxwvuts87654321' };
    record('same.har', [
      read('/bots'),
      createBot({ bot_name: ['x'] }),
      read('/bots?state=joined'),
      read(`/bots/${later.id}`, { answer: { ...later, state: 'awake' } }),
    ]);
    expect(await traffic('same.har', ...KNOWN, '--fail-on', 'warning')).toMatchObject({ code: 0, stderr: '' });
    record('more.har', [...OLD, read('/bots?name=x'), createBot({ meeting_url: ['x'] })]);
    expect((await traffic('more.har', '--off', 'request-body', ...KNOWN)).code).toBe(0);
    expect((await traffic('more.har', ...KNOWN, '--off', 'request-body', '--fail-on', 'warning')).code).toBe(1);
    const { code, stdout } = await traffic('more.har', ...KNOWN);
    expect([code, stdout]).toEqual([1, expect.stringMatching(/✗ Found 1 error, 1 warning(, \d notes?)?, 3 known; /)]);
    expect(stdout).toMatch(/^ {2}known {3}The request of createBot breaks the contract at \/bot_name\.$/m);
  });

  test('tells what is not found any more, and does not fail of it', async () => {
    await keep('old.har');
    record('fixed.har', [createBot({}), badState]);
    const { code, stdout } = await traffic('fixed.har', ...KNOWN);
    expect([code, stdout]).toEqual([0, expect.stringContaining('✓ Found nothing new, 1 known; ')]);
    expect(stdout).toMatch(
      /^not found any more .*\n {2}request-body at attendee createBot, \/bot_name\n {2}unknown-query at attendee listBots, \?state\n/m,
    );
    // Of what was not tried, or not read, nobody knows.
    const off = await traffic('fixed.har', ...KNOWN, '--off', 'request-body', '--off', 'unknown-query');
    const cut = await traffic('fixed.har', 'none.har', ...KNOWN);
    expect([off.stdout, cut.stdout].filter((text) => text.includes('not found any more'))).toEqual([]);
  });

  test('is heard of in each report', async () => {
    await keep('old.har');
    record('other.har', [badName, createBot({ meeting_url: ['x'] })]);
    const names = ['json', 'junit', 'sarif', 'github'];
    await traffic('other.har', ...KNOWN, ...names.flatMap((name) => ['--reporter', `${name}=r.${name}`]));
    const json = JSON.parse(textOf('r.json'));
    expect(json.counts).toMatchObject({ error: 1, known: 1 });
    expect(json.findings.filter((one: { known?: true }) => one.known)).toMatchObject([
      { where: { pointer: '/bot_name' } },
    ]);
    expect(json.gone).toMatchObject([{ rule: 'response-body' }, { rule: 'unknown-query' }]);
    expect(textOf('r.junit')).toContain('failures="1"');
    expect(textOf('r.junit')).toMatch(
      /<system-out>known error: [^]*not found any more: unknown-query at [^]*<\/system-out>/,
    );
    const [run] = JSON.parse(textOf('r.sarif')).runs;
    const states = run.results.map(
      ({ baselineState, suppressions = [] }: { baselineState: string; suppressions?: [] }) => [
        baselineState,
        suppressions.length,
      ],
    );
    expect(states).toEqual(
      expect.arrayContaining([
        ['unchanged', 1],
        ['new', 0],
      ]),
    );
    expect(run.invocations[0]).toMatchObject({
      executionSuccessful: true,
      toolExecutionNotifications: [{ level: 'note' }, { level: 'note' }],
    });
    expect(textOf('r.github')).toMatch(/^::notice file=other\.har,line=1,title=request-body::Known: /m);
    expect(textOf('r.github')).toMatch(/^::error file=other\.har,line=1,title=request-body::/m);
    expect(textOf('r.github')).toMatch(/^::notice title=baseline::Not found any more: response-body at /m);
  });

  test('knows scenarios by their files, from its own folder on', async () => {
    mkdirSync(join(folder, 'stories'));
    put('stories/one.json', '{"description":"x","lobbby":{}}');
    expect((await check('scenarios', 'stories', '--write-baseline', 'known.json')).code).toBe(0);
    expect(JSON.parse(textOf('known.json')).findings).toMatchObject([{ file: 'stories/one.json' }]);
    const below = { cwd: join(folder, 'stories') };
    expect((await runHere(['check', 'scenarios', '.', '--baseline', '../known.json'], below)).code).toBe(0);
    put('stories/two.json', '{"description":"x","lobbby":{}}');
    expect((await check('scenarios', 'stories', ...KNOWN)).code).toBe(1);
  });

  test('never knows that nothing was judged', async () => {
    record('empty.har', []);
    expect((await keep('empty.har')).code).toBe(1);
    expect(JSON.parse(textOf('known.json')).findings).toEqual([]);
    const findings = [{ rule: 'nothing-to-check', file: 'empty.har', about: 'The recording has no call at all.' }];
    put('known.json', JSON.stringify({ version: 1, check: 'traffic', findings }));
    expect((await traffic('empty.har', ...KNOWN)).code).toBe(1);
  });

  test('is not written of a part', async () => {
    const { code, stderr } = await keep('old.har', 'none.har');
    expect([code, stderr]).toEqual([2, expect.stringContaining('not everything could be checked')]);
    expect(existsSync(join(folder, 'known.json'))).toBe(false);
  });

  test.each<[what: string, text: string | undefined, why: string]>([
    ['is not there', undefined, '--write-baseline known.json makes it'],
    ['is no JSON', '{', 'it is not JSON'],
    ['is a report', '{"findings":[]}', 'it is no object with "version": 1'],
    ['is of another check', '{"version":1,"check":"receiver","findings":[]}', 'it is one of check receiver'],
    ['has something else', '{"version":1,"check":"traffic","findings":[{"rule":"a","wher":"b"}]}', '/findings/0 has'],
  ])('that %s is refused, and the reports say so', async (_, text, why) => {
    if (text !== undefined) put('known.json', text);
    const { code, stderr } = await traffic('old.har', ...KNOWN, '--reporter', 'junit=r.xml');
    expect([code, stderr]).toEqual([2, expect.stringContaining(why)]);
    expect(textOf('r.xml')).toContain('errors="1"');
  });

  test('takes the place of nothing but an older one', async () => {
    for (const args of [
      ['old.har', '--write-baseline', 'old.har'],
      ['old.har', '--write-baseline', 'r.json', '--reporter', 'json=./r.json'],
    ]) {
      const before = textOf('old.har');
      expect([(await traffic(...args)).code, textOf('old.har')]).toEqual([2, before]);
    }
    await keep('old.har');
    record('fixed.har', [badState]);
    expect((await keep('fixed.har', ...KNOWN)).code).toBe(0);
    expect(JSON.parse(textOf('known.json')).findings).toMatchObject([{ rule: 'response-body' }]);
  });
});
