import { describe, expect } from 'vitest';
import { toHar } from '../../src/contracts/har.js';
import { agentRequest, attendee, botRequest, call, control, MEET_URL, test } from '../support/room.js';

const PART = ['--mark', 'Content-Disposition: form-data; name="NAME"', '', 'VALUE'].join('\r\n');
const multipart = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(([name, value]) => PART.replace('NAME', name).replace('VALUE', value))
    .join('\r\n') + '\r\n--mark--\r\n';

const JSON_TYPE = 'application/json';
const FORM = 'application/x-www-form-urlencoded';
const BOTS = '/api/v1/bots';

/** Where a secret may stand in a call: its path with the query, its headers, its body. */
const CALLS: readonly (readonly [string, { path?: string; headers?: Record<string, string>; body?: string }])[] = [
  ['a query', { path: '/v1/events?access_token=MARKED&tzid=Etc/UTC' }],
  ['a query whose name is escaped', { path: '/v1/events?client%5Fsecret=MARKED' }],
  ['the query of a signed link', { path: '/store/x?Signature=MARKED' }],
  ['the query of the consent page', { path: '/oauth/authorize?code=MARKED' }],
  ...['Authorization', 'Cookie', 'Proxy-Authorization', 'Api-Key', 'X-Api-Key', 'X-Auth-Token', 'X-Webhook-Secret'].map(
    (name) => [`the header ${name}`, { headers: { [name]: 'MARKED' } }] as const,
  ),
  ['the header Referer', { headers: { Referer: 'https://me:MARKED@app.test/?token=MARKED' } }],
  ...['client_secret', 'refresh_token', 'access_token', 'code', 'token', 'password'].flatMap(
    (name) =>
      [
        [`the JSON field ${name}`, { path: '/oauth/token', body: JSON.stringify({ [name]: 'MARKED' }) }],
        [
          `the form field ${name}`,
          { path: '/oauth/token/revoke', headers: { 'content-type': FORM }, body: `a=b&${name}=MARKED&c=d` },
        ],
      ] as const,
  ),
  [
    'a form field whose name is escaped',
    { path: '/oauth/token', headers: { 'content-type': FORM }, body: 'client%5Fsecret=MARKED' },
  ],
  ['JSON with an escaped quote before the rest', { path: '/oauth/token', body: '{"client_secret":"a\\"MARKED"}' }],
  ['JSON with an escaped name', { path: '/oauth/token', body: '{"client\\u005fsecret":"MARKED"}' }],
  ['a list in JSON', { path: '/oauth/token', body: '{"client_secret":["MARKED",{"x":"MARKED"}]}' }],
  ['a number in JSON', { path: '/oauth/token', body: '{"client_secret":77001177}' }],
  ['a name in camel case', { path: '/oauth/token', body: '{"clientSecret":"MARKED"}' }],
  ['an authorization code', { path: '/api/v1/zoom_oauth_connections', body: '{"authorization_code":"MARKED"}' }],
  [
    'a stream key',
    {
      path: BOTS,
      body: JSON.stringify(
        botRequest(undefined, undefined, { rtmp_settings: { destination_url: 'rtmp://x.test', stream_key: 'MARKED' } }),
      ),
    },
  ],
  [
    'an API key in settings',
    {
      path: BOTS,
      body: JSON.stringify(
        botRequest(undefined, undefined, { transcription_settings: { deepgram: { api_key: 'MARKED' } } }),
      ),
    },
  ],
  [
    'an object where a text belongs',
    {
      path: '/v1/meeting_agents',
      body: JSON.stringify({ ...agentRequest(), join_url: { password: 'MARKED' } }),
    },
  ],
  [
    'a user in a webhook URL',
    { path: BOTS, body: JSON.stringify(botRequest(undefined, 'https://me:MARKED@hooks.example.com/in?token=MARKED')) },
  ],
  [
    'a multipart form',
    {
      path: '/api/v1/calendars',
      headers: { 'content-type': 'multipart/form-data; boundary=mark' },
      body: multipart({ platform: 'google', client_id: 'c', client_secret: 'MARKED', refresh_token: 'MARKED' }),
    },
  ],
];

const PLACES = ['/requests', '/timeline', '/deliveries'];

describe('A secret', () => {
  test.for(CALLS)('in %s comes out nowhere', async ([, { path = BOTS, headers = {}, body }], { room }) => {
    const authorization = path.startsWith('/api')
      ? `Token ${room.attendee.api_key}`
      : `Bearer ${room.cronofy.access_token}`;
    await call(body === undefined ? 'GET' : 'POST', room.url + path, body, {
      'content-type': JSON_TYPE,
      authorization,
      ...headers,
    });
    await control(room, 'POST', '/clock/advance', { by: '10m' });
    const texts = await Promise.all(PLACES.map(async (place) => (await control(room, 'GET', place)).text));
    const { requests } = JSON.parse(texts[0]!);
    expect(requests).toHaveLength(1);
    expect(JSON.stringify(requests)).toContain('redacted');
    expect([...texts, JSON.stringify(toHar(requests, '1'))].filter((text) => /MARKED|77001177/.test(text))).toEqual([]);
    const { requests: log, journal } = (await control(room, 'GET', '/snapshot')).json;
    expect(JSON.stringify([log, journal])).not.toMatch(/MARKED|77001177/);
  });

  test('of the workspace stands in no snapshot, which a restore would not read it from', async () => {
    const { startGreenroom } = await import('../../src/index.js');
    await using room = await startGreenroom({
      cronofy: { client_secret: 'MARKED-secret', access_token: 'MARKED-token' },
      attendee: { api_key: 'MARKED-key', webhook_secret: Buffer.from('MARKED').toString('base64') },
    });
    await attendee(room, 'POST', BOTS, botRequest('2026-01-01T10:00:00Z'));
    const { text, json } = await control(room, 'GET', '/snapshot');
    expect(text).not.toMatch(/MARKED/);
    expect(text).not.toContain(Buffer.from('MARKED').toString('base64'));
    expect((await control(room, 'PUT', '/snapshot', json)).status).toBe(204);
    expect((await attendee(room, 'GET', BOTS)).json.results).toHaveLength(1);
  });

  test('is taken out and leaves every other byte of a body as it was', async ({ room }) => {
    const body = `{ "meeting_url" : "${MEET_URL}",\n "n": 1.0, "client_secret" :"x\\u0041", "e": 1e2, "t": "\\u00e9\\/" }`;
    await attendee(room, 'POST', BOTS, body);
    const [logged] = (await control(room, 'GET', '/requests')).json.requests;
    expect(logged.request.body).toBe(body.replace('"x\\u0041"', '"[redacted]"'));
  });
});
