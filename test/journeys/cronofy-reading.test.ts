import { describe, expect } from 'vitest';
import type { Greenroom } from '../../src/index.js';
import {
  asUser,
  errorKeys,
  eventOfOthers,
  EVERY_SCOPE,
  eventsPath,
  NOON,
  plainEvent,
  readEvents,
  set,
  timelineOf,
  userInfoOf,
  writeEvent,
} from '../support/cronofy.js';
import { TEAMS_URL, test, ZOOM_URL } from '../support/room.js';

/** What reads show of events: every field, every parameter, in the forms that strict clients parse. */

const MANAGED = '&include_managed=true';
/** The C# SDK takes no other form of a plain time. */
const SECOND = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

const freeBusy = async (room: Greenroom, query = '') =>
  (await asUser(room, 'GET', `/v1/free_busy?tzid=Etc/UTC${query}`)).json;

/** A calendar beside the primary one. */
async function otherCalendar(room: Greenroom, more: object = {}): Promise<string> {
  await room.backstage({ kind: 'calendar_added', name: 'Other', ...more });
  const { calendars } = (await asUser(room, 'GET', '/v1/calendars')).json;
  return calendars.at(-1).calendar_id;
}

describe('An event that is read', () => {
  test('has no field for what there is not', async ({ room }) => {
    await eventOfOthers(room);
    const [event] = await readEvents(room);
    expect(Object.keys(event).toSorted()).toEqual(
      (
        'calendar_id event_uid summary description start end deleted created updated participation_status attendees ' +
        'transparency status categories recurring event_private options'
      )
        .split(' ')
        .toSorted(),
    );
    expect(event).toMatchObject({ description: '', attendees: [], categories: [], recurring: false, deleted: false });
  });

  test('has times in whole seconds, whenever they were', async ({ room }) => {
    await room.clock.advance({ by: '1500ms' });
    await writeEvent(room, plainEvent('a', { start: '2026-01-01T13:00:00+01:00' }));
    await room.clock.advance({ by: '700ms' });
    await room.backstage({ kind: 'event_moved', event: { event_id: 'a' }, ...NOON, end: '2026-01-01T14:00:00Z' });
    const [{ start, end, created, updated }] = await readEvents(room, MANAGED);
    for (const time of [start, end, created, updated]) expect(time).toMatch(SECOND);
    expect([start, created, updated]).toEqual([NOON.start, '2026-01-01T09:00:01Z', '2026-01-01T09:00:02Z']);
    const found = async (since: string) => (await readEvents(room, `${MANAGED}&last_modified=${since}`)).length;
    // At or after; a space for the T, as the C# SDK writes it.
    expect(await found('2026-01-01T09:00:02Z')).toBe(1);
    expect(await found('2026-01-01 09:00:02Z')).toBe(1);
    expect(await found('2026-01-01T09:00:03Z')).toBe(0);
    expect(errorKeys(await asUser(room, 'GET', '/v1/events?tzid=Etc/UTC&last_modified=soon'))).toEqual({
      last_modified: ['errors.invalid_time'],
    });
  });

  test('is transparent by default if it lasts all day, and keeps what it says of itself', async ({ room }) => {
    const days = { start: { time: '2026-01-03', tzid: 'Europe/Berlin' }, end: { time: '2026-01-04' } };
    await writeEvent(room, { event_id: 'day', summary: 'Day', tzid: 'Europe/Berlin', ...days });
    await writeEvent(room, plainEvent('hour', { event_private: true, description: '' }));
    await writeEvent(room, plainEvent('free', { transparency: 'transparent' }));
    const events = await readEvents(room, MANAGED);
    const of = (id: string) => events.find(({ event_id }: { event_id: string }) => event_id === id);
    expect([of('hour').transparency, of('free').transparency, of('day').transparency]).toEqual([
      'opaque',
      'transparent',
      'transparent',
    ]);
    expect([of('hour').event_private, of('free').event_private]).toEqual([true, false]);
    expect([of('day').start, of('day').end]).toEqual(['2026-01-03', '2026-01-04']);
    expect(
      errorKeys(await asUser(room, 'POST', eventsPath(room), plainEvent('x', { extended_transparency: 'away' }))),
    ).toEqual({ extended_transparency: ['errors.invalid'] });
  });

  test('names the service of its link, and says google_event_id only if asked', async ({ room }) => {
    await eventOfOthers(room, { meeting_url: TEAMS_URL });
    await eventOfOthers(room, { meeting_url: ZOOM_URL });
    const events = await readEvents(room);
    expect(events.map((event: { conferencing: object }) => event.conferencing)).toEqual([
      { provider_name: 'ms_teams', join_url: TEAMS_URL },
      { provider_name: 'zoom', join_url: ZOOM_URL },
    ]);
    expect(events[0]).not.toHaveProperty('google_event_id');
  });

  test('of others stands apart from one of the application, whose pair of calendar and event_id is its key', async ({
    room,
  }) => {
    const calendar_id = await otherCalendar(room);
    await writeEvent(room, plainEvent('a', { summary: 'First' }));
    const path = `/v1/calendars/${calendar_id}/events`;
    expect((await asUser(room, 'POST', path, plainEvent('a', { summary: 'Second' }))).status).toBe(202);
    const titles = async (query: string) =>
      (await readEvents(room, query)).map(({ summary }: { summary: string }) => summary);
    expect(await titles(MANAGED)).toEqual(['First', 'Second']);
    expect(await titles(`${MANAGED}&calendar_ids[]=${calendar_id}`)).toEqual(['Second']);
    expect(await titles(`${MANAGED}&calendar_ids[]=${calendar_id}&calendar_ids[]=${room.cronofy.calendar_id}`)).toEqual(
      ['First', 'Second'],
    );
    expect((await asUser(room, 'DELETE', path, { event_id: 'a' })).status).toBe(202);
    expect(await titles(MANAGED)).toEqual(['First']);
  });

  test('comes with the account where that is asked for, as free-busy does', async ({ room }) => {
    const { sub } = await userInfoOf(room);
    for (const path of ['events', 'free_busy']) {
      const { json } = await asUser(room, 'GET', `/v1/${path}?tzid=Etc/UTC&include_userinfo=true`);
      expect([path, json.userinfo.sub]).toEqual([path, sub]);
      expect((await asUser(room, 'GET', `/v1/${path}?tzid=Etc/UTC`)).json).not.toHaveProperty('userinfo');
    }
    expect(await timelineOf(room, 'violation')).toEqual([]);
  });

  test.for([
    [{ frequency: 'monthly', count: 3 }, ['2026-01-31', '2026-03-31', '2026-05-31']],
    [{ frequency: 'yearly', until: '2028-02-01' }, ['2026-01-31', '2027-01-31', '2028-01-31']],
    [{ frequency: 'weekly', interval: 2, count: 3 }, ['2026-01-31', '2026-02-14', '2026-02-28']],
    [{ frequency: 'weekly', by_day: ['sunday', 'saturday'], count: 3 }, ['2026-01-31', '2026-02-01', '2026-02-07']],
    [{ frequency: 'daily', interval: 3, until: '2026-02-06' }, ['2026-01-31', '2026-02-03', '2026-02-06']],
  ] as const)('repeats by %o', async ([rule, days], { room }) => {
    const day = { start: '2026-01-31T10:00:00Z', end: '2026-01-31T11:00:00Z' };
    await writeEvent(room, plainEvent('a', { ...day, recurrence: { rules: [rule] } }));
    const events = await readEvents(room, MANAGED);
    expect(events.map(({ start }: { start: string }) => start.slice(0, 10))).toEqual(days);
    expect(new Set(events.map((event: { series_identifier: string }) => event.series_identifier)).size).toBe(1);
    expect(new Set(events.map(({ event_uid }: { event_uid: string }) => event_uid)).size).toBe(3);
  });
});

test('Of a parameter that is repeated the last counts, and a flag in other words counts as not given', async ({
  room,
}) => {
  await writeEvent(room, plainEvent('evt_1'));
  const count = async (query: string) => (await readEvents(room, query)).length;
  expect(await count('&include_managed=false&include_managed=true')).toBe(1);
  expect(await count('&include_managed=TRUE&include_managed=0')).toBe(0);
  expect(await count('&include_managed=True&from=x&from=2026-01-01')).toBe(1);
  for (const word of ['yes', 'on', 't', '2', ''])
    expect([word, await count(`&include_managed=${word}`)]).toEqual([word, 0]);
  const { entries } = await room.timeline({ kind: 'violation' });
  expect(entries).toHaveLength(5);
  expect(entries[0]).toMatchObject({ rule: 'invalid-query', expected: 'boolean', was: '"yes"' });
});

describe('Free-busy', () => {
  test('takes the parameters of events', async ({ room }) => {
    const calendar_id = await otherCalendar(room);
    await eventOfOthers(room);
    await eventOfOthers(room, { calendar_id, start: '2026-01-05T10:00:00Z', end: '2026-01-05T11:00:00Z' });
    await room.clock.advance({ by: '1m' });
    const far = { start: '2026-08-01T10:00:00Z', end: '2026-08-01T11:00:00Z' };
    await eventOfOthers(room, far);
    const days = async (query: string) =>
      (await freeBusy(room, query)).free_busy.map(({ start }: { start: string }) => start.slice(0, 10));
    expect(await days('')).toEqual(['2026-01-01', '2026-01-05']);
    expect(await days('&from=2026-01-02')).toEqual(['2026-01-05']);
    expect(await days('&to=2026-01-05')).toEqual(['2026-01-01']);
    expect(await days('&to=2026-08-02')).toEqual(['2026-01-01', '2026-01-05', '2026-08-01']);
    expect(await days(`&calendar_ids[]=${calendar_id}`)).toEqual(['2026-01-05']);
    expect(await days('&to=2026-08-02&last_modified=2026-01-01T09:01:00Z')).toEqual(['2026-08-01']);
    const [{ event_uid }] = await readEvents(room);
    await room.backstage({ kind: 'event_deleted', event: event_uid });
    expect(await days('')).toEqual(['2026-01-05']);
    expect((await freeBusy(room, '&include_deleted=true&include_ids=true')).free_busy[0]).toMatchObject({
      event_uid,
      deleted: true,
    });
    const { free_busy } = await freeBusy(room, '&localized_times=true');
    expect(free_busy).toEqual([
      {
        calendar_id,
        start: { time: '2026-01-05T10:00:00Z', tzid: 'Etc/UTC' },
        end: { time: '2026-01-05T11:00:00Z', tzid: 'Etc/UTC' },
        free_busy_status: 'busy',
      },
    ]);
    expect(await timelineOf(room, 'violation')).toEqual([]);
  });

  test('is what a token of the access mode free_busy_write reads of others; its own events it writes', async ({
    room,
  }) => {
    await eventOfOthers(room);
    await set(room, { access_token_scope: 'free_busy_write' });
    expect((await asUser(room, 'POST', eventsPath(room), plainEvent('a'))).status).toBe(202);
    expect(await readEvents(room, MANAGED)).toMatchObject([{ event_id: 'a' }]);
    expect((await freeBusy(room)).free_busy).toMatchObject([{ free_busy_status: 'busy' }]);
  });
});

describe('A calendar that may only be read', () => {
  test('is read like any other, and not written to', async ({ room }) => {
    await set(room, { access_token_scope: EVERY_SCOPE });
    const calendar_id = await otherCalendar(room, { readonly: true });
    const { calendars } = (await asUser(room, 'GET', '/v1/calendars')).json;
    expect(calendars.at(-1)).toMatchObject({ calendar_readonly: true, calendar_primary: false });
    const { email } = await userInfoOf(room);
    await eventOfOthers(room, { calendar_id, organizer: 'bob@example.com', attendees: [email] });
    const [event] = await readEvents(room);
    expect(event).toMatchObject({
      calendar_id,
      options: { update: false, delete: false, change_participation_status: false },
    });
    const path = `/v1/calendars/${calendar_id}/events`;
    expect((await asUser(room, 'POST', path, plainEvent('a'))).status).toBe(403);
    expect((await asUser(room, 'DELETE', path, { event_id: 'a' })).status).toBe(403);
    const answer = { status: 'accepted' };
    expect((await asUser(room, 'POST', `${path}/${event.event_uid}/participation_status`, answer)).status).toBe(404);
    expect(await timelineOf(room, 'violation')).toEqual([]);
  });

  test('is gone when its owner deletes it, and shown as deleted', async ({ room }) => {
    const calendar_id = await otherCalendar(room);
    await eventOfOthers(room, { calendar_id });
    await room.backstage({ kind: 'calendar_removed', calendar_id });
    const { calendars } = (await asUser(room, 'GET', '/v1/calendars')).json;
    expect(calendars.at(-1)).toMatchObject({ calendar_id, calendar_deleted: true });
    expect(await readEvents(room)).toEqual([]);
    const path = `/v1/calendars/${calendar_id}/events`;
    expect((await asUser(room, 'POST', path, plainEvent('a'))).status).toBe(404);
    await expect(room.backstage({ kind: 'calendar_removed', calendar_id: 'cal_x_y' })).rejects.toThrow('no calendar');
    const wrong = { kind: 'calendar_added', name: 'Other', email: 'nobody@example.com' };
    await expect(room.backstage(wrong)).rejects.toThrow('nobody has');
  });
});
