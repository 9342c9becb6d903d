import { describe, expect } from 'vitest';
import {
  allTold,
  asUser,
  bodyOf,
  errorKeys,
  eventRequest,
  eventsPath,
  set,
  subscription,
  timelineOf,
  writeEvent,
} from '../support/cronofy.js';
import { fault } from '../support/faults.js';
import { control, MEET_URL, test } from '../support/room.js';

const CONFERENCING = [{ type: 'conferencing_assigned' }, { type: 'conferencing_failing' }];
const MANAGED = '/v1/events?tzid=Etc/UTC&include_managed=true';

const plain = (event_id: string, more: object = {}) => {
  const { meeting_agent: _, conferencing: __, ...event } = eventRequest(undefined, { event_id, ...more });
  return event;
};

describe('Writing events', () => {
  test('a write is answered 202 with nothing at all', async ({ room }) => {
    const answer = await asUser(room, 'POST', eventsPath(room), eventRequest());
    expect([answer.status, answer.text, answer.headers.get('content-type')]).toEqual([202, '', null]);
  });

  test('include_userinfo puts the account beside the 202', async ({ room }) => {
    const body = { ...plain('a'), include_userinfo: true };
    expect((await asUser(room, 'POST', eventsPath(room), body)).json.userinfo.sub).toMatch(/^acc_/);
    const gone = await asUser(room, 'DELETE', eventsPath(room), { event_id: 'a', include_userinfo: true });
    expect(gone.json.userinfo['cronofy.type']).toBe('account');
    expect(await timelineOf(room, 'violation')).toEqual([]);
  });

  test('a new event needs event_id, summary, start and end', async ({ room }) => {
    expect(errorKeys(await asUser(room, 'POST', eventsPath(room), {}))).toEqual({ event_id: ['errors.required'] });
    expect(errorKeys(await asUser(room, 'POST', eventsPath(room), { event_id: 'a' }))).toEqual({
      summary: ['errors.required'],
      start: ['errors.required'],
      end: ['errors.required'],
    });
  });

  for (const [what, more, keys] of [
    ['an end before its start', { end: '2026-01-01T09:30:00Z' }, { end: ['errors.invalid_time_pair'] }],
    ['a day beside a time', { start: '2026-01-01' }, { end: ['errors.invalid_time_pair'] }],
    ['a time beside a day', { end: '2026-01-02' }, { end: ['errors.invalid_time_pair'] }],
    ['an unknown zone', { tzid: 'Mars/Base' }, { tzid: ['errors.tzid_unrecognized'] }],
    ['milliseconds', { start: '2026-01-01T10:00:00.5Z' }, { start: ['errors.invalid_time'] }],
    ['a summary of 1025 characters', { summary: 'x'.repeat(1025) }, { summary: ['errors.invalid'] }],
    [
      'an unknown conference',
      { conferencing: { profile_id: 'pro_x' } },
      { 'conferencing.profile_id': ['errors.not_recognized'] },
    ],
    ['a conference without profile_id', { conferencing: {} }, { 'conferencing.profile_id': ['errors.required'] }],
    [
      'an explicit conference without its parts',
      { conferencing: { profile_id: 'explicit' } },
      { 'conferencing.provider_description': ['errors.required'], 'conferencing.join_url': ['errors.required'] },
    ],
  ] as const) {
    test(`${what} is refused`, async ({ room }) => {
      expect(errorKeys(await asUser(room, 'POST', eventsPath(room), eventRequest(undefined, more)))).toEqual(keys);
    });
  }

  test('days and times with a zone beside them are times too', async ({ room }) => {
    await writeEvent(room, plain('day', { start: '2026-01-02', end: '2026-01-03' }));
    await writeEvent(
      room,
      plain('zone', {
        start: { time: '2026-01-02T10:00:00Z', tzid: 'Europe/Berlin' },
        end: { time: '2026-01-02T11:00:00Z', tzid: 'Europe/Berlin' },
      }),
    );
    const { json } = await asUser(room, 'GET', MANAGED);
    expect(json.events.map(({ start }: { start: unknown }) => start)).toEqual(['2026-01-02', '2026-01-02T10:00:00Z']);
  });

  test('a fault has them come in pages of another size', async ({ room }) => {
    for (const [id, day] of ['02', '03', '04'].entries())
      await writeEvent(room, plain(`e${id}`, { start: `2026-01-${day}`, end: `2026-01-0${Number(day) + 1}` }));
    await fault(room, { on: 'request', match: { operation: 'readEvents' }, do: { page_size: 2 } });
    const { json: first } = await asUser(room, 'GET', MANAGED);
    const { json: second } = await asUser(room, 'GET', first.pages.next_page.slice(room.url.length));
    expect([first.events.length, first.pages.total, second.events.length]).toEqual([2, 2, 1]);
    await control(room, 'DELETE', '/faults');
    expect((await asUser(room, 'GET', MANAGED)).json.events).toHaveLength(3);
  });

  test('times are read in UTC, or localized with their zone, however they were written', async ({ room, receiver }) => {
    await set(room, { events_page_size: 1 });
    const subscriptions = [subscription(receiver.url)];
    const agent = { meeting_agent: { profile_id: 'cronofy' }, subscriptions };
    const hour = { start: '2026-07-02T10:00:00+02:00', end: '2026-07-02 09:00:00Z', tzid: 'Europe/Berlin' };
    await writeEvent(room, { ...plain('hour', hour), ...agent });
    await writeEvent(room, plain('day', { start: '2026-07-03', end: '2026-07-04', tzid: 'Asia/Kolkata' }));
    await writeEvent(room, plain('utc', { start: '2026-07-05T10:00:00Z', end: '2026-07-05T11:00:00Z' }));
    const read = async (more: string) => {
      const times: unknown[] = [];
      let next: string | undefined = `${MANAGED}${more}`;
      while (next !== undefined) {
        const { json } = await asUser(room, 'GET', next);
        times.push(...json.events.flatMap(({ start, end }: Record<string, unknown>) => [start, end]));
        next = json.pages.next_page?.slice(room.url.length);
      }
      return times;
    };
    const utc = ['2026-07-05T10:00:00Z', '2026-07-05T11:00:00Z'];
    expect(await read('')).toEqual([
      '2026-07-02T08:00:00Z',
      '2026-07-02T09:00:00Z',
      '2026-07-03',
      '2026-07-04',
      ...utc,
    ]);
    const localized = (tzid: string, ...times: string[]) => times.map((time) => ({ time, tzid }));
    expect(await read('&localized_times=True')).toEqual([
      ...localized('Europe/Berlin', '2026-07-02T10:00:00+02:00', '2026-07-02T11:00:00+02:00'),
      ...localized('Asia/Kolkata', '2026-07-03', '2026-07-04'),
      ...localized('Etc/UTC', ...utc),
    ]);
    await room.clock.advance({ to: '2026-07-02T12:00:00Z' });
    expect(bodyOf(receiver, 'meeting_agent_activated').event).toMatchObject({
      start: '2026-07-02T08:00:00Z',
      end: '2026-07-02T09:00:00Z',
      tzid: 'Europe/Berlin',
    });
    expect(await timelineOf(room, 'violation')).toEqual([]);
  });

  test.for([
    ['Australia/Sydney', '2026-04-05', '2026-04-04T13:00:00Z'],
    ['Australia/Sydney', '2026-10-04', '2026-10-03T14:00:00Z'],
    ['Pacific/Auckland', '2026-04-05', '2026-04-04T11:00:00Z'],
    ['Europe/London', '2026-03-29', '2026-03-29T00:00:00Z'],
    ['America/New_York', '2026-03-08', '2026-03-08T05:00:00Z'],
    // In Beirut that day has no midnight.
    ['Asia/Beirut', '2026-03-29', '2026-03-28T22:00:00Z'],
  ] as const)('a day in %s, %s, begins at %s, where clocks change', async ([tzid, day, begins], { room }) => {
    const at = (minutes: number) => new Date(Date.parse(begins) + minutes * 60_000).toISOString().replace('.000Z', 'Z');
    await writeEvent(room, plain('before', { start: at(-15), end: begins }));
    await writeEvent(room, plain('first', { start: begins, end: at(15) }));
    const { json } = await asUser(room, 'GET', `${MANAGED.replace('Etc/UTC', tzid)}&from=${day}`);
    expect(json.events.map(({ event_id }: { event_id: string }) => event_id)).toEqual(['first']);
    const end = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
    await writeEvent(room, { ...plain('day', { start: day, end, tzid }), meeting_agent: { profile_id: 'cronofy' } });
    expect((await room.clock.pending()).map(({ due }) => Date.parse(due))).toContain(Date.parse(at(-5)));
  });

  test('an update that writes null for what it leaves out, as the Ruby SDK does, changes only the rest', async ({
    room,
  }) => {
    await writeEvent(room, plain('a'));
    await writeEvent(room, { event_id: 'a', description: 'With cake', start: null, end: null });
    expect((await asUser(room, 'GET', MANAGED)).json.events).toMatchObject([
      { summary: 'Planning', description: 'With cake', start: '2026-01-01T10:00:00Z' },
    ]);
    expect(await timelineOf(room, 'violation')).toEqual([]);
  });

  test('a calendar that the caller does not have is 404', async ({ room }) => {
    for (const method of ['POST', 'DELETE'])
      expect((await asUser(room, method, '/v1/calendars/cal_x_y/events', eventRequest())).status).toBe(404);
  });

  test('while the profile is disconnected, writes and reads are 423', async ({ room }) => {
    await room.backstage({ kind: 'profile_disconnected' });
    expect((await asUser(room, 'POST', eventsPath(room), eventRequest())).status).toBe(423);
    expect((await asUser(room, 'GET', MANAGED)).status).toBe(423);
    const { json } = await asUser(room, 'GET', '/v1/userinfo');
    expect(json['cronofy.data'].profiles[0]).toMatchObject({
      profile_connected: false,
      profile_relink_url: expect.any(String),
    });
    await room.backstage({ kind: 'profile_reconnected' });
    await set(room, { profile_connected: false });
    expect((await asUser(room, 'DELETE', eventsPath(room), { event_id: 'a' })).status).toBe(423);
    await set(room, { profile_connected: true });
    expect((await asUser(room, 'POST', eventsPath(room), eventRequest())).status).toBe(202);
  });
});

describe('Reading events', () => {
  test('managed events are left out unless they are asked for', async ({ room }) => {
    await writeEvent(room, plain('a'));
    expect((await asUser(room, 'GET', '/v1/events?tzid=Etc/UTC')).json.events).toEqual([]);
    expect((await asUser(room, 'GET', MANAGED)).json.events).toMatchObject([
      {
        event_id: 'a',
        calendar_id: room.cronofy.calendar_id,
        summary: 'Planning',
        deleted: false,
        status: 'confirmed',
      },
    ]);
  });

  test('deleted events show only with include_deleted', async ({ room }) => {
    await writeEvent(room, plain('a'));
    await asUser(room, 'DELETE', eventsPath(room), { event_id: 'a' });
    expect((await asUser(room, 'GET', MANAGED)).json.events).toEqual([]);
    expect((await asUser(room, 'GET', `${MANAGED}&include_deleted=true`)).json.events).toMatchObject([
      { deleted: true },
    ]);
  });

  test('from, to and last_modified narrow it down', async ({ room }) => {
    await writeEvent(room, plain('a'));
    await room.clock.advance({ by: '1m' });
    await writeEvent(room, plain('b', { start: '2026-02-01T10:00:00Z', end: '2026-02-01T11:00:00Z' }));
    const ids = async (query: string) =>
      (await asUser(room, 'GET', MANAGED + query)).json.events.map(({ event_id }: { event_id: string }) => event_id);
    expect(await ids('&from=2026-01-15')).toEqual(['b']);
    expect(await ids('&to=2026-01-15')).toEqual(['a']);
    expect(await ids('&last_modified=2026-01-01T09:00:30Z')).toEqual(['b']);
  });

  test('tzid is required and must be known', async ({ room }) => {
    expect(errorKeys(await asUser(room, 'GET', '/v1/events'))).toEqual({ tzid: ['errors.required'] });
    expect(errorKeys(await asUser(room, 'GET', '/v1/events?tzid=Mars/Base'))).toEqual({
      tzid: ['errors.tzid_unrecognized'],
    });
  });

  test('a zone in other letters is taken, but where only documented forms are', async ({ room }) => {
    await writeEvent(room, plain('a', { tzid: 'europe/berlin' }));
    const [event] = (await asUser(room, 'GET', `${MANAGED}&localized_times=true`)).json.events;
    expect(event.start).toEqual({ time: '2026-01-01T11:00:00+01:00', tzid: 'europe/berlin' });
    await set(room, { time_forms: 'documented' });
    const path = eventsPath(room);
    for (const tzid of ['europe/berlin', 'EUROPE/BERLIN', 'utc'])
      expect(errorKeys(await asUser(room, 'POST', path, plain('b', { tzid }))), tzid).toEqual({
        tzid: ['errors.tzid_unrecognized'],
      });
    const start = { time: '2026-01-01T10:00:00Z', tzid: 'europe/berlin' };
    expect(errorKeys(await asUser(room, 'POST', path, plain('b', { start })))).toEqual({
      'start.tzid': ['errors.tzid_unrecognized'],
    });
    expect(errorKeys(await asUser(room, 'GET', '/v1/events?tzid=europe/berlin'))).toEqual({
      tzid: ['errors.tzid_unrecognized'],
    });
    for (const tzid of ['Europe/Berlin', 'Asia/Kolkata', 'America/Port-au-Prince', 'Etc/GMT+5', 'UTC', 'EST5EDT'])
      await writeEvent(room, plain('b', { tzid }));
  });

  test('a number of a page is ignored, and the timeline says how to go on', async ({ room }) => {
    await writeEvent(room, plain('a'));
    const { json } = await asUser(room, 'GET', `${MANAGED}&page=2`);
    expect(json.pages).toEqual({ current: 1, total: 1 });
    expect((await timelineOf(room, 'note')).map(({ summary }) => summary).join()).toContain('pages.next_page');
  });

  test('pages follow one another by absolute URLs of the origin that was called', async ({ room }) => {
    await set(room, { events_page_size: 2 });
    for (const id of ['a', 'b', 'c', 'd', 'e']) await writeEvent(room, plain(id));
    const origin = room.url.replace('127.0.0.1', 'localhost');
    const authorization = `Bearer ${room.cronofy.access_token}`;
    const seen: string[] = [];
    let next: string | undefined = origin + MANAGED;
    for (let page = 1; next !== undefined; page++) {
      const json = (await (await fetch(next, { headers: { authorization } })).json()) as {
        pages: { current: number; total: number; next_page?: string };
        events: { event_id: string }[];
      };
      expect(json.pages).toMatchObject({ current: page, total: 3 });
      seen.push(...json.events.map(({ event_id }) => event_id));
      next = json.pages.next_page;
      if (next !== undefined) expect(next.startsWith(`${origin}/v1/events/pages/`)).toBe(true);
    }
    expect(seen).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect((await asUser(room, 'GET', '/v1/events/pages/x')).status).toBe(404);
  });
});

describe('Conferences', () => {
  const withConference = (uri: string, more: object = {}) => {
    const { meeting_agent: _, ...event } = eventRequest(undefined, {
      subscriptions: [subscription(uri, { interactions: CONFERENCING })],
      ...more,
    });
    return event;
  };

  test('a conference is pending at first, and assigned a moment later', async ({ room, receiver }) => {
    await writeEvent(room, withConference(receiver.url));
    expect((await asUser(room, 'GET', MANAGED)).json.events[0].conferencing).toEqual({ pending: true });
    await room.clock.advance({ by: '2s' });
    const { conferencing, meeting_url } = (await asUser(room, 'GET', MANAGED)).json.events[0];
    expect(conferencing).toEqual({ provider_name: 'zoom', join_url: meeting_url });
    expect(bodyOf(receiver, 'conferencing_assigned')).toEqual({
      notification: { type: 'event_subscription', interactions: [{ type: 'conferencing_assigned' }] },
      event: expect.objectContaining({ event_id: 'planning', conferencing }),
    });
  });

  test('an integrated conference is the one of the calendar', async ({ room, receiver }) => {
    await writeEvent(room, withConference(receiver.url, { conferencing: { profile_id: 'integrated' } }));
    await room.clock.advance({ by: '1m' });
    expect(bodyOf(receiver, 'conferencing_assigned').event.conferencing).toEqual({
      provider_name: 'google_meet',
      join_url: expect.stringMatching(/^https:\/\/meet\.google\.com\/[a-z]{3}-[a-z]{4}-[a-z]{3}$/),
    });
  });

  test('a profile of userinfo makes a conference too', async ({ room, receiver }) => {
    const { json } = await asUser(room, 'GET', '/v1/userinfo');
    const { profile_id } = json['cronofy.data'].conferencing_profiles[0];
    await writeEvent(room, withConference(receiver.url, { conferencing: { profile_id } }));
    await room.clock.advance({ by: '1m' });
    expect(allTold(receiver)).toEqual(['conferencing_assigned']);
  });

  test('an explicit conference is there at once, and none removes one', async ({ room }) => {
    const conferencing = { profile_id: 'explicit', provider_description: 'Meet', join_url: MEET_URL };
    await writeEvent(room, eventRequest(undefined, { conferencing }));
    expect((await asUser(room, 'GET', MANAGED)).json.events[0].conferencing).toEqual({
      provider_name: 'Meet',
      join_url: MEET_URL,
    });
    await writeEvent(room, { event_id: 'planning', conferencing: { profile_id: 'none' } });
    expect((await asUser(room, 'GET', MANAGED)).json.events[0]).not.toHaveProperty('conferencing');
  });

  test('an update without conferencing leaves it untouched', async ({ room }) => {
    await writeEvent(room, eventRequest());
    await room.clock.advance({ by: '1m' });
    const before = (await asUser(room, 'GET', MANAGED)).json.events[0].conferencing;
    await writeEvent(room, { event_id: 'planning', summary: 'Renamed' });
    expect((await asUser(room, 'GET', MANAGED)).json.events[0]).toMatchObject({
      summary: 'Renamed',
      conferencing: before,
    });
  });

  test('no conference is made for an event that has begun', async ({ room, receiver }) => {
    await writeEvent(room, withConference(receiver.url, { start: '2026-01-01T08:30:00Z' }));
    await room.clock.advance({ by: '1h' });
    expect(receiver.arrivals).toEqual([]);
  });

  test('a conference that fails is told of once, tried again, and assigned when it works', async ({
    room,
    receiver,
  }) => {
    await set(room, { conferencing: 'failing' });
    await writeEvent(room, withConference(receiver.url));
    await room.clock.advance({ by: '5m' });
    expect(allTold(receiver)).toEqual(['conferencing_failing']);
    await set(room, { conferencing: 'assigned' });
    await room.clock.advance({ by: '10m' });
    expect(allTold(receiver)).toEqual(['conferencing_failing', 'conferencing_assigned']);
  });

  test('backstage assigns a conference, and the agent joins there', async ({ room, receiver }) => {
    await set(room, { conferencing: 'failing' });
    const interactions = [...CONFERENCING, { type: 'meeting_agent_complete' }];
    await writeEvent(room, eventRequest(undefined, { subscriptions: [subscription(receiver.url, { interactions })] }));
    await room.clock.advance({ by: '1m' });
    await room.backstage({ kind: 'conferencing_assigned', event_id: 'planning', join_url: MEET_URL });
    await room.clock.until({ subject: { event_id: 'planning' }, state: 'complete' });
    expect(allTold(receiver)).toEqual(['conferencing_failing', 'conferencing_assigned', 'meeting_agent_complete']);
    expect(bodyOf(receiver, 'meeting_agent_complete').event.conferencing.join_url).toBe(MEET_URL);
  });
});

describe('Event triggers', () => {
  const transitions = [
    { before: 'event_start', offset: { minutes: 5 } },
    { after: 'event_end', offset: { minutes: 10 } },
  ];
  const triggered = (uri: string, more: object = {}) =>
    plain('a', { subscriptions: [{ type: 'webhook', uri, transitions }], ...more });

  test('they come so many minutes before and after', async ({ room, receiver }) => {
    await writeEvent(room, triggered(receiver.url));
    await room.clock.advance({ by: '4h' });
    expect((await room.deliveries.list()).deliveries.map(({ created_at }) => created_at)).toEqual([
      '2026-01-01T09:55:00Z',
      '2026-01-01T11:10:00Z',
    ]);
    expect(bodyOf(receiver, 'transition').notification).toEqual({
      type: 'event_subscription',
      transitions: [transitions[1]],
    });
  });

  test('they follow the event when it moves, and go when it goes', async ({ room, receiver }) => {
    await writeEvent(room, triggered(receiver.url));
    await writeEvent(room, { event_id: 'a', start: '2026-01-01T12:00:00Z', end: '2026-01-01T13:00:00Z' });
    await room.clock.advance({ to: '2026-01-01T12:00:00Z' });
    expect((await room.deliveries.list()).deliveries.map(({ created_at }) => created_at)).toEqual([
      '2026-01-01T11:55:00Z',
    ]);
    await asUser(room, 'DELETE', eventsPath(room), { event_id: 'a' });
    await room.clock.advance({ by: '4h' });
    expect(receiver.arrivals).toHaveLength(1);
  });

  test('a transition is before or after a known moment', async ({ room }) => {
    const offset = { minutes: 5 };
    for (const [transition, field, key] of [
      [{ before: 'lunch', offset }, '.before', 'errors.invalid'],
      [{ before: 'event_start', after: 'event_end', offset }, '', 'errors.invalid'],
      [{ offset }, '', 'errors.invalid'],
      [{ before: 'event_start' }, '', 'errors.invalid'],
    ] as const) {
      const body = plain('a', { subscriptions: [{ uri: 'https://example.com', transitions: [transition] }] });
      expect(errorKeys(await asUser(room, 'POST', eventsPath(room), body))).toEqual({
        [`subscriptions[0].transitions[0]${field}`]: [key],
      });
    }
  });

  test('they stay when a write leaves subscriptions out, and go when it says there are none', async ({
    room,
    receiver,
  }) => {
    await writeEvent(room, triggered(receiver.url));
    await writeEvent(room, { event_id: 'a', summary: 'Renamed' });
    await room.clock.advance({ to: '2026-01-01T10:00:00Z' });
    expect(allTold(receiver)).toEqual(['transition']);
    await writeEvent(room, { event_id: 'a', subscriptions: [] });
    await room.clock.advance({ by: '4h' });
    expect(allTold(receiver)).toEqual(['transition']);
  });

  test('they are tried again after seven seconds without an answer', async ({ room, receiver }) => {
    await room.faults.add({ on: 'delivery', match: {}, times: 1, do: { answers: ['timeout'] } });
    await writeEvent(room, triggered(`${receiver.url}/app?event=7`));
    await room.clock.advance({ to: '2026-01-01T10:00:00Z' });
    const { deliveries } = await room.deliveries.list();
    // The first wait between attempts is a minute.
    expect(deliveries[0]!.attempts.map(({ at, outcome }) => [at, outcome])).toEqual([
      ['2026-01-01T09:55:00Z', 'timeout'],
      ['2026-01-01T09:56:07Z', 'answered'],
    ]);
    expect(receiver.arrivals.at(-1)!.path).toBe('/app?event=7');
  });
});

test('a snapshot of a world with events, conferences and triggers goes on as the world itself', async ({
  room,
  receiver,
}) => {
  await writeEvent(room, eventRequest(receiver.url));
  const { json } = await control(room, 'GET', '/snapshot');
  await room.clock.advance({ by: '3h' });
  const first = receiver.arrivals.splice(0).map(({ body }) => body);
  await control(room, 'PUT', '/snapshot', json);
  await room.clock.advance({ by: '3h' });
  expect(receiver.arrivals.map(({ body }) => body)).toEqual(first);
  expect(first).toHaveLength(2);
});
