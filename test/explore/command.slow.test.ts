import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../src/server/host/free-port.js';
import { embeddedIn } from '../support/embedded.js';
import { runIn, type Ran } from '../support/ran.js';
import { COMMAND } from '../support/server.js';
import { makeFolder } from '../support/folder.js';

const APP = fileURLToPath(new URL('apps/mails.mjs', import.meta.url));

const BOTS = fileURLToPath(new URL('apps/bots.mjs', import.meta.url));

const PLANNER = fileURLToPath(new URL('apps/planner.mjs', import.meta.url));

const JSON_FILE = 'act.json';

let folder: string;
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => rmSync(folder, { recursive: true }));

const greenroom = (args: readonly string[], { bug = '', cwd = folder } = {}): Promise<Ran> => runIn({ cwd, bug }, args);

/** The words by which the app is reached, on a port of its own. */
async function app(program = APP): Promise<string[]> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  return [`${url}/hooks/cronofy`, '--state', `${url}/meetings/{id}`, '--', process.execPath, program];
}

/** The same for the app that asks for bots. */
async function botApp(): Promise<string[]> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const act = storyFile('act-bots.json', {
    url: `${url}/meetings`,
    body: { url: '{{meeting_url}}', at: '{{join_at}}' },
  });
  const state = `${url}/meetings/{id}`;
  return [`${url}/hooks/attendee`, '--act', act, '--state', state, '--', process.execPath, BOTS];
}

/** Runs the test that was written for a story, with the command where a package manager puts it. */
function runTest(hash: string, bug: string): number | null {
  const bin = path.join(folder, 'node_modules', '.bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(path.join(bin, 'greenroom'), `#!/bin/sh\nexec '${process.execPath}' '${COMMAND}' "$@"\n`, {
    mode: 0o755,
  });
  const env = { ...process.env, BUG: bug, NODE_TEST_CONTEXT: undefined };
  // From wherever it is run.
  return spawnSync(process.execPath, ['--test', `${hash}.test.mjs`], {
    cwd: path.join(folder, 'greenroom-stories'),
    env,
  }).status;
}

const STORY = {
  version: 1,
  provider: 'cronofy',
  scenario: 'happy-path',
  seed: 1,
  deviations: [{ at: { delivery: { type: 'meeting_agent_complete' } }, do: { duplicate: 1 } }],
};

function storyFile(name: string, story: unknown = STORY): string {
  const file = path.join(folder, name);
  writeFileSync(file, typeof story === 'string' ? story : JSON.stringify(story));
  return file;
}

test('explore does not take another program for the app that it was to start', async () => {
  const words = await app();
  const { port } = new URL(words[0]!);
  const other = createServer((_, response) => response.end('another')).listen(Number(port), '127.0.0.1');
  await once(other, 'listening');
  const { code, out, told } = await greenroom(['explore', ...words]);
  other.close();
  expect([code, out]).toEqual([2, '']);
  expect(told).toContain(`Failed to start the app: expected nobody at ${words[0]} yet, but somebody answers there.`);
});

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
  expect(readdirSync(path.join(folder, 'greenroom-stories')).sort()).toEqual([`${hash}.json`, `${hash}.test.mjs`]);
  expect(file).toBe(`greenroom-stories/${hash}.json`);
  expect(found.told).toMatch(/^Found: A message that comes again changes the state: happy-path; /m);
  expect(found.told).not.toContain('killed');
  expect(readFileSync(path.join(folder, `greenroom-stories/${hash}.test.mjs`), 'utf8')).not.toMatch(
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

test('explore writes its report as a page: the finding beside its quiet life, and no secret', async () => {
  const words = await app();
  const few = ['--executions', '4', '--scenario', 'happy-path', '--html', 'out/explore.html', '--secret', 'geheim-123'];
  const found = await greenroom(['explore', ...few, ...words], { bug: 'twice' });
  expect(found.code, found.told).toBe(1);
  expect(found.told).toContain('The report is in out/explore.html, too: open it in a browser.');
  const page = readFileSync(path.join(folder, 'out/explore.html'), 'utf8');
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
  const passes = embeddedIn(readFileSync(path.join(folder, 'out/replay.html'), 'utf8'));
  expect(passes.heads[1]!.about.verdict).toMatch(/^1\. The story passes: /);
});

test('Where nothing is found, the page has the quiet life alone, with the report in words', async () => {
  const few = ['--executions', '4', '--scenario', 'happy-path', '--html', 'out/none.html'];
  const { code, told } = await greenroom(['explore', ...few, ...(await app())]);
  expect(code, told).toBe(0);
  const { title, heads, report } = embeddedIn(readFileSync(path.join(folder, 'out/none.html'), 'utf8'));
  expect([title, heads.map((head) => head.title)]).toEqual([
    'explore: nothing was found · greenroom',
    ['quiet life of happy-path'],
  ]);
  expect(report).toContain('Nothing was found in 4 executions');
});

test('Two workers find what one finds', async () => {
  const few = ['--executions', '5', '--scenario', 'happy-path'];
  const explored = async (...more: string[]): Promise<string> => {
    const { out } = await greenroom(['explore', ...few, ...more, ...(await app())], { bug: 'twice' });
    return out.replace(/^ +Replay it:.*\n/m, '');
  };
  const one = await explored();
  expect(one).toContain('(idempotent)');
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

test.each<[string, unknown, RegExp]>([
  ['a misspelt field', { ...STORY, deviatoins: [] }, /at \/deviatoins, .* Did you mean "deviations"\?/],
  [
    'a misspelt kind',
    { ...STORY, deviations: [{ ...STORY.deviations[0], do: { duplicat: 1 } }] },
    /at \/deviations\/0\/do\/duplicat/,
  ],
  [
    'a newer version',
    { ...STORY, version: 2 },
    /at \/version, expected the version 1, was 2: a newer greenroom wrote it/,
  ],
  [
    'a move to nowhere',
    { ...STORY, deviations: [{ at: { instant: '-1h' }, do: { user: 'moves' } }] },
    /at \/deviations\/0\/do\/to, expected where or what "moves" leads to, was missing/,
  ],
  ['half of its text', JSON.stringify(STORY).slice(0, 60), /at \/, expected JSON/],
])('A story with %s is refused with its place', async (_, story, expected) => {
  const { code, told } = await greenroom([
    'replay',
    storyFile('wrong.json', story),
    'http://127.0.0.1:9/hooks',
    '--',
    'true',
  ]);
  expect(code).toBe(2);
  expect(told).toMatch(expected);
});

test.each<[string, string[], RegExp]>([
  [
    'ends at once',
    ['-e', 'throw new Error("no database")'],
    /expected http:\S+ to answer, but the process ended with 1.*no database/s,
  ],
])('An app that %s is told so', async (_, program, expected) => {
  const url = `http://127.0.0.1:${await freePort()}/hooks/cronofy`;
  const { code, told } = await greenroom(['explore', url, '--', process.execPath, ...program]);
  expect(code).toBe(2);
  expect(told).toMatch(expected);
});

test('A state that is never found is no green: explore and replay end with 2', async () => {
  const words = (await app()).map((word) => word.replace('/meetings/', '/meeting/'));
  const few = ['--executions', '4', '--scenario', 'happy-path'];
  for (const asked of [
    ['explore', ...few],
    ['replay', storyFile('never.json')],
  ]) {
    const { code, told } = await greenroom([...asked, ...words], { bug: 'twice' });
    expect(code, told).toBe(2);
    expect(told).toMatch(
      /expected something for a meeting that went well, asked by the id \S+, was null or 404[^]*The state was asked at http:\S+\/meeting\/\S+\./,
    );
  }
});

test('An app that refuses every message is no green: explore ends with 2', async () => {
  const [url, ...words] = await app();
  const port = await freePort();
  const env = { ...process.env, PORT: new URL(url!).port, CRONOFY_CLIENT_SECRET: 'another' };
  const running = spawn(process.execPath, [APP], { env, stdio: 'ignore' });
  await expect
    .poll(() =>
      fetch(url!).then(
        () => true,
        () => false,
      ),
    )
    .toBe(true);
  const few = ['--executions', '4', '--port', String(port)];
  const { code, told } = await greenroom(['explore', url!, ...few, ...words.slice(0, 2)]);
  running.kill();
  expect(code, told).toBe(2);
  expect(told).toContain("expected it to take the vendor's messages, but it refuses each with 401");
});

test('An app that takes messages and makes nothing of them is no green: explore ends with 2', async () => {
  const words = await app();
  const few = ['--executions', '4', '--scenario', 'happy-path'];
  const { code, out } = await greenroom(['explore', ...few, ...words], { bug: 'deaf' });
  expect(code).toBe(2);
  expect(out).toContain('state: it was the same before, during and after every meeting');
});

test.each<[string, string[], RegExp]>([
  ['an act in no file', ['--act', 'nowhere.json'], /Failed to read --act nowhere\.json: there is no such file\./],
  [
    'one state for all',
    ['--state', 'http://127.0.0.1:9/all'],
    /Failed to read --state: expected \{id\} or \{meeting_url\}/,
  ],
  [
    'a state that nobody answers',
    ['--state', 'http://127.0.0.1:9/{id}'],
    /Failed to read the state of the app: .* nobody answers at http:\/\/127\.0\.0\.1:9\/\S+: \S+/,
  ],
  [
    'an act that the app fails at',
    ['--act', JSON_FILE],
    /POST \S+ was answered 500[^]*The app printed last:\nno such call$/m,
  ],
])('explore says what is wrong with %s', async (_, flags, expected) => {
  writeFileSync(path.join(folder, JSON_FILE), JSON.stringify({ url: '/fails' }));
  const [url, ...words] = await app();
  const given = flags[0] === '--state' ? words.slice(2) : words;
  const { code, told } = await greenroom(['explore', url!, ...flags, ...given]);
  expect(code).toBe(2);
  expect(told).toMatch(expected);
});

test('A state that is no JSON is told so, and is no finding', async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/hooks/cronofy`;
  const { code, told } = await greenroom(['explore', url, '--state-cmd', 'echo hello', '--', process.execPath, APP]);
  expect(code).toBe(2);
  expect(told).toMatch(/Failed to read the state of the app: .*expected JSON of the command echo hello, was "hello/);
});

test('A state that is a page of HTML after some stories is told once, and is no finding', async () => {
  const few = ['--executions', '12', '--scenario', 'happy-path'];
  const { code, out } = await greenroom(['explore', ...few, ...(await app())], { bug: 'page' });
  expect(out.match(/was "<!doctype html><p>Two mails"/g)).toHaveLength(1);
  expect(out).toMatch(/^Said first:\n(?:.*\n)*? {2}- .*expected JSON of http:/m);
  expect([code, out]).toEqual([0, expect.stringMatching(/^Nothing was found in 12 executions/m)]);
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
  expect(existsSync(path.join(folder, uri)), uri).toBe(true);
});

test('An agent for a meeting that its user has deleted is found with --calendar, and replayed', async () => {
  const port = await freePort();
  const words = [`http://127.0.0.1:${port}/hooks/cronofy`, '--calendar', '--', process.execPath, PLANNER];
  const few = ['--executions', '5', '--scenario', 'happy-path', '--write-test', 'node'];
  const found = await greenroom(['explore', ...few, '--reporter', 'sarif', ...words], { bug: 'once' });
  expect(found.code, found.told).toBe(1);
  const [{ results, tool }] = JSON.parse(found.out).runs;
  expect(results.map(({ ruleId }: { ruleId: string }) => ruleId)).toEqual(['converges', 'converges']);
  expect(tool.driver.rules.map(({ id }: { id: string }) => id)).toContain('converges');
  const { uri } = results[0].locations[0].physicalLocation.artifactLocation;
  expect(JSON.parse(readFileSync(path.join(folder, uri), 'utf8')).deviations).toEqual([
    { at: { instant: '-1h' }, do: { user: 'deletes' } },
  ]);
  const again = await greenroom(['replay', uri, ...words], { bug: 'once' });
  expect([again.code, again.out]).toEqual([1, expect.stringContaining('expected no agent, was 1 agent')]);
  expect(await greenroom(['replay', uri, ...words])).toMatchObject({ code: 0 });
  const hash = path.basename(uri, '.json');
  expect([runTest(hash, 'once'), runTest(hash, '')]).toEqual([1, 0]);
  const day = storyFile('day.json', {
    ...STORY,
    day: 'clock-change',
    deviations: [{ at: { instant: '-1h' }, do: { user: 'moves', to: '+1d' } }],
  });
  expect(await greenroom(['replay', day, ...words], { bug: 'once' })).toMatchObject({ code: 1 });
  expect(await greenroom(['replay', day, ...words])).toMatchObject({ code: 0 });
});

test('What goes wrong with the messages of a channel is played with --calendar as with those of agents', async () => {
  const port = await freePort();
  const words = [`http://127.0.0.1:${port}/hooks/cronofy`, '--calendar', '--', process.execPath, PLANNER];
  const story = (name: string, ...deviations: object[]) => storyFile(name, { ...STORY, deviations });
  const change = { delivery: { type: 'change' } };
  const deletes = { at: { instant: '-1h' }, do: { user: 'deletes' } };
  const refused = { at: { delivery: { type: 'change', number: 2 } }, do: { answers: [503] } };
  for (const [file, bug, told] of [
    [
      story('field.json', { at: change, do: { corrupt: 'extra_field' } }),
      'strict',
      'The app does not call scheduleMeetingAgent',
    ],
    // It has heard of the deletion in time, at the second attempt.
    [story('refused.json', deletes, refused), 'once', 'expected no agent, was 1 agent'],
  ] as const) {
    const broken = await greenroom(['replay', file, ...words], { bug });
    expect([bug, broken.code, broken.out], broken.told).toEqual([bug, 1, expect.stringContaining(told)]);
    expect(await greenroom(['replay', file, ...words]), bug).toMatchObject({ code: 0 });
  }
  for (const effect of [{ duplicate: 1 }, { delay: '1m' }, { signature: 'wrong' }])
    expect(await greenroom(['replay', story('right.json', { at: change, do: effect }), ...words])).toMatchObject({
      code: 0,
    });
});

test('prove ends with 0 for a fix alone, and leaves no work tree behind', async () => {
  const repository = makeFolder();
  const git = (...words: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', ...words], {
      cwd: repository,
      encoding: 'utf8',
    });
  git('init', '-q');
  const commit = (name: string, bug: string): void => {
    copyFileSync(APP, path.join(repository, 'app.mjs'));
    const source = readFileSync(APP, 'utf8').replace("process.env.BUG === 'twice'", bug);
    writeFileSync(path.join(repository, 'app.mjs'), source);
    git('add', '.');
    git('commit', '-qm', name, '--allow-empty');
    git('tag', name);
  };
  commit('broken', 'true');
  commit('still-broken', 'Boolean(true)');
  commit('fixed', 'false');
  const story = storyFile('proved.json');
  const prove = async (before: string, after: string): Promise<Ran> =>
    greenroom(['prove', story, '--before', before, '--after', after, ...(await app('app.mjs'))], { cwd: repository });
  const [real, none, never] = [
    await prove('broken', 'fixed'),
    await prove('broken', 'still-broken'),
    await prove('fixed', 'fixed'),
  ];
  expect(
    [real, none, never].map(({ code }) => code),
    real.told,
  ).toEqual([0, 1, 1]);
  const [before, after] = ['broken', 'fixed'].map((tag) => git('rev-parse', tag).trim());
  expect(real.out).toMatch(new RegExp(`^story [0-9a-f]{12}\nbefore ${before} fails\nafter ${after} passes\nproven\n$`));
  expect(git('worktree', 'list').trim().split('\n')).toHaveLength(1);
  expect(existsSync(path.join(repository, '.git', 'worktrees'))).toBe(false);
  rmSync(repository, { recursive: true });
});
