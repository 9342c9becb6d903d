import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { freePort } from '../../src/server/host/free-port.js';
import { app, APP, botApp, greenroom, inFolder, shareFolder, STORY, storyFile } from './command-line.js';

shareFolder();

const JSON_FILE = 'act.json';

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
  [
    'two lists of answers for one webhook',
    {
      ...STORY,
      deviations: [[503], ['drop']].map((answers) => ({ ...STORY.deviations[0], do: { answers } })),
    },
    /at \/deviations\/1\/do\/answers, expected one list of answers for each webhook, was a second one for the same/,
  ],
  [
    'more deviations than are played',
    { ...STORY, deviations: Array.from({ length: 1001 }, () => STORY.deviations[0]) },
    /at \/deviations, expected at most 1000 deviations, was 1001\. Leave out/,
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

test('A program that is not there is told by its name, with what to do', async () => {
  const url = `http://127.0.0.1:${await freePort()}/hooks/cronofy`;
  const { code, told } = await greenroom(['explore', url, '--', './nope', 'app.js']);
  expect([code, told]).toEqual([
    2,
    'Failed to start the app: ./nope: command not found: there is no such program here or in PATH. A line of a shell goes as: -- sh -c "…". After -- stands what starts it, such as: -- node app.js\n',
  ]);
});

// Beside one another: they wait for real time.
test.concurrent.each([
  [
    'listens elsewhere',
    'setInterval(() => {}, 1000)',
    /nobody does after 30 s: have the app listen on the port in PORT, which is \d+/,
  ],
  [
    'never answers',
    "require('http').createServer(() => {}).listen(process.env.PORT, '127.0.0.1')",
    /it has not answered a HEAD request there after 30 s: have the app answer that at once/,
  ],
])('An app that %s is given up after half a minute', async (_, code, expected) => {
  const url = `http://127.0.0.1:${await freePort()}/hooks/cronofy`;
  const ran = await greenroom(['explore', url, '--', process.execPath, '-e', code]);
  expect(ran.code).toBe(2);
  expect(ran.told).toMatch(expected);
});

test.concurrent.each([
  [[], '10 s'],
  [['--lockstep'], '600 s of virtual time'],
])('A state that nobody answers is told with its call: %j', async (flags, time) => {
  const words = await app();
  const { code, told } = await greenroom(['explore', '--executions', '4', ...flags, ...words], { bug: 'mute' });
  const state = words[words.indexOf('--state') + 1]!;
  expect([code, told]).toEqual([
    2,
    expect.stringContaining(`but the state (GET ${state}) had not answered after ${time}.`),
  ]);
});

test.concurrent(
  'An app that works before it answers is told to answer its webhooks, and not to wait before it calls',
  async () => {
    const { code, told } = await greenroom(['explore', '--executions', '2', ...(await botApp())], { bug: 'slow' });
    expect(code, told).toBe(2);
    expect(told).toMatch(
      /it had not answered bot\.state_change staged and \d+ more in time\. Have it answer each webhook/,
    );
  },
);

test.concurrent(
  'An app in lockstep that answers no webhook is told so, and nothing of what was still under way',
  async () => {
    const url = `http://127.0.0.1:${await freePort()}/hooks/attendee`;
    const mute = `require('http').createServer(({ method }, answer) =>
    method === 'HEAD' ? answer.end() : setTimeout(() => {}, 1e9)).listen(process.env.PORT, '127.0.0.1');`;
    const { code, told } = await greenroom(['explore', '--lockstep', url, '--', process.execPath, '-e', mute]);
    expect(code, told).toBe(2);
    expect(told).toMatch(/^Failed to bring the app to rest: .* Have it answer each webhook at once, .*\n$/);
  },
);

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
  expect(told).toContain('greenroom check receiver');
});

test('An app that takes messages and makes nothing of them is no green: explore ends with 2', async () => {
  const words = await app();
  const few = ['--executions', '4', '--scenario', 'happy-path'];
  const { code, out } = await greenroom(['explore', ...few, '--junit', 'deaf.xml', ...words], { bug: 'deaf' });
  expect(code).toBe(2);
  expect(readFileSync(inFolder('deaf.xml'), 'utf8')).toMatch(
    /tests="12" failures="1"[^]*<testcase name="complete"[^]*<failure [^]*it was the same before, during and after/,
  );
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
  writeFileSync(inFolder(JSON_FILE), JSON.stringify({ url: '/fails' }));
  const [url, ...words] = await app();
  const given = flags[0] === '--state' ? words.slice(2) : words;
  const { code, told } = await greenroom(['explore', url!, ...flags, ...given]);
  expect(code).toBe(2);
  expect(told).toMatch(expected);
});

test.each<[string, unknown, RegExp]>([
  [
    'nobody knows',
    { url: '/meetings', body: { link: ['{{meeting_ulr}}'] } },
    /Failed to read --act \S+: expected one of \{\{meeting_url\}\}, \{\{join_at\}\}, \{\{event\}\}, was \{\{meeting_ulr\}\}\. Did you mean "meeting_url"\? .* with spaces: \{\{ meeting_ulr \}\}\.$/m,
  ],
  [
    'is known only later',
    { schedule: { url: '/meetings/{{id}}', body: '{{meeting_url}}' } },
    /was \{\{id\}\}\. A meeting has its id only when it was scheduled\./,
  ],
])('A word of --act that %s is refused before the app is started', async (_, act, expected) => {
  const words = ['http://127.0.0.1:9/hooks/attendee', '--act', storyFile('act-words.json', act)];
  const { code, told } = await greenroom(['explore', ...words, '--', 'true']);
  expect(code).toBe(2);
  expect(told).toMatch(expected);
});

test('Words of --act may have spaces in their braces, and what else has them is the app’s own', async () => {
  const [url, , , ...words] = await botApp();
  const body = { url: '{{ meeting_url }}', at: '{{ join_at }}', template: 'Hello {{ name }}' };
  const act = storyFile('act-spaces.json', { url: '/meetings', body });
  const { code, out } = await greenroom(['explore', url!, '--executions', '3', '--act', act, ...words]);
  expect([code, out]).toEqual([0, expect.stringContaining('Nothing was found in 3 executions')]);
});

test('An act that fails is told with its call, and not with where the state was asked', async () => {
  const words = await botApp();
  const { code, told } = await greenroom(['explore', ...words], { bug: 'rude' });
  expect(code).toBe(2);
  expect(told).toMatch(/expected the act to schedule a meeting, but .*: POST \S+\/meetings was answered 500/);
  expect(told).not.toContain('The state was asked');
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

test('explore acts and asks for the state over connections of their own, which no server closes in between', async () => {
  const port = String(await freePort());
  const asked = new Set<string>();
  const server = createServer(async ({ method, url, headers }, response) => {
    asked.add(`${method} ${url} ${headers.connection}`);
    if (url === '/meetings')
      await fetch(`http://127.0.0.1:${port}/api/v1/bots`, {
        method: 'POST',
        headers: { authorization: `Token ${'k'.repeat(32)}`, 'content-type': 'application/json' },
        body: JSON.stringify({ meeting_url: 'https://meet.google.com/abc-defg-hij', bot_name: 'Notes' }),
      }).catch(() => undefined);
    response.end('{"id": "m1"}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const act = storyFile('act-alone.json', { url: `${url}/meetings`, body: {} });
  const doors = ['--act', act, '--state', `${url}/meetings/{id}`, '--executions', '1'];
  await greenroom(['explore', `${url}/hooks`, '--port', port, '--provider', 'attendee', ...doors]);
  server.close();
  expect([...asked]).toEqual(expect.arrayContaining(['POST /meetings close', 'GET /meetings/m1 close']));
  expect([...asked].join()).not.toMatch(/meetings\S* keep-alive/);
});
