import { describe, expect } from 'vitest';
import {
  asUser,
  errorKeys,
  eventRequest,
  eventsPath,
  set,
  timelineOf,
  writeEvent,
  NOON,
  plainEvent,
  readEvents,
  eventOfOthers,
  userInfoOf,
} from '../support/cronofy.js';
import { call, test } from '../support/room.js';
import type { Greenroom } from '../../src/index.js';

/** What an application writes into a calendar, one by one and in batches. */

describe('Writing', () => {
  test('a field that is true or false is refused with a key of its own', async ({ room }) => {
    const wrong = { event_private: 'yes', include_userinfo: 1, reminders_create_only: 'true' };
    const answer = await asUser(room, 'POST', eventsPath(room), plainEvent('a', wrong));
    const error = { key: 'errors.must_be_boolean', description: 'must be a boolean value, either true or false' };
    expect(answer.json).toEqual({
      errors: { event_private: [error], include_userinfo: [error], reminders_create_only: [error] },
    });
  });

  test('attendees is a change: who is not named stays', async ({ room }) => {
    const invite = [{ email: 'ann@example.com', display_name: 'Ann' }, { email: 'bob@example.com' }];
    await writeEvent(room, plainEvent('a', { attendees: { invite } }));
    await writeEvent(
      room,
      plainEvent('a', { attendees: { invite: [{ email: 'eve@example.com' }], remove: [invite[1]] } }),
    );
    await writeEvent(room, plainEvent('a', { attendees: { reject: [invite[0]] } }));
    const [event] = await readEvents(room, '&include_managed=true');
    expect(event.attendees.map(({ email, status }: Record<string, string>) => [email, status])).toEqual([
      ['ann@example.com', 'needs_action'],
      ['eve@example.com', 'needs_action'],
    ]);
    expect(event.organizer.email).toBe((await userInfoOf(room)).email);
    expect((await timelineOf(room, 'note')).map(({ summary }) => summary).join()).toContain('attendees.reject');
    const wrong = await asUser(
      room,
      'POST',
      eventsPath(room),
      plainEvent('a', { attendees: { invite: [{ email: 'x' }] } }),
    );
    expect(errorKeys(wrong)).toEqual({ 'attendees.invite[0].email': ['errors.invalid'] });
    const { client_id, client_secret } = room.cronofy;
    const own = { client_id, client_secret, application_calendar_id: 'rota' };
    const { access_token } = (await call('POST', `${room.url}/v1/application_calendars`, own)).json;
    const [calendar] = (await asUser(room, 'GET', '/v1/calendars', undefined, access_token)).json.calendars;
    expect(calendar.permission_level).toBe('unrestricted');
    const path = `/v1/calendars/${calendar.calendar_id}/events`;
    expect(
      errorKeys(await asUser(room, 'POST', path, plainEvent('a', { attendees: { invite } }), access_token)),
    ).toEqual({
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
      plainEvent('a', {
        location,
        url: 'https://example.com/a',
        reminders: [{ minutes: 0 }],
        color: '#C62828',
        extended_transparency: 'out_of_office',
        reminders_create_only: true,
        locale: 'de',
        event_classes: ['work'],
        attachments: [],
      }),
    );
    const managed = '&include_managed=true';
    const [event] = await readEvents(room, `${managed}&include_geo=true`);
    expect(event).toMatchObject({ location, url: 'https://example.com/a', extended_transparency: 'out_of_office' });
    expect((await readEvents(room, managed))[0].location).toEqual({ description: 'Here' });
    await writeEvent(room, { event_id: 'a', url: null });
    expect((await readEvents(room, managed))[0]).not.toHaveProperty('url');
    const keys = async (more: object) => errorKeys(await asUser(room, 'POST', eventsPath(room), plainEvent('a', more)));
    for (const word of ['opaque', 'transparent', 'working_elsewhere', 'tentative'])
      await writeEvent(room, { event_id: 'a', extended_transparency: word });
    expect(await keys({ summary: 'x'.repeat(1025), description: 'x'.repeat(4097) })).toEqual({
      summary: ['errors.invalid'],
      description: ['errors.invalid'],
    });
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
    await writeEvent(room, plainEvent('a', { recurrence: { rules: [{ frequency: 'daily', count: 3 }] } }));
    expect((await readEvents(room, managed)).map(({ start }: { start: string }) => start.slice(8, 10))).toEqual([
      '01',
      '02',
      '03',
    ]);
    await writeEvent(room, { event_id: 'a', start: '2026-01-01T14:00:00Z', end: '2026-01-01T15:00:00Z' });
    expect((await readEvents(room, managed)).map(({ start }: { start: string }) => start.slice(11, 13))).toEqual([
      '14',
      '14',
      '14',
    ]);
    await writeEvent(room, { event_id: 'a', recurrence: { rules: [] } });
    expect(await readEvents(room, managed)).toHaveLength(1);
    const keys = async (...rules: object[]) =>
      errorKeys(await asUser(room, 'POST', eventsPath(room), plainEvent('b', { recurrence: { rules } })));
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
    await writeEvent(room, plainEvent('a'));
    expect(await readEvents(room, '&include_managed=true')).toEqual([]);
    expect((await timelineOf(room, 'note')).at(-1)!.summary).toContain('invitation by e-mail');
  });

  test('write_only reads the application’s own events alone', async ({ room }) => {
    await eventOfOthers(room);
    await set(room, { access_token_scope: 'write_only' });
    await writeEvent(room, plainEvent('a'));
    expect(await readEvents(room, '&include_managed=true')).toMatchObject([{ event_id: 'a' }]);
  });
});

describe('A batch', () => {
  const entry = (room: Greenroom, method: string, data: object) => ({ method, relative_url: eventsPath(room), data });

  test('is answered entry by entry, in its order, 207', async ({ room }) => {
    await set(room, { permission_level: 'unrestricted' });
    await eventOfOthers(room);
    const [{ event_uid }] = await readEvents(room);
    const batch = [
      entry(room, 'POST', plainEvent('a')),
      entry(room, 'POST', { event_id: 'b', ...NOON }),
      entry(room, 'POST', { event_uid, summary: 'Renamed' }),
      entry(room, 'DELETE', { event_id: 'a' }),
      entry(room, 'DELETE', { event_uid }),
      { method: 'POST', relative_url: '/v1/available_periods', data: {} },
      { method: 'POST', relative_url: '/v1/calendars/cal_x_y/events', data: plainEvent('c') },
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
    expect(await readEvents(room, '&include_managed=true')).toEqual([]);
    const many = Array.from({ length: 51 }, (_, i) => entry(room, 'POST', plainEvent(`e${i}`)));
    expect(errorKeys(await asUser(room, 'POST', '/v1/batch', { batch: many }))).toEqual({ batch: ['errors.too_many'] });
    expect(errorKeys(await asUser(room, 'POST', '/v1/batch', { batch: [] }))).toEqual({ batch: ['errors.invalid'] });
    expect(await timelineOf(room, 'violation')).toEqual([]);
  });

  test('counts for the rate limit by its entries, or as one call', async ({ room }) => {
    await set(room, { rate_limit: { per_minute: 3 } });
    const batch = Array.from({ length: 4 }, (_, i) => entry(room, 'POST', plainEvent(`e${i}`)));
    const statuses = async () =>
      (await asUser(room, 'POST', '/v1/batch', { batch })).json.batch.map(({ status }: { status: number }) => status);
    expect(await statuses()).toEqual([202, 202, 202, 429]);
    await room.clock.advance({ by: '1m' });
    await set(room, { batch_counts: 'call' });
    expect(await statuses()).toEqual([202, 202, 202, 202]);
  });
});
