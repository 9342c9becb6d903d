import { describe, expect } from 'vitest';
import type { Greenroom } from '../../src/index.js';
import {
  asUser,
  eventOfOthers,
  EVERY_SCOPE,
  NOON,
  plainEvent,
  readEvents,
  set,
  userInfoOf,
  REDIRECT,
} from '../support/cronofy.js';
import { call, control, cronofy, test } from '../support/room.js';

/** People who authorize one after the other: in one browser they are one account, unless the application avoids that. */

interface Tokens {
  readonly sub: string;
  readonly access_token: string;
  readonly refresh_token: string;
  readonly linking_profile: { readonly profile_id: string; readonly profile_name: string };
}

/** A browser with its cookies, in which people consent. */
function browser(room: Greenroom) {
  let cookie = '';
  return async (email: string | undefined, more: Record<string, string> = {}): Promise<URL> => {
    await room.backstage({ kind: 'signs_in', ...(email === undefined ? {} : { email }) });
    const { client_id } = room.cronofy;
    const query = new URLSearchParams({
      client_id,
      redirect_uri: REDIRECT,
      response_type: 'code',
      scope: EVERY_SCOPE,
      ...more,
    });
    const { headers } = await fetch(`${room.url}/oauth/authorize?${query.toString()}`, {
      redirect: 'manual',
      headers: cookie === '' ? {} : { cookie: `theme=dark; ${cookie}` },
    });
    cookie = headers.get('set-cookie')?.split(';')[0] ?? cookie;
    return new URL(headers.get('location')!);
  };
}

async function tokens(room: Greenroom, from: URL): Promise<Tokens> {
  const { client_id, client_secret } = room.cronofy;
  const code = from.searchParams.get('code');
  const body = { client_id, client_secret, grant_type: 'authorization_code', code, redirect_uri: REDIRECT };
  return (await call('POST', `${room.url}/oauth/token`, body)).json;
}

const ANN = 'ann@example.com';
const addAnn = (room: Greenroom) =>
  room.backstage({ kind: 'person_added', email: ANN, name: 'Ann', provider: 'office365', tzid: 'Europe/Berlin' });

describe('Two people who authorize in one browser', () => {
  test('are one account with two profiles, by whichever token', async ({ room }) => {
    await addAnn(room);
    const authorize = browser(room);
    const first = await tokens(room, await authorize(undefined));
    const second = await tokens(room, await authorize(ANN));
    expect(second.sub).toBe(first.sub);
    expect(second.linking_profile).toMatchObject({ provider_name: 'office365', profile_name: ANN });
    expect(second.linking_profile.profile_id).not.toBe(first.linking_profile.profile_id);
    for (const { access_token } of [first, second]) {
      const userinfo = (await asUser(room, 'GET', '/v1/userinfo', undefined, access_token)).json;
      expect(userinfo.sub).toBe(first.sub);
      const profiles = userinfo['cronofy.data'].profiles as { profile_id: string; profile_calendars: object[] }[];
      expect(profiles.map(({ profile_id }) => profile_id)).toEqual(
        [first, second].map(({ linking_profile }) => linking_profile.profile_id),
      );
      expect(profiles.map(({ profile_calendars }) => profile_calendars.length)).toEqual([1, 1]);
      expect((await asUser(room, 'GET', '/v1/profiles', undefined, access_token)).json.profiles).toHaveLength(2);
    }
    const { client_id, client_secret } = room.cronofy;
    const renewed = await call('POST', `${room.url}/oauth/token`, {
      client_id,
      client_secret,
      grant_type: 'refresh_token',
      refresh_token: second.refresh_token,
    });
    expect(renewed.json).toMatchObject({ sub: first.sub, linking_profile: second.linking_profile });
  });

  test('have one channel, one availability and one list of events for the calendars of both', async ({
    room,
    receiver,
  }) => {
    await addAnn(room);
    const authorize = browser(room);
    const { access_token, sub } = await tokens(room, await authorize(undefined));
    await tokens(room, await authorize(ANN));
    const as = (method: string, path: string, body?: object) => asUser(room, method, path, body, access_token);
    const { calendars } = (await as('GET', '/v1/calendars')).json;
    const [own, anns] = calendars as { calendar_id: string; profile_name: string }[];
    expect([calendars.length, anns!.profile_name]).toEqual([2, ANN]);
    await as('POST', '/v1/channels', { callback_url: receiver.url });
    await room.clock.advance({ by: '1m' });
    await eventOfOthers(room, { calendar_id: anns!.calendar_id });
    await room.clock.advance({ by: '1m' });
    expect(receiver.arrivals.map(({ body }) => JSON.parse(body).notification.type)).toEqual(['verification', 'change']);
    expect((await as('POST', `/v1/calendars/${anns!.calendar_id}/events`, plainEvent('hers'))).status).toBe(202);
    const events = await readEvents(room, '&include_managed=true', access_token);
    expect(new Set(events.map(({ calendar_id }: { calendar_id: string }) => calendar_id))).toEqual(
      new Set([anns!.calendar_id]),
    );
    expect(events[1].organizer).toEqual({ email: ANN, display_name: 'Ann' });
    const ask = async (calendar_ids?: string[]) =>
      (
        await cronofy(room, 'POST', '/v1/availability', {
          participants: [{ members: [{ sub, ...(calendar_ids ? { calendar_ids } : {}) }] }],
          required_duration: { minutes: 60 },
          query_periods: [NOON],
        })
      ).json.available_periods;
    expect(await ask()).toEqual([]);
    expect(await ask([own!.calendar_id])).toHaveLength(1);
  });

  test('are told apart where the application avoids linking, and by another browser', async ({ room }) => {
    await addAnn(room);
    const authorize = browser(room);
    const first = await tokens(room, await authorize(undefined));
    for (const [way, url] of [
      ['avoided', await authorize(ANN, { avoid_linking: 'true' })],
      ['elsewhere', await browser(room)(ANN)],
    ] as const) {
      const { sub, access_token } = await tokens(room, url);
      expect([way, sub === first.sub]).toEqual([way, false]);
      expect((await asUser(room, 'GET', '/v1/profiles', undefined, access_token)).json.profiles).toHaveLength(1);
    }
    // The browser still knows who was first.
    expect((await tokens(room, await authorize(ANN))).sub).toBe(first.sub);
  });

  test('are one without cookies, too, where all share a browser', async ({ room }) => {
    await addAnn(room);
    await set(room, { authorize_browser: 'shared' });
    const first = await tokens(room, await browser(room)(undefined));
    const apart = await tokens(room, await browser(room)(ANN, { avoid_linking: 'true' }));
    expect(apart.sub).not.toBe(first.sub);
    expect((await tokens(room, await browser(room)(ANN))).sub).toBe(first.sub);
  });

  test('lose their profiles one by one', async ({ room }) => {
    await addAnn(room);
    const authorize = browser(room);
    const { access_token, sub } = await tokens(room, await authorize(undefined));
    const { linking_profile } = await tokens(room, await authorize(ANN));
    const as = (method: string, path: string, body?: object) => asUser(room, method, path, body, access_token);
    expect((await as('POST', `/v1/profiles/${linking_profile.profile_id}/revoke`)).status).toBe(202);
    const { profiles } = (await as('GET', '/v1/profiles')).json;
    expect(profiles.map(({ profile_connected }: { profile_connected: boolean }) => profile_connected)).toEqual([
      true,
      false,
    ]);
    const [own, anns] = (await as('GET', '/v1/calendars')).json.calendars;
    const write = async ({ calendar_id }: { calendar_id: string }) =>
      (await as('POST', `/v1/calendars/${calendar_id}/events`, plainEvent('a'))).status;
    expect([await write(own), await write(anns)]).toEqual([202, 423]);
    await room.backstage({ kind: 'profile_reconnected', email: ANN });
    expect(await write(anns)).toBe(202);
    await room.backstage({ kind: 'profile_disconnected' });
    expect([await write(own), await write(anns)]).toEqual([423, 202]);
    await expect(room.backstage({ kind: 'profile_disconnected', email: 'x@example.com' })).rejects.toThrow(
      'nobody has',
    );
    const { client_id, client_secret } = room.cronofy;
    await call('POST', `${room.url}/oauth/token/revoke`, { client_id, client_secret, sub });
    expect((await as('GET', '/v1/userinfo')).status).toBe(401);
  });
});

describe('A link token', () => {
  test('links whoever authorizes with it within five minutes, in any browser', async ({ room }) => {
    await addAnn(room);
    const ask = async () => (await asUser(room, 'POST', '/v1/link_tokens')).json.link_token as string;
    const { sub } = await userInfoOf(room);
    const late = await ask();
    await room.clock.advance({ by: '5m' });
    for (const link_token of [late, 'nobody-knows-it']) {
      const back = await browser(room)(ANN, { link_token, state: 's' });
      expect([back.searchParams.get('error'), back.searchParams.get('state')]).toEqual(['invalid_request', 's']);
    }
    const linked = await tokens(room, await browser(room)(ANN, { link_token: await ask() }));
    expect([linked.sub, linked.linking_profile.profile_name]).toEqual([sub, ANN]);
  });
});

describe('An application of another data center', () => {
  test('is unknown here: 401, and no page', async ({ room }) => {
    const { access_token, client_id, client_secret } = room.cronofy;
    const at = (host: string, method: string, path: string, body?: object) =>
      call(method, room.url + path, body, { authorization: `Bearer ${access_token}`, 'x-forwarded-host': host });
    const status = async (host: string) => (await at(host, 'GET', '/v1/userinfo')).status;
    expect([await status('api-de.cronofy.com'), await status('api.cronofy.com')]).toEqual([200, 200]);
    await set(room, { data_center: 'de' });
    const wrong = await at('api.cronofy.com', 'GET', '/v1/userinfo');
    expect([wrong.status, wrong.text, wrong.headers.get('www-authenticate')]).toEqual([
      401,
      '',
      'Bearer realm="Cronofy"',
    ]);
    expect([await status('api-de.cronofy.com'), await status('api-uk.cronofy.com')]).toEqual([200, 401]);
    // A call that names no host of the vendor's is meant for the right one.
    expect((await asUser(room, 'GET', '/v1/userinfo')).status).toBe(200);
    const grant = { client_id, client_secret, grant_type: 'refresh_token', refresh_token: 'x' };
    const token = async (host: string) => (await at(host, 'POST', '/oauth/token', grant)).json;
    expect(await token('api-de.cronofy.com')).toEqual({ error: 'invalid_grant' });
    expect(await token('app.cronofy.com')).toEqual({ error: 'invalid_client' });
    const query = new URLSearchParams({ client_id, redirect_uri: REDIRECT, response_type: 'code' });
    expect((await at('app.cronofy.com', 'GET', `/oauth/authorize?${query.toString()}`)).status).toBe(400);
    const { json } = await control(room, 'GET', '/timeline?kind=request');
    expect(JSON.stringify(json)).toContain('the call went to the data center us, and the application is in de');
    await set(room, { data_center: 'us' });
    expect([await status('api.cronofy.com'), await status('api-de.cronofy.com')]).toEqual([200, 401]);
  });
});
