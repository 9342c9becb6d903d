import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Finding } from '../../src/checks/finding.js';
import { makeFolder } from '../support/folder.js';
import { har, type Recorded } from '../support/har.js';
import { runHere } from '../support/run-here.js';
import { COMMAND } from '../support/server.js';
import { attendee, botRequest, control, test as withRoom } from '../support/room.js';
import { bot, createBot, read } from '../support/traffic.js';

let folder: string;
beforeEach(() => (folder = makeFolder()));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return name;
}

const faulty = createBot({ bot_name: true });
const pretty = (entries: readonly Recorded[]): string => JSON.stringify(JSON.parse(har(entries)), null, 2);

/** The line before that of its first field. */
const lastEntry = (text: string): number => text.slice(0, text.lastIndexOf('"startedDateTime"')).split('\n').length - 1;

interface Result {
  readonly ruleId: string;
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string };
      readonly region?: { readonly startLine: number };
    };
  }[];
}

async function sarifOf(args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd = folder) {
  const { stdout } = await runHere(['check', ...args, '--reporter', 'sarif'], {
    cwd,
    env: { GITHUB_WORKSPACE: '', ...env },
  });
  return JSON.parse(stdout).runs[0].results as Result[];
}

const placesOf = (results: readonly Result[]) =>
  results.map(({ locations: [first] }) => {
    const { artifactLocation, region } = first!.physicalLocation;
    return [artifactLocation.uri, region?.startLine];
  });

describe('A finding is on the line on which its entry begins', () => {
  const entries = [createBot({}), faulty];
  const lines = har(entries)
    .replace(/^.*?"entries":\[/, '')
    .slice(0, -3)
    .replace('},{"startedDateTime"', '}\n\n{"startedDateTime"');

  test.each<[what: string, name: string, content: string | Uint8Array, line: (text: string) => number | undefined]>([
    ['of a HAR file that a person can read', 'a.har', pretty(entries), lastEntry],
    ['of the same from Windows', 'a.har', pretty(entries).replaceAll('\n', '\r\n'), lastEntry],
    ['of a HAR file on one line', 'a.har', har(entries), () => 1],
    ['of JSON Lines', 'a.jsonl', lines, () => 3],
    ['of an array', 'a.json', `[\n${lines.replace('\n\n', ',\n\n\n')}\n]`, () => 5],
    ['and on none of a file that is packed', 'a.har.gz', gzipSync(pretty(entries)), () => undefined],
  ])('%s', async (_, name, content, lineIn) => {
    put(name, content);
    const line = lineIn(content.toString());
    expect(placesOf(await sarifOf(['traffic', name]))).toEqual([[name, line]]);
    const { stdout } = await runHere(['check', 'traffic', name, '--reporter', 'github'], {
      cwd: folder,
      env: { GITHUB_WORKSPACE: '', GITHUB_STEP_SUMMARY: '' },
    });
    expect(stdout).toContain(`::error file=${name},${line === undefined ? '' : `line=${line},`}title=request-body::`);
  });

  test('of a long one, over the pieces in which it is read', async () => {
    const many = Array.from({ length: 400 }, (_, i) =>
      read(`/bots/${bot.id}`, { answer: { ...bot, metadata: { text: 'é'.repeat(i) } } }),
    );
    const text = pretty([...many, faulty]);
    put('a.har', text);
    const line = lastEntry(text);
    expect(placesOf(await sarifOf(['traffic', 'a.har']))).toEqual([['a.har', line]]);
  });

  test('and standard input has neither a file nor a line', () => {
    const run = (reporter: string, input = pretty([faulty])) =>
      spawnSync(process.execPath, [COMMAND, 'check', 'traffic', '-', '--reporter', reporter], {
        input,
        encoding: 'utf8',
        env: { ...process.env, GITHUB_STEP_SUMMARY: '' },
      });
    expect(run('github').stdout).toMatch(
      /^::error title=request-body::.* At exchange 1, attendee createBot, \/bot_name\./,
    );
    const { subject, findings } = JSON.parse(run('json').stdout);
    expect([subject, (findings as Finding[]).map(({ where }) => 'file' in where || 'line' in where)]).toEqual([
      'standard input',
      [false],
    ]);
    const broken = run('github', '{"log":');
    expect(broken.stdout).toMatch(/^::error title=greenroom check traffic::Failed to read standard input: /);
  });
});

describe('A file is named from the root of the checkout', () => {
  beforeEach(() => mkdirSync(join(folder, 'repo/packages/my app#1'), { recursive: true }));

  test.each(['app.har', './app.har', 'WHOLE'])('in whichever folder the command runs: %s', async (given) => {
    const cwd = join(folder, 'repo/packages/my app#1');
    put('repo/packages/my app#1/app.har', pretty([faulty]));
    const file = given === 'WHOLE' ? join(cwd, 'app.har') : given;
    const env = { GITHUB_WORKSPACE: join(folder, 'repo'), GITHUB_STEP_SUMMARY: join(folder, 'summary.md') };
    const { stdout } = await runHere(['check', 'traffic', file, 'none.har', '--reporter', 'github'], { cwd, env });
    expect(stdout.match(/^::error file=[^,]*/gm)).toEqual([
      '::error file=packages/my app#1/none.har',
      '::error file=packages/my app#1/app.har',
    ]);
    expect(readFileSync(join(folder, 'summary.md'), 'utf8')).toContain('| packages/my app#1/app.har:');
    const [[uri]] = placesOf(await sarifOf(['traffic', file], env, cwd)) as [[string]];
    expect(uri).toBe('packages/my%20app%231/app.har');
    // People and other programs have it as it was given.
    const json = await runHere(['check', 'traffic', file, '--reporter', 'json'], { cwd, env });
    expect(JSON.parse(json.stdout).findings[0].where.file).toBe(file);
  });

  test('and one that lies outside by its whole path', async () => {
    put('app.har', har([faulty]));
    const env = { GITHUB_WORKSPACE: join(folder, 'repo') };
    const cwd = join(folder, 'repo');
    const file = relative(cwd, join(folder, 'app.har'));
    expect(placesOf(await sarifOf(['traffic', file], env, cwd))).toEqual([
      [pathToFileURL(join(folder, 'app.har')).href, 1],
    ]);
  });
});

describe('A finding has a fingerprint', () => {
  const printsOf = async (file: string): Promise<string[]> =>
    (await sarifOf(['traffic', file])).map(({ partialFingerprints }) => partialFingerprints['greenroom/v1']!);

  test('that stays as calls, lines, ids and values change', async () => {
    const other = { ...bot, id: 'bot_zyxwvuts87654321' };
    const calls = (one: typeof bot, name: unknown): Recorded[] => [
      createBot({ bot_name: name, transcription_settings: { deepgram: { redact: ['x'] } } }, { answer: one }),
      read(`/bots/${one.id}`, { answer: { ...one, state: name === true ? 'asleep' : 'awake' } }),
      read(`/bots/${one.id}/nothing`, { status: 404, answer: {} }),
    ];
    put('first.har', har(calls(bot, true)));
    put('second.har', pretty([read('/bots'), createBot({}), ...calls(other, ['x'])]));
    const [first, second] = [await printsOf('first.har'), await printsOf('second.har')];
    expect(first.length).toBe(3);
    expect(second).toEqual(first);
    expect(new Set(first).size).toBe(3);
  });

  test('that differs where the fault does', async () => {
    const faults = [
      { bot_name: true },
      { meeting_url: ['x'] },
      { colour_of_the_sky: 'blue' },
      { colour_of_the_sea: 'blue' },
    ];
    const prints = await Promise.all(faults.map((body, i) => printsOf(put(`${i}.har`, har([createBot(body)])))));
    expect(prints.map(({ length }) => length > 0)).toEqual(faults.map(() => true));
    expect(new Set(prints.flat()).size).toBe(prints.flat().length);
    const statuses = [418, 419].map((status) => read('/bots', { status, answer: 'x' }));
    expect(new Set(await printsOf(put('s.har', har(statuses)))).size).toBe(2);
  });

  test('of its own where two are alike, and of a scenario by its file', async () => {
    put('same.har', har([createBot({ bot_name: true }), createBot({ bot_name: ['x'] })]));
    const [one, two] = await printsOf('same.har');
    expect([one!.replace(/:1$/, ''), two]).toEqual([two!.replace(/:2$/, ''), `${one!.slice(0, -1)}2`]);
    for (const name of ['a', 'b']) put(`${name}.json`, '{"description":"x","lobbby":{}}');
    const scenarios = await sarifOf(['scenarios', 'a.json', 'b.json']);
    const prints = scenarios.map(({ partialFingerprints }) => partialFingerprints['primaryLocationLineHash']!);
    expect(new Set(prints.map((print) => print.replace(/:\d+$/, ''))).size).toBe(2);
  });

  withRoom('that stays from one journal to the next', async ({ room }) => {
    const journal = async (): Promise<string> => {
      const { id } = (await attendee(room, 'POST', '/bots', botRequest(undefined, undefined, { colour: 'blue' })))
        .json as {
        id: string;
      };
      await attendee(room, 'GET', `/bots/${id}/nothing`);
      return (await control(room, 'GET', '/requests')).text;
    };
    put('first.json', await journal());
    put('second.json', await journal());
    expect(await printsOf('second.json')).toEqual(await printsOf('first.json'));
  });
});
