import { describe, expect } from 'vitest';
import { agentRequest, botRequest, call } from '../support/room.js';
import { test, type Tenant } from '../support/service.js';

/** A token, a link and a page that a world has given out. */
async function givenOut({ cronofy, cronofyCall, attendeeCall, control, url }: Tenant) {
  const { client_id, client_secret } = cronofy;
  const grant = await call('POST', `${url}/v1/application_calendars`, {
    client_id,
    client_secret,
    application_calendar_id: 'a',
  });
  const agent = await cronofyCall('POST', '/v1/meeting_agents', agentRequest());
  const bot = await attendeeCall('POST', '/api/v1/bots', botRequest(undefined));
  await control('POST', '/clock/advance', { by: '50m' });
  const recording = await attendeeCall('GET', `/api/v1/bots/${bot.json.id}/recording`);
  return {
    token: String(grant.json.access_token),
    refresh: String(grant.json.refresh_token),
    page: String(agent.json.meeting_agent.resources[0].url),
    recording: String(recording.json.url),
    bot: String(bot.json.id),
  };
}

const userinfo = ({ cronofyCall }: Tenant, token: string) => cronofyCall('GET', '/v1/userinfo', undefined, token);

describe('Two workspaces of one seed', () => {
  test('have no key, token or link in common, and those of each lead to its own', async ({ a, b }) => {
    const [of, other] = [await givenOut(a), await givenOut(b)];
    for (const [name, value] of Object.entries(of)) {
      const equal = value === other[name as keyof typeof other];
      // Ids are the world's own: by them nothing is found without a key.
      expect([name, equal]).toEqual([name, name === 'bot']);
    }
    const [mine, theirs] = [await userinfo(a, of.token), await userinfo(b, other.token)];
    expect([mine.status, theirs.status]).toEqual([200, 200]);
    for (const { recording, page } of [of, other])
      expect([(await call('GET', recording)).status, (await call('GET', page)).status]).toEqual([200, 200]);
    const calls = (await b.control('GET', '/requests')).text;
    for (const secret of [of.token, a.cronofy.client_secret, of.page.split('/').at(-1)!])
      expect(calls).not.toContain(secret);
  });

  test('do not read the bots, the links or the calls of each other with keys of their own', async ({ a, b }) => {
    const { bot } = await givenOut(a);
    expect((await b.attendeeCall('GET', `/api/v1/bots/${bot}`)).status).toBe(404);
    expect((await b.control('GET', '/requests')).json.requests).toHaveLength(1);
    expect((await a.control('GET', '/coverage')).text).not.toBe((await b.control('GET', '/coverage')).text);
  });

  test("a snapshot of one in the other opens neither: what the one gave out stays the one's", async ({ a, b }) => {
    const of = await givenOut(a);
    const { text } = await a.control('GET', '/snapshot');
    expect((await b.control('PUT', '/snapshot', text)).status).toBe(204);
    expect((await b.attendeeCall('GET', `/api/v1/bots/${of.bot}`)).status).toBe(200);
    const before = (await b.control('GET', '/requests')).json.requests.length;
    // The calls go where the keys were made, and none to the copy.
    expect((await userinfo(a, of.token)).status).toBe(200);
    expect((await call('GET', of.recording)).status).toBe(200);
    expect((await call('GET', of.page)).status).toBe(200);
    expect((await b.control('GET', '/requests')).json.requests).toHaveLength(before);
    await a.control('DELETE', '/workspaces/self');
    expect((await userinfo(b, of.token)).status).toBe(401);
    expect((await call('GET', of.page)).status).toBe(404);
    expect((await call('GET', of.recording)).status).toBe(403);
  });

  test('cast, break and stream apart', async ({ a, b, service }) => {
    await a.control('POST', '/casting', { scenario: 'manual', match: { bot_name: 'Notes' } });
    await a.control('POST', '/faults', { on: 'request', match: { path: '/api/v1/bots' }, do: { status: 503 } });
    await a.control('PUT', '/scenarios/mine', { description: 'Nothing happens.', plays: false });
    const stream = await fetch(`${service.url}/_greenroom/stream?after=0`, {
      headers: { authorization: `Bearer ${b.token}` },
    });
    const made = await b.attendeeCall('POST', '/api/v1/bots', botRequest(undefined));
    expect(made.status).toBe(201);
    const { entries } = (await b.control('GET', '/timeline')).json;
    expect(entries.find(({ kind }: { kind: string }) => kind === 'note').text).toContain('plays happy-path');
    expect((await a.attendeeCall('POST', '/api/v1/bots', botRequest(undefined))).status).toBe(503);
    expect((await b.control('GET', '/scenarios/mine')).status).toBe(404);
    await b.control('DELETE', '/workspaces/self');
    const lines = await stream.text();
    expect(lines).toContain('POST /api/v1/bots → 201');
    expect(lines).not.toContain('503');
  });
});

describe('A workspace of a service', () => {
  test.for([
    ['a key of its own', { attendee: { api_key: 'mine' } }, '/attendee/api_key'],
    ['a secret that was before', { cronofy: { previous_client_secrets: ['x'] } }, '/cronofy/previous_client_secrets'],
    ['the keys of everybody', { cronofy: { auth: 'any' } }, '/cronofy/auth'],
    ['a receiver that is waited for without end', { delivery_guard: 'off' }, '/delivery_guard'],
    ['more memory than its limit', { memory: 2 ** 40 }, '/memory'],
    ['a life without end', { ttl: '31d' }, '/ttl'],
    ['the name of all', { id: 'self' }, '/id'],
    ['this machine', { allow_hosts: ['localhost'] }, '/allow_hosts/0'],
    ['an address', { allow_hosts: ['10.0.0.1'] }, '/allow_hosts/0'],
    ['a name of the own network', { allow_hosts: ['intranet'] }, '/allow_hosts/0'],
  ] as const)('is not made with %s', async ([, options, pointer], { service }) => {
    const { status, json } = await service.ask('POST', '/workspaces', options);
    expect([status, json.code, json.pointer]).toEqual([422, 'INVALID_BODY', pointer]);
  });

  test('is not changed to what it could not be made with', async ({ a }) => {
    const { json } = await a.control('PATCH', '/workspaces/self', { attendee: { api_key: 'guess' } });
    expect([json.code, json.pointer]).toEqual(['INVALID_BODY', '/attendee/api_key']);
  });

  test('lets nobody in by an unknown key, and keeps nothing of what a stranger sends', async ({ service }) => {
    const headers = { authorization: 'Token nobody-has-this-key' };
    const answer = await call('POST', `${service.url}/api/v1/bots`, botRequest(undefined), headers);
    expect(answer.status).toBe(401);
    const [request] = (await service.ask('GET', '/requests')).json.requests;
    expect([request.unattributed, request.request.body]).toEqual([true, '']);
  });
});
