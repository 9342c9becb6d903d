import { describe, expect } from 'vitest';
import { asUser, errorKeys, eventRequest, eventsPath, sdk, set, timelineOf, writeEvent } from '../support/cronofy.js';
import { call, cronofy, MEET_URL, test, type Answered } from '../support/room.js';
import type { Greenroom } from '../../src/index.js';

/** What Cronofy serves around the calendars of people: events of others, invitations, batches, permissions. */

const NOON = { start: '2026-01-01T12:00:00Z', end: '2026-01-01T13:00:00Z' };
const REDIRECT = 'https://app.example.com/callback';
const plain = (event_id: string, more: object = {}) => ({ event_id, summary: 'Planning', ...NOON, ...more });
const read = async (room: Greenroom, query = '', token?: string) =>
  (await asUser(room, 'GET', `/v1/events?tzid=Etc/UTC${query}`, undefined, token)).json.events;
const add = (room: Greenroom, more: object = {}) =>
  room.backstage({ kind: 'event_added', summary: 'Review', ...NOON, ...more });
const mine = async (room: Greenroom) => (await asUser(room, 'GET', '/v1/userinfo')).json;
const EVERY_SCOPE = 'read_write';

/** The tokens of somebody else, who consents on the page. */
async function tokensOf(room: Greenroom, email: string): Promise<{ access_token: string; sub: string }> {
  await room.backstage({ kind: 'signs_in', email });
  const { client_id, client_secret } = room.cronofy;
  const query = new URLSearchParams({ client_id, redirect_uri: REDIRECT, response_type: 'code', scope: EVERY_SCOPE });
  query.set('avoid_linking', 'true');
  const { headers } = await fetch(`${room.url}/oauth/authorize?${query.toString()}`, { redirect: 'manual' });
  await room.backstage({ kind: 'signs_in' });
  const code = new URL(headers.get('location')!).searchParams.get('code')!;
  const body = { client_id, client_secret, grant_type: 'authorization_code', code, redirect_uri: REDIRECT };
  return (await call('POST', `${room.url}/oauth/token`, body)).json;
}

describe('Somebody else who has connected a calendar', () => {
  test('consents for themselves, and has a calendar of their own', async ({ room }) => {
    const ann = { kind: 'person_added', email: 'ann@example.com', name: 'Ann', tzid: 'Europe/Berlin' };
    await room.backstage({ ...ann, provider: 'office365' });
    await expect(room.backstage(ann)).rejects.toThrow('there already');
    await expect(room.backstage({ kind: 'signs_in', email: 'bob@example.com' })).rejects.toThrow('nobody has');
    await expect(room.backstage({ ...ann, email: 'c@example.com', tzid: 'Mars' })).rejects.toThrow('time zone');
    const { access_token, sub } = await tokensOf(room, 'ann@example.com');
    const { account } = (await asUser(room, 'GET', '/v1/account', undefined, access_token)).json;
    expect(account).toMatchObject({ account_id: sub, email: 'ann@example.com', default_tzid: 'Europe/Berlin' });
    const [calendar] = (await asUser(room, 'GET', '/v1/calendars', undefined, access_token)).json.calendars;
    expect(calendar).toMatchObject({ provider_name: 'office365', profile_name: 'ann@example.com' });
    const path = `/v1/calendars/${calendar.calendar_id}/events`;
    expect((await asUser(room, 'POST', path, plain('hers'), access_token)).status).toBe(202);
    expect((await asUser(room, 'POST', path, plain('mine'))).status).toBe(404);
    expect(await read(room, '&include_managed=true')).toEqual([]);
    expect(await read(room, '&include_managed=true', access_token)).toMatchObject([{ event_id: 'hers' }]);
  });

  test('is asked for with a room, and told apart by who is free', async ({ room }) => {
    await room.backstage({ kind: 'person_added', email: 'room-1@example.com', name: 'Room 1', room: true });
    const { accessible_calendars } = (await asUser(room, 'GET', '/v1/accessible_calendars')).json;
    expect(accessible_calendars).toEqual([{ calendar_type: 'resource', email: 'room-1@example.com', name: 'Room 1' }]);
    expect((await asUser(room, 'GET', '/v1/accessible_calendars?profile_id=pro_x')).status).toBe(404);
    const lines = (await timelineOf(room, 'backstage')) as unknown as { subject: string }[];
    const { subject } = lines[0]!;
    expect(subject).toMatch(/^res_/);
    const { sub } = await mine(room);
    await add(room);
    const { json } = await cronofy(room, 'POST', '/v1/availability', {
      participants: [{ members: [{ sub }, { sub: subject }], required: 1 }],
      required_duration: { hours: 1 },
      query_periods: [NOON],
    });
    expect(json.available_periods).toEqual([{ ...NOON, participants: [{ sub: subject }] }]);
  });
});

describe('An event of others', () => {
  test('shows who has called it, who comes, and how it stands', async ({ room }) => {
    const { email } = await mine(room);
    const more = { organizer: 'bob@example.com', attendees: ['bob@example.com', email], location: 'Room 1' };
    await add(room, {
      ...more,
      tentative: true,
      private: true,
      meeting_url: MEET_URL,
      participation_status: 'tentative',
    });
    expect(await read(room, '&google_event_ids=true&include_geo=true')).toEqual([
      expect.objectContaining({
        organizer: { email: 'bob@example.com', display_name: null },
        attendees: [
          { email: 'bob@example.com', display_name: null, status: 'needs_action' },
          { email, display_name: null, status: 'needs_action' },
        ],
        location: { description: 'Room 1' },
        status: 'tentative',
        event_private: true,
        participation_status: 'tentative',
        google_event_id: expect.any(String),
        options: { delete: false, update: false, change_participation_status: true },
      }),
    ]);
    await set(room, { plan_includes_geo: false });
    expect((await asUser(room, 'GET', '/v1/events?tzid=Etc/UTC&include_geo=true')).status).toBe(402);
    expect(await timelineOf(room, 'violation')).toEqual([]);
  });

  test('repeats in its zone, over the change of clocks, without its exceptions', async ({ room }) => {
    await room.clock.advance({ to: '2026-03-20T09:00:00Z' });
    const times = { start: '2026-03-25T09:00:00Z', end: '2026-03-25T09:30:00Z', tzid: 'Europe/Berlin' };
    const repeats = { frequency: 'weekly', by_day: ['monday', 'wednesday'], count: 4, exceptions: ['2026-04-01'] };
    await add(room, { ...times, repeats });
    const events = await read(room, '&localized_times=true');
    expect(events.map(({ start }: { start: { time: string } }) => start.time)).toEqual([
      '2026-03-25T10:00:00+01:00',
      '2026-03-30T10:00:00+02:00',
      '2026-04-06T10:00:00+02:00',
      '2026-04-08T10:00:00+02:00',
    ]);
    const [first, second, third] = events;
    expect(events.every(({ recurring }: { recurring: boolean }) => recurring)).toBe(true);
    expect(first.series_identifier).toBe(third.series_identifier);
    // One instance is moved, one is deleted.
    await room.backstage({
      kind: 'event_moved',
      event: second.event_uid,
      ...NOON,
      start: '2026-03-31T12:00:00Z',
      end: '2026-03-31T13:00:00Z',
    });
    await room.backstage({ kind: 'event_deleted', event: third.event_uid });
    expect((await read(room)).map(({ start }: { start: string }) => start.slice(0, 10))).toEqual([
      '2026-03-25',
      '2026-03-31',
      '2026-04-08',
    ]);
    expect(
      (await read(room, '&include_deleted=true')).filter(({ deleted }: { deleted: boolean }) => deleted),
    ).toMatchObject([{ event_uid: third.event_uid, status: 'cancelled' }]);
    const on30th = '&from=2026-03-30&to=2026-03-31';
    expect(await read(room, on30th)).toEqual([]);
    expect(await read(room, `${on30th}&include_moved=true`)).toMatchObject([{ event_uid: second.event_uid }]);
  });

  test('that repeats by days ends at a midnight, also when that day has 25 hours', async ({ room }) => {
    await room.clock.advance({ to: '2026-10-29T00:00:00Z' });
    const days = { start: '2026-10-31', end: '2026-11-01', tzid: 'America/New_York' };
    await add(room, { ...days, repeats: { frequency: 'daily', count: 3 } });
    expect((await read(room)).map(({ start, end }: Record<string, string>) => [start, end])).toEqual([
      ['2026-10-31', '2026-11-01'],
      ['2026-11-01', '2026-11-02'],
      ['2026-11-02', '2026-11-03'],
    ]);
  });

  test('is edited and deleted once the user has allowed it, and never written back', async ({ room, receiver }) => {
    await add(room);
    await asUser(room, 'POST', '/v1/channels', { callback_url: receiver.url });
    const [{ event_uid }] = await read(room);
    const write = (body: object) => asUser(room, 'POST', eventsPath(room), body);
    const remove = (body: object) => asUser(room, 'DELETE', eventsPath(room), body);
    expect((await write({ event_uid, summary: 'Moved' })).status).toBe(403);
    const { calendar_id } = room.cronofy;
    const permissions = [{ calendar_id, permission_level: 'unrestricted' }];
    const { json } = await asUser(room, 'POST', '/v1/permissions', { permissions, redirect_uri: REDIRECT });
    const page = await fetch(json.permissions_request.url, { redirect: 'manual' });
    expect([page.status, page.headers.get('location')]).toEqual([302, REDIRECT]);
    expect((await write({ event_uid, summary: 'Moved', start: NOON.end, end: '2026-01-01T14:00:00Z' })).status).toBe(
      202,
    );
    expect(await read(room)).toMatchObject([
      { event_uid, summary: 'Moved', start: NOON.end, options: { update: true, delete: true } },
    ]);
    expect((await remove({ event_uid })).status).toBe(202);
    expect(await read(room)).toEqual([]);
    const unknown = { event_uid: ['errors.must_be_external_event_uid'] };
    expect(errorKeys(await write({ event_uid, summary: 'Back' }))).toEqual(unknown);
    expect(errorKeys(await remove({ event_uid: 'evt_external_0' }))).toEqual(unknown);
    await add(room, { repeats: { frequency: 'daily', count: 2 } });
    const [{ event_uid: repeated }] = await read(room);
    expect(errorKeys(await write({ event_uid: repeated, summary: 'One' }))).toEqual({
      event_uid: ['errors.not_supported'],
    });
    await room.clock.advance({ by: '1m' });
    expect(receiver.arrivals.map(({ body }) => JSON.parse(body).notification.type)).toEqual(['verification', 'change']);
    expect(await timelineOf(room, 'violation')).toEqual([]);
  });

  test('is answered by its owner; Office 365 deletes what is declined', async ({ room }) => {
    await set(room, { access_token_scope: EVERY_SCOPE });
    const { email } = await mine(room);
    const invited = { organizer: 'bob@example.com', attendees: [email], participation_status: 'needs_action' };
    await add(room, invited);
    await add(room, { summary: 'Own' });
    const [asked, own] = await read(room);
    const answer = (uid: string, status: string) =>
      asUser(room, 'POST', `${eventsPath(room)}/${uid}/participation_status`, { status });
    const { status, text } = await answer(asked.event_uid, 'accepted');
    expect([status, text]).toEqual([202, '']);
    expect((await read(room))[0]).toMatchObject({
      participation_status: 'accepted',
      attendees: [{ email, status: 'accepted' }],
    });
    expect(errorKeys(await answer(asked.event_uid, 'perhaps'))).toEqual({ status: ['errors.invalid'] });
    expect((await answer(own.event_uid, 'accepted')).status).toBe(404);
    expect((await answer('evt_external_0', 'accepted')).status).toBe(404);
    await room.backstage({ kind: 'event_answered', event: asked.event_uid, status: 'tentative', email });
    expect((await read(room))[0].attendees).toMatchObject([{ status: 'tentative' }]);
    expect((await answer(asked.event_uid, 'declined')).status).toBe(202);
    expect(await read(room)).toHaveLength(2);
    await set(room, { access_token_scope: 'read_events' });
    expect((await answer(asked.event_uid, 'accepted')).status).toBe(403);
  });

  test('that is declined with Office 365 or Exchange is gone, and its agent with it', async ({ room }) => {
    await set(room, { calendar_provider: 'office365' });
    await writeEvent(room, eventRequest());
    await room.backstage({ kind: 'event_declined', event: { event_id: 'planning' } });
    expect(await read(room, '&include_managed=true')).toEqual([]);
    expect((await timelineOf(room, 'transition')).map(({ summary }) => summary)).toEqual([
      expect.stringContaining('cancelled'),
    ]);
  });
});

describe('Free-busy', () => {
  test('shows when, and not what, page by page', async ({ room }) => {
    await set(room, { events_page_size: 1 });
    await add(room, { participation_status: 'tentative' });
    await add(room, { start: '2026-01-02', end: '2026-01-03' });
    await add(room, { participation_status: 'declined' });
    await writeEvent(room, plain('own', { start: '2026-01-01T15:00:00Z', end: '2026-01-01T16:00:00Z' }));
    const get = async (query: string): Promise<Answered> => asUser(room, 'GET', query);
    const { json } = await get('/v1/free_busy?tzid=Etc/UTC');
    const { calendar_id } = room.cronofy;
    expect(json).toEqual({
      pages: { current: 1, total: 1 },
      free_busy: [{ calendar_id, ...NOON, free_busy_status: 'tentative' }],
    });
    const more = await get('/v1/free_busy?tzid=Etc/UTC&include_managed=true&include_free=true&include_ids=true');
    const entries = [...more.json.free_busy];
    for (let next = more.json.pages.next_page; next !== undefined;) {
      const answered = await get(next.slice(room.url.length));
      entries.push(...answered.json.free_busy);
      next = answered.json.pages.next_page;
    }
    expect(entries.map(({ free_busy_status, start, event_id }) => [free_busy_status, start, event_id])).toEqual([
      ['tentative', NOON.start, undefined],
      ['busy', '2026-01-01T15:00:00Z', 'own'],
      ['free', '2026-01-02', undefined],
    ]);
    await set(room, { free_busy_includes_free: 'always', access_token_scope: 'free_busy' });
    expect((await get('/v1/free_busy?tzid=Etc/UTC&localized_times=true')).json.pages.total).toBe(2);
    expect((await get('/v1/events?tzid=Etc/UTC')).status).toBe(403);
    expect(errorKeys(await get('/v1/free_busy'))).toEqual({ tzid: ['errors.required'] });
    expect(await timelineOf(room, 'violation')).toEqual([]);
  });
});

describe('Writing', () => {
  test('attendees is a change: who is not named stays', async ({ room }) => {
    const invite = [{ email: 'ann@example.com', display_name: 'Ann' }, { email: 'bob@example.com' }];
    await writeEvent(room, plain('a', { attendees: { invite } }));
    await writeEvent(room, plain('a', { attendees: { invite: [{ email: 'eve@example.com' }], remove: [invite[1]] } }));
    await writeEvent(room, plain('a', { attendees: { reject: [invite[0]] } }));
    const [event] = await read(room, '&include_managed=true');
    expect(event.attendees.map(({ email, status }: Record<string, string>) => [email, status])).toEqual([
      ['ann@example.com', 'needs_action'],
      ['eve@example.com', 'needs_action'],
    ]);
    expect(event.organizer.email).toBe((await mine(room)).email);
    expect((await timelineOf(room, 'note')).map(({ summary }) => summary).join()).toContain('attendees.reject');
    const wrong = await asUser(room, 'POST', eventsPath(room), plain('a', { attendees: { invite: [{ email: 'x' }] } }));
    expect(errorKeys(wrong)).toEqual({ 'attendees.invite[0].email': ['errors.invalid'] });
    const { client_id, client_secret } = room.cronofy;
    const own = { client_id, client_secret, application_calendar_id: 'rota' };
    const { access_token } = (await call('POST', `${room.url}/v1/application_calendars`, own)).json;
    const [calendar] = (await asUser(room, 'GET', '/v1/calendars', undefined, access_token)).json.calendars;
    expect(calendar.permission_level).toBe('unrestricted');
    const path = `/v1/calendars/${calendar.calendar_id}/events`;
    expect(errorKeys(await asUser(room, 'POST', path, plain('a', { attendees: { invite } }), access_token))).toEqual({
      attendees: ['errors.event.cannot_set_attendees'],
    });
    const userinfo = (await asUser(room, 'GET', '/v1/userinfo', undefined, access_token)).json;
    expect([userinfo.application_calendar_id, userinfo['cronofy.data'].application_calendar, userinfo.email]).toEqual([
      'rota',
      { application_calendar_id: 'rota' },
      undefined,
    ]);
  });

  test('what else an event has is kept, and wrong values are refused', async ({ room }) => {
    const location = { description: 'Here', lat: '52.5', long: '13.4' };
    await writeEvent(
      room,
      plain('a', {
        location,
        url: 'https://example.com/a',
        reminders: [{ minutes: 0 }],
        color: '#C62828',
        extended_transparency: 'out_of_office',
      }),
    );
    const managed = '&include_managed=true';
    const [event] = await read(room, `${managed}&include_geo=true`);
    expect(event).toMatchObject({ location, url: 'https://example.com/a', extended_transparency: 'out_of_office' });
    expect((await read(room, managed))[0].location).toEqual({ description: 'Here' });
    await writeEvent(room, { event_id: 'a', url: null });
    expect((await read(room, managed))[0]).not.toHaveProperty('url');
    const keys = async (more: object) => errorKeys(await asUser(room, 'POST', eventsPath(room), plain('a', more)));
    expect(await keys({ color: 'red' })).toEqual({ color: ['errors.invalid'] });
    expect(await keys({ reminders: Array.from({ length: 6 }, () => ({ minutes: 5 })) })).toEqual({
      reminders: ['errors.invalid'],
    });
    expect(await keys({ url: 'no url' })).toEqual({ url: ['errors.invalid_url'] });
    expect(await keys({ transparency: 'glass' })).toEqual({ transparency: ['errors.invalid'] });
    expect(await keys({ location: { lat: 52.5 } })).toEqual({ 'location.lat': ['errors.invalid'] });
  });

  test('a recurring event has one rule, kept until another or none is said', async ({ room }) => {
    const managed = '&include_managed=true';
    await writeEvent(room, plain('a', { recurrence: { rules: [{ frequency: 'daily', count: 3 }] } }));
    expect((await read(room, managed)).map(({ start }: { start: string }) => start.slice(8, 10))).toEqual([
      '01',
      '02',
      '03',
    ]);
    await writeEvent(room, { event_id: 'a', start: '2026-01-01T14:00:00Z', end: '2026-01-01T15:00:00Z' });
    expect((await read(room, managed)).map(({ start }: { start: string }) => start.slice(11, 13))).toEqual([
      '14',
      '14',
      '14',
    ]);
    await writeEvent(room, { event_id: 'a', recurrence: { rules: [] } });
    expect(await read(room, managed)).toHaveLength(1);
    const keys = async (...rules: object[]) =>
      errorKeys(await asUser(room, 'POST', eventsPath(room), plain('b', { recurrence: { rules } })));
    const at = 'recurrence.rules[0]';
    expect(await keys({ frequency: 'hourly' })).toEqual({ [`${at}.frequency`]: ['errors.not_recognized'] });
    expect(await keys({ frequency: 'daily', interval: 0 })).toEqual({
      [`${at}.interval`]: ['errors.must_be_integer_greater_than_zero'],
    });
    expect(await keys({ frequency: 'daily', count: 2, until: '2026-02-01' })).toEqual({
      [at]: ['errors.not_supported_count_until_combination'],
    });
    expect(await keys({ frequency: 'daily', until: 'soon' })).toEqual({ [`${at}.until`]: ['errors.must_be_date'] });
    expect(await keys({ frequency: 'daily', by_day: ['monday'] })).toEqual({
      [`${at}.by_day`]: ['errors.not_supported'],
    });
    expect(await keys({ frequency: 'weekly', by_day: ['lundi'] })).toEqual({
      [`${at}.by_day`]: ['errors.not_recognized'],
    });
    expect(await keys({ frequency: 'daily' }, { frequency: 'daily' })).toEqual({
      'recurrence.rules': ['errors.max_recurrence_rules_exceeded'],
    });
    await set(room, { recurring_agents: 'refused' });
    const both = eventRequest(undefined, { recurrence: { rules: [{ frequency: 'weekly' }] } });
    expect(errorKeys(await asUser(room, 'POST', eventsPath(room), both))).toEqual({
      recurrence: ['errors.not_supported'],
    });
  });

  test('a calendar with access by invitation gets an e-mail, and no event', async ({ room }) => {
    await set(room, { access_mode: 'free_busy' });
    await writeEvent(room, plain('a'));
    expect(await read(room, '&include_managed=true')).toEqual([]);
    expect((await timelineOf(room, 'note')).at(-1)!.summary).toContain('invitation by e-mail');
  });

  test('write_only reads the application’s own events alone', async ({ room }) => {
    await add(room);
    await set(room, { access_token_scope: 'write_only' });
    await writeEvent(room, plain('a'));
    expect(await read(room, '&include_managed=true')).toMatchObject([{ event_id: 'a' }]);
  });
});

describe('A batch', () => {
  const entry = (room: Greenroom, method: string, data: object) => ({ method, relative_url: eventsPath(room), data });

  test('is answered entry by entry, in its order, 207', async ({ room }) => {
    await set(room, { permission_level: 'unrestricted' });
    await add(room);
    const [{ event_uid }] = await read(room);
    const batch = [
      entry(room, 'POST', plain('a')),
      entry(room, 'POST', { event_id: 'b', ...NOON }),
      entry(room, 'POST', { event_uid, summary: 'Renamed' }),
      entry(room, 'DELETE', { event_id: 'a' }),
      entry(room, 'DELETE', { event_uid }),
      { method: 'POST', relative_url: '/v1/available_periods', data: {} },
      { method: 'POST', relative_url: '/v1/calendars/cal_x_y/events', data: plain('c') },
    ];
    const { status, json } = await asUser(room, 'POST', '/v1/batch', { batch });
    expect([status, json.batch]).toEqual([
      207,
      [
        { status: 202 },
        { status: 422, data: { errors: { summary: [{ key: 'errors.required', description: 'required' }] } } },
        { status: 202 },
        { status: 202 },
        { status: 202 },
        { status: 404 },
        { status: 404 },
      ],
    ]);
    expect(await read(room, '&include_managed=true')).toEqual([]);
    const many = Array.from({ length: 51 }, (_, i) => entry(room, 'POST', plain(`e${i}`)));
    expect(errorKeys(await asUser(room, 'POST', '/v1/batch', { batch: many }))).toEqual({ batch: ['errors.too_many'] });
    expect(errorKeys(await asUser(room, 'POST', '/v1/batch', { batch: [] }))).toEqual({ batch: ['errors.invalid'] });
    expect(await timelineOf(room, 'violation')).toEqual([]);
  });

  test('counts for the rate limit by its entries, or as one call', async ({ room }) => {
    await set(room, { rate_limit: { per_minute: 3 } });
    const batch = Array.from({ length: 4 }, (_, i) => entry(room, 'POST', plain(`e${i}`)));
    const statuses = async () =>
      (await asUser(room, 'POST', '/v1/batch', { batch })).json.batch.map(({ status }: { status: number }) => status);
    expect(await statuses()).toEqual([202, 202, 202, 429]);
    await room.clock.advance({ by: '1m' });
    await set(room, { batch_counts: 'call' });
    expect(await statuses()).toEqual([202, 202, 202, 202]);
  });
});

describe('The smaller calls', () => {
  test('delete in bulk: all, or some calendars, and cancel the agents', async ({ room }) => {
    await writeEvent(room, eventRequest());
    await add(room);
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
    expect(await read(room, '&include_managed=true')).toMatchObject([{ summary: 'Review' }]);
    expect(await room.clock.pending()).toEqual([]);
    await writeEvent(room, plain('a'));
    expect((await remove({}, '?delete_all=True')).status).toBe(202);
    expect(await read(room, '&only_managed=true')).toEqual([]);
  });

  test('make a calendar beside the primary one', async ({ room }) => {
    await set(room, { access_token_scope: EVERY_SCOPE });
    const { profiles } = (await asUser(room, 'GET', '/v1/profiles')).json;
    const [{ profile_id, profile_name }] = profiles;
    expect(profiles).toEqual([
      { provider_name: 'google', provider_service: 'gmail', profile_id, profile_name, profile_connected: true },
    ]);
    const make = (name: string, profile = profile_id) =>
      asUser(room, 'POST', '/v1/calendars', { profile_id: profile, name });
    const { status, json } = await make('Bookings');
    expect([status, json.calendar]).toMatchObject([200, { calendar_name: 'Bookings', calendar_readonly: false }]);
    expect(errorKeys(await make('Bookings'))).toEqual({ name: ['errors.duplicate_calendar_name'] });
    expect(errorKeys(await make('More', 'pro_x'))).toEqual({ profile_id: ['errors.not_recognized'] });
    const { calendar_id } = json.calendar;
    expect((await asUser(room, 'POST', `/v1/calendars/${calendar_id}/events`, plain('a'))).status).toBe(202);
    expect(await read(room, `&include_managed=true&calendar_ids[]=${calendar_id}`)).toMatchObject([{ calendar_id }]);
    const { calendars } = (await asUser(room, 'GET', '/v1/calendars')).json;
    expect(calendars.map(({ calendar_primary }: { calendar_primary: boolean }) => calendar_primary)).toEqual([
      true,
      false,
    ]);
    await set(room, { access_token_scope: 'create_event' });
    expect((await make('Third')).status).toBe(403);
  });

  test('end the access to a profile, which is asked for anew', async ({ room }) => {
    const [{ profile_id }] = (await asUser(room, 'GET', '/v1/profiles')).json.profiles;
    expect((await asUser(room, 'POST', '/v1/profiles/pro_x/revoke')).status).toBe(404);
    expect((await asUser(room, 'POST', `/v1/profiles/${profile_id}/revoke`)).status).toBe(202);
    const [profile] = (await asUser(room, 'GET', '/v1/profiles')).json.profiles;
    expect(profile).toMatchObject({ profile_connected: false, profile_relink_url: expect.stringContaining('/oauth/') });
    expect((await asUser(room, 'POST', eventsPath(room), plain('a'))).status).toBe(423);
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

  test('show a profile that is read for the first time without calendars', async ({ room }) => {
    await set(room, { initial_sync: 'pending' });
    const userinfo = await mine(room);
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

describe('A workspace that begins with a busy week', () => {
  test('has events of every kind, the same for the same seed, and others to meet', async ({ room }) => {
    expect(await read(room)).toEqual([]);
    const first = await room.workspace({ cronofy: { calendar: 'busy-week', time_zone: 'America/New_York' } });
    const second = await room.workspace({ cronofy: { calendar: 'busy-week', time_zone: 'America/New_York' } });
    const events = async (workspace: typeof first) => {
      const answer = await call('GET', `${room.url}/v1/events?tzid=Etc/UTC&include_deleted=true`, undefined, {
        authorization: `Bearer ${workspace.cronofy.access_token}`,
      });
      return answer.json.events.map((event: object) => ({ ...event, calendar_id: 'cal', event_uid: 'evt' }));
    };
    const week = await events(first);
    expect(await events(second)).toEqual(week);
    const of = (name: string) => new Set(week.map((event: Record<string, unknown>) => event[name]));
    expect([...of('participation_status')]).toEqual(
      expect.arrayContaining(['accepted', 'tentative', 'declined', 'needs_action']),
    );
    expect([...of('transparency')]).toEqual(expect.arrayContaining(['opaque', 'transparent']));
    expect([...of('recurring')]).toEqual(expect.arrayContaining([true, false]));
    expect([...of('deleted')]).toEqual(expect.arrayContaining([true, false]));
    expect([...of('start')]).toContain('2026-01-02');
    // Half past nine in New York.
    expect([...of('start')]).toContain('2025-12-29T14:30:00Z');
    const { accessible_calendars } = (
      await call('GET', `${room.url}/v1/accessible_calendars`, undefined, {
        authorization: `Bearer ${first.cronofy.access_token}`,
      })
    ).json;
    expect(accessible_calendars).toHaveLength(1);
  });
});
