import { describe, expect, test as plain } from 'vitest';
import type { TSchema } from '@sinclair/typebox';
import { attendeeContract, cronofyContract, type Operation } from '../../src/contracts/index.js';
import { createGreenroom, type Greenroom } from '../../src/index.js';
import { attendee, control, cronofy, MEET_URL, test } from '../support/room.js';

/** Texts through which an expression or a loop may go again from each of their characters. */
const FILLINGS: Readonly<Record<string, (size: number) => string>> = {
  'digits before an end': (size) => `2026-01-01T00:00:00.${'1'.repeat(size)}x`,
  'spaces before an end': (size) => `x${' \t'.repeat(size / 2)}x`,
  'slashes before an end': (size) => `https://a.example/${'/'.repeat(size)}x`,
  'openings without an end': (size) => '<"client_secret":"'.repeat(size / 18),
  'marks that change places': (size) => `https://a${'\u0301\u0316'.repeat(size / 2)}.example/`,
};

/** A body that has a text wherever the schema takes one, and one field that it does not know. */
function filled(schema: TSchema, text: string): unknown {
  const { anyOf, properties, items } = schema as {
    anyOf?: TSchema[];
    properties?: Record<string, TSchema>;
    items?: TSchema;
  };
  if (anyOf) return filled(anyOf.find(({ type }) => type === 'object' || type === 'array') ?? anyOf[0]!, text);
  if (properties) {
    const fields = Object.entries(properties).map(([name, inner]) => [name, filled(inner, text)] as const);
    return Object.fromEntries([...fields, ['nothing_known', text]]);
  }
  return items ? [filled(items, text)] : text;
}

const OPERATIONS = [attendeeContract, cronofyContract].flatMap(({ provider, operations }) =>
  operations.filter(({ elsewhere }: Operation) => !elsewhere).map((operation: Operation) => ({ provider, operation })),
);

type Place = (typeof OPERATIONS)[number];

/** The calls of an operation that carry a text: in the body, in the query, in the path and in the headers. */
function callsWith(room: Greenroom, { provider, operation }: Place, text: string): Request[] {
  const authorization =
    provider === 'attendee' ? `Token ${room.attendee.api_key}` : `Bearer ${room.cronofy.client_secret}`;
  const escaped = encodeURIComponent(text);
  const shown = text.replace(/[^ -~]/g, '~');
  const request = (path: string, more: RequestInit = {}) =>
    new Request(`http://greenroom.test${path}`, {
      method: operation.method,
      ...more,
      headers: { authorization, 'content-type': 'application/json', ...more.headers },
    });
  const { method, path: template, body, query } = operation;
  const path = template.replace(/\{\w+\}/g, 'x_0');
  const asked = [...Object.keys(query?.properties ?? {}), 'stray'].map((name) => `${name}=${escaped}`).join('&');
  return [
    request(`${path}?${asked}`, { headers: { accept: shown, range: shown, 'greenroom-scenario': shown } }),
    ...(template.includes('{') ? [request(template.replace(/\{\w+\}/g, escaped))] : []),
    ...(body && method !== 'GET' ? [request(path, { body: JSON.stringify(filled(body, text)) })] : []),
  ];
}

const SHORT = 8192;
const LONG = 8 * SHORT;
/** Milliseconds in which nothing is measured. What takes the square of such a length takes seconds. */
const FLOOR = 100;
const ROUNDS = 20;

/** Milliseconds of the processor that a server needs for these calls; the waiting for it counts for nothing. */
async function workOf(room: Greenroom, calls: readonly Request[]): Promise<number> {
  const before = process.cpuUsage();
  for (const request of calls) await (await room.fetch(request)).text();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

plain.for(Object.keys(FILLINGS))('every operation takes time in proportion to the length of %s', async (kind) => {
  await using room = await createGreenroom();
  const work = (place: Place, size: number) => workOf(room, callsWith(room, place, FILLINGS[kind]!(size)));
  for (const place of OPERATIONS) {
    let [short, long] = [Number.POSITIVE_INFINITY, await work(place, LONG)];
    // The fastest of each, as other work of the machine may slow down any.
    for (let round = 0; round < ROUNDS && long > FLOOR && long > 12 * short; round++) {
      short = Math.min(short, await work(place, SHORT));
      long = Math.min(long, await work(place, LONG));
    }
    expect([place.operation.id, long <= FLOOR || long <= 12 * short]).toEqual([place.operation.id, true]);
  }
});

describe('A body with 20,000 fields that nobody knows', () => {
  const stray = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`bot_nam${i}`, i]));

  test('is one line of the timeline, with their number and ten of their names', async ({ room }) => {
    const bot = { meeting_url: MEET_URL, bot_name: 'Notes' };
    await attendee(room, 'POST', '/api/v1/bots', { ...bot, ...stray(20_000) });
    const { entries } = (await control(room, 'GET', '/timeline?kind=violation')).json;
    expect(entries).toEqual([
      expect.objectContaining({ rule: 'unknown-field', severity: 'warning', pointer: '', expected: 'known fields' }),
    ]);
    const names = Object.keys(stray(10)).map((name) => `"${name}"`);
    expect(entries[0].was).toBe(`20000 that are not known: ${names.join(', ')} …`);
  });

  test('has a line for each of them as long as they are ten', async ({ room }) => {
    await attendee(room, 'POST', '/api/v1/bots', { meeting_url: MEET_URL, bot_name: 'Notes', ...stray(10) });
    const { entries } = (await control(room, 'GET', '/timeline?kind=violation')).json;
    expect(entries.map(({ pointer }: { pointer: string }) => pointer)).toEqual(
      Object.keys(stray(10)).map((name) => `/${name}`),
    );
  });
});

test('A path of thousands of letters has no operation near it, and a misspelt one has', async ({ room }) => {
  const hint = async (path: string) => (await cronofy(room, 'GET', path)).headers.get('greenroom-hint');
  expect(await hint(`/v1/meeting_agent${'s'.repeat(8000)}`)).toBe('no operation has this path');
  expect(await hint('/v1/calendrs')).toBe('Did you mean GET /v1/calendars?');
});

test('The boundary of a form is no longer than Django takes it', async ({ room }) => {
  const send = async (boundary: string) => {
    const response = await fetch(`${room.url}/api/v1/bots`, {
      method: 'POST',
      headers: {
        authorization: `Token ${room.attendee.api_key}`,
        'content-type': `multipart/form-data; boundary=${boundary}`,
      },
      body: `--${boundary}\r\nContent-Disposition: form-data; name="bot_name"\r\n\r\nNotes\r\n--${boundary}--\r\n`,
    });
    return response.text();
  };
  expect(await send('b'.repeat(201))).toBe('{"meeting_url":["This field is required."]}');
  const detail = `Multipart form parse error - Invalid boundary in multipart: ${'b'.repeat(202)}`;
  expect(await send('b'.repeat(202))).toBe(JSON.stringify({ detail }));
});
