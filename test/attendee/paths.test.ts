import { request } from 'node:http';
import { expect } from 'vitest';
import type { Greenroom } from '../../src/index.js';
import { attendee, botRequest, call, test } from '../support/room.js';

/** Paths as Django takes them apart: decoded first, `%2F` included, and no segment stands for another. */

/** Sends a path as it stands; fetch would resolve its dot segments. */
const sent = (room: Greenroom, path: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(room.url);
    const headers = { authorization: `Token ${room.attendee.api_key}` };
    request({ hostname, port, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () => resolve([response.statusCode, text]));
    })
      .on('error', reject)
      .end();
  });

const NOWHERE = [404, '{"error":"Not found"}'];

test('a slash within an id divides the path, however it is written', async ({ room }) => {
  const { id } = (await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined))).json;
  for (const path of [`bots/${encodeURIComponent(`https://app.attendee.dev/bots/${id}`)}`, `bots/${id}%2f`])
    expect([path, await sent(room, `/api/v1/${path}`)]).toEqual([path, NOWHERE]);
  expect((await attendee(room, 'GET', `/api/v1/bots%2F${id}`)).json).toMatchObject({ id });
  const left = await attendee(room, 'POST', `/api/v1/bots/${id}%2Fleave`);
  expect([left.status, left.json.id]).toEqual([200, id]);
  // An encoded percent sign stands for itself.
  expect((await attendee(room, 'GET', '/api/v1/bots/a%252Fb')).json).toEqual({ error: 'Bot not found' });
});

test('dot segments are names like any other', async ({ room }) => {
  const { id } = (await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined))).json;
  for (const path of [`bots/../bots/${id}`, `./bots/${id}`, `bots/%2e%2E/calendars`, `../v1/bots/${id}`, 'bots/x/.'])
    expect([path, await sent(room, `/api/v1/${path}`)]).toEqual([path, NOWHERE]);
  for (const path of ['bots/..', 'bots/.?states=ended', 'bots/%2E'])
    expect([path, await sent(room, `/api/v1/${path}`)]).toEqual([path, [404, '{"error":"Bot not found"}']]);
});

test('a path with the end of a line leads out of the API, and an id may have one', async ({ room }) => {
  const page = [404, expect.stringContaining('<h1>Not Found</h1>')];
  for (const path of ['bots%0A', 'x%0a', 'x%0D%0Ay', 'bots/x/y%0A'])
    expect([path, await sent(room, `/api/v1/${path}`)]).toEqual([path, page]);
  expect(await sent(room, '/api/v1/bots%250A')).toEqual(NOWHERE);
  expect(await sent(room, '/api/v1/bots/a%0A')).toEqual([404, '{"error":"Bot not found"}']);
});

test('the paths of Cronofy are read as before', async ({ room }) => {
  const authorization = `Bearer ${room.cronofy.access_token}`;
  const read = async (path: string) => (await call('GET', `${room.url}${path}`, undefined, { authorization })).status;
  expect(await read('/v1/calendars')).toBe(200);
  expect(await read('/v1/x/../calendars')).toBe(200);
  expect(await read('/v1%2Fcalendars')).toBe(404);
});
