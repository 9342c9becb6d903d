import { expect } from 'vitest';
import type { Greenroom } from '../../src/index.js';
import { call, test } from '../support/room.js';

/** What clients accept, as Django REST framework reads it. */

const LIST = '{"next":null,"previous":null,"results":[]}';
const REFUSED = '{"detail":"Could not satisfy the request Accept header."}';

async function listed(room: Greenroom, accept: string, key = room.attendee.api_key): Promise<string> {
  const { text } = await call('GET', `${room.url}/api/v1/calendars`, undefined, {
    authorization: `Token ${key}`,
    accept,
  });
  return text;
}

const spaced = (indent: number) => JSON.stringify(JSON.parse(LIST), null, indent);

test.for<[accept: string, indent: number]>([
  ['application/json; indent=4', 4],
  ['application/json;indent="4"', 4],
  ['application/json;INDENT= 4', 4],
  ['application/json; indent=+4', 4],
  ['application/json; indent=1_0', 8],
  ['application/xml, application/json; indent=2', 2],
  ['*/*, application/json; indent=3', 3],
  ['application/*;indent=5', 5],
])('%s is indented by %i', async ([accept, indent], { room }) => {
  expect(await listed(room, accept)).toBe(spaced(indent));
});

test('the most exact range is the one that counts, and no indent is none', async ({ room }) => {
  for (const accept of [
    'application/json, */*; indent=3',
    'application/json; indent=0',
    'application/json; indent=-1',
    'application/json; indent=abc',
    'application/json; indent',
  ])
    expect([accept, await listed(room, accept)]).toEqual([accept, LIST]);
});

test('a type with three parts is no JSON', async ({ room }) => {
  expect(await listed(room, 'application/json/x')).toBe(REFUSED);
});

test('a refusal for the token is indented, and one for what is accepted is not', async ({ room }) => {
  const token = await listed(room, 'application/json; indent=2', '');
  expect(token).toBe('{\n  "detail": "Invalid Authorization header. Should have this format: Token <api_key>"\n}');
  expect(await listed(room, 'application/xml; indent=2')).toBe(REFUSED);
});
