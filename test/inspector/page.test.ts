import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, test as base } from 'vitest';
import { createHash } from 'node:crypto';
import { startGreenroom, type Greenroom } from '../../src/index.js';
import { writtenOtherwise } from '../../src/checks/signature/written-otherwise.js';
import type { SignatureExplanation } from '../../src/contracts/control/recording.js';
import { attendee, botRequest, call, control, test } from '../support/room.js';
import { asJavaScript } from './scene.js';

const HTML = { accept: 'text/html,application/xhtml+xml' };
const HOSTILE = '</script><img src=x onerror=alert(1)>';

async function makeBot(room: Greenroom, url?: string): Promise<void> {
  await room.fetch('/api/v1/bots', {
    method: 'POST',
    headers: { authorization: `Token ${room.attendee.api_key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...botRequest(undefined, url), bot_name: HOSTILE }),
  });
}

test('A browser gets the page, small, in a policy that lets nothing else in, with a nonce of its own each time', async ({
  room,
}) => {
  const [one, two] = [
    await call('GET', `${room.url}/_greenroom/`, undefined, HTML),
    await call('GET', `${room.url}/_greenroom/`, undefined, HTML),
  ];
  const policy = one.headers.get('content-security-policy')!;
  const [, nonce] = /script-src 'nonce-([\w-]{22})'/.exec(policy)!;
  expect(policy.split('; ')).toEqual([
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
    "frame-ancestors 'none'",
  ]);
  expect(two.headers.get('content-security-policy')).not.toContain(nonce);
  expect(one.text).not.toMatch(/ on\w+=|<(script|link|img|iframe)[^>]* (src|href)="(?!data:)/);
  expect(gzipSync(one.text).length).toBeLessThanOrEqual(80 * 1024);
});

test('The path without its end leads to the page; a program reads what this is', async ({ room }) => {
  const led = await fetch(`${room.url}/_greenroom`, { headers: HTML, redirect: 'manual' });
  expect([led.status, led.headers.get('location')]).toEqual([302, '/_greenroom/']);
  expect((await call('GET', `${room.url}/_greenroom/`)).text).toMatch(/^greenroom \S+ stands in/);
  expect((await call('POST', `${room.url}/_greenroom/`)).status).toBe(405);
});

base('The page wants no control token, and what it shows does', async () => {
  const room = await startGreenroom({ controlToken: 'a-token' });
  try {
    const page = await call('GET', `${room.url}/_greenroom/`, undefined, HTML);
    expect([page.status, page.text.includes('a-token')]).toEqual([200, false]);
    for (const path of ['/recording', '/timeline.html', '/making', '/agents', '/vendors', '/stream'])
      expect([path, (await call('GET', `${room.url}/_greenroom${path}`, undefined, HTML)).status]).toEqual([path, 401]);
  } finally {
    await room.close();
  }
});

test('The file holds all that happened, as texts alone, and its policy knows its script and its style', async ({
  room,
  receiver,
}) => {
  await makeBot(room, receiver.url);
  await room.clock.advance({ by: '10m' });
  const { text } = await control(room, 'GET', `/timeline.html?title=${encodeURIComponent(HOSTILE)}`);
  expect(text).not.toContain(HOSTILE);
  expect(text).toContain('\\u003c/script>\\u003cimg src=x onerror=alert(1)>');
  expect(text).not.toContain(room.attendee.api_key);
  expect(text).not.toContain(room.attendee.webhook_secret);
  const parts = [...text.matchAll(/<script type="application\/json"[^>]*data-part="(\w+)"[^>]*>(.*?)<\/script>/gs)];
  const listed = (part: string): { id?: string }[] =>
    parts.filter(([, name]) => name === part).flatMap(([, , json]) => JSON.parse(json!) as { id?: string }[]);
  expect(listed('entries')).toEqual((await control(room, 'GET', '/timeline')).json.entries);
  expect(listed('requests')).toEqual((await control(room, 'GET', '/requests')).json.requests);
  expect(listed('deliveries')).toEqual((await control(room, 'GET', '/deliveries')).json.deliveries);
  const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text)!;
  for (const element of ['script', 'style']) {
    const [, inner] = new RegExp(`<${element}>(.*?)</${element}>`, 's').exec(text)!;
    expect(policy).toContain(`${element}-src 'sha256-${createHash('sha256').update(inner!).digest('base64')}'`);
  }
  expect(policy).toContain("connect-src 'none'");
});

test('The doctor explains the signature of a webhook: as it was sent, with the app’s secret, and as the app computed it', async ({
  room,
  receiver,
}) => {
  receiver.answerWith(401);
  await room.faults.add({ on: 'delivery', match: { state: 'joined_recording' }, do: { signature: 'wrong' } });
  await makeBot(room, receiver.url);
  await room.clock.advance({ by: '1m' });
  const explain = async (id: string, body: object = {}) =>
    (await control(room, 'POST', `/deliveries/${id}/signature`, body)).json as {
      ok: boolean;
      signed?: string;
      deviations: { name: string }[];
    };
  const [first] = (await room.deliveries.list()).deliveries;
  const [wrong] = (await room.deliveries.list({ state: 'joined_recording' })).deliveries;
  expect(await explain(first!.id)).toMatchObject({ ok: true, deviations: [] });
  expect(await explain(wrong!.id)).toMatchObject({ ok: false, deviations: [{ name: 'other-secret-or-body' }] });
  expect(await explain(first!.id, { secret: 'not base64 at all!' })).toMatchObject({ ok: false });
  const { headers } = first!.attempts[0]!.request;
  const signature = headers['X-Webhook-Signature']!;
  expect((await explain(first!.id, { signature: `sha256=${signature}` })).deviations).toMatchObject([
    { name: 'prefixed' },
  ]);
  // Attendee signs the JSON written anew, not the body as it goes out.
  const { signed = '' } = await explain(first!.id);
  const key = Buffer.from(room.attendee.webhook_secret, 'base64');
  expect(createHmac('sha256', key).update(signed).digest('base64')).toBe(signature);
  expect(signed).not.toBe(first!.attempts[0]!.request.body);
  expect((await control(room, 'POST', '/deliveries/dlv_99/signature', {})).status).toBe(404);
  expect((await control(room, 'POST', `/deliveries/${first!.id}/signature`, { attempt: 99 })).status).toBe(404);
});

test('A recording says what an agent is called, and what was refused; one call and one webhook can be had alone', async ({
  room,
  receiver,
}) => {
  receiver.answerWith(401);
  await makeBot(room, receiver.url);
  await room.clock.advance({ by: '1m' });
  const { json } = await control(room, 'GET', '/recording');
  expect(json.agents).toMatchObject([{ provider: 'attendee', name: HOSTILE, state: 'joined_recording' }]);
  // The first was refused; of what was taken people may want to know the same.
  expect(Object.keys(json.signatures)).toEqual(json.deliveries.map(({ id }: { id: string }) => id));
  expect(json.signatures.dlv_2).toMatchObject({ ok: true, signed: expect.stringContaining('"bot_id":') });
  expect((await control(room, 'GET', '/requests/req_1')).json).toEqual(json.requests[0]);
  expect((await control(room, 'GET', '/deliveries/dlv_1')).json).toEqual(json.deliveries[0]);
  const last = json.entries.at(-1).seq;
  expect((await control(room, 'GET', `/recording?after=${last}`)).json).toMatchObject({
    entries: [],
    requests: [],
    deliveries: [],
    agents: [],
    signatures: {},
    made: {
      steps: [],
      lost: `This recording begins after line ${last} of its world, and has nothing of what was before.`,
    },
  });
  const { entries, deliveries } = (await control(room, 'GET', `/recording?after=${last - 1}`)).json;
  expect([entries, deliveries]).toEqual([json.entries.slice(-1), json.deliveries.slice(-1)]);
  for (const path of ['/requests/req_0', '/requests/req_2', '/requests/1', '/deliveries/dlv_99'])
    expect([path, (await control(room, 'GET', path)).json.code]).toEqual([path, 'NOT_FOUND']);
});

test('Lanes of calendars have the names of their events, channels and calendars', async ({ room }) => {
  const secrets = { client_id: 'c', client_secret: 's', refresh_token: 'r' };
  const authorization = { authorization: `Token ${room.attendee.api_key}` };
  const made = { platform: 'google', ...secrets };
  const { json: calendar } = await call('POST', `${room.url}/api/v1/calendars`, made, authorization);
  const user = { authorization: `Bearer ${room.cronofy.access_token}` };
  const channel = { callback_url: 'https://app.acme.io/hooks?user=7' };
  const { json: opened } = await call('POST', `${room.url}/v1/channels`, channel, user);
  const [start, end] = ['2026-01-01T12:00:00Z', '2026-01-01T13:00:00Z'];
  const url = 'https://meet.google.com/abc-defg-hij';
  const events = await Promise.all(
    ['cronofy', 'attendee'].map((provider) =>
      room.calendar.book({ provider: provider as 'cronofy', title: 'Planning', url, start, end }),
    ),
  );
  await room.backstage({ kind: 'calendar', subject: events[1]!.event, user: 'deletes' });
  const ids = [calendar.id, opened.channel.channel_id, ...events.map(({ event }) => event)];
  const { json } = await control(room, 'GET', `/agents?ids=${ids.join()}`);
  expect(json.agents.map(({ name, state }: Record<string, string>) => [name, state])).toEqual([
    ['calendar: google', 'connected'],
    ['channel: /hooks', 'open'],
    ['event: Planning', 'confirmed'],
    ['event: Planning', 'deleted'],
  ]);
});

test('What a receiver accepted tells why it refuses a message whose signature is right: what this body alone has in it', async ({
  room,
  receiver,
}) => {
  receiver.answerWith(...Array.from({ length: 60 }, () => asJavaScript(room.attendee.webhook_secret)));
  const schedule = (metadata: Record<string, string>, name: string) =>
    attendee(
      room,
      'POST',
      '/api/v1/bots',
      botRequest('2026-01-01T09:30:00Z', receiver.url, { bot_name: name, metadata }),
    );
  const explained = async (status: number) => {
    const { deliveries } = await room.deliveries.list();
    const one = deliveries.find(({ attempts }) => attempts.at(-1)?.status === status)!;
    return (await control(room, 'POST', `/deliveries/${one.id}/signature`, {})).json as SignatureExplanation;
  };
  const numbers = {
    name: 'sorted-as-javascript',
    title:
      'bot_metadata has keys that look like numbers ("2", "10"): JavaScript writes those first, in the order of numbers',
  };
  // As long as it has accepted nothing, there is the body alone to tell.
  await schedule({ 2: 'two', 10: 'ten', name: 'Zoë' }, 'Zoë');
  await room.clock.advance({ by: '26m' });
  const escapes = { name: 'canonical-with-escapes', title: expect.stringContaining('("Zoë")') };
  expect((await explained(401)).refused).toMatchObject({ accepted: 0, suspects: [numbers, escapes] });
  // Another with a name like hers is accepted: it is not the letters.
  await schedule({ name: 'Chloë' }, 'Chloë');
  await room.clock.advance({ by: '2h' });
  const { refused, ok } = await explained(401);
  expect([ok, refused!.accepted, refused!.suspects.map(({ name }) => name)]).toEqual([
    true,
    receiver.arrivals.filter(({ body }) => body.includes('Chlo')).length,
    ['sorted-as-javascript'],
  ]);
  expect(await explained(200)).not.toHaveProperty('refused');
});

base.each([
  ['{"a": {"b": [1.0, 1.5, 2]}}', 'a.b[0] is 1.0: JavaScript writes 1'],
  [
    '{"a": 1e-05, "b": 12345678901234567890}',
    'a is 1e-05: JavaScript writes 0.00001; b is 12345678901234567890: JavaScript writes 12345678901234567000',
  ],
  [
    '{"\uffff": 1, "😀": 2}',
    'The body has keys beyond the basic plane of Unicode: JavaScript sorts them before some others',
  ],
  [
    '[1.0, 2.0, 3.0, 4.0, 5.0]',
    '[0] is 1.0: JavaScript writes 1; [1] is 2.0: JavaScript writes 2; [2] is 3.0: JavaScript writes 3; and 2 more',
  ],
  ['{"b": {"1": 1, "2": 2, "a": 1.5}}', undefined],
])('Of %j JavaScript writes otherwise: %s', (body, words) => {
  expect(writtenOtherwise('sorted-as-javascript', Buffer.from(body))).toBe(words);
});
