import { expect } from 'vitest';
import { attendee, botRequest, test } from '../support/room.js';

/** Queries as Django, its REST framework and the driver of its database read them. */

test('a filter with NUL is a failure of the vendor, unless something else is wrong before', async ({ room }) => {
  const { id } = (await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined))).json;
  for (const query of [
    'bots?meeting_url=%00',
    'bots?deduplication_key=a%00b',
    `bots/${id}/participants?id=%00`,
    'calendars?deduplication_key=%00',
    'calendar_events?calendar_id=%00',
    'calendar_events?calendar_deduplication_key=%00',
    'calendar_events?event_id=%00',
  ]) {
    const { status, text } = await attendee(room, 'GET', `/api/v1/${query}`);
    expect([query, status, text]).toEqual([query, 500, expect.stringContaining('Server Error (500)')]);
  }
  expect((await attendee(room, 'GET', '/api/v1/bots?deduplication_key=%00&states=x')).status).toBe(400);
  expect((await attendee(room, 'GET', '/api/v1/calendar_events?event_id=%00&ordering=x')).status).toBe(400);
});

test('an id with NUL is a failure of the vendor, wherever it looks for one', async ({ room }) => {
  for (const [method, path] of [
    ['GET', 'bots/%00'],
    ['DELETE', 'bots/a%00b'],
    ['POST', 'bots/%00/leave'],
    ['GET', 'bots/%00/recording'],
    ['GET', 'calendars/%00'],
    ['DELETE', 'zoom_oauth_connections/%00'],
    ['GET', 'app_sessions/%00/media'],
  ] as const) {
    const { status, text } = await attendee(room, method, `/api/v1/${path}`);
    expect([path, status, text]).toEqual([path, 500, expect.stringContaining('Server Error (500)')]);
  }
  const told = await attendee(room, 'POST', '/api/v1/bots/%00/delete_data');
  expect([told.status, told.json]).toEqual([400, { error: 'A string literal cannot contain NUL (0x00) characters.' }]);
  expect((await attendee(room, 'PUT', '/api/v1/bots/%00')).status).toBe(405);
  expect((await room.timeline({ kind: 'violation' })).entries).toMatchObject([{ rule: 'wrong-method' }]);
});

test('an empty key is one that no calendar has', async ({ room }) => {
  const access = { platform: 'google', client_id: 'c', client_secret: 's', refresh_token: 'r' };
  await attendee(room, 'POST', '/api/v1/calendars', access);
  await attendee(room, 'POST', '/api/v1/calendars', { ...access, deduplication_key: 'k' });
  const found = async (query: string) =>
    ((await attendee(room, 'GET', `/api/v1/calendars${query}`)).json.results as unknown[]).length;
  expect([await found(''), await found('?deduplication_key=k'), await found('?deduplication_key=')]).toEqual([2, 1, 0]);
});

test('a cursor is read before a filter with NUL', async ({ room }) => {
  for (const list of ['bots', 'calendars']) {
    const query = `deduplication_key=%00&cursor=${encodeURIComponent('\u00e9')}`;
    expect((await attendee(room, 'GET', `/api/v1/${list}?${query}`)).json).toEqual({ detail: 'Invalid cursor' });
  }
});

test('a second question mark is part of the first name', async ({ room }) => {
  for (let made = 0; made < 26; made++) await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined));
  const { json } = await attendee(room, 'GET', '/api/v1/bots??states=ended');
  expect(json.results).toHaveLength(25);
  expect(json.next).toMatch(/\/api\/v1\/bots\?%3Fstates=ended&cursor=[\w%]+$/);
});

test('the parameters of a link stand in the order of their code points', async ({ room }) => {
  for (let made = 0; made < 26; made++) await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined));
  const { json } = await attendee(room, 'GET', '/api/v1/bots?%F0%9F%98%80=1&%EF%BF%BF=2&a=3');
  expect(json.next).toMatch(/\?a=3&cursor=[\w%]+&%EF%BF%BF=2&%F0%9F%98%80=1$/);
});

test('the numbers of a cursor are written as Python reads them', async ({ room }) => {
  for (let made = 0; made < 3; made++) await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined));
  const from = async (offset: string) => {
    const cursor = encodeURIComponent(btoa(`o=${encodeURIComponent(offset)}`));
    const { status, json } = await attendee(room, 'GET', `/api/v1/bots?cursor=${cursor}`);
    return status === 200 ? json.results.length : json.detail;
  };
  expect(await from('0_1')).toBe(2);
  expect(await from(' +2 ')).toBe(1);
  expect(await from('\u2003\u0661\x85')).toBe(2);
  expect(await from('0_\u{1d7da}')).toBe(1);
  for (const wrong of ['_1', '1_', '1__0', '-1', '1.0', '', '\u00b2', '\ufeff1', '1\x1f'])
    expect(await from(wrong)).toBe('Invalid cursor');
});

test('a request line that gunicorn refuses is taken, with a note', async ({ room }) => {
  const notes = async () => (await room.timeline({ kind: 'note' })).entries.map(({ text }) => text);
  const read = async (length: number) =>
    (await attendee(room, 'GET', `/api/v1/bots?deduplication_key=${'x'.repeat(length)}`)).status;
  const others = 'GET /api/v1/bots?deduplication_key= HTTP/1.1'.length;
  expect([await read(4094 - others), await notes()]).toEqual([200, []]);
  expect(await read(4095 - others)).toBe(200);
  expect(await notes()).toEqual([expect.stringContaining('request line longer than 4094 bytes')]);
});

test('a query of more than 1000 parameters is the page of the framework', async ({ room }) => {
  const pairs = (count: number) => Array.from({ length: count }, (_, n) => `x${n}=`).join('&');
  expect((await attendee(room, 'GET', `/api/v1/bots?${pairs(1000)}`)).status).toBe(200);
  for (const path of ['bots', 'bots/x/y']) {
    const { status, text, headers } = await attendee(room, 'GET', `/api/v1/${path}?${pairs(1001)}`);
    expect([status, headers.get('allow'), text]).toEqual([
      400,
      null,
      expect.stringContaining('<h1>Bad Request (400)</h1><p></p>'),
    ]);
  }
});
