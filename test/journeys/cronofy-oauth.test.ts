import { describe, expect } from 'vitest';
import { asUser, errorKeys, eventRequest, eventsPath, set, timelineOf, REDIRECT } from '../support/cronofy.js';
import { call, control, cronofy, test } from '../support/room.js';
import type { Greenroom } from '../../src/index.js';

/** Goes to the consent page as a browser would, without following it back. */
async function consent(room: Greenroom, more: Record<string, string> = {}): Promise<{ status: number; location: URL }> {
  const query = new URLSearchParams({
    client_id: room.cronofy.client_id,
    redirect_uri: REDIRECT,
    response_type: 'code',
    scope: 'create_event delete_event',
    state: 's-1',
    ...more,
  });
  const response = await fetch(`${room.url}/oauth/authorize?${query.toString()}`, { redirect: 'manual' });
  return { status: response.status, location: new URL(response.headers.get('location') ?? 'about:blank') };
}

const token = (room: Greenroom, more: object) =>
  call('POST', `${room.url}/oauth/token`, {
    client_id: room.cronofy.client_id,
    client_secret: room.cronofy.client_secret,
    ...more,
  });

const exchange = async (room: Greenroom, more: object = {}) => {
  const code = (await consent(room)).location.searchParams.get('code');
  return token(room, { grant_type: 'authorization_code', code, redirect_uri: REDIRECT, ...more });
};

describe('Consent and code', () => {
  test('the page consents at once and goes back with a code and the state', async ({ room }) => {
    const { status, location } = await consent(room);
    expect(status).toBe(302);
    expect(location.origin + location.pathname).toBe(REDIRECT);
    expect(location.searchParams.get('state')).toBe('s-1');
    expect(location.searchParams.get('code')).toMatch(/^\w{32}$/);
  });

  test('a user who refuses goes back with an error', async ({ room }) => {
    await set(room, { authorize_consents: false });
    expect((await consent(room)).location.searchParams.get('error')).toBe('access_denied');
  });

  test('without a place to go back to there is a page', async ({ room }) => {
    expect((await consent(room, { redirect_uri: '' })).status).toBe(400);
  });

  test('a code gives tokens in the documented form', async ({ room }) => {
    const { status, headers, json } = await exchange(room);
    expect([status, headers.get('cache-control'), headers.get('pragma')]).toEqual([200, 'no-store', 'no-cache']);
    expect(json).toMatchObject({
      token_type: 'bearer',
      access_token: expect.stringMatching(/^\w{32}$/),
      expires_in: 3600,
      refresh_token: expect.stringMatching(/^\w{32}$/),
      scope: 'create_event delete_event',
      account_id: json.sub,
      linking_profile: { provider_name: 'google', profile_id: expect.stringMatching(/^pro_/) },
    });
    expect(await timelineOf(room, 'violation')).toEqual([]);
  });

  test('the body may be a form', async ({ room }) => {
    const code = (await consent(room)).location.searchParams.get('code')!;
    const { client_id, client_secret } = room.cronofy;
    const body = new URLSearchParams({
      client_id,
      client_secret,
      grant_type: 'authorization_code',
      code,
      redirect_uri: REDIRECT,
    });
    expect((await fetch(`${room.url}/oauth/token`, { method: 'POST', body })).status).toBe(200);
  });

  test('a code is good once, for ten minutes, for one redirect_uri', async ({ room }) => {
    const code = (await consent(room)).location.searchParams.get('code');
    const grant = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT };
    expect((await token(room, { ...grant, redirect_uri: 'https://other.example.com' })).json.error).toBe(
      'invalid_grant',
    );
    expect((await token(room, grant)).status).toBe(200);
    const again = await token(room, grant);
    expect([again.status, again.json]).toEqual([
      400,
      { error: 'invalid_grant', error_description: 'errors.unknown_or_used' },
    ]);
    const late = (await consent(room)).location.searchParams.get('code');
    await room.clock.advance({ by: '10m' });
    expect((await token(room, { ...grant, code: late })).json.error).toBe('invalid_grant');
  });

  test('other faults have the words of RFC 6749', async ({ room }) => {
    expect((await token(room, { grant_type: 'password' })).json).toEqual({ error: 'unsupported_grant_type' });
    expect((await token(room, {})).json).toEqual({ error: 'invalid_request' });
    for (const grant of [
      { grant_type: 'authorization_code', redirect_uri: REDIRECT },
      { grant_type: 'authorization_code', code: 'unknown' },
      { grant_type: 'refresh_token' },
    ])
      expect((await token(room, grant)).json).toEqual({ error: 'invalid_request' });
    expect((await token(room, { client_id: 'x', grant_type: 'refresh_token' })).json).toEqual({
      error: 'invalid_client',
    });
    expect((await call('POST', `${room.url}/oauth/token`, {})).status).toBe(400);
  });

  test('secrets and tokens stay out of the list of requests', async ({ room }) => {
    const { json } = await exchange(room);
    const { text } = await control(room, 'GET', '/requests');
    for (const secret of [room.cronofy.client_secret, json.access_token, json.refresh_token])
      expect(text).not.toContain(secret);
  });
});

describe('Tokens', () => {
  test('an access token lives for an hour of virtual time, its refresh token longer', async ({ room }) => {
    const { json } = await exchange(room);
    const write = (access: string) => asUser(room, 'POST', eventsPath(room), eventRequest(), access);
    expect((await write(json.access_token)).status).toBe(202);
    await room.clock.advance({ by: '1h' });
    const late = await write(json.access_token);
    expect([late.status, late.text, late.headers.get('www-authenticate')]).toEqual([401, '', 'Bearer realm="Cronofy"']);
    const renewed = await token(room, { grant_type: 'refresh_token', refresh_token: json.refresh_token });
    expect(renewed.json.access_token).not.toBe(json.access_token);
    expect((await write(renewed.json.access_token)).status).toBe(202);
  });

  test('a refresh with ten minutes left gives the same token, unless told otherwise', async ({ room }) => {
    const { json } = await exchange(room);
    const refresh = () => token(room, { grant_type: 'refresh_token', refresh_token: json.refresh_token });
    await room.clock.advance({ by: '50m' });
    expect((await refresh()).json).toMatchObject({ access_token: json.access_token, expires_in: 600 });
    await set(room, { reuse_fresh_tokens: false });
    expect((await refresh()).json.access_token).not.toBe(json.access_token);
  });

  test('a revoked authorization is good for nothing', async ({ room }) => {
    const { json } = await exchange(room);
    const { client_id, client_secret } = room.cronofy;
    const revoked = await call('POST', `${room.url}/oauth/token/revoke`, {
      client_id,
      client_secret,
      token: json.refresh_token,
    });
    expect([revoked.status, revoked.text]).toEqual([200, '']);
    expect((await asUser(room, 'GET', '/v1/userinfo', undefined, json.access_token)).status).toBe(401);
    const renewed = await token(room, { grant_type: 'refresh_token', refresh_token: json.refresh_token });
    expect([renewed.status, renewed.json]).toEqual([400, { error: 'invalid_grant' }]);
    const revoke = (more: object) =>
      call('POST', `${room.url}/oauth/token/revoke`, { client_id, client_secret, ...more });
    const unknown = await revoke({ token: 'nobody-knows-it' });
    expect([unknown.status, unknown.text]).toEqual([200, '']);
    const stranger = await revoke({ client_id: 'x', token: json.refresh_token });
    expect([stranger.status, stranger.json]).toEqual([400, { error: 'invalid_client' }]);
  });

  test('an authorization can be revoked by its sub', async ({ room }) => {
    const { json } = await exchange(room);
    const { client_id, client_secret } = room.cronofy;
    const revoke = { client_id, client_secret, sub: json.sub, request_pii_erasure: true };
    expect((await call('POST', `${room.url}/oauth/token/revoke`, revoke)).status).toBe(200);
    expect((await asUser(room, 'GET', '/v1/userinfo', undefined, json.access_token)).status).toBe(401);
  });

  test('a scope that is missing is 403', async ({ room }) => {
    const { json } = await exchange(room);
    const as = (method: string, path: string, body?: object) => asUser(room, method, path, body, json.access_token);
    expect((await as('GET', '/v1/events?tzid=Etc/UTC')).status).toBe(403);
    expect((await as('GET', '/v1/account')).status).toBe(403);
    expect((await as('GET', '/v1/calendars')).status).toBe(200);
    await set(room, { access_token_scope: 'read_account' });
    for (const method of ['POST', 'DELETE']) {
      const answer = await asUser(room, method, eventsPath(room), eventRequest());
      expect([answer.status, answer.text]).toEqual([403, '']);
    }
    expect((await asUser(room, 'GET', '/v1/calendars')).status).toBe(403);
    expect((await asUser(room, 'GET', '/v1/account')).json.account.scope).toBe('read_account');
  });

  test('the kinds of credential are interchangeable only until they are told apart', async ({ room }) => {
    const { access_token, client_secret } = room.cronofy;
    const send = (value: string) => asUser(room, 'DELETE', '/v1/meeting_agents', { scheduling_key: 'a' }, value);
    expect((await send(access_token)).status).toBe(202);
    expect((await asUser(room, 'GET', '/v1/userinfo', undefined, client_secret)).status).toBe(200);
    await set(room, { token_kinds: 'separate' });
    expect((await send(access_token)).status).toBe(401);
    expect((await send(client_secret)).status).toBe(202);
    expect((await asUser(room, 'GET', '/v1/userinfo', undefined, client_secret)).status).toBe(401);
    expect((await asUser(room, 'GET', '/v1/userinfo')).status).toBe(200);
  });

  test('tokens of two workspaces with one seed are different, and find their own', async ({ room }) => {
    const { json: other } = await control(room, 'POST', '/workspaces', { seed: 1 });
    const make = ({ client_id, client_secret }: { client_id: string; client_secret: string }) =>
      call('POST', `${room.url}/v1/application_calendars`, { client_id, client_secret, application_calendar_id: 'a' });
    const [ours, theirs] = [(await make(room.cronofy)).json, (await make(other.cronofy)).json];
    expect(theirs.sub).toBe(ours.sub);
    expect(theirs.access_token).not.toBe(ours.access_token);
    await asUser(room, 'GET', '/v1/userinfo', undefined, theirs.access_token);
    const { json } = await control(room, 'GET', '/requests', undefined, other.id);
    expect(json.requests.map(({ operation }: { operation: string }) => operation)).toEqual([
      'createApplicationCalendar',
      'readUserInfo',
    ]);
  });
});

describe('Accounts and calendars', () => {
  test('the account, its calendars and userinfo agree', async ({ room }) => {
    const { account } = (await asUser(room, 'GET', '/v1/account')).json;
    const { calendars } = (await asUser(room, 'GET', '/v1/calendars')).json;
    const userinfo = (await asUser(room, 'GET', '/v1/userinfo')).json;
    expect(userinfo).toMatchObject({ sub: account.account_id, email: account.email, name: account.name });
    expect(calendars).toMatchObject([
      { calendar_id: room.cronofy.calendar_id, profile_name: account.email, permission_level: 'sandbox' },
    ]);
    expect(userinfo['cronofy.data'].profiles[0].profile_calendars[0].calendar_id).toBe(room.cronofy.calendar_id);
    expect(await timelineOf(room, 'violation')).toEqual([]);
  });

  test('an application calendar is made once and then given again', async ({ room }) => {
    const { client_id, client_secret } = room.cronofy;
    const make = () =>
      call('POST', `${room.url}/v1/application_calendars`, {
        client_id,
        client_secret,
        application_calendar_id: 'mine',
      });
    const [first, second] = [(await make()).json, (await make()).json];
    expect(second.sub).toBe(first.sub);
    expect(first).toMatchObject({
      application_calendar_id: 'mine',
      scope: 'read_write',
      sub: expect.stringMatching(/^apc_/),
    });
    const { calendars } = (await asUser(room, 'GET', '/v1/calendars', undefined, first.access_token)).json;
    const path = `/v1/calendars/${calendars[0].calendar_id}/events`;
    expect((await asUser(room, 'POST', path, eventRequest(), first.access_token)).status).toBe(202);
    expect((await asUser(room, 'POST', path, eventRequest())).status).toBe(404);
    expect((await asUser(room, 'GET', '/v1/account', undefined, first.access_token)).status).toBe(403);
    const renewed = await token(room, { grant_type: 'refresh_token', refresh_token: first.refresh_token });
    expect(renewed.json.application_calendar_id).toBe('mine');
    expect(await timelineOf(room, 'violation')).toEqual([]);
  });

  test('an application calendar needs its id, and a client', async ({ room }) => {
    const { client_id, client_secret } = room.cronofy;
    const make = (body: object) => call('POST', `${room.url}/v1/application_calendars`, body);
    expect(errorKeys(await make({ client_id, client_secret }))).toEqual({
      application_calendar_id: ['errors.required'],
    });
    expect((await make({ application_calendar_id: 'mine' })).status).toBe(401);
  });
});

test("with a client of the user's own, callbacks of event agents verify with that client's secret", async ({
  room,
  receiver,
}) => {
  const own = { client_id: 'own-client', client_secret: 'CRN_own-secret-of-the-user' };
  const query = new URLSearchParams({ client_id: own.client_id, redirect_uri: REDIRECT, response_type: 'code' });
  const { headers } = await fetch(`${room.url}/oauth/authorize?${query.toString()}`, { redirect: 'manual' });
  const code = new URL(headers.get('location')!).searchParams.get('code');
  const grant = { ...own, grant_type: 'authorization_code', code, redirect_uri: REDIRECT };
  const { json } = await call('POST', `${room.url}/oauth/token`, grant);
  const subscriptions = [{ uri: receiver.url, interactions: [{ type: 'meeting_agent_complete' }] }];
  await asUser(room, 'POST', eventsPath(room), eventRequest(undefined, { subscriptions }), json.access_token);
  await room.clock.advance({ by: '3h' });
  const { createHmac } = await import('node:crypto');
  const [arrival] = receiver.arrivals;
  const expected = createHmac('sha256', own.client_secret).update(arrival!.body).digest('base64');
  expect(arrival!.headers['cronofy-hmac-sha256']!.split(',')[0]).toBe(expected);
  expect((await cronofy(room, 'GET', '/v1/nothing')).status).toBe(404);
});

test('tokens and signed URLs survive a snapshot, and are gone after a reset', async ({ room }) => {
  const { json: made } = await control(room, 'POST', '/workspaces', { id: 'w' });
  const { client_id, client_secret } = made.cronofy;
  const body = { client_id, client_secret, application_calendar_id: 'a' };
  const { json } = await call('POST', `${room.url}/v1/application_calendars`, body);
  const status = async () => (await asUser(room, 'GET', '/v1/userinfo', undefined, json.access_token)).status;
  const { json: snapshot } = await control(room, 'GET', '/snapshot', undefined, 'w');
  await set(room, { auth: 'strict' });
  await control(room, 'POST', '/reset', {}, 'w');
  expect(await status()).toBe(401);
  await control(room, 'PUT', '/snapshot', snapshot, 'w');
  expect(await status()).toBe(200);
});
