import { describe, expect } from 'vitest';
import type { Greenroom, RecordChange } from '../../src/index.js';
import { agentRequest, attendee, botRequest, call, control, cronofy, test } from '../support/room.js';

const changesSince = async (room: Greenroom, since: string): Promise<readonly RecordChange[]> =>
  (await control(room, 'GET', `/changes?since=${since}`)).json.changes as RecordChange[];

/** `created bots: app` */
const inShort = ({ change, table, by }: RecordChange): string =>
  `${change} ${table}: ${[...new Set(by.map(({ who }) => who))].join(' and ')}`;

describe('The changes since a checkpoint', () => {
  test('say what the app, the side of the vendor and the test have done', async ({ room, receiver }) => {
    const hook = receiver.url;
    const { json: old } = await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:00Z', hook));
    await room.checkpoint('booked');
    await attendee(room, 'PATCH', `/api/v1/bots/${old.id}`, { metadata: { seen: 'yes' } });
    await room.clock.until({ subject: old.id, state: 'ended' });
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T23:00:00Z', hook));
    await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(`${hook}/cronofy`));
    await room.backstage({ kind: 'authorize', email: 'host@example.com' });
    await room.faults.add({ on: 'request', match: { provider: 'attendee' }, do: { status: 503 } });
    await room.casting.add({ scenario: 'manual', match: { bot_name: 'Nobody' } });
    await room.patch({ scenario: 'manual', attendee: { credits: 5 } });
    const changes = await changesSince(room, 'booked');
    expect(changes.map(inShort)).toEqual([
      'created agents: app',
      'changed authorized: test',
      'changed bots: app and vendor',
      'created bots: app',
      'changed workspace: test',
      'created faults: test',
      'created casting: test',
    ]);
    expect(changes.map(({ by }) => by[0]!.what)).toEqual([
      'POST /v1/meeting_agents → 200',
      'backstage: authorize',
      `PATCH /api/v1/bots/${old.id} → 200`,
      'POST /api/v1/bots → 201',
      'settings: scenario, attendee.credits',
      'POST /_greenroom/faults',
      'POST /_greenroom/casting',
    ]);
    expect(changes[2]).toMatchObject({ provider: 'attendee', id: old.id });
    expect(changes[2]!.fields).toContainEqual({ pointer: '/state', was: 'scheduled', is: 'ended' });
    expect(changes[2]!.by[1]).toEqual({
      who: 'vendor',
      at: '2026-01-01T09:55:00Z',
      seq: 5,
      what: 'scheduled → staged (staged)',
    });
    expect(changes[3]!.fields).toEqual([
      { pointer: '', is: expect.objectContaining({ id: bot.id, join_at: '2026-01-01T23:00:00Z' }) },
    ]);
    expect(changes[4]!.fields).toEqual([
      { pointer: '/scenario', was: 'happy-path', is: 'manual' },
      { pointer: '/settings/attendee/credits', is: 5 },
    ]);
  });

  test('are none right after it, and tell of what was deleted', async ({ room }) => {
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:00Z'));
    await room.checkpoint('booked');
    expect(await room.changes({ since: 'booked' })).toMatchObject({ total: 0, changes: [], more: false });
    await attendee(room, 'DELETE', `/api/v1/bots/${bot.id}`);
    const { changes, lines } = await room.changes({ since: 'booked' });
    expect(changes).toMatchObject([
      { change: 'deleted', id: bot.id, fields: [{ pointer: '', was: { bot_name: 'Notes' } }] },
    ]);
    expect(lines.to - lines.after).toBe(2);
  });

  test('are lines for people who ask for text', async ({ room }) => {
    await room.checkpoint('start');
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:00Z'));
    await room.checkpoint('booked');
    await attendee(room, 'PATCH', `/api/v1/bots/${bot.id}`, { join_at: '2026-01-01T11:00:00Z' });
    const url = `${room.url}/_greenroom/changes?since=booked`;
    expect((await call('GET', url, undefined, { accept: 'text/plain' })).text).toBe(
      `From booked (2026-01-01T09:00:00Z, line 2) to 2026-01-01T09:00:00Z (line 3): 1 record changed.

attendee bots ${bot.id} changed
  /join_at "2026-01-01T10:00:00Z" → "2026-01-01T11:00:00Z"
  by the app: 2026-01-01T09:00:00Z line 3  PATCH /api/v1/bots/${bot.id} → 200
`,
    );
  });

  test('are as many as were asked for, and say that there are more', async ({ room }) => {
    await room.checkpoint('start');
    for (let i = 0; i < 3; i++) await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:00Z'));
    const { changes, more, total } = await room.changes({ since: 'start', limit: 2 });
    expect([changes.length, more, total]).toEqual([2, true, 3]);
  });

  test('are told without a secret', async ({ room }) => {
    await room.checkpoint('start');
    const metadata = { api_key: 'MARKED' };
    const bot = botRequest('2026-01-01T10:00:00Z', 'https://me:MARKED@hooks.example.com/in?token=MARKED', { metadata });
    expect((await attendee(room, 'POST', '/api/v1/bots', bot)).status).toBe(201);
    await room.patch({ attendee: { api_key: 'MARKED' } });
    const { client_id, client_secret } = room.cronofy;
    const redirect_uri = 'http://127.0.0.1:3000/callback';
    const query = new URLSearchParams({ client_id, redirect_uri, response_type: 'code', scope: 'read_write' });
    const consent = await fetch(`${room.url}/oauth/authorize?${query.toString()}`, { redirect: 'manual' });
    const code = new URL(consent.headers.get('location')!).searchParams.get('code');
    const grant = { client_id, client_secret, redirect_uri, grant_type: 'authorization_code', code };
    const { json: tokens } = await call('POST', `${room.url}/oauth/token`, grant);
    const text = JSON.stringify(await room.changes({ since: 'start' }));
    expect(text).toContain('[redacted]');
    expect(text).not.toContain('MARKED');
    for (const token of [code, tokens.access_token, tokens.refresh_token]) expect(text).not.toContain(token);
  });

  test('are found without sending or changing anything, on a clock that runs too', async ({ room, receiver }) => {
    await room.checkpoint('start');
    await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, receiver.url));
    await room.clock.patch({ mode: 'live' });
    await room.clock.patch({ mode: 'frozen' });
    const [before, sent] = [await room.timeline({ as: 'text' }), receiver.arrivals.length];
    expect(sent).toBeGreaterThan(0);
    expect(await room.changes({ since: 'start' })).toMatchObject({ total: 1 });
    expect(await room.changes({ since: 'start' })).toMatchObject({ total: 1 });
    expect([await room.timeline({ as: 'text' }), receiver.arrivals.length]).toEqual([before, sent]);
  });

  test('are refused for a checkpoint that is unknown, not given, or of another branch', async ({ room }) => {
    await room.checkpoint('start');
    await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:00Z'));
    await room.checkpoint('booked');
    await room.clock.rewind({ checkpoint: 'start' });
    await attendee(room, 'POST', '/api/v1/bots', botRequest('2026-01-01T10:00:00Z'));
    const refused = async (query: string): Promise<unknown> => (await control(room, 'GET', `/changes${query}`)).json;
    expect(await refused('?since=stort')).toMatchObject({ code: 'NOT_FOUND', nearest: 'start' });
    expect(await refused('')).toMatchObject({ code: 'INVALID_BODY', pointer: '?since' });
    expect(await refused('?since=booked')).toMatchObject({ code: 'CONFLICT', detail: /another branch/ });
    expect(await refused('?since=start&limt=3')).toMatchObject({ code: 'INVALID_BODY', nearest: 'limit' });
  });
});
