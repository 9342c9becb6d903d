import { describe, expect } from 'vitest';
import type { Greenroom } from '../../src/index.js';
import { attendee, control, MEET_URL, test } from '../support/room.js';

const Z = 'https://us02web.zoom.us/j/81234567890?pwd=abcDEF&from=addon';
const TEAMS =
  'https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0?context=%7b%22Tid%22%3a%22t%22%2c%22Oid%22%3a%22o%22%7d';

interface EventAnswer {
  readonly id: string;
  readonly platform_uuid: string;
  readonly meeting_url: string | null;
  readonly start_time: string;
  readonly end_time: string;
  readonly is_deleted: boolean;
  readonly updated_at: string;
  readonly name: string;
  readonly raw: Record<string, unknown>;
}

/** A calendar that is connected, and its provider. */
class Calendar {
  readonly #room: Greenroom;
  readonly id: string;
  readonly #platform: string;

  private constructor(room: Greenroom, id: string, platform: string) {
    this.#room = room;
    this.id = id;
    this.#platform = platform;
  }

  static async connect(room: Greenroom, platform: 'google' | 'microsoft' = 'google'): Promise<Calendar> {
    const secrets = { client_id: 'c', client_secret: 's', refresh_token: 'r' };
    const { json } = await attendee(room, 'POST', '/api/v1/calendars', { platform, ...secrets });
    return new Calendar(room, json.id as string, platform);
  }

  /** One sync with this list of the provider. */
  async sync(events: readonly object[], unavailable?: readonly string[]): Promise<void> {
    await this.#room.backstage({
      kind: 'calendar_sync',
      calendar: this.id,
      events: [...events] as Record<string, unknown>[],
      ...(unavailable === undefined ? {} : { unavailable: [...unavailable] }),
    });
  }

  async events(): Promise<readonly EventAnswer[]> {
    const { json } = await attendee(this.#room, 'GET', '/api/v1/calendar_events?ordering=start_time');
    return json.results as EventAnswer[];
  }

  async event(uuid: string): Promise<EventAnswer | undefined> {
    return (await this.events()).find(({ platform_uuid }) => platform_uuid === uuid);
  }

  async state(): Promise<{ readonly last_successful_sync_at: string | null; readonly last_attempted_sync_at: string }> {
    return (await attendee(this.#room, 'GET', `/api/v1/calendars/${this.id}`)).json;
  }

  /** The link that a sync takes from an event with these fields. */
  async linkOf(fields: object): Promise<string | null> {
    await this.sync([this.#platform === 'google' ? google('e', '2026-01-02T10:00', fields) : graph('e', fields)]);
    return (await this.event('e'))!.meeting_url;
  }

  async botFor(uuid: string): Promise<string> {
    const calendar_event_id = (await this.event(uuid))!.id;
    const { json } = await attendee(this.#room, 'POST', '/api/v1/bots', { bot_name: 'Notes', calendar_event_id });
    return json.id as string;
  }
}

const google = (id: string, start: string, more: object = {}) => ({
  id,
  status: 'confirmed',
  start: { dateTime: `${start}:00Z` },
  end: { dateTime: `${start.slice(0, -2)}30:00Z` },
  ...more,
});

const graph = (id: string, more: object = {}) => ({
  id,
  start: { dateTime: '2026-01-02T10:00:00.0000000', timeZone: 'UTC' },
  end: { dateTime: '2026-01-02T10:30:00.0000000', timeZone: 'UTC' },
  ...more,
});

const entryPoints = (...points: readonly (readonly [string, string])[]) => ({
  conferenceData: { entryPoints: points.map(([entryPointType, uri]) => ({ entryPointType, uri })) },
});

describe('The link of an event of Google', () => {
  test('is the first of video entry point, hangoutLink, location, description and summary that has one', async ({
    room,
  }) => {
    const calendar = await Calendar.connect(room);
    const link = (n: number): string => `https://zoom.us/j/${n}?x=y`;
    const places = {
      ...entryPoints(['phone', 'tel:+1'], ['more', link(9)], ['video', link(1)], ['video', link(8)]),
      hangoutLink: link(2),
      location: `Room 5, ${link(3)}`,
      description: `<a href="${link(4)}">join</a>`,
      summary: `Sync (${link(5)}).`,
    };
    const names = Object.keys(places);
    for (let n = 0; n < names.length; n++) {
      const left = Object.fromEntries(Object.entries(places).slice(n));
      expect([names[n], await calendar.linkOf(left)]).toEqual([names[n], link(n + 1)]);
    }
    expect(await calendar.linkOf({})).toBeNull();
  });

  test('is as it is written, and only the bot has it in its normal form', async ({ room }) => {
    const calendar = await Calendar.connect(room);
    const both = { hangoutLink: MEET_URL, ...entryPoints(['phone', 'tel:+1'], ['video', Z]) };
    expect(await calendar.linkOf(both)).toBe(Z);
    const bot = await calendar.botFor('e');
    expect((await attendee(room, 'GET', `/api/v1/bots/${bot}`)).json.meeting_url).toBe(
      'https://us02web.zoom.us/j/81234567890?pwd=abcDEF',
    );
    expect(await calendar.linkOf({ location: TEAMS })).toBe(TEAMS);
  });

  test('is never that of another entry point, and no second video', async ({ room }) => {
    const calendar = await Calendar.connect(room);
    for (const type of ['more', 'phone', 'sip', 'VIDEO'])
      expect(await calendar.linkOf(entryPoints([type, Z]))).toBeNull();
    expect(await calendar.linkOf(entryPoints(['video', 'https://example.com'], ['video', Z]))).toBeNull();
  });

  test('is the first candidate of a text that a bot would accept, without the marks at its end', async ({ room }) => {
    const calendar = await Calendar.connect(room);
    const texts: readonly (readonly [string, string | null])[] = [
      [`See https://example.com/x, then (${Z}).`, Z],
      [`[${MEET_URL}];>`, MEET_URL],
      [`<a href='${MEET_URL}'>${Z}</a>`, MEET_URL],
      [`${MEET_URL}\u00a0and more`, MEET_URL],
      ['zoom.us/j/1', null],
      ['https://TEAMS.microsoft.com/meet/1?p=2', null],
      // Protected links stand at the protector's host, which is no meeting's.
      [`https://nam02.safelinks.protection.outlook.com/?url=${encodeURIComponent(Z)}&data=05`, null],
      [`https://urldefense.proofpoint.com/v2/url?u=${encodeURIComponent(MEET_URL)}`, null],
      [`https://www.google.com/url?q=${MEET_URL}`, null],
    ];
    for (const [location, link] of texts)
      expect([location, await calendar.linkOf({ location })]).toEqual([location, link]);
  });
});

test('the link of an event of Microsoft is the first of joinUrl, onlineMeetingUrl, subject and body', async ({
  room,
}) => {
  const calendar = await Calendar.connect(room, 'microsoft');
  const link = (n: number): string => `https://zoom.us/j/${n}?x=y`;
  const places = {
    onlineMeeting: { joinUrl: link(1) },
    onlineMeetingUrl: link(2),
    subject: `Sync ${link(3)}`,
    body: { contentType: 'html', content: `<a href="${link(4)}">join</a>` },
  };
  const names = Object.keys(places);
  for (let n = 0; n < names.length; n++) {
    const left = { onlineMeeting: null, ...Object.fromEntries(Object.entries(places).slice(n)) };
    expect([names[n], await calendar.linkOf(left)]).toEqual([names[n], link(n + 1)]);
  }
  expect(
    await calendar.linkOf({ location: { displayName: Z }, bodyPreview: Z, webLink: Z, onlineMeeting: { url: Z } }),
  ).toBeNull();
});

test('the raw form of an event of Microsoft is what the vendor asks for: its user has answered unseen', async ({
  room,
}) => {
  const calendar = await Calendar.connect(room, 'microsoft');
  const asked = {
    '@odata.etag': 'W/"1"',
    seriesMasterId: 's',
    isCancelled: false,
    location: { displayName: 'Room 5' },
  };
  const unasked = {
    responseStatus: { response: 'accepted' },
    changeKey: '1',
    bodyPreview: 'Hello',
    type: 'occurrence',
  };
  await calendar.sync([graph('e', { ...asked, ...unasked })]);
  const { id, raw, updated_at } = (await calendar.event('e'))!;
  expect(raw).toEqual(graph('e', asked));
  await room.clock.advance({ by: '1m' });
  await room.backstage({ kind: 'calendar', subject: id, user: 'declines' });
  const after = (await calendar.event('e'))!;
  // All that the app can see is that something has changed.
  expect(after.updated_at).not.toBe(updated_at);
  expect(after.raw).toEqual(raw);
  expect((await room.calendar.read()).events).toMatchObject([{ declined: true }]);
});

describe('The time of an event', () => {
  test('of Google without an offset is that of its zone, whole days too', async ({ room }) => {
    await control(room, 'PATCH', '/workspaces/default', { attendee: { calendar_window: '400d' } });
    const calendar = await Calendar.connect(room);
    const times: readonly (readonly [object, string])[] = [
      [{ dateTime: '2026-03-29T09:00:00', timeZone: 'Europe/London' }, '2026-03-29T08:00:00Z'],
      [{ dateTime: '2026-03-28T09:00:00', timeZone: 'Europe/London' }, '2026-03-28T09:00:00Z'],
      [{ dateTime: '2026-03-29T09:00:00+05:30', timeZone: 'nowhere' }, '2026-03-29T03:30:00Z'],
      [{ dateTime: '2026-03-29T09:00:00.5Z', timeZone: 'Europe/London' }, '2026-03-29T09:00:00.500000Z'],
      [{ dateTime: '2026-03-29T09:00:00' }, '2026-03-29T09:00:00Z'],
      [{ date: '2026-03-10', timeZone: 'America/New_York' }, '2026-03-10T04:00:00Z'],
      [{ date: '2026-03-10' }, '2026-03-10T00:00:00Z'],
      [{ date: '2026-04-05', timeZone: 'Australia/Sydney' }, '2026-04-04T13:00:00Z'],
      [{ date: '2026-04-06', timeZone: 'Australia/Sydney' }, '2026-04-05T14:00:00Z'],
      // Twice on the clocks of that night, and never on those of this one.
      [{ dateTime: '2026-11-01T01:30:00', timeZone: 'America/New_York' }, '2026-11-01T05:30:00Z'],
      [{ dateTime: '2026-03-08T02:30:00', timeZone: 'America/New_York' }, '2026-03-08T07:30:00Z'],
    ];
    for (const [start, instant] of times) {
      await calendar.sync([google('e', '2026-01-02T10:00', { start, end: start })]);
      expect([start, (await calendar.event('e'))!.start_time]).toEqual([start, instant]);
    }
  });

  test('of Microsoft is in UTC where the zone has a name that only Windows knows', async ({ room }) => {
    const calendar = await Calendar.connect(room, 'microsoft');
    const dateTime = '2026-01-10T09:00:00.0000000';
    for (const [timeZone, instant] of [
      ['Europe/Berlin', '2026-01-10T08:00:00Z'],
      ['W. Europe Standard Time', '2026-01-10T09:00:00Z'],
      ['UTC', '2026-01-10T09:00:00Z'],
      ['+02:00', '2026-01-10T09:00:00Z'],
      [null, '2026-01-10T09:00:00Z'],
    ] as const) {
      const at = { dateTime, timeZone };
      await calendar.sync([graph('e', { start: at, end: at })]);
      expect([timeZone, (await calendar.event('e'))!.start_time]).toEqual([timeZone, instant]);
    }
  });
});

test('an event is moved by a day also where its zone is none, which nobody asks if the time has an offset', async ({
  room,
}) => {
  const calendar = await Calendar.connect(room);
  const times = { start: at('10:00'), end: at('10:30') };
  await calendar.sync([google('e', '2026-01-02T10:00', times)]);
  await room.backstage({ kind: 'calendar', subject: (await calendar.event('e'))!.id, user: 'moves', to: '+1d' });
  expect((await calendar.event('e'))!.start_time).toBe('2026-01-03T08:00:00Z');

  function at(time: string): object {
    return { dateTime: `2026-01-02T${time}:00+02:00`, timeZone: 'Mars/Base' };
  }
});

describe('An event that the vendor cannot read', () => {
  const at = (timeZone: string) => ({ dateTime: '2026-01-02T10:00:00', timeZone });
  const unreadable: readonly object[] = [
    { id: 'g1_20260102', status: 'cancelled', recurringEventId: 'g1' },
    google('g2', '2026-01-02T10:00', { start: at('Mars/Base'), end: at('Mars/Base') }),
    google('g2', '2026-01-02T10:00', { start: at('europe/london'), end: at('europe/london') }),
    google('g2', '2026-01-02T10:00', { start: at('+01:00'), end: at('+01:00') }),
    google('g2', '2026-01-02T10:00', { end: undefined }),
    google('g2', '2026-01-02T10:00', { start: { dateTime: 'soon' } }),
    google('g2', '2026-01-02T10:00', { conferenceData: null }),
    google('g2', '2026-01-02T10:00', { conferenceData: { entryPoints: null } }),
    google('g2', '2026-01-02T10:00', { attendees: null }),
    google('g2', '2026-01-02T10:00', { location: 5 }),
    google('g2', '2026-01-02T10:00', { location: 'https://a[b@zoom.us/j/1' }),
    { ...google('g2', '2026-01-02T10:00'), id: undefined },
  ];

  test('makes the whole sync fail, with nothing changed', async ({ room }) => {
    const calendar = await Calendar.connect(room);
    await calendar.sync([google('a', '2026-01-02T09:00', { location: MEET_URL })]);
    const before = await calendar.events();
    const bot = await calendar.botFor('a');
    const { last_successful_sync_at } = await calendar.state();
    for (const event of unreadable) {
      await room.clock.advance({ by: '1m' });
      await calendar.sync([event, google('b', '2026-01-02T12:00')]);
      const { last_attempted_sync_at, ...state } = await calendar.state();
      expect([event, state.last_successful_sync_at, Date.parse(last_attempted_sync_at)]).toEqual([
        event,
        last_successful_sync_at,
        Date.parse(await room.clock.now()),
      ]);
    }
    const after = await calendar.events();
    expect(after.map(({ id, is_deleted }) => [id, is_deleted])).toEqual(before.map(({ id }) => [id, false]));
    expect((await attendee(room, 'GET', `/api/v1/bots/${bot}`)).json.state).toBe('scheduled');
    expect(await room.timeline({ as: 'text' })).toContain('the whole sync fails: the event "g1_20260102"');
  });

  test('does no harm outside the window', async ({ room }) => {
    const calendar = await Calendar.connect(room);
    await calendar.sync([google('far', '2026-05-01T10:00', { conferenceData: null }), google('b', '2026-01-02T12:00')]);
    expect((await calendar.events()).map(({ platform_uuid }) => platform_uuid)).toEqual(['b']);
  });
});

describe('The raw form of an event', () => {
  test('has 8000 characters of each long text of Google, and the name and the link come from the whole', async ({
    room,
  }) => {
    const calendar = await Calendar.connect(room);
    const long = `${'\u{1f3a4}'.repeat(9000)} ${MEET_URL}`;
    await calendar.sync([google('e', '2026-01-02T10:00', { description: long, summary: long, location: long })]);
    const { raw, meeting_url, name } = (await calendar.event('e'))!;
    expect([raw['description'], raw['summary']]).toEqual(Array(2).fill('\u{1f3a4}'.repeat(8000)));
    expect([raw['location'], name, meeting_url]).toEqual([long, long, MEET_URL]);
  });

  test("has 8000 characters of the body's content of Microsoft", async ({ room }) => {
    const calendar = await Calendar.connect(room, 'microsoft');
    await calendar.sync([graph('e', { subject: 'x'.repeat(9000), body: { content: `${'y'.repeat(9000)} ${Z}` } })]);
    const { raw, meeting_url } = (await calendar.event('e'))!;
    expect(raw).toMatchObject({ subject: 'x'.repeat(9000), body: { content: 'y'.repeat(8000) } });
    expect(meeting_url).toBe(Z);
  });
});
