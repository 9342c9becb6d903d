import { gzipSync } from 'node:zlib';
import { expect } from 'vitest';
import type { Greenroom } from '../../src/index.js';
import { attendee, botRequest, call, test } from '../support/room.js';

async function detailOf(room: Greenroom, body: Uint8Array<ArrayBuffer>, encoding?: string): Promise<unknown> {
  const response = await fetch(`${room.url}/api/v1/bots`, {
    method: 'POST',
    headers: {
      authorization: `Token ${room.attendee.api_key}`,
      'content-type': 'application/json',
      ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
    },
    body,
  });
  return [response.status, ((await response.json()) as { detail?: string }).detail];
}

const bytes = (...values: readonly number[]): Uint8Array<ArrayBuffer> => Uint8Array.from(values);

test('a body in gzip is refused at its second byte, whatever its header says', async ({ room }) => {
  const body = Uint8Array.from(gzipSync('{"bot_name":"Notes"}'));
  for (const encoding of [undefined, 'gzip'])
    expect(await detailOf(room, body, encoding)).toEqual([
      400,
      "JSON parse error - 'utf-8' codec can't decode byte 0x8b in position 1: invalid start byte",
    ]);
});

test('who packs a body reads in a note that nothing unpacks it', async ({ room }) => {
  const notes = async () => (await room.timeline({ kind: 'note' })).entries.map(({ text }) => text);
  await detailOf(room, bytes(0x1f, 0x8b));
  await detailOf(room, Uint8Array.from(Buffer.from('{')), 'identity');
  expect(await notes()).not.toContainEqual(expect.stringContaining('packed'));
  const packed = Uint8Array.from(gzipSync('{}'));
  await detailOf(room, packed, 'gzip');
  await detailOf(room, packed, 'gzip');
  const note = /^A body comes packed, as its Content-Encoding says, and cannot be read: .*Send it as it is\.$/;
  expect((await notes()).filter((text) => note.test(text))).toHaveLength(1);
});

test('who packs a body for Cronofy reads so, too', async ({ room }) => {
  const headers = { authorization: `Bearer ${room.cronofy.client_secret}`, 'content-encoding': 'gzip' };
  const body = Uint8Array.from(gzipSync('{}'));
  const { status } = await fetch(`${room.url}/v1/meeting_agents`, { method: 'POST', headers, body });
  expect(status).toBe(422);
  const { entries } = await room.timeline({ kind: 'note' });
  expect(entries.map(({ text }) => text)).toContainEqual(expect.stringMatching(/^A body comes packed/));
});

test('a body that is no UTF-8 is refused at its first wrong bytes', async ({ room }) => {
  const fault = async (...values: readonly number[]) => ((await detailOf(room, bytes(...values))) as unknown[])[1];
  const at = (which: string, reason: string) => `JSON parse error - 'utf-8' codec can't decode ${which}: ${reason}`;
  expect(await fault(0x22, 0xc3, 0xa9, 0xff)).toBe(at('byte 0xff in position 3', 'invalid start byte'));
  expect(await fault(0xc3, 0x22)).toBe(at('byte 0xc3 in position 0', 'invalid continuation byte'));
  expect(await fault(0x20, 0xe2, 0x82, 0x22)).toBe(at('bytes in position 1-2', 'invalid continuation byte'));
  expect(await fault(0xf0, 0x9f, 0x98, 0x22)).toBe(at('bytes in position 0-2', 'invalid continuation byte'));
  expect(await fault(0xed, 0xa0, 0x80)).toBe(at('byte 0xed in position 0', 'invalid continuation byte'));
  expect(await fault(0xc0, 0x80)).toBe(at('byte 0xc0 in position 0', 'invalid start byte'));
  // What is cut off at the end is what a reader waits for, and the JSON before it is read.
  expect(await fault(0x7b, 0xe2, 0x82)).toMatch(/^JSON parse error - Expecting property name/);
});

test('a body of null holds no data; one of something else than an object is named', async ({ room }) => {
  const headers = { authorization: `Token ${room.attendee.api_key}`, 'content-type': 'application/json' };
  const call = async (method: string, path: string, body: string) => {
    const response = await fetch(`${room.url}/api/v1${path}`, { method, headers, body });
    return { status: response.status, json: (await response.json()) as { id?: string; non_field_errors?: unknown } };
  };
  const { id } = (await call('POST', '/bots', BOT.replace('{', '{"join_at":"2026-01-01T10:00:00Z",'))).json;
  const errorsOf = async (method: string, path: string, body: string) => {
    const { status, json } = await call(method, path, body);
    return [status, json.non_field_errors];
  };
  for (const [method, path] of [
    ['PATCH', `/bots/${id}`],
    ['POST', `/bots/${id}/speech`],
    ['POST', `/bots/${id}/send_chat_message`],
    ['POST', '/calendars'],
  ] as const) {
    expect(await errorsOf(method, path, 'null')).toEqual([400, ['No data provided']]);
    expect(await errorsOf(method, path, '[]')).toEqual([400, ['Invalid data. Expected a dictionary, but got list.']]);
  }
});

/** The status of an answer, and its text; of a bot that is made, its metadata. */
async function send(room: Greenroom, type: string | undefined, body: Uint8Array<ArrayBuffer> | string | FormData) {
  const headers = { authorization: `Token ${room.attendee.api_key}` };
  const response = await fetch(`${room.url}/api/v1/bots`, {
    method: 'POST',
    headers: type === undefined ? headers : { ...headers, 'content-type': type },
    body,
  });
  const text = await response.text();
  return [response.status, response.ok ? (JSON.parse(text) as { metadata: unknown }).metadata : text];
}

const BOT = '{"meeting_url":"https://meet.google.com/abc-defg-hij","bot_name":"Notes","metadata":{"a":"Ü"}}';
const encoded = (encoding: BufferEncoding, text = BOT) => Uint8Array.from(Buffer.from(text, encoding));
const at = BOT.indexOf('Ü');

/** The body with another byte where the letter stands. */
const oneByte = (byte: number) => encoded('latin1').map((one, n) => (n === at ? byte : one));

// Each observed on DRF 3.15.2 with Django 5.1.2 and CPython 3.11.
test.for<[charset: string, body: Uint8Array<ArrayBuffer>, answer: unknown]>([
  ['latin-1', encoded('latin1'), 'Ü'],
  ['"ISO-8859-1"', encoded('latin1'), 'Ü'],
  ['utf-8; charset=l1', encoded('latin1'), 'Ü'],
  ['latin-1', encoded('utf8'), 'Ã\u009c'],
  ['utf-16', encoded('utf16le', `\uFEFF${BOT}`), 'Ü'],
  ['UTF-16', Uint8Array.from(Buffer.from(encoded('utf16le', `\uFEFF${BOT}`)).swap16()), 'Ü'],
  ['utf-16le', encoded('utf16le'), 'Ü'],
  ['utf-16-be', Uint8Array.from(Buffer.from(encoded('utf16le')).swap16()), 'Ü'],
  ['utf-16', encoded('utf16le'), 'UTF-16 stream does not start with BOM'],
  ['utf-16', encoded('utf8', 'x'), 'Expecting value: line 1 column 1 (char 0)'],
  ['utf-16', bytes(0xff, 0xfe, 0x00, 0xdc), "'utf-16-le' codec can't decode bytes in position 2-3: illegal encoding"],
  [
    'utf-16',
    bytes(0xff, 0xfe, 0x00, 0xd8, 0x61, 0x00),
    "'utf-16-le' codec can't decode bytes in position 2-3: illegal UTF-16 surrogate",
  ],
  ['utf-16', bytes(0xff, 0xfe, 0x00, 0xd8), 'Expecting value: line 1 column 1 (char 0)'],
  [
    'utf-16le',
    encoded('utf16le', `\uFEFF${BOT}`),
    'Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)',
  ],
  ['utf-8-sig', encoded('utf8', `\uFEFF${BOT}`), 'Ü'],
  [
    'utf-8-sig',
    bytes(0xef, 0xbb, 0xbf, 0xff),
    "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte",
  ],
  ['us-ascii', encoded('utf8'), `'ascii' codec can't decode byte 0xc3 in position ${at}: ordinal not in range(128)`],
  ['windows-1252', encoded('latin1'), 'Ü'],
  ['cp1252', oneByte(0x80), '€'],
  ['iso-8859-15', oneByte(0xa4), '€'],
  ['windows-1250', oneByte(0xe8), 'č'],
  ['CP1251', oneByte(0xc6), 'Ж'],
  ['koi8-r', oneByte(0xf6), 'Ж'],
  ['latin-1; charset=koi8_u', oneByte(0xf6), 'Ж'],
  ['iso-8859-2', oneByte(0xe8), 'č'],
  ['ISO8859-5', oneByte(0xb6), 'Ж'],
  ['iso-8859-9', oneByte(0xdc), 'Ü'],
  ['iso-8859-9', oneByte(0x80), '\u0080'],
  ['latin5', oneByte(0xdc), 'Ü'],
  ['windows-1254', oneByte(0x80), '€'],
  ['cp1254', oneByte(0x81), `'charmap' codec can't decode byte 0x81 in position ${at}: character maps to <undefined>`],
  ['windows-1257', oneByte(0xe8), 'č'],
  ['cp866', oneByte(0x86), 'Ж'],
  [
    'iso-8859-6',
    oneByte(0xa1),
    `'charmap' codec can't decode byte 0xa1 in position ${at}: character maps to <undefined>`,
  ],
  ['iso-8859-12', encoded('utf8'), 'Ü'],
  ['cp1252', oneByte(0x81), `'charmap' codec can't decode byte 0x81 in position ${at}: character maps to <undefined>`],
  ['foo', encoded('utf8'), 'Ü'],
])('JSON is decoded as its charset says: %j', async ([charset, body, answer], { room }) => {
  const [status, said] = await send(room, `application/json; charset=${charset}`, body);
  const isMade = typeof answer === 'string' && /^[\u0080ÜÃ€čЖ]/.test(answer);
  expect([status, said]).toEqual(
    isMade ? [201, { a: answer }] : [400, JSON.stringify({ detail: `JSON parse error - ${String(answer)}` })],
  );
});

test('a form is decoded as its charset says, and as Latin-1 if it is no UTF-8', async ({ room }) => {
  const form = (value: string) =>
    `meeting_url=https%3A%2F%2Fmeet.google.com%2Fabc-defg-hij&bot_name=Notes&metadata=%7B%22a%22%3A%22${value}%22%7D`;
  const type = 'application/x-www-form-urlencoded';
  expect(await send(room, `${type}; charset=latin-1`, form('%DC+'))).toEqual([201, { a: 'Ü ' }]);
  expect(await send(room, `${type}; charset=latin-1`, encoded('latin1', form('Ü')))).toEqual([201, { a: 'Ü' }]);
  expect(await send(room, type, encoded('latin1', form('Ü')))).toEqual([201, { a: 'Ü' }]);
  expect(await send(room, type, form('%DC'))).toEqual([201, { a: '\uFFFD' }]);
  expect(await send(room, `${type}; charset=windows-1252`, form('%80+%C3%9C'))).toEqual([201, { a: '€ Ã\u0153' }]);
  expect(await send(room, `${type}; charset=cp1252`, form('%81'))).toEqual([201, { a: '\uFFFD' }]);
  expect(await send(room, `${type}; charset=cp1251`, encoded('latin1', form('\xc6')))).toEqual([201, { a: 'Ж' }]);
  expect(await send(room, `${type}; charset=us-ascii`, form('%C3%9C'))).toEqual([201, { a: '\uFFFD\uFFFD' }]);
  expect(await send(room, `${type}; charset=us-ascii`, form('Ü'))).toEqual([201, { a: 'Ã\u009c' }]);
});

test('a file of a form is none of what a field takes, and hides a text of its name', async ({ room }) => {
  const refused = async (field: string) => {
    const form = new FormData();
    form.set('meeting_url', 'https://meet.google.com/abc-defg-hij');
    form.set('bot_name', 'Notes');
    form.append(field, new Blob(['{}']), 'a.txt');
    return send(room, undefined, form);
  };
  expect(await refused('bot_name')).toEqual([400, '{"bot_name":["Not a valid string."]}']);
  expect(await refused('metadata')).toEqual([400, '{"metadata":["Value must be valid JSON."]}']);
  expect((await refused('join_at'))[1]).toContain('{"join_at":["Datetime has wrong format.');
});

test('a form of too many fields or files is the page of the framework', async ({ room }) => {
  const page = [400, expect.stringMatching(/^\n<!doctype html>\n[^]*<h1>Bad Request \(400\)<\/h1><p><\/p>\n/)];
  const pairs = (count: number) => Array.from({ length: count }, (_, n) => [`x${n}`, '1'] as [string, string]);
  const parts = (count: number, value: string | Blob) => {
    const form = new FormData();
    for (const [name] of pairs(count)) form.append(name, value);
    return form;
  };
  const required = [400, expect.stringContaining('This field is required.')];
  expect(await send(room, undefined, parts(1000, '1'))).toEqual(required);
  expect(await send(room, undefined, parts(1001, '1'))).toEqual(page);
  expect(await send(room, undefined, parts(100, new Blob(['1'])))).toEqual(required);
  expect(await send(room, undefined, parts(101, new Blob(['1'])))).toEqual(page);
  const type = 'application/x-www-form-urlencoded';
  expect(await send(room, type, new URLSearchParams(pairs(1000)).toString())).toEqual(required);
  expect(await send(room, type, new URLSearchParams(pairs(1001)).toString())).toEqual(page);
});

test('a whole number of more than 4300 digits is no JSON to Python', async ({ room }) => {
  const given = (number: string) => send(room, 'application/json', `{"bot_name":${number}}`);
  const required = [400, '{"meeting_url":["This field is required."]}'];
  expect(await given('9'.repeat(4300))).toEqual(required);
  expect(await given(`${'9'.repeat(4301)}.5`)).not.toEqual([400, expect.stringContaining('digits')]);
  const detail = `JSON parse error - Exceeds the limit (4300 digits) for integer string conversion: value has 4301 digits; use sys.set_int_max_str_digits() to increase the limit`;
  for (const sign of ['', '-']) expect(await given(sign + '9'.repeat(4301))).toEqual([400, JSON.stringify({ detail })]);
});

test('a form in parts is read as Django reads it', async ({ room }) => {
  const post = async (platform: string, type = 'multipart/form-data; boundary=X') => {
    const fields = ['client_id', 'client_secret', 'refresh_token'].map(
      (name) => `--X\r\nContent-Disposition: form-data; name="${name}"\r\n\r\nx\r\n`,
    );
    const response = await fetch(`${room.url}/api/v1/calendars`, {
      method: 'POST',
      headers: { authorization: `Token ${room.attendee.api_key}`, 'content-type': type },
      body: `${fields.join('')}--X\r\nContent-Disposition: form-data; ${platform}\r\n--X--\r\n`,
    });
    return response.status === 201 ? 201 : await response.json();
  };
  const quoted = 'name="platform"\r\n\r\ngoogle';
  expect(await post(quoted)).toBe(201);
  expect(await post('name=platform\r\n\r\ngoogle')).toBe(201);
  expect(await post('name="platform"\r\nContent-Transfer-Encoding: base64\r\n\r\nZ29vZ2xl')).toBe(201);
  expect(await post('name="a\\"b"\r\n\r\ngoogle')).toEqual({ platform: ['This field is required.'] });
  const unparsable = (reason: string) => ({ detail: `Multipart form parse error - ${reason}` });
  expect(await post(quoted, 'multipart/form-data; boundary=')).toEqual(unparsable('Invalid boundary in multipart: '));
  expect(await post(quoted, 'Multipart/form-data; boundary=X')).toEqual(
    unparsable('Invalid Content-Type: Multipart/form-data; boundary=X'),
  );
});

/** Sends a calendar as a form in parts, of which some are given. */
async function postParts(room: Greenroom, parts: string, type = 'multipart/form-data; boundary=X'): Promise<unknown> {
  const others = ['client_secret', 'refresh_token', 'platform'].map(
    (name) => `--X\r\nContent-Disposition: form-data; name="${name}"\r\n\r\ngoogle\r\n`,
  );
  const response = await fetch(`${room.url}/api/v1/calendars`, {
    method: 'POST',
    headers: { authorization: `Token ${room.attendee.api_key}`, 'content-type': type },
    body: `${others.join('')}${parts}--X--\r\n`,
  });
  const text = await response.text();
  return response.headers.get('content-type') === 'application/json' ? JSON.parse(text) : [response.status, text];
}

const clientId = (value: string, more = '') =>
  `--X\r\nContent-Disposition: form-data; name="client_id"${more}\r\n\r\n${value}\r\n`;

test('the lines of a form in parts end in CR and LF, and those of its texts as they do', async ({ room }) => {
  for (const text of ['a\nb', 'a\n\nb', 'a\rb', 'a\r\nb'])
    expect(await postParts(room, clientId(text))).toMatchObject({ client_id: text });
  const bare = clientId('c').replaceAll('\r\n', '\n');
  expect(await postParts(room, bare)).toEqual({ client_id: ['This field is required.'] });
  expect(await postParts(room, clientId('a--X'))).toMatchObject({ client_id: 'a' });
});

test('a form in parts has its headers as HTTP has them, and not too long', async ({ room }) => {
  const named = (name: string) => clientId('c').replace('name="client_id"', name);
  for (const name of ['name = "client_id"', "name*=UTF-8''client%5Fid", 'NAME=client_id;', 'name=" client_id "'])
    expect(await postParts(room, named(name))).toMatchObject({ client_id: 'c' });
  expect(await postParts(room, named(`name="client_id"\r\nX-Note: ${'x'.repeat(1000)}`))).toEqual({
    detail: 'Multipart form parse error - Request max total header size exceeded.',
  });
  const windows = 'multipart/form-data; charset=cp1252; boundary=X';
  expect(await postParts(room, clientId('\u20ac'), windows)).toMatchObject({ client_id: '\u00e2\u201a\u00ac' });
  const latin = 'multipart/form-data; charset=latin-1; boundary =X';
  expect(await postParts(room, clientId('\u00dc'), latin)).toMatchObject({ client_id: '\u00c3\u009c' });
});

test('a file without a name is none, and texts beyond the limit of Django are its page', async ({ room }) => {
  for (const file of ['', '/', 'a/..'])
    expect(await postParts(room, clientId('c') + clientId('x', `; filename="${file}"`))).toMatchObject({
      client_id: file === '' ? 'x' : 'c',
    });
  const tooMuch = await postParts(room, clientId('x'.repeat(2_700_000)));
  expect(tooMuch).toEqual([400, expect.stringContaining('<h1>Bad Request (400)</h1>')]);
});

test('a form without a byte is empty, whatever its type lacks', async ({ room }) => {
  const { status, json } = await call('POST', `${room.url}/api/v1/calendars`, '', {
    authorization: `Token ${room.attendee.api_key}`,
    'content-type': 'multipart/form-data',
  });
  expect([status, Object.keys(json)]).toEqual([400, ['client_id', 'client_secret', 'refresh_token', 'platform']]);
});

test('a body in chunks is read, with a note that the vendor may take it for an empty one', async ({ room }) => {
  const notes = async () => (await room.timeline({ kind: 'note' })).entries.map(({ text }) => text);
  await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined));
  expect(await notes()).not.toContainEqual(expect.stringContaining('in chunks'));
  const response = await fetch(`${room.url}/api/v1/bots`, {
    method: 'POST',
    headers: { authorization: `Token ${room.attendee.api_key}`, 'content-type': 'application/json' },
    body: new Blob([JSON.stringify(botRequest(undefined))]).stream(),
    duplex: 'half',
  });
  expect(response.status).toBe(201);
  expect(await notes()).toContainEqual(expect.stringMatching(/^A body comes in chunks, without a Content-Length/));
});

test('unknown fields are named in the order of their code points', async ({ room }) => {
  const { json } = await attendee(room, 'POST', '/api/v1/bots', {
    ...botRequest(undefined),
    '\uffff': 1,
    '\u{1f600}': 1,
  });
  expect(json.non_field_errors[0]).toMatch(/^Unexpected field\(s\): \uffff, \u{1f600}\. /u);
});

test('a range of media types is JSON if JSON is in it', async ({ room }) => {
  const post = async (type: string) =>
    fetch(`${room.url}/api/v1/calendars`, {
      method: 'POST',
      headers: { authorization: `Token ${room.attendee.api_key}`, 'content-type': type },
      body: '{}',
    });
  for (const [type, status] of [
    ['*/*', 400],
    ['application/*', 400],
    ['text/*', 415],
  ] as const)
    expect([type, (await post(type)).status]).toEqual([type, status]);
});

test('triggers are the same to Python if they are equal numbers, whole or not', async ({ room }) => {
  const given = async (triggers: string) => {
    const body = BOT.replace('{', `{"webhooks":[{"url":"https://a.example.com","triggers":${triggers}}],`);
    return (await send(room, 'application/json', body))[1];
  };
  for (const [numbers, shown] of [
    ['[1, 1.0]', '[1, 1.0]'],
    ['[0, -0.0]', '[0, -0.0]'],
    ['[[1], [1.0]]', '[[1], [1.0]]'],
    ['[{"a": 1, "b": 2}, {"b": 2.0, "a": 1}]', "[{'a': 1, 'b': 2}, {'b': 2.0, 'a': 1}]"],
  ] as const)
    expect(await given(numbers)).toBe(JSON.stringify({ webhooks: [`${shown} has non-unique elements`] }));
  for (const others of ['[1, true]', '[0, false]', '[1, 1.5]', '[9007199254740993, 9007199254740992.0]'])
    expect(await given(others)).toContain("is not of type 'string'");
});
