import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VENDORS } from '../../src/contracts/vendors.js';
import type { Greenroom } from '../../src/index.js';
import { attendee, call, control, TEAMS_URL } from '../support/room.js';
import { runCommand } from '../support/server.js';
import {
  LEFT_BEFORE,
  ENDED_BEFORE,
  roomOf,
  create,
  leave,
  stagedBot,
  server,
  startServer,
  stopServer,
} from '../support/versions.js';

beforeAll(startServer);
afterAll(stopServer);

const { versions } = VENDORS.attendee;

describe('The version of a workspace', () => {
  test('is the recorded one unless another is chosen, and is told wherever a workspace is', async () => {
    const plain = await server.workspace();
    const chosen = await roomOf('1.81');
    expect([plain.attendee.version, chosen.attendee.version, chosen.cronofy.version]).toEqual([
      '1.64.1',
      '1.81.1',
      '2026-11',
    ]);
    expect((await attendee(chosen, 'GET', '/version/')).text).toBe('{"version":"1.81.1"}');
    expect((await call('GET', `${server.url}/version/`)).text).toBe('{"version":"1.64.1"}');
    expect((await control(server, 'GET', '/health', undefined, chosen.id)).json.vendors).toEqual({
      cronofy: '2026-11',
      attendee: '1.81.1',
    });
    const { json } = await control(server, 'GET', '/contracts/attendee.openapi.json', undefined, chosen.id);
    expect(json.info.version).toBe('1.81.1');
    expect((await chosen.requests.list()).requests.map(({ version }) => version)).toEqual(['1.81.1']);
  });

  test.for([
    ['latest', versions.newest],
    ['1.81', '1.81.1'],
    ['1.81.0', '1.81.0'],
    ['v1.70.3', '1.70.3'],
    ['1.70', '1.70.0'],
    ['1.64', '1.64.1'],
    ['1.16', '1.16.10'],
  ])('may be given as %s', async ([given, version]) => {
    expect((await roomOf(given!)).attendee.version).toBe(version);
  });

  test.for(['1.999', '2', '1.2.3', '1.999.2', 'newest', '1.64.1.2', '', '1.', '-1', '1,81'])(
    'is refused with a sentence if it is “%s”',
    async (version) => {
      const refused = await control(server, 'POST', '/workspaces', { attendee: { version } });
      expect([refused.status, refused.json.pointer, refused.json.detail]).toEqual([
        422,
        '/attendee/version',
        expect.stringContaining(
          `Failed to read the setting /attendee/version: expected "latest" or a version from 1.16.10 to ${versions.newest}`,
        ),
      ]);
    },
  );

  test('is told by the command: which is served if nothing is said, and which can be', async () => {
    const { code, stdout } = await runCommand(['--version']);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(
        /^\d+\.\d+\.\d+\n  Cronofy +2026-11 \(from 2026-01 to 2026-11\)\n  Attendee +1\.64\.1 \(from 1\.16\.10 to 1\.\d+\.\d+\)\n$/,
      ),
    ]);
  });

  test('is kept by a snapshot, and changes in the middle of a life like that of a server', async () => {
    const room = await roomOf('1.81');
    const snapshot = await room.snapshot();
    expect(snapshot['settings']).toMatchObject({ attendee: { version: '1.81.1' }, cronofy: { version: '2026-11' } });
    await room.patch({ attendee: { version: '1.64.1' } });
    expect((await attendee(room, 'GET', '/version/')).json.version).toBe('1.64.1');
    await room.restore(snapshot);
    expect((await attendee(room, 'GET', '/version/')).json.version).toBe('1.81.1');
    const id = await stagedBot(room);
    await room.patch({ attendee: { version: '1.64.1' } });
    expect((await leave(room, id)).status).toBe(400);
    await room.patch({ attendee: { version: '1.81' } });
    expect((await leave(room, id)).status).toBe(200);
  });

  test('may hold single changes otherwise, and none that it does not know or play', async () => {
    const room = await roomOf('1.64.1', { changes: { 'staged-bot-can-leave': true } });
    expect((await leave(room, await stagedBot(room))).status).toBe(200);
    expect(
      (await create(await roomOf('1.81', { changes: { 'room-sync': false } }), { room_sync_settings: {} })).status,
    ).toBe(400);
    const refusals = ['room-synk', 'jitsi'].map((id) =>
      control(server, 'POST', '/workspaces', { attendee: { changes: { [id]: true } } }),
    );
    expect((await Promise.all(refusals)).map(({ json }) => json.detail)).toEqual([
      expect.stringMatching(/was "room-synk"\. Did you mean "room-sync"\?$/),
      expect.stringMatching(/was "jitsi", of which it plays nothing\.$/),
    ]);
  });

  test('refuses the switches that it does not have', async () => {
    const refused = await control(server, 'POST', '/workspaces', { attendee: { require_https_webhooks: false } });
    expect(refused.json.detail).toBe(
      'Failed to read the setting /attendee/require_https_webhooks: expected no such setting in 1.64.1, which has it not: it is there from 1.75.0 on. Give a version, too.',
    );
  });

  test('of Cronofy is the month of its pages: the answer of early 2026 was not nested', async () => {
    const early = await server.workspace({ cronofy: { version: '2026-01' } });
    const nested = await server.workspace({ cronofy: { version: '2026-01', legacy_unnested_response: false } });
    const keys = [];
    for (const room of [early, nested, await server.workspace()]) {
      const headers = { authorization: `Bearer ${room.cronofy.client_secret}` };
      const body = { join_url: TEAMS_URL, on_behalf_of_attendee: { email: 'host@example.com' } };
      keys.push(Object.keys((await call('POST', `${room.url}/v1/meeting_agents`, body, headers)).json));
    }
    expect(keys).toEqual([['sub', 'state', 'resources'], ['meeting_agent'], ['meeting_agent']]);
  });
});

describe('A proposal', () => {
  test('is played where a workspace wants it: an end without a stream is refused, and throttled (end-without-rtms)', async () => {
    const settings = { post_throttle_rate: '2/min' };
    const end = (room: Greenroom) => attendee(room, 'POST', '/api/v1/app_sessions/end', {});
    const [plain, ahead] = [
      await roomOf('1.81', settings),
      await roomOf('1.81', { ...settings, changes: { 'end-without-rtms': true } }),
    ];
    const answers: unknown[] = [];
    for (const room of [plain, ahead])
      for (let i = 0; i < 3; i++) {
        const { status, text } = await end(room);
        answers.push(status === 400 ? text : status);
      }
    const refusal = '{"error":"zoom_rtms.rtms_stream_id is required"}';
    expect(answers).toEqual([500, 500, 500, refusal, refusal, 429]);
    const statuses = async (room: Greenroom) =>
      Object.keys(
        (await control(server, 'GET', '/contracts/attendee.openapi.json', undefined, room.id)).json.paths[
          '/api/v1/app_sessions/end'
        ].post.responses,
      );
    expect([(await statuses(plain)).includes('429'), (await statuses(ahead)).includes('429')]).toEqual([false, true]);
  });
});

describe('The control plane', () => {
  const SPAN =
    /, was "leave_requested_before_bot_joined"\. Attendee has it from 1\.80\.0 on; the workspace has 1\.64\.1\.$/;
  const fault = { on: 'delivery', match: { sub_type: LEFT_BEFORE }, do: { duplicate: 1 } };

  test('takes the words of the version of the workspace, and says in which versions a word is', async () => {
    const [old, room] = [await roomOf('1.64.1'), await roomOf('1.81')];
    const ask = (at: Greenroom, method: string, path: string, body?: object) =>
      control(server, method, path, body, at.id);
    const bot = await stagedBot(room);
    const until = { webhook: { sub_type: LEFT_BEFORE } };
    const asked = [
      ['POST', '/faults', fault, '/match/sub_type', 201],
      ['GET', `/deliveries?sub_type=${LEFT_BEFORE}`, undefined, '?sub_type', 200],
      ['POST', '/deliveries/wait', { match: { sub_type: LEFT_BEFORE }, timeout_ms: 1 }, '/match/sub_type', 408],
      ['POST', '/clock/advance', { until }, '/until/webhook/sub_type', undefined],
    ] as const;
    for (const [method, path, body, pointer, status] of asked) {
      const refused = await ask(old, method, path, body);
      expect([refused.status, refused.json.pointer, refused.json.detail]).toEqual([
        422,
        pointer,
        expect.stringMatching(SPAN),
      ]);
      if (status) expect((await ask(room, method, path, body)).status).toBe(status);
    }
    await leave(room, bot);
    await room.clock.until(until);
    expect((await room.faults.list()).faults).toMatchObject([{ matched: 1, struck: 1 }]);
  });

  test('asks for the version anew when it changes, and takes reasons that backstage alone can give', async () => {
    const room = await roomOf('1.64.1');
    const add = (sub_type: string) => control(server, 'POST', '/faults', { ...fault, match: { sub_type } }, room.id);
    expect((await add(LEFT_BEFORE)).status).toBe(422);
    await room.patch({ attendee: { version: '1.81' } });
    expect((await add(LEFT_BEFORE)).status).toBe(201);
    await room.patch({ attendee: { version: '1.64.1', changes: { 'sub-types-before-joining': true } } });
    expect((await add(ENDED_BEFORE)).status).toBe(201);
    expect((await add('aliens_took_the_bot')).status).toBe(201);
    expect((await add('login_requird')).json.detail).toMatch(/Did you mean "login_required"\?$/);
  });

  test('holds the rules of a snapshot to the version that the snapshot brings', async () => {
    const room = await roomOf('1.81');
    await control(server, 'POST', '/faults', fault, room.id);
    const snapshot = (await control(server, 'GET', '/snapshot', undefined, room.id)).json;
    const restore = (body: object, at: Greenroom) => control(server, 'PUT', '/snapshot', body, at.id);
    expect((await restore(snapshot, await roomOf('1.64.1'))).status).toBe(204);
    const older = { ...snapshot, settings: { ...snapshot.settings, attendee: { version: '1.64.1' } } };
    const refused = await restore(older, await roomOf('1.81'));
    expect([refused.json.pointer, refused.json.detail]).toEqual([
      '/faults/rules/0/match/sub_type',
      expect.stringMatching(SPAN),
    ]);
  });
});
