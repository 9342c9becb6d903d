import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DURATION_FORMS } from '../../src/clock/duration.js';
import { startGreenroom } from '../../src/index.js';
import { makeFolder } from '../support/folder.js';
import { startReceiver } from '../support/receiver.js';
import { attendee, botRequest, control } from '../support/room.js';
import { runHere } from '../support/run-here.js';
import { runCommand, startProcess } from '../support/server.js';

let folder: string;
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => rmSync(folder, { recursive: true }));

function settings(given: object): string {
  const file = join(folder, 'greenroom.config.json');
  writeFileSync(file, JSON.stringify(given));
  return file;
}

/** A server on which a bot that names no webhooks has lived; what the app got of it. */
async function heard(receiver: Awaited<ReturnType<typeof startReceiver>>, ...flags: string[]) {
  const server = await startProcess('--clock', 'frozen', ...flags);
  await attendee(server, 'POST', '/api/v1/bots', botRequest(undefined));
  await control(server, 'POST', '/clock/advance', { by: '2h' });
  await server.stop();
  const got = receiver.arrivals.splice(0).map(({ path, body }) => `${path} ${JSON.parse(body).trigger}`);
  return [...new Set(got)];
}

test('A webhook of the dashboard goes where the settings file or the flag says, of the kinds that it says', async () => {
  const receiver = await startReceiver();
  const url = `${receiver.url}/hooks`;
  const file = settings({ attendee: { project_webhooks: [{ url, triggers: ['bot.state_change'] }] } });
  expect(await heard(receiver, '--config', file)).toEqual(['/hooks bot.state_change']);
  const got = await heard(receiver, '--config', file, '--project-webhook', `${receiver.url}/all`);
  expect(got).toEqual(expect.arrayContaining(['/all bot.state_change', '/all transcript.update']));
  expect(got.join()).not.toContain('/hooks');
  await receiver.close();
});

test('A settings file that is nested too deeply is refused in one line', async () => {
  const file = join(folder, 'deep.json');
  writeFileSync(file, `{"attendee":${'['.repeat(50_000)}${']'.repeat(50_000)}}`);
  const { code, stderr } = await runHere(['--config', file, '--port', '0']);
  expect([code, stderr]).toEqual([
    2,
    `Failed to read the config ${file}: it is not JSON (the JSON has more than 200 levels).\n`,
  ]);
});

test.for([
  ['exports', 'export default { seed: 7 };'],
  ['imports', 'import fs from "node:fs"; module.exports = {};'],
])('A settings file that %s, in a package that says it is CommonJS, is told another name', async ([, text]) => {
  const place = makeFolder();
  writeFileSync(join(place, 'package.json'), '{"type":"commonjs"}');
  const file = join(place, 'greenroom.config.js');
  writeFileSync(file, text!);
  const { code, stderr } = await runCommand(['--config', file, '--port', '0']);
  rmSync(place, { recursive: true });
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining(
      `Failed to read the config ${file}: it is an ES module, and package.json says "type": "commonjs" for it; call it greenroom.config.mjs`,
    ),
  ]);
});

test('A settings file that requires such a module is not taken for it', async () => {
  const place = makeFolder();
  writeFileSync(join(place, 'package.json'), '{"type":"commonjs"}');
  writeFileSync(join(place, 'seed.js'), 'export default 7;');
  const file = join(place, 'greenroom.config.js');
  writeFileSync(file, 'module.exports = { seed: require("./seed.js") };');
  const { code, stderr } = await runCommand(['--config', file, '--port', '0']);
  rmSync(place, { recursive: true });
  expect([code, stderr]).toEqual([2, expect.stringContaining(`Failed to read the config ${file}: `)]);
  expect(stderr).not.toContain('it is an ES module');
});

test('The settings of a vendor in the file are those of the workspace, and a flag goes first', async () => {
  const file = settings({ attendee: { version: '1.81.0', api_key: 'of-the-file' } });
  for (const [flags, expected] of [
    [[], { version: '1.81.0', api_key: 'of-the-file' }],
    [['--api-key', 'of-the-flag'], { version: '1.81.0', api_key: 'of-the-flag' }],
  ] as const) {
    const server = await startProcess('--config', file, ...flags);
    expect(server.attendee).toMatchObject(expected);
    await server.stop();
  }
});

test.each<[string, object, string]>([
  [
    'a misspelt setting',
    { attendee: { credit: 1 } },
    'greenroom.config.json: at /attendee/credit, expected no such field, was 1. Did you mean "credits"?',
  ],
  [
    'a wrong value',
    { attendee: { project_webhooks: [{ url: 'http://127.0.0.1:1', triggers: ['bot.state'] }] } },
    'greenroom.config.json: at /attendee/project_webhooks/0/triggers/0, expected one of ',
  ],
  [
    'a casting rule for no scenario',
    { casting: [{ scenario: 'manual' }, { scenario: 'happy-pth' }].map((rule) => ({ ...rule, match: {} })) },
    'greenroom.config.json: at /casting/1/scenario, expected the name of a scenario, was "happy-pth". Did you mean "happy-path"?',
  ],
  [
    'a scenario that there is not',
    { scenario: 'x' },
    'expected the name of a scenario, was "x". Known are: agent-for-another-service, ',
  ],
  [
    'a casting rule of no such field',
    { casting: [{ scenario: 'manual', match: { bot_nam: 'x' } }] },
    'greenroom.config.json: at /casting/0/match/bot_nam, expected no such field, was "x". Did you mean "bot_name"?',
  ],
  ['a misspelt vendor', { atendee: {} }, 'there is no setting "atendee". Did you mean "attendee"?'],
])('A settings file with %s is refused with the file and the place', async (_, given, expected) => {
  const file = settings(given);
  const { code, stdout, stderr } = await runHere(['--port', '0', '--config', file]);
  expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(expected)]);
  expect(stderr).toContain(file);
});

test('A webhook of the dashboard that is no URL is refused', async () => {
  const { code, stderr } = await runHere(['--port', '0', '--project-webhook', 'hooks']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('Failed to read --project-webhook: expected ')]);
});

/** What `start` says and ends with when it refuses the environment or the file. */
const refusal = async (env: Record<string, string>, file?: object) => {
  const flags = file === undefined ? [] : ['--config', settings(file)];
  const { code, stdout, stderr } = await runHere(['--port', '0', ...flags], { env });
  return [code, stdout, stderr];
};

/** The status of a call that a strict server alone refuses. */
async function unprefixed(env: Record<string, string>, ...flags: string[]): Promise<number> {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const server = await startProcess(...flags);
  vi.unstubAllEnvs();
  const { status } = await attendee(server, 'GET', '/bots');
  await server.stop();
  return status;
}

test.each([
  ['true', 404],
  ['1', 404],
  ['YES', 404],
  ['on', 404],
  ['false', 200],
  ['0', 200],
  ['no', 200],
  ['Off', 200],
])('A flag without a value takes the word %s from the environment and the file', async (word, status) => {
  expect(await unprefixed({ GREENROOM_STRICT: word })).toBe(status);
  expect(await unprefixed({}, '--config', settings({ strict: word }))).toBe(status);
});

test('A flag without a value takes true, false, 1 and 0 from the file', async () => {
  for (const [strict, status] of [
    [true, 404],
    [1, 404],
    [false, 200],
    [0, 200],
  ])
    expect(await unprefixed({}, '--config', settings({ strict }))).toBe(status);
});

test.each([
  ['GREENROOM_STRICT', 'enabled', 'expected true or false (or 1 and 0, yes and no, on and off), was "enabled"'],
  ['GREENROOM_DATA_SYNC', 'yes', 'it needs the folder that is written to, --data DIR'],
  ['GREENROOM_SEED', 'x', 'expected a whole number, was "x"'],
  ['GREENROOM_CLOCK', 'quick', 'expected one of live, frozen, auto, was "quick"'],
  ['GREENROOM_FORWARD_TO', 'here', 'expected an http or https URL, was "here"'],
  ['GREENROOM_CONTROL_TOKEN', ' ', 'expected a token, was " "'],
  ['GREENROOM_PROJECT_WEBHOOK', 'hooks', 'expected an http or https URL, was "hooks"'],
  ['GREENROOM_MAX_BODY', '0.5', 'expected whole MiB, was "0.5"'],
  ['GREENROOM_QUIET_TIME', 'true', `expected ${DURATION_FORMS}, a minute at most, was "true"`],
  ['GREENROOM_QUIET_LIMIT', '2m', `expected ${DURATION_FORMS}, a minute at most, was "2m"`],
  ['GREENROOM_DELIVERY_GUARD', '0', `expected "off" or ${DURATION_FORMS}, a millisecond at least, was "0"`],
])('A wrong %s in the environment is refused with the name of the variable', async (variable, value, reason) => {
  expect(await refusal({ [variable]: value })).toEqual([2, '', `Failed to read ${variable}: ${reason}.\n`]);
});

test.each<[string, unknown, string]>([
  ['strict', 'maybe', 'expected true or false (or 1 and 0, yes and no, on and off), was "maybe"'],
  ['strict', null, 'expected true or false (or 1 and 0, yes and no, on and off), was null'],
  ['strict', [true], 'expected true or false (or 1 and 0, yes and no, on and off), was [true]'],
  ['host', { name: 'here' }, 'expected a string or a number, was {"name":"here"}'],
  ['allow_host', ['a.example', true], 'expected a string or a number, was true'],
  ['seed', -1, 'expected a whole number, was "-1"'],
  ['project_webhook', 'hooks', 'expected an http or https URL, was "hooks"'],
])('A wrong %s in the settings file is refused with the file', async (setting, value, reason) => {
  const file = join(folder, 'greenroom.config.json');
  expect(await refusal({}, { [setting]: value })).toEqual([
    2,
    '',
    `Failed to read the setting ${setting} of ${file}: ${reason}.\n`,
  ]);
});

/** What a server that was started so has of quiet time, and of a large body. */
async function realOf(env: Record<string, string>, ...flags: string[]) {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const server = await startProcess('--clock', 'frozen', ...flags);
  vi.unstubAllEnvs();
  const { quiet, quiet_limit, delivery_guard } = (await control(server, 'GET', '/making')).json.options;
  const { status } = await attendee(server, 'POST', '/api/v1/bots', { bot_name: 'x'.repeat(2 ** 20) });
  await server.stop();
  return { quiet, quiet_limit, delivery_guard, status };
}

test('The command, the environment and the file say how long greenroom waits for an app, and how large a body may be', async () => {
  const expected = { quiet: '20ms', quiet_limit: '0', delivery_guard: '1s', status: 413 };
  const file = settings({ quiet_time: '20ms', quiet_limit: 0, delivery_guard: '1s', max_body: 1 });
  const variables = {
    GREENROOM_QUIET_TIME: '20ms',
    GREENROOM_QUIET_LIMIT: '0',
    GREENROOM_DELIVERY_GUARD: '1s',
    GREENROOM_MAX_BODY: '1',
  };
  const flags = ['--quiet-time', '20ms', '--quiet-limit', '0', '--delivery-guard', '1s', '--max-body', '1'];
  expect(await realOf({}, '--config', file)).toEqual(expected);
  expect(await realOf(variables)).toEqual(expected);
  expect(await realOf({}, ...flags)).toEqual(expected);
});

test('A number without a unit is milliseconds, in the file and on the command line', async () => {
  const numbers = { quiet: 20, quiet_limit: 40, delivery_guard: 900, status: 413 };
  const file = settings({ quiet_time: 20, quiet_limit: 40, delivery_guard: 900, max_body: 1 });
  expect(await realOf({}, '--config', file)).toEqual(numbers);
  const { stderr } = await runHere(['--port', '0', '--reader-wait', 'soon']);
  expect(stderr).toContain('Failed to read --reader-wait: expected a duration such as "90s"');
  await using room = await startGreenroom();
  await runHere(['clock', 'advance', '1500', '--url', room.url]);
  expect(await room.clock.now()).toBe('2026-01-01T09:00:01.500Z');
});

test('The place that is named is the one whose value counts', async () => {
  const file = settings({ seed: 'of-the-file' });
  const places = async (flags: string[], env: Record<string, string>) =>
    (await runHere(['--port', '0', '--config', file, ...flags], { env })).stderr.split(': ')[0];
  expect(await places(['--seed', 'x'], { GREENROOM_SEED: 'y' })).toBe('Failed to read --seed');
  expect(await places([], { GREENROOM_SEED: 'y' })).toBe('Failed to read GREENROOM_SEED');
  expect(await places([], {})).toBe(`Failed to read the setting seed of ${file}`);
  const { stderr } = await runHere(['exec', '--config', file, '--', 'true']);
  expect(stderr).toContain(`Failed to read the setting seed of ${file}`);
});

test('Of several settings files in a folder it is said which one is read', async () => {
  const place = makeFolder();
  writeFileSync(join(place, 'greenroom.config.json'), '{"port":"of the other"}');
  writeFileSync(join(place, 'greenroom.config.mjs'), 'export default { port: "of this" };');
  const { code, stderr } = await runHere(['start'], { cwd: place });
  const named = await runHere(['start', '--config', 'greenroom.config.json'], { cwd: place });
  rmSync(place, { recursive: true });
  expect(code).toBe(2);
  expect(stderr).toContain(
    'Settings are read from greenroom.config.mjs, and not from greenroom.config.json. --config names one of them.\n',
  );
  expect(stderr).toContain('was "of this"');
  expect(named.stderr).not.toContain('Settings are read from');
});

describe('A variable of the environment', () => {
  /** What is said before the port is refused, where no server starts. */
  const warned = async (env: Readonly<Record<string, string>>, command = 'start') => {
    const words = command === 'exec' ? ['--', 'true'] : command === 'serve' ? ['--shared'] : [];
    const { code, stderr } = await runHere([command, '--port', 'none', ...words], { env, cwd: folder });
    expect(code).toBe(2);
    return stderr.split('\n').filter((line) => line.startsWith('GREENROOM_'));
  };

  test.each(['start', 'exec', 'serve'])('that looks like one of ours is told of by %s', async (command) => {
    expect(await warned({ GREENROOM_PROT: '4000', GREENROOM_SCENARO: 'manual' }, command)).toEqual([
      'GREENROOM_PROT is not read: there is no such variable. Did you mean GREENROOM_PORT?',
      'GREENROOM_SCENARO is not read: there is no such variable. Did you mean GREENROOM_SCENARIO?',
    ]);
  });

  test.each([
    'clock',
    'timeline',
    'coverage',
    'changes --since paid',
    'checkpoint --list',
    'rewind --to 2026-01-01T09:00:00Z',
    'env',
    'export har',
    'listen',
  ])('that looks like one of ours is told of once by commands that ask a server: %s', async (line) => {
    const env = { GREENROOM_ULR: 'http://127.0.0.1:4000', GREENROOM_PROT: '4000' };
    const { code, stderr } = await runHere([...line.split(' '), '--url', 'http://127.0.0.1:1'], { env, cwd: folder });
    expect([code, stderr.split('\n').filter((said) => said.startsWith('GREENROOM_'))]).toEqual([
      2,
      [
        'GREENROOM_ULR is not read: there is no such variable. Did you mean GREENROOM_URL?',
        'GREENROOM_PROT is not read: there is no such variable. Did you mean GREENROOM_PORT?',
      ],
    ]);
  });

  test('that is ours, of whatever command, or an app’s own, is not', async () => {
    const helps = await Promise.all(['start', 'serve', 'exec'].map((command) => runHere([command, '--help'])));
    const flags = helps.flatMap(({ stdout }) => [...stdout.matchAll(/^ {2}--([\w-]+)/gm)].map(([, name]) => name!));
    const own = flags
      .filter((name) => !['help', 'version', 'config'].includes(name))
      .map((name) => [`GREENROOM_${name.toUpperCase().replaceAll('-', '_')}`, 'off'] as const);
    expect(own.length).toBeGreaterThan(30);
    const others = { GREENROOM_ARTEFACTS: 'x', GREENROOM_CHECK_SECRET: 'x', GREENROOM_DEPLOYMENT: 'blue' };
    for (const command of ['start', 'serve'])
      expect(await warned({ ...Object.fromEntries(own), ...others, GREENROOM_SHARED: 'on' }, command)).toEqual([]);
  });
});
