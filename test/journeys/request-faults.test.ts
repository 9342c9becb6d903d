import http from 'node:http';
import { describe, expect } from 'vitest';
import { createGreenroom } from '../../src/index.js';
import { fault, strikes, told } from '../support/faults.js';
import { agentRequest, attendee, botRequest, control, cronofy, test } from '../support/room.js';

const BOTS = '/api/v1/bots';
const createBot = { on: 'request', match: { operation: 'createBot' } };

/** What a client without any convenience sees of a call: the bytes that came, and how the connection ended. */
function raw(room: { url: string; attendee: { api_key: string } }, path: string) {
  const headers = { authorization: `Token ${room.attendee.api_key}` };
  return new Promise<{ length: string | undefined; body: string; error?: string }>((resolve, reject) => {
    http
      .get(room.url + path, { headers }, (response) => {
        let body = '';
        const length = response.headers['content-length'];
        response.on('data', (chunk) => (body += String(chunk)));
        response.on('end', () => resolve({ length, body }));
        response.on('error', (error: NodeJS.ErrnoException) => resolve({ length, body, error: error.code ?? '' }));
      })
      .on('error', reject);
  });
}

describe('A fault on a request', () => {
  test('answers with a status, headers and a body of your own, and the work is not done', async ({ room }) => {
    const body = { error: 'try later' };
    await fault(room, { ...createBot, times: 1, do: { status: 503, headers: { 'Retry-After': '5' }, body } });
    const refused = await attendee(room, 'POST', BOTS, botRequest(undefined));
    expect([refused.status, refused.headers.get('retry-after'), refused.json]).toEqual([503, '5', body]);
    expect((await attendee(room, 'GET', BOTS)).json.results).toEqual([]);
    expect((await attendee(room, 'POST', BOTS, botRequest(undefined))).status).toBe(201);
  });

  test('answers with a text as it is, and with the type that it is given', async ({ room }) => {
    await fault(room, { ...createBot, do: { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>' } });
    const { headers, text } = await attendee(room, 'POST', BOTS, botRequest(undefined));
    expect([headers.get('content-type'), text]).toEqual(['text/html', '<h1>']);
  });

  test('can let the vendor do the work before the client gets the wrong answer', async ({ room }) => {
    await fault(room, { ...createBot, times: 1, do: { status: 504, handled: true } });
    expect((await attendee(room, 'POST', BOTS, botRequest(undefined))).status).toBe(504);
    expect((await attendee(room, 'GET', BOTS)).json.results).toHaveLength(1);
    const { json } = await control(room, 'GET', '/requests?operation=createBot');
    expect(json.requests[0]).toMatchObject({ fault: 'flt_1', response: { status: 504 }, lost_answer: { status: 201 } });
  });

  test('resets the connection after the work, as the client cannot know', async ({ room }) => {
    await fault(room, { ...createBot, times: 1, do: { reset: true } });
    const lost = attendee(room, 'POST', BOTS, botRequest(undefined, undefined, { deduplication_key: 'once' }));
    await expect(lost).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    const again = await attendee(room, 'POST', BOTS, botRequest(undefined, undefined, { deduplication_key: 'once' }));
    expect(again.status).toBe(400);
    expect((await attendee(room, 'GET', BOTS)).json.results).toHaveLength(1);
  });

  test('resets the connection before the work, if asked to', async ({ room }) => {
    await fault(room, { ...createBot, do: { reset: true, handled: false } });
    await expect(attendee(room, 'POST', BOTS, botRequest(undefined))).rejects.toThrow('fetch failed');
    expect((await attendee(room, 'GET', BOTS)).json.results).toEqual([]);
  });

  test('cuts the answer short of its Content-Length', async ({ room }) => {
    await attendee(room, 'POST', BOTS, botRequest(undefined));
    const { text: whole } = await attendee(room, 'GET', BOTS);
    await fault(room, { on: 'request', match: { operation: 'listBots' }, do: { truncate: 40 } });
    expect(await raw(room, BOTS)).toEqual({
      length: String(whole.length),
      body: whole.slice(0, 40),
      error: 'ECONNRESET',
    });
    await expect(attendee(room, 'GET', BOTS)).rejects.toThrow('terminated');
  });

  test('leaves an answer alone that is shorter than the cut, and does not count it', async ({ room }) => {
    await fault(room, { on: 'request', do: { truncate: 100_000 }, times: 1 });
    expect((await attendee(room, 'GET', BOTS)).status).toBe(200);
    expect(await strikes(room)).toEqual({ flt_1: 0 });
  });

  test('cuts a list into smaller pages, and counts no answer that has none', async ({ room }) => {
    for (let i = 0; i < 3; i++) await attendee(room, 'POST', BOTS, botRequest(undefined));
    const ids = (answer: { json: { results: readonly { id: string }[] } }) => answer.json.results.map(({ id }) => id);
    const whole = await attendee(room, 'GET', BOTS);
    await fault(room, { on: 'request', match: { provider: 'attendee' }, do: { page_size: 2 } });
    const [first, one] = [await attendee(room, 'GET', BOTS), await attendee(room, 'GET', `${BOTS}/${ids(whole)[0]}`)];
    const second = await attendee(room, 'GET', first.json.next.slice(room.url.length));
    expect([ids(first), ids(second), second.json.next]).toEqual([ids(whole).slice(0, 2), ids(whole).slice(2), null]);
    expect([one.status, await strikes(room)]).toEqual([200, { flt_1: 2 }]);
  });

  test("refuses a call too many in each vendor's own words", async ({ room }) => {
    await fault(room, { on: 'request', do: { rate_limit: { retry_after: 7 } } });
    const bots = await attendee(room, 'POST', BOTS, botRequest(undefined));
    expect([bots.status, bots.headers.get('retry-after'), bots.json]).toEqual([
      429,
      '7',
      { detail: 'Request was throttled. Expected available in 7 seconds.' },
    ]);
    const agents = await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest());
    expect([agents.status, agents.headers.get('retry-after'), agents.text]).toEqual([429, '7', '']);
  });

  test('keeps a client waiting in real time, and what the call caused goes on meanwhile', async ({
    room,
    receiver,
  }) => {
    await fault(room, { ...createBot, do: { delay: '1m' } });
    const patience = new AbortController();
    const lost = fetch(room.url + BOTS, {
      method: 'POST',
      headers: { authorization: `Token ${room.attendee.api_key}`, 'content-type': 'application/json' },
      body: JSON.stringify(botRequest(undefined, receiver.url)),
      signal: patience.signal,
    });
    await room.deliveries.wait({ match: { state: 'joining' } });
    patience.abort();
    await expect(lost).rejects.toMatchObject({ name: 'AbortError' });
    await room.clock.advance({ by: '1h' });
    expect((await attendee(room, 'GET', BOTS)).json.results[0].state).toBe('ended');
  });

  test('comes late, and then the answer is there', async ({ room }) => {
    await fault(room, { on: 'request', match: { path: BOTS, method: 'get' }, do: { delay: 30 } });
    const from = performance.now();
    expect((await attendee(room, 'GET', BOTS)).status).toBe(200);
    expect(performance.now() - from).toBeGreaterThanOrEqual(29);
  });

  test('strikes after so many matches, so many times, and only what it matches', async ({ room }) => {
    const { json: bot } = await attendee(room, 'POST', BOTS, botRequest(undefined));
    await fault(room, { on: 'request', match: { path: `${BOTS}/{id}` }, after: 1, times: 2, do: { status: 500 } });
    const seen = [];
    for (let i = 0; i < 4; i++) seen.push((await attendee(room, 'GET', `${BOTS}/${bot.id}`)).status);
    expect(seen).toEqual([200, 500, 500, 200]);
    expect((await attendee(room, 'GET', BOTS)).status).toBe(200);
    const { json } = await control(room, 'GET', '/faults');
    expect(json.faults).toMatchObject([{ id: 'flt_1', matched: 4, struck: 2, left: 0 }]);
  });

  test('adds up with a fault of another kind, and excludes those of its own', async ({ room }) => {
    await fault(room, { ...createBot, times: 1, do: { status: 500 } });
    await fault(room, { ...createBot, times: 1, do: { status: 503 } });
    await fault(room, { ...createBot, do: { delay: 1 } });
    const seen = [];
    for (let i = 0; i < 3; i++) seen.push((await attendee(room, 'POST', BOTS, botRequest(undefined))).status);
    expect(seen).toEqual([500, 503, 201]);
    expect(await strikes(room)).toEqual({ flt_1: 1, flt_2: 1, flt_3: 3 });
  });

  test('stands in the timeline as the cause of what followed', async ({ room }) => {
    await fault(room, { ...createBot, times: 1, do: { reset: true } });
    await expect(attendee(room, 'POST', BOTS, botRequest(undefined))).rejects.toThrow();
    expect(await told(room, 'request', 'fault')).toEqual([
      'POST /api/v1/bots → connection reset (flt_1)',
      'flt_1 on req_1: the connection is reset, and the work is done',
    ]);
  });

  test('strikes nobody whose credential is unknown', async ({ room }) => {
    await fault(room, { on: 'request', do: { status: 500 } });
    const { status } = await attendee({ ...room, attendee: { ...room.attendee, api_key: 'null' } }, 'GET', BOTS);
    expect(status).toBe(401);
  });

  test('without a socket: a reset fails like fetch, a cut body breaks off', async () => {
    await using room = await createGreenroom();
    const api = (method: string, path: string) =>
      room.fetch(
        new Request(room.url + path, { method, headers: { authorization: `Token ${room.attendee.api_key}` } }),
      );
    const post = (rule: object) =>
      room.fetch(
        new Request(`${room.url}/_greenroom/faults`, {
          method: 'POST',
          headers: { host: 'localhost' },
          body: JSON.stringify(rule),
        }),
      );
    expect((await post({ on: 'request', match: { path: BOTS }, times: 1, do: { reset: true } })).status).toBe(201);
    await expect(api('GET', BOTS)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    await post({ on: 'request', match: { path: BOTS }, do: { truncate: 5 } });
    const cut = await api('GET', BOTS);
    expect(Number(cut.headers.get('content-length'))).toBeGreaterThan(5);
    await expect(cut.text()).rejects.toThrow('terminated');
  });
});

describe('A fault that no call can meet is refused', () => {
  const refused = [
    [{ path: '/api/v1/bots/{bot_id}' }, '/match/path', '"/api/v1/bots/{id}"'],
    [{ path: '/api/v1/bots/:id' }, '/match/path', '"/api/v1/bots/{id}"'],
    [{ path: '/api/v1/bots/*' }, '/match/path', '"/api/v1/bots/{id}"'],
    [{ path: 'api/v1/bots' }, '/match/path', '"/api/v1/bots"'],
    [{ path: 'https://app.attendee.dev/api/v1/bots?cursor=1' }, '/match/path', '"/api/v1/bots"'],
    [{ operation: 'createBot', path: `${BOTS}/{id}` }, '/match/path', 'that of createBot: /api/v1/bots'],
    [{ operation: 'createBot', method: 'GET' }, '/match/method', 'POST, which createBot takes'],
    [{ method: 'PUT', path: `${BOTS}/{id}` }, '/match/method', 'GET or PATCH or DELETE, which /api/v1/bots/{id} takes'],
    [{ provider: 'cronofy', path: BOTS }, '/match/provider', 'whose path /api/v1/bots is: attendee'],
  ] as const;
  for (const [match, pointer, expected] of refused) {
    test(JSON.stringify(match), async ({ room }) => {
      const { status, json } = await control(room, 'POST', '/faults', { on: 'request', match, do: { status: 503 } });
      expect([status, json.code, json.pointer]).toEqual([422, 'INVALID_BODY', pointer]);
      expect(json.detail).toContain(expected);
    });
  }
});

describe('A fault that only calls meet which the vendor refuses', () => {
  test('is made, with a note in its answer and in the timeline', async ({ room }) => {
    const notes = [
      [{ path: `${BOTS}/` }, /^No operation has the path \/api\/v1\/bots\/: .* Did you mean \/api\/v1\/bots\?$/],
      [{ path: '/api/v1/botz' }, / Did you mean \/api\/v1\/bots\?$/],
      [{ path: '/nothing/like/it' }, /strikes calls of exactly this path\.$/],
      [{ method: 'PUT', path: BOTS }, /^\/api\/v1\/bots takes GET or POST: .* refuses with 405\.$/],
    ] as const;
    for (const [match, note] of notes) {
      const { json } = await control(room, 'POST', '/faults', { on: 'request', match, do: { status: 418 } });
      expect(json.note).toMatch(note);
    }
    expect(await told(room, 'note')).toHaveLength(notes.length);
    expect((await attendee(room, 'GET', `${BOTS}/`)).status).toBe(418);
    expect((await attendee(room, 'PUT', BOTS)).status).toBe(418);
  });

  test('is none of a path as it is called, as the contract has it, or without its prefix', async ({ room }) => {
    for (const match of [
      { path: BOTS },
      { path: `${BOTS}/bot_1`, method: 'patch' },
      { path: `${BOTS}/{id}`, method: 'HEAD' },
      { path: '/bots/{id}' },
      { path: '/v1/smart_invites' },
      { operation: 'getBot', path: `${BOTS}/bot_1` },
    ])
      expect((await control(room, 'POST', '/faults', { on: 'request', match, do: { delay: 1 } })).json.note).toBe(
        undefined,
      );
  });

  test('without the prefix is one of the operation, as a call without it is', async ({ room }) => {
    await fault(room, { on: 'request', match: { path: '/bots' }, times: 2, do: { status: 503 } });
    expect((await attendee(room, 'GET', BOTS)).status).toBe(503);
    expect((await attendee(room, 'GET', '/bots')).status).toBe(503);
  });
});
