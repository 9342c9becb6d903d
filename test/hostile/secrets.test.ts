import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { toHar } from '../../src/contracts/har.js';
import { redactorFor } from '../../src/contracts/redact.js';
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
  ...['x-authtoken', 'x-accesstoken', 'APIToken', 'clientsecret'].map(
    (name) => [`the header ${name}`, { headers: { [name]: 'MARKED' } }] as const,
  ),
  ['a second cookie', { headers: { Cookie: 'a=MARKED1; b=MARKED2' } }],
  ['a header with a path', { headers: { Referer: '/cb?token=MARKED' } }],
  [
    'the second URL of a header',
    { headers: { Link: '<https://a.test/>; rel=x, <https://me:MARKED@b.test/?api_key=MARKED>' } },
  ],
  ['a URL in a query', { path: '/v1/events?next=https://me:MARKED@b.test/?token=MARKED' }],
  [
    'an escaped URL in a query',
    { path: `/v1/events?next=${encodeURIComponent('https://me:MARKED@b.test/?token=MARKED#access_token=MARKED')}` },
  ],
  [
    'the second URL of a text',
    { path: '/oauth/token', body: '{"note":"https://a.test/ then https:\\/\\/me:MARKED@b.test/?token=MARKED"}' },
  ],
  ['JSON in JSON', { path: '/oauth/token', body: JSON.stringify({ state: JSON.stringify({ token: 'MARKED' }) }) }],
  ...['authtoken', 'accesstoken', 'apitoken', 'APIToken', 'user[token]', 'token[]', 'user%5Bpassword%5D'].map(
    (name) =>
      [
        `the form field ${name}`,
        { path: '/oauth/token', headers: { 'content-type': FORM }, body: `a=b&${name}=MARKED&c=d` },
      ] as const,
  ),
  [
    'JSON in a form',
    {
      path: '/oauth/token',
      headers: { 'content-type': FORM },
      body: 'payload=%7B+%22token%22%3A+%22MARKED%22+%7D',
    },
  ],
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

  test('survives under no name of one, in no place', () => {
    const word = fc.constantFrom('', 'user', 'x-', 'my_', 'App', 'access', 'API', 'web.hook ');
    const kind = fc.constantFrom(
      'token',
      'secret',
      'password',
      'apikey',
      'api_key',
      'Api-Key',
      'credentials',
      'cookie',
    );
    const cased = fc.constantFrom(
      (text: string) => text,
      (text: string) => text.toUpperCase(),
      (text: string) => text.toLowerCase(),
      (text: string) => text.charAt(0).toUpperCase() + text.slice(1),
    );
    const end = fc.constantFrom('', '[]', '[0]', '2', '_1', ']');
    const names = fc
      .tuple(word, cased, kind, end)
      .map(([before, inCase, name, after]) => `${before}${after === ']' ? '[' : ''}${inCase(name)}${after}`);
    const params = names.map((name) => `a=b&${encodeURIComponent(name)}=MARKED&c=d`);
    const urls = fc.oneof(
      params.map((text) => `https://h.test/?${text}`),
      params.map((text) => `/cb?${text}`),
      params.map((text) => `https://h.test/#${text}`),
      fc.constant('https://me:MARKED@h.test:8080/x%20y'),
    );
    const inText = fc.oneof(
      urls,
      urls.map((url) => `see https://h.test/a?b=c and ${url} too`),
      urls.map((url) => `https://h.test/?next=${url}`),
      urls.map((url) => `https://h.test/?next=${encodeURIComponent(url)}`),
      urls.map((url) => `https://h.test/?next=${encodeURIComponent(`/x?on=${encodeURIComponent(url)}`)}`),
    );
    const redact = redactorFor(['code']);
    const header = (name: string, value: string): string => JSON.stringify(redact.headers({ [name]: value }));
    const shown = fc.oneof(
      inText.map(redact.url),
      inText.map((text) => header('x-own', text)),
      names.map((name) => header(name, 'MARKED')),
      params.map(redact.query),
      params.map(redact.body),
      inText.map((text) => redact.query(`a=${encodeURIComponent(text)}&b`)),
      inText.map((text) => redact.body(JSON.stringify({ a: [{ b: text }] }).replaceAll('/', '\\/'))),
      names.map((name) => redact.body(JSON.stringify({ a: { [name]: { b: ['MARKED'] } } }))),
      names.map((name) => redact.body(JSON.stringify({ a: JSON.stringify({ [name]: 'MARKED' }) }))),
      names.map((name) => redact.body(multipart({ a: 'b', [name]: 'MARKED', c: 'd' }))),
      inText.map((text) => redact.body(multipart({ a: text }))),
    );
    fc.assert(
      fc.property(shown, (text) => !text.includes('MARKED')),
      { numRuns: Number(process.env['GREENROOM_RUNS'] ?? 300) },
    );
  });

  test('is all that is taken out', () => {
    const redact = redactorFor(['code']);
    for (const text of [
      'https://h.test/?next_page=2&page[size]=3#top',
      'the token of me@h.test is 5 % of https://h.test/a%20b',
      'tokens=1&token_type=bearer&keyboard=x&scheduling_key=y&deduplication_key=z',
    ])
      expect([redact.url(text), redact.query(text), redact.body(text)]).toEqual([text, text, text]);
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
