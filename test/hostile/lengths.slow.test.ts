import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test as plain } from 'vitest';
import type { TObject, TSchema } from '@sinclair/typebox';
import { describeControl } from '../../src/contracts/control/operations.js';
import { attendeeContract, cronofyContract, type Operation } from '../../src/contracts/index.js';
import { VENDOR_LIST } from '../../src/contracts/vendors.js';
import { createGreenroom, type Greenroom } from '../../src/index.js';
import { agentRequest, attendee, botRequest, control, cronofy, MEET_URL, test } from '../support/room.js';

/** Texts of so many bytes, through which an expression or a loop may go again from each of their characters. */
const FILLINGS: Readonly<Record<string, (size: number) => string>> = {
  'digits before an end': (size) => `2026-01-01T00:00:00.${'1'.repeat(size)}x`,
  'spaces before an end': (size) => `x${' \t'.repeat(size / 2)}x`,
  'slashes before an end': (size) => `https://a.example/${'/'.repeat(size)}x`,
  'openings without an end': (size) => '<"client_secret":"'.repeat(size / 18),
  'marks that change places': (size) => `https://a${'\u0301\u0316'.repeat(size / 4)}.example/`,
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

/** What texts may have to look like. */
const TEXTS = ['2026-01-01T09:00:00Z', '2026-01-01', 'https://a.example/', 'a@a.example', 'en', 'Etc/UTC'];

/** A value that the schema takes, as far as it says what that is. */
function taken(schema: TSchema): unknown {
  const { anyOf, type, pattern, minimum = 1 } = schema as TSchema & { type?: string; pattern?: string };
  if ('const' in schema) return schema['const'];
  if (anyOf) return taken((anyOf as TSchema[])[0]!);
  const { properties = {}, items } = schema as Partial<TObject> & { items?: TSchema };
  if (type === 'object')
    return Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, taken(inner)]));
  if (type === 'array') return items ? [taken(items)] : [];
  if (type === 'boolean') return true;
  if (type === 'integer' || type === 'number') return minimum;
  return TEXTS.find((text) => pattern === undefined || new RegExp(pattern).test(text)) ?? 'x';
}

type Grow = (count: number) => unknown;

/** The ways in which a body that is taken becomes long: by each of its lists, and by fields that are not known of each object. */
function growths(schema: TSchema): Grow[] {
  const { anyOf, properties, items } = schema as {
    anyOf?: TSchema[];
    properties?: Record<string, TSchema>;
    items?: TSchema;
  };
  if (anyOf) return anyOf.flatMap(growths);
  if (items) {
    const one = taken(items);
    return [
      (count) => Array.from({ length: count }, () => one),
      ...growths(items).map((grow): Grow => (count) => [grow(count)]),
    ];
  }
  if (!properties) return [];
  const whole = taken(schema) as object;
  const strays = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`stray_${i}`, i]));
  const within = Object.entries(properties).flatMap(([name, inner]) =>
    growths(inner).map((grow): Grow => (count) => ({ ...whole, [name]: grow(count) })),
  );
  return [(count) => ({ ...whole, ...strays(count) }), ...within];
}

interface Place {
  readonly provider: string;
  readonly operation: {
    readonly id: string;
    readonly method: string;
    readonly path: string;
    readonly body?: TSchema;
    readonly query?: TSchema;
  };
}

/** It ends when its reader goes. */
const ENDLESS = 'followTimeline';
const PLACES: readonly Place[] = [
  ...[attendeeContract, cronofyContract].flatMap(({ provider, operations }) =>
    operations.filter(({ elsewhere }: Operation) => !elsewhere).map((operation) => ({ provider, operation })),
  ),
  ...describeControl('0', VENDOR_LIST)
    .operations.filter(({ id }) => id !== ENDLESS)
    .map((operation) => ({ provider: 'control', operation })),
];

interface Sent {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The ways in which a call of an operation carries a text: query and headers, path, JSON, a form, and a form in parts. */
function waysOf({ provider, operation: { method, path: template, body, query } }: Place): ((text: string) => Sent)[] {
  const path = template.replace(/\{\w+\}/g, 'x_0');
  const asked = [...Object.keys((query as TObject | undefined)?.properties ?? {}), 'stray'];
  const inPath = (text: string): Sent => ({ path: template.replace(/\{\w+\}/g, encodeURIComponent(text)) });
  const ways = [
    (text: string) => {
      const shown = text.replace(/[^ -~]/g, '~');
      const encoded = encodeURIComponent(text);
      const search = asked.map((name) => `${name}=${encoded}`).join('&');
      return { path: `${path}?${search}`, headers: { accept: shown, range: shown, 'greenroom-scenario': shown } };
    },
    ...(template.includes('{') ? [inPath] : []),
  ];
  if (!body || method === 'GET') return ways;
  const names = Object.keys(filled(body, '') as object);
  const part = (name: string, text: string) =>
    `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`;
  const send = (type: string, write: (text: string) => string) => (text: string) => ({
    path,
    headers: { 'content-type': type },
    body: write(text),
  });
  const asJson = send('application/json', (text) => JSON.stringify(filled(body, text)));
  if (provider === 'control') return [...ways, asJson];
  const pairs = (text: string) => names.map((name): [string, string] => [name, text]);
  return [
    ...ways,
    asJson,
    send('application/x-www-form-urlencoded', (text) => new URLSearchParams(pairs(text)).toString()),
    send('multipart/form-data; boundary=b', (text) => `${names.map((name) => part(name, text)).join('')}--b--\r\n`),
  ];
}

function requestOf(
  room: Greenroom,
  { provider, operation: { method } }: Place,
  { path, headers, body }: Sent,
): Request {
  const authorization =
    provider === 'attendee' ? `Token ${room.attendee.api_key}` : `Bearer ${room.cronofy.client_secret}`;
  return new Request(`http://greenroom.test${path}`, {
    method,
    headers: { host: 'localhost', authorization, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body }),
  });
}

const urlOf = (text: string): string => (text.startsWith('https://') ? text : `https://${text}/${text}`);

const SHORT = 8192;
const TIMES = 8;
const LONG = TIMES * SHORT;
/** The length with which it begins. */
const FIRST = process.env['GREENROOM_RUNS'] === undefined ? SHORT : LONG;
const ROUNDS = 8;
/** Some are longer. */
const BYTES_OF_AN_ITEM = 16;

type Prepare = (room: Greenroom, size: number) => () => Promise<unknown>;

/** Milliseconds of the processor that a task takes; the waiting for it counts for nothing. */
async function workOf(task: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await task();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Those of three tasks that are much alike, the fastest first. */
async function workOfThree(prepareOne: () => () => unknown): Promise<[number, number, number]> {
  const tasks = [prepareOne(), prepareOne(), prepareOne()];
  const each: number[] = [];
  for (const task of tasks) each.push(await workOf(task));
  return each.sort((a, b) => a - b) as [number, number, number];
}

/** A third of what the square of the short length takes here and now, by an expression that begins again everywhere. */
async function workOfASquare(): Promise<number> {
  const text = FILLINGS['digits before an end']!(SHORT);
  const [fastest] = await workOfThree(() => () => /\d+$/.test(text));
  return fastest / 3;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/**
 * True if a long text takes at most half as much more than it is longer. Each round begins in a room without a past, each
 * but the first with nothing to collect, and the fastest count: other work of the machine may slow down any. So do those of
 * one round: the machine itself may be twice as fast for a while, and then it has both of them.
 */
async function growsInProportion(prepare: Prepare, first: number): Promise<boolean> {
  let [short, long] = [Number.POSITIVE_INFINITY, first];
  for (let round = 0; round < ROUNDS; round++) {
    await using room = await createGreenroom();
    if (round > 0) collectGarbage();
    const [, middle] = await workOfThree(() => prepare(room, SHORT));
    short = Math.min(short, middle);
    if (long <= 1.5 * TIMES * short) return true;
    if (round > 0) collectGarbage();
    const present = await workOf(prepare(room, LONG));
    long = Math.min(long, present);
    if (long <= 1.5 * TIMES * short || present <= 1.5 * TIMES * middle) return true;
  }
  return false;
}

/** True if what is prepared for a text takes less than a square would, or grows as the text does. */
async function isInProportion(room: Greenroom, floor: number, prepare: Prepare): Promise<boolean> {
  const first = await workOf(prepare(room, FIRST));
  return first <= floor || growsInProportion(prepare, FIRST === LONG ? first : Number.POSITIVE_INFINITY);
}

plain.for(Object.keys(FILLINGS))('every operation takes time in proportion to the length of %s', async (kind) => {
  await using room = await createGreenroom();
  const floor = await workOfASquare();
  const slow: string[] = [];
  for (const place of PLACES) {
    // What the calls before have left behind takes time to be read, too, and what they hold is waited for.
    await room.reset();
    for (const [i, way] of waysOf(place).entries()) {
      const isFine = await isInProportion(room, floor, (where, size) => {
        const request = requestOf(where, place, way(FILLINGS[kind]!(size)));
        return async () => (await where.fetch(request)).text();
      });
      if (!isFine) slow.push(`${place.operation.id}, way ${i + 1}`);
    }
  }
  expect(slow).toEqual([]);
});

plain('Every operation takes time in proportion to the length of each list and each object of its body', async () => {
  await using room = await createGreenroom();
  const floor = await workOfASquare();
  const slow: string[] = [];
  for (const place of PLACES) {
    const { body, method, path, id } = place.operation;
    if (!body || method === 'GET') continue;
    await room.reset();
    for (const [i, grow] of growths(body).entries()) {
      const isFine = await isInProportion(room, floor, (where, size) => {
        const sent = JSON.stringify(grow(size / BYTES_OF_AN_ITEM));
        const request = requestOf(where, place, { path: path.replace(/\{\w+\}/g, 'x_0'), body: sent });
        return async () => (await where.fetch(request)).text();
      });
      if (!isFine) slow.push(`${id}, way ${i + 1}: ${JSON.stringify(grow(1)).slice(0, 200)}`);
    }
  }
  expect(slow).toEqual([]);
});

plain.for(Object.keys(FILLINGS))(
  'the URL of a webhook is read in time in proportion to the length of %s',
  async (kind) => {
    await using room = await createGreenroom();
    const isFine = await isInProportion(room, await workOfASquare(), (where, size) => async () => {
      const url = urlOf(FILLINGS[kind]!(size));
      // A vendor may refuse what is too long, or no URL: it has read it by then.
      for (const [path, authorization, body] of [
        ['/api/v1/bots', `Token ${where.attendee.api_key}`, botRequest(undefined, url)],
        ['/v1/meeting_agents', `Bearer ${where.cronofy.access_token}`, agentRequest(url)],
      ] as const) {
        const headers = { authorization, 'content-type': 'application/json' };
        const answer = await where.fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
        expect(answer.status).toBeLessThan(500);
      }
      await where.clock.advance({ by: '1d' });
      await where.timeline();
    });
    expect(isFine).toBe(true);
  },
);

test('A world whose webhooks lead nowhere goes through its own snapshot', async ({ room }) => {
  for (const url of ['https://%zz/', `https://${'a'.repeat(2000)}.example/`, 'https://', 'https://[::1/'])
    expect((await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, url))).status).toBe(201);
  await control(room, 'POST', '/clock/advance', { by: '1d' });
  const { text } = await control(room, 'GET', '/snapshot');
  expect((await control(room, 'PUT', '/snapshot', text)).status).toBe(204);
  const { deliveries } = (await control(room, 'GET', '/deliveries')).json;
  expect(deliveries.map(({ status }: { status: string }) => status)).not.toContain('pending');
});

describe('A body with 20,000 fields that nobody knows', () => {
  const stray = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`bot_nam${i}`, i]));

  test('is one line of the timeline, with their number and ten of their names', async ({ room }) => {
    const bot = { meeting_url: MEET_URL, bot_name: 'Notes' };
    await attendee(room, 'POST', '/api/v1/bots', { ...bot, ...stray(20_000) });
    const { entries } = (await control(room, 'GET', '/timeline?kind=violation')).json;
    expect(entries).toEqual([
      expect.objectContaining({ rule: 'misspelt-field', severity: 'warning', pointer: '', expected: 'known fields' }),
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
