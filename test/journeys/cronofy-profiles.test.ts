import { describe, expect } from 'vitest';
import {
  asUser,
  errorKeys,
  eventRequest,
  eventsPath,
  sdk,
  set,
  writeEvent,
  NOON,
  EVERY_SCOPE,
  plainEvent,
  readEvents,
  eventOfOthers,
  userInfoOf,
  timelineOf,
  REDIRECT,
} from '../support/cronofy.js';
import { call, cronofy, test } from '../support/room.js';

/** Bulk deletion, calendars, profiles, and the pages on which users are asked. */

describe('The smaller calls', () => {
  test('delete in bulk: all, or some calendars, and cancel the agents', async ({ room }) => {
    await writeEvent(room, eventRequest());
    await eventOfOthers(room);
    const remove = (body?: object, query = '') => asUser(room, 'DELETE', `/v1/events${query}`, body);
    const { calendar_id } = room.cronofy;
    expect(errorKeys(await remove({}))).toEqual({ delete_all: ['errors.required'] });
    expect(errorKeys(await remove({ delete_all: true, calendar_ids: [calendar_id] }))).toEqual({
      delete_all: ['errors.required'],
    });
    expect(errorKeys(await remove({ delete_all: 'yes' }))).toEqual({ delete_all: ['errors.must_be_boolean'] });
    expect(errorKeys(await remove({ calendar_ids: ['cal_x_y'] }))).toEqual({
      calendar_ids: ['errors.invalid_calendar_ids'],
    });
    const { status, text } = await remove({ calendar_ids: [calendar_id] });
    expect([status, text]).toEqual([202, '']);
    expect(await readEvents(room, '&include_managed=true')).toMatchObject([{ summary: 'Review' }]);
    expect(await room.clock.pending()).toEqual([]);
    await writeEvent(room, plainEvent('a'));
    expect((await remove({}, '?delete_all=True')).status).toBe(202);
    expect(await readEvents(room, '&only_managed=true')).toEqual([]);
  });

  test('make a calendar beside the primary one', async ({ room }) => {
    await set(room, { access_token_scope: EVERY_SCOPE });
    const { profiles } = (await asUser(room, 'GET', '/v1/profiles')).json;
    const [{ profile_id, profile_name }] = profiles;
    expect(profiles).toEqual([
      { provider_name: 'google', provider_service: 'google', profile_id, profile_name, profile_connected: true },
    ]);
    const make = (name: string, profile = profile_id) =>
      asUser(room, 'POST', '/v1/calendars', { profile_id: profile, name });
    const { status, json } = await make('Bookings');
    const calendar = {
      provider_name: 'google',
      profile_id,
      profile_name,
      calendar_id: json.calendar.calendar_id,
      calendar_name: 'Bookings',
      calendar_readonly: false,
      calendar_deleted: false,
    };
    expect([status, json]).toEqual([200, { calendar }]);
    expect(errorKeys(await make('Bookings'))).toEqual({ name: ['errors.duplicate_calendar_name'] });
    expect(errorKeys(await make('More', 'pro_x'))).toEqual({ profile_id: ['errors.not_recognized'] });
    const { calendar_id } = json.calendar;
    expect((await asUser(room, 'POST', `/v1/calendars/${calendar_id}/events`, plainEvent('a'))).status).toBe(202);
    expect(await readEvents(room, `&include_managed=true&calendar_ids[]=${calendar_id}`)).toMatchObject([
      { calendar_id },
    ]);
    const { calendars } = (await asUser(room, 'GET', '/v1/calendars')).json;
    expect(calendars.map(({ calendar_primary }: { calendar_primary: boolean }) => calendar_primary)).toEqual([
      true,
      false,
    ]);
    await room.backstage({ kind: 'profile_disconnected' });
    const locked = await make('Third');
    expect([locked.status, locked.text]).toEqual([423, '']);
    await set(room, { access_token_scope: 'create_event' });
    expect((await make('Third')).status).toBe(403);
  });

  test.for([
    ['google', 'google', 'google'],
    ['apple', 'apple', 'icloud'],
    ['exchange', 'exchange', 'exchange'],
    ['office365', 'office365', 'office365'],
    ['outlook_com', 'live_connect', 'outlook_com'],
  ])('name the provider of %s %s, and its service %s', async ([calendar_provider, name, service], { room }) => {
    await set(room, { calendar_provider });
    const { profiles } = (await asUser(room, 'GET', '/v1/profiles')).json;
    expect(profiles).toMatchObject([{ provider_name: name, provider_service: service }]);
    const [calendar] = (await userInfoOf(room))['cronofy.data'].profiles[0].profile_calendars;
    expect(Object.keys(calendar).toSorted()).toEqual([
      'calendar_attachments_available',
      'calendar_deleted',
      'calendar_id',
      'calendar_integrated_conferencing_available',
      'calendar_name',
      'calendar_primary',
      'calendar_readonly',
      'permission_level',
    ]);
  });

  test('show an application calendar as the vendor’s own', async ({ room }) => {
    const { client_id, client_secret } = room.cronofy;
    const own = { client_id, client_secret, application_calendar_id: 'rota' };
    const { access_token, sub } = (await call('POST', `${room.url}/v1/application_calendars`, own)).json;
    const userinfo = (await asUser(room, 'GET', '/v1/userinfo', undefined, access_token)).json;
    expect(userinfo).toMatchObject({
      sub,
      application_calendar_id: 'rota',
      'cronofy.type': 'application_calendar',
      'cronofy.data': {
        application_calendar: { application_calendar_id: 'rota' },
        authorization: { scope: 'read_write', status: 'active' },
        profiles: [
          {
            provider_name: 'cronofy',
            provider_service: 'cronofy',
            profile_calendars: [{ permission_level: 'unrestricted' }],
          },
        ],
      },
    });
    for (const field of ['email', 'name', 'zoneinfo']) expect(userinfo).not.toHaveProperty(field);
  });

  test('end the access to a profile, which is asked for anew', async ({ room }) => {
    const [{ profile_id }] = (await asUser(room, 'GET', '/v1/profiles')).json.profiles;
    expect((await asUser(room, 'POST', '/v1/profiles/pro_x/revoke')).status).toBe(404);
    const revoked = await asUser(room, 'POST', `/v1/profiles/${profile_id}/revoke`);
    expect([revoked.status, revoked.text]).toEqual([202, '']);
    const [profile] = (await asUser(room, 'GET', '/v1/profiles')).json.profiles;
    expect(profile).toMatchObject({ profile_connected: false, profile_relink_url: expect.stringContaining('/oauth/') });
    expect((await asUser(room, 'POST', eventsPath(room), plainEvent('a'))).status).toBe(423);
  });

  test('lead to pages of consent, and give tokens for links', async ({ room }) => {
    const client = sdk(room, { access_token: room.cronofy.access_token });
    const { authorization_request } = await client.conferencingServiceAuthorizations({ redirect_uri: REDIRECT });
    const page = await fetch(authorization_request.url, { redirect: 'manual' });
    expect([page.status, page.headers.get('location')]).toEqual([302, REDIRECT]);
    expect((await asUser(room, 'POST', '/v1/link_tokens')).json).toEqual({ link_token: expect.any(String) });
    const permissions = [{ calendar_id: 'cal_x_y', permission_level: 'unrestricted' }];
    expect(errorKeys(await asUser(room, 'POST', '/v1/permissions', { permissions }))).toEqual({
      'permissions[0].calendar_id': ['errors.invalid_calendar_ids'],
    });
    await set(room, { authorize_consents: false });
    const mineToo = [{ calendar_id: room.cronofy.calendar_id, permission_level: 'unrestricted' }];
    const { permissions_request } = await client.elevatedPermissions({ permissions: mineToo });
    expect((await fetch(permissions_request.url)).status).toBe(200);
    expect((await asUser(room, 'GET', '/v1/calendars')).json.calendars[0].permission_level).toBe('sandbox');
    expect((await fetch(`${permissions_request.url}x`)).status).toBe(404);
  });

  test('ask for tokens of somebody else, which a callback brings', async ({ room, receiver }) => {
    await room.backstage({ kind: 'person_added', email: 'ann@example.com' });
    const { profile_id } = (await asUser(room, 'GET', '/v1/profiles')).json.profiles[0];
    const callback_url = `${receiver.url}/delegated`;
    const ask = (more: object) =>
      asUser(room, 'POST', '/v1/delegated_authorizations', {
        profile_id,
        email: 'Ann@example.com',
        callback_url,
        scope: 'read_events',
        state: 's',
        ...more,
      });
    const { status, text } = await ask({});
    expect([status, text]).toEqual([202, '']);
    await ask({ email: 'nobody@example.com', state: undefined });
    expect(errorKeys(await ask({ email: '' }))).toEqual({ email: ['errors.invalid'] });
    expect(errorKeys(await ask({ email: undefined }))).toEqual({ email: ['errors.required'] });
    expect(errorKeys(await ask({ profile_id: 'pro_x', callback_url: 'no url' }))).toEqual({
      profile_id: ['errors.not_recognized'],
      callback_url: ['errors.invalid_url'],
    });
    await room.clock.advance({ by: '1m' });
    const [granted, refused] = receiver.arrivals.map(({ body }) => JSON.parse(body).authorization);
    expect([granted, refused]).toEqual([
      { code: expect.any(String), state: 's' },
      { error: 'access_denied', error_key: 'errors.no_access', error_description: expect.any(String) },
    ]);
    const { client_id, client_secret } = room.cronofy;
    const exchange = { client_id, client_secret, grant_type: 'authorization_code', redirect_uri: callback_url };
    const { json: tokens } = await call('POST', `${room.url}/oauth/token`, { ...exchange, code: granted.code });
    expect(tokens.scope).toBe('read_events');
    const userinfo = (await asUser(room, 'GET', '/v1/userinfo', undefined, tokens.access_token)).json;
    expect([userinfo.sub, userinfo.email]).toEqual([tokens.sub, 'ann@example.com']);
    const [{ headers, body }] = receiver.arrivals as unknown as [(typeof receiver.arrivals)[number]];
    expect(sdk(room).hmacValid({ hmac: headers['cronofy-hmac-sha256'], body })).toBe(true);
    expect(await timelineOf(room, 'violation')).toEqual([]);
  });

  test('show a profile that is read for the first time without calendars', async ({ room }) => {
    await set(room, { initial_sync: 'pending' });
    const userinfo = await userInfoOf(room);
    expect(userinfo['cronofy.data'].profiles[0]).toMatchObject({
      profile_initial_sync_required: true,
      profile_calendars: [],
    });
    expect((await asUser(room, 'GET', '/v1/calendars')).json.calendars).toEqual([]);
    const { json } = await cronofy(room, 'POST', '/v1/availability', {
      participants: [{ members: [{ sub: userinfo.sub }] }],
      required_duration: { minutes: 60 },
      query_periods: [NOON],
      include_member_statuses: true,
    });
    expect(json.member_statuses).toEqual([{ sub: userinfo.sub, sync_status: 'pending' }]);
  });
});
