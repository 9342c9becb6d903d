import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GreenroomError, startGreenroom } from '../../src/index.js';
import { makeFolder } from '../support/folder.js';
import { control, test as withRoom } from '../support/room.js';
import { runHere } from '../support/run-here.js';
import { runCommand } from '../support/server.js';
import { SERVER_TOKEN, test as withService } from '../support/service.js';

let folder: string;
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What `start` says of a settings file that a server refuses. */
async function refusalOf(settings: object): Promise<string> {
  const file = join(folder, 'greenroom.config.json');
  writeFileSync(file, JSON.stringify(settings));
  const { code, stderr } = await runHere(['--port', '0', '--config', file]);
  expect(code).toBe(2);
  return stderr.replaceAll(file, 'FILE');
}

describe('What a server refuses of a settings file is said with its place in the file:', () => {
  test.for<[string, object, string]>([
    [
      'an entry of a list',
      { attendee: { retry_delays: ['1s', 'soon'] } },
      'Failed to read the setting attendee of FILE: at /attendee/retry_delays/1, expected a duration',
    ],
    [
      'an expression of a casting rule',
      {
        casting: [
          { scenario: 'happy-path', match: {} },
          { scenario: 'happy-path', match: { bot_name: '/(?=a)/' } },
        ],
      },
      'Failed to read the setting casting of FILE: at /casting/1/match/bot_name, expected a regular expression',
    ],
    [
      'the second of two rules, whose scenario there is not',
      {
        casting: [
          { scenario: 'happy-path', match: {} },
          { scenario: 'happy-pth', match: {} },
        ],
      },
      'Failed to read the setting casting of FILE: at /casting/1/scenario, expected the name of a scenario, was "happy-pth". Did you mean "happy-path"?',
    ],
  ])('%s', async ([, settings, said]) => {
    expect(await refusalOf(settings)).toContain(said);
  });
});

test.each([['start'], ['exec']])('Each mistake of each scenario file is named by %s', async (command) => {
  mkdirSync(join(folder, 'mine'), { recursive: true });
  const files = {
    early: '{"description":"Early"',
    fine: '{"description":"Fine"}',
    never: '{"agents":[],"description":""}',
  };
  const late = '{"descripton":"Late","participants":3,"rooms":1}';
  for (const [name, text] of Object.entries({ ...files, late }))
    writeFileSync(join(folder, 'mine', `${name}.json`), text);
  const words = command === 'exec' ? ['--', 'true'] : [];
  const { code, stderr } = await runHere([command, '--port', '0', '--scenarios', 'mine', ...words], { cwd: folder });
  expect([code, stderr.split('\n')]).toEqual([
    2,
    [
      expect.stringContaining('Failed to read the scenario early (mine/early.json): it is not JSON: Expected '),
      'Failed to read the scenario late (mine/late.json): at /descripton, expected a known field, was "descripton". Did you mean "description"?',
      '  at /rooms, expected a known field, was "rooms".',
      '  at /description, expected string of at least 1 character, was missing.',
      '  at /participants, expected array, was 3.',
      'Failed to read the scenario never (mine/never.json): at /description, expected string of at least 1 character, was "".',
      '',
    ],
  ]);
});

test('Of a folder of many files that are no scenarios the first are named, and who names the others', async () => {
  mkdirSync(join(folder, 'other'), { recursive: true });
  for (let i = 0; i < 23; i++) writeFileSync(join(folder, 'other', `${100 + i}.json`), '[]');
  const { code, stderr } = await runHere(['start', '--port', '0', '--scenarios', 'other'], { cwd: folder });
  const lines = stderr.trimEnd().split('\n');
  expect([code, lines.length, lines.at(-1)]).toEqual([
    2,
    21,
    '… and 3 more. greenroom check scenarios other names the mistakes of every file.',
  ]);
  expect(lines[0]).toContain('Failed to read the scenario 100 (other/100.json): at /, expected ');
});

describe('The own words of a command line', () => {
  withRoom('stand for calls alone, and for nothing that a user has written', async ({ room }) => {
    const name = 'GET /_greenroom/clock';
    const { stderr } = await runHere(['rewind', '--checkpoint', name, '--url', room.url]);
    expect(stderr).toBe(
      `Failed to find the checkpoint "${name}": there is none. greenroom checkpoint --list lists them.\n`,
    );
  });

  withRoom('stand for the hold that an advance waits for', async ({ room }) => {
    const { json: hold } = await control(room, 'POST', '/clock/hold', { reason: 'POST /_greenroom/clock/advance' });
    const advance = control(room, 'POST', '/clock/advance', { by: '1m' });
    const { stderr } = await runHere(['clock', 'advance', '1m', '--url', room.url]);
    expect(stderr).toContain(
      `the hold ${hold.id} (POST /_greenroom/clock/advance), which curl -X DELETE ${room.url}/_greenroom/clock/hold/${hold.id} releases.\n`,
    );
    await control(room, 'DELETE', `/clock/hold/${hold.id}`);
    await advance;
  });

  withService.for<[string, string[], string]>([
    [
      'a scenario',
      ['--scenario', 'no-shw'],
      'Failed to read --scenario: expected the name of a scenario, was "no-shw".',
    ],
    ['an instant', ['--start', 'noon'], 'Failed to read --start: expected an ISO 8601 instant with a zone'],
    ['too much memory', ['--memory', '9999'], 'Failed to read --memory: expected 67108864 bytes at the most'],
    ['a workspace', ['--workspace', 'nope'], 'there is none. curl URL/_greenroom/workspaces lists them.\n'],
  ])('are those of exec with a service, too: %s', async ([, flags, said], { service }) => {
    const place = ['--url', service.url, '--token', SERVER_TOKEN];
    const { code, stderr } = await runCommand(['exec', ...place, ...flags, '--', process.execPath, '-e', '']);
    expect([code, stderr.replaceAll(service.url, 'URL')]).toEqual([2, expect.stringContaining(said)]);
  });

  test('are those of serve, too', async () => {
    const args = ['serve', '--shared', '--port', '0', '--control-token', SERVER_TOKEN, '--cors', 'localhost'];
    const { code, stderr } = await runHere([...args, '--data', join(folder, 'data')]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('Failed to read --cors: expected an origin such as')]);
  });

  withService('are those of listen, too', async ({ service }) => {
    const listen = (...flags: string[]) => runHere(['listen', '--url', service.url, '--token', SERVER_TOKEN, ...flags]);
    const { stderr: host } = await listen('--allow-host', 'http://x.y');
    expect(host).toContain('Failed to read --allow-host: expected its name, such as');
    const { stderr } = await listen('--forward-to', 'http://example.com');
    expect(stderr).toContain('Failed to read --forward-to: expected an http or https URL of this machine');
    expect((await listen('--workspace', 'nope')).stderr).toContain(`curl ${service.url}/_greenroom/workspaces lists`);
  });
});

test('A problem document has the parts of its sentence, and the error of the TypeScript API the sentence alone', async () => {
  await using room = await startGreenroom();
  const { json } = await control(room, 'POST', '/clock/rewind', { checkpoint: 'paid' });
  expect(json.parts).toEqual([
    'Failed to find the checkpoint "paid": there is none. ',
    { method: 'GET', path: '/checkpoints' },
    ' lists them.',
  ]);
  expect(json.detail).toBe(
    'Failed to find the checkpoint "paid": there is none. GET /_greenroom/checkpoints lists them.',
  );
  const error = await room.clock.rewind({ checkpoint: 'paid' }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(GreenroomError);
  const { message, details } = error as GreenroomError;
  expect([message, Object.keys(details)]).toEqual([json.detail, ['type', 'title', 'status']]);
});
