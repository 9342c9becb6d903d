import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { assertNoViolations } from '../../src/testing.js';
import { attendee, botRequest, call, control, cronofy, test } from '../support/room.js';
import { runHere } from '../support/run-here.js';
import { runCommand } from '../support/server.js';

describe('Bad input to a vendor', () => {
  test('malformed JSON is refused in the words of each vendor and changes nothing', async ({ room }) => {
    const theirs = await attendee(room, 'POST', '/api/v1/bots', '{bad');
    expect([theirs.status, theirs.text]).toEqual([
      400,
      '{"detail":"JSON parse error - Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"}',
    ]);
    expect((await cronofy(room, 'POST', '/v1/meeting_agents', '{bad')).status).toBe(422);
    expect((await attendee(room, 'GET', '/api/v1/bots')).json.results).toEqual([]);
  });

  test('a body over 16 MiB is refused with 413', async ({ room }) => {
    const body = JSON.stringify({ bot_name: 'x'.repeat(16 * 1024 * 1024) });
    expect((await attendee(room, 'POST', '/api/v1/bots', body)).status).toBe(413);
    expect((await cronofy(room, 'POST', '/v1/meeting_agents', body)).status).toBe(413);
    const ours = await control(room, 'POST', '/workspaces', body);
    expect([ours.status, ours.json.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  });

  test('wrong types are refused field by field', async ({ room }) => {
    const answer = await attendee(room, 'POST', '/api/v1/bots', {
      meeting_url: [],
      bot_name: [],
      metadata: 'x',
      join_at: 5,
    });
    expect([answer.status, Object.keys(answer.json)]).toEqual([
      400,
      expect.arrayContaining(['meeting_url', 'bot_name', 'metadata', 'join_at']),
    ]);
  });

  test('a field that Attendee does not know is refused, and one that Cronofy does not know is accepted with a warning', async ({
    room,
  }) => {
    const refused = await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, undefined, { join_att: 'x' }));
    expect(refused.json.non_field_errors[0]).toMatch(/^Unexpected field\(s\): join_att\. Allowed fields are: /);
    const [hint] = (await control(room, 'GET', '/timeline?kind=violation')).json.entries;
    expect(hint).toMatchObject({
      rule: 'misspelt-field',
      pointer: '/join_att',
      expected: 'a known field, perhaps "join_at"',
    });
    const accepted = await cronofy(room, 'POST', '/v1/meeting_agents', {
      join_url: 'https://meet.google.com/abc-defg-hij',
      on_behalf_of_attendee: { email: 'a@example.com' },
      dispaly_name: 'Notes',
    });
    expect(accepted.status).toBe(200);
    const [, warning] = (await control(room, 'GET', '/timeline?kind=violation')).json.entries;
    expect(warning).toMatchObject({
      rule: 'misspelt-field',
      severity: 'warning',
      pointer: '/dispaly_name',
      expected: 'a known field, perhaps "display_name"',
    });
  });

  test('an unknown path is 404 in the voice of its vendor', async ({ room }) => {
    const theirs = await attendee(room, 'GET', '/api/v1/nothing');
    expect([theirs.status, theirs.text]).toEqual([404, '{"error":"Not found"}']);
    const other = await cronofy(room, 'GET', '/v1/nothing');
    expect([other.status, other.text]).toEqual([404, '']);
  });

  test('the root says what this is and where to go on, a client with a key hears its vendor', async ({ room }) => {
    for (const path of ['/', '/_greenroom', '/_greenroom/']) {
      const answer = await call('GET', room.url + path);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
      expect(answer.text).toMatch(/^greenroom \S+ stands in here for the APIs of Cronofy and Attendee\./);
      const named = answer.text.match(/http:\S+/g)!.slice(1);
      expect(named).toHaveLength(3);
      for (const url of named) expect([url, (await call('GET', url)).status]).toEqual([url, 200]);
      expect((await call('HEAD', room.url + path)).status).toBe(200);
    }
    expect((await room.requests.list()).requests).toEqual([]);
    expect((await attendee(room, 'GET', '/')).status).toBe(404);
    expect((await call('POST', `${room.url}/`, {})).status).toBe(404);
    expect((await room.requests.list()).requests).toHaveLength(2);
  });

  test('an unknown scenario is a violation, which says what was meant and what is played', async ({ room }) => {
    const key = { authorization: `Token ${room.attendee.api_key}` };
    const asked = { ...key, 'greenroom-scenario': 'happy-pth' };
    expect((await call('POST', `${room.url}/api/v1/bots`, botRequest(undefined), asked)).status).toBe(201);
    await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, undefined, { bot_name: 'mock:whatever-it-is' }));
    const { entries } = await room.timeline({ kind: 'violation' });
    expect(entries.map(({ rule, severity, expected, was }) => [rule, severity, expected, was])).toEqual([
      [
        'unknown-scenario',
        'error',
        'a known scenario, perhaps "happy-path"',
        '"happy-pth" (header Greenroom-Scenario); happy-path is played',
      ],
      [
        'unknown-scenario',
        'error',
        'a known scenario (GET /_greenroom/scenarios lists them)',
        `"whatever-it-is" (the agent's name); happy-path is played`,
      ],
    ]);
    await expect(assertNoViolations(room)).rejects.toThrow('perhaps "happy-path"');
  });
});

describe('Bad input to the control plane', () => {
  test.for([
    ['/clock/advance', { bye: '5m' }, 'INVALID_BODY', 422],
    ['/clock/advance', { by: 'soon' }, 'INVALID_BODY', 422],
    ['/clock/advance', { by: '1m', foo: 1 }, 'INVALID_BODY', 422],
    ['/clock/advance', { to: 'tomorrow' }, 'INVALID_BODY', 422],
    ['/clock/advance', '{', 'MALFORMED_JSON', 400],
    ['/workspaces', { cronofy: { clientsecret: 'x' } }, 'INVALID_BODY', 422],
    ['/workspaces', { scenario: 'happy-pth' }, 'UNKNOWN_SCENARIO', 422],
    ['/workspaces', { clock: { now: 'noon' } }, 'INVALID_BODY', 422],
    ['/workspaces', { attendee: { retry_delays: ['later'] } }, 'INVALID_BODY', 422],
    ['/backstage', { kind: 'evnt' }, 'INVALID_BODY', 422],
    ['/nothing', {}, 'NOT_FOUND', 404],
  ] as const)(
    '%s %j is a problem with a code and a sentence, and changes nothing',
    async ([path, body, code, status], { room }) => {
      const answer = await control(room, 'POST', path, body);
      expect([answer.status, answer.headers.get('content-type'), answer.json.code]).toEqual([
        status,
        'application/problem+json',
        code,
      ]);
      expect(answer.json.detail).toMatch(/^Failed to /);
      expect(answer.text).not.toMatch(/ {4}at |node_modules/);
      expect((await control(room, 'GET', '/health')).json.workspaces).toBe(1);
    },
  );

  test('a query parameter that makes no sense is refused', async ({ room }) => {
    for (const path of ['/timeline?limit=abc', '/requests?after=-1', '/deliveries?limit=1.5', '/clock?limit=x']) {
      const answer = await control(room, 'GET', path);
      expect([path, answer.status, answer.json.code]).toEqual([path, 422, 'INVALID_BODY']);
    }
  });

  test('a whole number larger than any that is counted is one', async ({ room }) => {
    await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined));
    const all = (await control(room, 'GET', '/timeline')).json.entries;
    for (const large of ['999999999999999', '9007199254740991', '9'.repeat(400)]) {
      const [before, limit, after] = await Promise.all(
        ['before', 'limit', 'after'].map((name) => control(room, 'GET', `/timeline?${name}=${large}`)),
      );
      expect([before!.json.entries, limit!.json.entries, after!.json.entries]).toEqual([all, all, []]);
    }
  });

  test('a field too many is pointed at, also where a body may have several forms', async ({ room }) => {
    const pointerOf = async (body: unknown) => (await control(room, 'POST', '/clock/advance', body)).json.pointer;
    expect(await pointerOf({ by: '1m', foo: 1 })).toBe('/foo');
    expect(await pointerOf({ until: { webhook: { bogus: 1 } } })).toBe('/until/webhook/bogus');
  });

  test('a misspelt setting is told with its pointer and the nearest known one', async ({ room }) => {
    const answer = await control(room, 'PATCH', '/workspaces/default', { cronofy: { retry_delay: [] } });
    expect(answer.json).toMatchObject({ pointer: '/cronofy/retry_delay', nearest: 'retry_delays' });
  });

  test('a web page of another origin and a foreign Host are turned away', async ({ room }) => {
    for (const headers of [{ origin: 'https://evil.example' }, { 'greenroom-workspace': 'default', origin: 'null' }]) {
      const answer = await call('GET', `${room.url}/_greenroom/health`, undefined, headers);
      expect([answer.status, answer.json.code]).toEqual([403, 'FORBIDDEN_HOST']);
    }
  });

  test('an illegal backstage event is refused with the legal ones', async ({ room }) => {
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:00Z'));
    const answer = await control(room, 'POST', '/backstage', { kind: 'event', bot: bot.id, event: 'joined_meeting' });
    expect([answer.status, answer.json.code, answer.json.detail]).toEqual([
      409,
      'REFUSED',
      'Event joined_meeting not allowed when bot is in state scheduled. It is only allowed in these states: waiting_room, joining',
    ]);
  });
});

describe('Bad input to the command', () => {
  test('a busy port is one sentence and exit code 2', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    const { port } = blocker.address() as AddressInfo;
    const { code, stdout, stderr } = await runCommand(['--port', String(port)]);
    blocker.close();
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(new RegExp(`^Failed to listen on 127\\.0\\.0\\.1:${port}: the port is in use\\..*\\n$`));
  });

  test.for([
    [['--prot', '1'], 'Did you mean --port?'],
    [['strat'], 'Did you mean "start"?'],
    [['--port', 'x'], 'expected a port between 0 and 65535'],
    [
      ['--seed', '-1'],
      'expected a value for --seed, was the flag -1. A value that begins with a dash goes as --seed=-1.',
    ],
    [['--port'], 'expected a value for --port, was nothing.'],
    [['--clock', 'stopped'], 'expected one of live, frozen, auto'],
    [['--host', '0.0.0.0'], 'needs a token. Give --control-token'],
    [['--control-token', ''], 'expected a token, was ""'],
    [['--allow-host', 'http://x/y'], 'expected its name, such as hooks.example.com, was "http://x/y"'],
    [['--scenario', 'happy-pth'], 'Did you mean "happy-path"?'],
    [['--start', 'noon'], 'expected an ISO 8601 instant'],
  ] as const)('%j is one sentence and exit code 2', async ([args, sentence]) => {
    const { code, stdout, stderr } = await runHere(
      [...args, '--port', '0'].slice(0, args[0] === '--port' ? args.length : undefined),
    );
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('is not needed to learn of a command: --help has them all', async () => {
    const [, names = ''] = /There are: (.*)\./.exec((await runHere(['nothing-like-it'])).stderr) ?? [];
    const { stdout } = await runHere(['--help']);
    const told = names.split(', ').filter((name) => !stdout.includes(`greenroom ${name} `));
    expect([names.split(', ').length > 10, told]).toEqual([true, ['start']]);
  });

  test.for([
    ['{"description": "x", "lobyb": {}}', /at \/lobyb, expected a known field, was "lobyb"\. Did you mean "lobby"\?/],
    [
      '{"description": "x", "lobby": {"denied": {"after": "20s"}, "admitted": {"after": "1m"}}}',
      /at \/lobby\/admitted, expected nothing beside "denied"/,
    ],
    [
      '{"description": "x", "ends": {"at": "9999999h"}}',
      /at \/ends\/at, expected a duration .*, of 285 years at the most, was "9999999h"/,
    ],
    [
      '{"description": "x", "speech": [{"at": "1m", "by": "nobody", "says": "hi"}]}',
      /at \/speech\/0\/by, expected the id of one of "participants", of whom the file has none, was "nobody"/,
    ],
    [
      '{"description": "x", "participants": [{"id": "host", "name": "A\\u0000da"}]}',
      /at \/participants\/0\/name, expected a text without NUL .*, was U\+0000 as character 2 of "A\\u0000da"/,
    ],
    ['{"description": 5}', /at \/description, expected string of at least 1 character, was 5/],
    ['{', /it is not JSON/],
  ] as const)(
    'an invalid scenario file is refused with file, pointer and what was expected (%s)',
    async ([text, sentence]) => {
      const folder = await mkdtemp(join(tmpdir(), 'greenroom-'));
      await writeFile(join(folder, 'mine.json'), text);
      const { code, stderr } = await runHere(['--port', '0', '--scenarios', folder]);
      await rm(folder, { recursive: true });
      expect(code).toBe(2);
      expect(stderr).toContain(join(folder, 'mine.json'));
      expect(stderr).toMatch(sentence);
    },
  );

  test('a scenario file whose name is no name, and a file in place of the folder, are refused in a sentence', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'greenroom-'));
    const file = join(folder, 'Bad Name.json');
    await writeFile(file, '{"description": "x"}');
    const [name, place] = await Promise.all(
      [folder, file].map((scenarios) => runHere(['--port', '0', '--scenarios', scenarios])),
    );
    await rm(folder, { recursive: true });
    expect([name!.code, name!.stderr]).toEqual([2, expect.stringContaining('expected a file name of letters, digits')]);
    expect([place!.code, place!.stderr]).toEqual([2, expect.stringContaining('expected a folder, was a file')]);
  });
});
