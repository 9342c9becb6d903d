import { describe, expect } from 'vitest';
import { asUser, eventRequest, eventsPath, set, timelineOf } from '../support/cronofy.js';
import { agentRequest, call, control, cronofy, test } from '../support/room.js';
import type { Greenroom } from '../../src/index.js';

/** So many calls of one application, one after the other; how many were let through. */
async function passed(room: Greenroom, calls: number): Promise<number> {
  let count = 0;
  for (let i = 0; i < calls; i++) if ((await cronofy(room, 'GET', '/v1/userinfo')).status === 200) count++;
  return count;
}

describe('Rate limits', () => {
  test('are off unless they are asked for', async ({ room }) => {
    expect(await passed(room, 60)).toBe(60);
  });

  test('when strict, 50 calls are let through in a second; the next second opens a new window', async ({ room }) => {
    await control(room, 'PATCH', '/workspaces/default', { strict: true, cronofy: { token_kinds: 'either' } });
    expect(await passed(room, 53)).toBe(50);
    await room.clock.advance({ by: '999ms' });
    expect(await passed(room, 1)).toBe(0);
    await room.clock.advance({ by: '1ms' });
    expect(await passed(room, 51)).toBe(50);
  });

  test('a minute has its own limit', async ({ room }) => {
    await set(room, { rate_limit: { per_second: 5, per_minute: 8 } });
    expect(await passed(room, 6)).toBe(5);
    await room.clock.advance({ by: '1s' });
    expect(await passed(room, 5)).toBe(3);
    await room.clock.advance({ to: '2026-01-01T09:01:00Z' });
    expect(await passed(room, 6)).toBe(5);
  });

  test('when strict, 500 calls are let through in a minute', async ({ room }) => {
    await control(room, 'PATCH', '/workspaces/default', { strict: true });
    const entry = { method: 'DELETE', relative_url: eventsPath(room), data: { event_id: 'nothing' } };
    const statuses: number[] = [];
    for (let second = 0; second < 11; second++) {
      const batch = Array.from({ length: 50 }, () => entry);
      const { status, json } = await asUser(room, 'POST', '/v1/batch', { batch }).then((answer) => ({
        status: answer.status,
        json: answer.text === '' ? { batch: [] } : answer.json,
      }));
      statuses.push(status, ...json.batch.map((one: { status: number }) => one.status));
      await room.clock.advance({ by: '1s' });
    }
    expect([
      statuses.filter((status) => status === 202).length,
      statuses.filter((status) => status === 429).length,
    ]).toEqual([500, 1]);
  });

  test('a 429 is empty, and the journal says which advance empties the window', async ({ room }) => {
    await set(room, { rate_limit: { per_minute: 1 } });
    await passed(room, 1);
    const answer = await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest());
    expect([answer.status, answer.text, answer.headers.get('content-length')]).toEqual([429, '', '0']);
    const line = (await timelineOf(room, 'request')).at(-1);
    expect(line?.summary).toContain(' → 429 1 calls were made in this minute');
    const hint = JSON.parse(/advance (\{.*?\})/.exec(line!.summary)![1]!) as { to: string };
    await room.clock.advance(hint);
    expect(await passed(room, 1)).toBe(1);
  });

  test('OAuth calls count too, files and pages do not', async ({ room }) => {
    await set(room, { rate_limit: { per_minute: 1 } });
    expect((await call('GET', `${room.url}/store/x/audio.mp3`)).status).toBe(403);
    const { client_id, client_secret } = room.cronofy;
    const revoke = () => call('POST', `${room.url}/oauth/token/revoke`, { client_id, client_secret, token: 'x' });
    expect([(await revoke()).status, (await revoke()).status]).toEqual([200, 429]);
  });

  test('each workspace is an application of its own', async ({ room }) => {
    await set(room, { rate_limit: { per_second: 1 } });
    const { json } = await control(room, 'POST', '/workspaces', {});
    const theirs = () => asUser(room, 'GET', '/v1/userinfo', undefined, json.cronofy.access_token);
    expect([await passed(room, 2), (await theirs()).status, (await theirs()).status]).toEqual([1, 200, 200]);
  });

  test('a limit that makes no sense is refused', async ({ room }) => {
    const answer = await control(room, 'PATCH', '/workspaces/default', { cronofy: { rate_limit: 50 } });
    expect([answer.status, answer.json.pointer]).toEqual([422, '/cronofy/rate_limit']);
  });
});

describe('Refusals', () => {
  test('a plan without agents is 402 and empty', async ({ room }) => {
    await set(room, { plan_includes_agents: false });
    for (const answer of [
      await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest()),
      await asUser(room, 'POST', eventsPath(room), eventRequest()),
    ])
      expect([answer.status, answer.text]).toEqual([402, '']);
  });

  test('a body that is no JSON is 422 in the documented shape', async ({ room }) => {
    const { status, json } = await cronofy(room, 'POST', '/v1/meeting_agents', '{"join_url":');
    expect([status, json]).toEqual([
      422,
      { errors: { body: [{ key: 'errors.invalid_json', description: 'must be valid JSON' }] } },
    ]);
  });

  test('another method is 405, an unknown path 404', async ({ room }) => {
    const other = await cronofy(room, 'PUT', '/v1/meeting_agents', {});
    expect([other.status, other.headers.get('allow')]).toEqual([405, 'POST, DELETE']);
    expect((await cronofy(room, 'GET', '/v1/meeting_agents/x')).status).toBe(404);
  });

  test('an unknown credential of a strict workspace is 401 everywhere', async ({ room }) => {
    await control(room, 'PATCH', '/workspaces/default', { strict: true });
    for (const path of ['/v1/userinfo', '/v1/calendars', '/v1/events?tzid=Etc/UTC'])
      expect((await asUser(room, 'GET', path, undefined, 'nobody')).status).toBe(401);
    const client = { client_id: 'x', client_secret: 'y' };
    expect((await call('POST', `${room.url}/oauth/token`, client)).json).toEqual({ error: 'invalid_client' });
    expect((await call('POST', `${room.url}/v1/application_calendars`, client)).status).toBe(401);
    const query = 'client_id=x&redirect_uri=https://app.example.com&response_type=code';
    expect((await call('GET', `${room.url}/oauth/authorize?${query}`)).status).toBe(400);
    expect((await call('GET', `${room.url}/store/x/audio.mp3`)).status).toBe(403);
    expect((await call('GET', `${room.url}/dashboard/meeting_agents/x`)).status).toBe(404);
  });
});

test('a strict workspace does it all, each call with its own kind of credential', async ({ room, receiver }) => {
  const { json } = await control(room, 'POST', '/workspaces', { id: 'strict', strict: true });
  const { client_secret, access_token, calendar_id } = json.cronofy;
  const path = `/v1/calendars/${calendar_id}/events`;
  const own = { ...room, cronofy: json.cronofy };
  expect((await cronofy(own, 'POST', '/v1/meeting_agents', agentRequest('https://hooks.cronofy.dev'))).status).toBe(
    200,
  );
  expect((await asUser(room, 'DELETE', '/v1/meeting_agents', { scheduling_key: 'a' }, access_token)).status).toBe(401);
  expect((await asUser(room, 'POST', path, eventRequest('https://hooks.cronofy.dev'), access_token)).status).toBe(202);
  expect((await asUser(room, 'POST', path, eventRequest(), client_secret)).status).toBe(401);
  const local = await asUser(room, 'POST', path, eventRequest(receiver.url), access_token);
  expect(local.json.errors).toHaveProperty('subscriptions[0].uri');
  await control(room, 'POST', '/clock/advance', { by: '3h' }, 'strict');
  const { json: told } = await control(room, 'GET', '/deliveries', undefined, 'strict');
  const kinds = told.deliveries.map(({ type, status }: Record<string, string>) => `${type} ${status}`);
  expect(kinds.toSorted()).toEqual([
    'meeting_agent_activated captured',
    'meeting_agent_activated captured',
    'meeting_agent_complete captured',
    'meeting_agent_complete captured',
  ]);
});
