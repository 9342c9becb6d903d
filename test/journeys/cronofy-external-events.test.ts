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
  EVERY_SCOPE,
  plainEvent,
  readEvents,
  eventOfOthers,
  userInfoOf,
  REDIRECT,
} from '../support/cronofy.js';
import { MEET_URL, test, type Answered } from '../support/room.js';

/** Events that the application does not manage: read, repeated, edited, answered, and as free-busy. */

describe('An event of others', () => {
  test('shows who has called it, who comes, and how it stands', async ({ room }) => {
    const { email } = await userInfoOf(room);
    const more = { organizer: 'bob@example.com', attendees: ['bob@example.com', email], location: 'Room 1' };
    await eventOfOthers(room, {
      ...more,
      tentative: true,
      private: true,
      meeting_url: MEET_URL,
      participation_status: 'tentative',
    });
    expect(await readEvents(room, '&google_event_ids=true&include_geo=true')).toEqual([
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
    await eventOfOthers(room, { ...times, repeats });
    const events = await readEvents(room, '&localized_times=true');
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
    expect((await readEvents(room)).map(({ start }: { start: string }) => start.slice(0, 10))).toEqual([
      '2026-03-25',
      '2026-03-31',
      '2026-04-08',
    ]);
    expect(
      (await readEvents(room, '&include_deleted=true')).filter(({ deleted }: { deleted: boolean }) => deleted),
    ).toMatchObject([{ event_uid: third.event_uid, status: 'cancelled' }]);
    const on30th = '&from=2026-03-30&to=2026-03-31';
    expect(await readEvents(room, on30th)).toEqual([]);
    expect(await readEvents(room, `${on30th}&include_moved=true`)).toMatchObject([{ event_uid: second.event_uid }]);
  });

  test('that repeats by days ends at a midnight, also when that day has 25 hours', async ({ room }) => {
    await room.clock.advance({ to: '2026-10-29T00:00:00Z' });
    const days = { start: '2026-10-31', end: '2026-11-01', tzid: 'America/New_York' };
    await eventOfOthers(room, { ...days, repeats: { frequency: 'daily', count: 3 } });
    expect((await readEvents(room)).map(({ start, end }: Record<string, string>) => [start, end])).toEqual([
      ['2026-10-31', '2026-11-01'],
      ['2026-11-01', '2026-11-02'],
      ['2026-11-02', '2026-11-03'],
    ]);
  });

  test('is edited and deleted once the user has allowed it, and never written back', async ({ room, receiver }) => {
    await eventOfOthers(room);
    await asUser(room, 'POST', '/v1/channels', { callback_url: receiver.url });
    const [{ event_uid }] = await readEvents(room);
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
    expect(await readEvents(room)).toMatchObject([
      { event_uid, summary: 'Moved', start: NOON.end, options: { update: true, delete: true } },
    ]);
    expect((await remove({ event_uid })).status).toBe(202);
    expect(await readEvents(room)).toEqual([]);
    const unknown = { event_uid: ['errors.must_be_external_event_uid'] };
    expect(errorKeys(await write({ event_uid, summary: 'Back' }))).toEqual(unknown);
    expect(errorKeys(await remove({ event_uid: 'evt_external_0' }))).toEqual(unknown);
    await eventOfOthers(room, { repeats: { frequency: 'daily', count: 2 } });
    const [{ event_uid: repeated }] = await readEvents(room);
    expect(errorKeys(await write({ event_uid: repeated, summary: 'One' }))).toEqual({
      event_uid: ['errors.not_supported'],
    });
    await room.clock.advance({ by: '1m' });
    expect(receiver.arrivals.map(({ body }) => JSON.parse(body).notification.type)).toEqual(['verification', 'change']);
    expect(await timelineOf(room, 'violation')).toEqual([]);
  });

  test('is answered by its owner; Office 365 deletes what is declined', async ({ room }) => {
    await set(room, { access_token_scope: EVERY_SCOPE });
    const { email } = await userInfoOf(room);
    const invited = { organizer: 'bob@example.com', attendees: [email], participation_status: 'needs_action' };
    await eventOfOthers(room, invited);
    await eventOfOthers(room, { summary: 'Own' });
    const [asked, own] = await readEvents(room);
    const answer = (uid: string, status: string) =>
      asUser(room, 'POST', `${eventsPath(room)}/${uid}/participation_status`, { status });
    const { status, text } = await answer(asked.event_uid, 'accepted');
    expect([status, text]).toEqual([202, '']);
    expect((await readEvents(room))[0]).toMatchObject({
      participation_status: 'accepted',
      attendees: [{ email, status: 'accepted' }],
    });
    expect(errorKeys(await answer(asked.event_uid, 'perhaps'))).toEqual({ status: ['errors.invalid'] });
    expect((await answer(own.event_uid, 'accepted')).status).toBe(404);
    expect((await answer('evt_external_0', 'accepted')).status).toBe(404);
    await room.backstage({ kind: 'event_answered', event: asked.event_uid, status: 'tentative', email });
    expect((await readEvents(room))[0].attendees).toMatchObject([{ status: 'tentative' }]);
    expect((await answer(asked.event_uid, 'declined')).status).toBe(202);
    expect(await readEvents(room)).toHaveLength(2);
    await set(room, { access_token_scope: 'read_events' });
    expect((await answer(asked.event_uid, 'accepted')).status).toBe(403);
  });

  test('that is declined with Office 365 or Exchange is gone, and its agent with it', async ({ room }) => {
    await set(room, { calendar_provider: 'office365' });
    await writeEvent(room, eventRequest());
    await room.backstage({ kind: 'event_declined', event: { event_id: 'planning' } });
    expect(await readEvents(room, '&include_managed=true')).toEqual([]);
    expect((await timelineOf(room, 'transition')).map(({ summary }) => summary)).toEqual([
      expect.stringContaining('cancelled'),
    ]);
  });
});

describe('Free-busy', () => {
  test('shows when, and not what, page by page', async ({ room }) => {
    await set(room, { events_page_size: 1 });
    await eventOfOthers(room, { participation_status: 'tentative' });
    await eventOfOthers(room, { start: '2026-01-02', end: '2026-01-03' });
    await eventOfOthers(room, { participation_status: 'declined' });
    await writeEvent(room, plainEvent('own', { start: '2026-01-01T15:00:00Z', end: '2026-01-01T16:00:00Z' }));
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
