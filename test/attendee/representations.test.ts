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

test('OPTIONS names the view of a path, and what can be made there', async ({ room }) => {
  const described = async (path: string) =>
    (
      await call('OPTIONS', `${room.url}/api/v1${path}`, undefined, {
        authorization: `Token ${room.attendee.api_key}`,
      })
    ).json;
  const { name, actions } = await described('/calendars');
  expect(name).toBe('Calendar List Create');
  const fields =
    'id platform client_id platform_uuid state metadata deduplication_key connection_failure_data created_at updated_at last_successful_sync_at last_attempted_sync_at';
  expect(Object.keys(actions.POST as object).join(' ')).toBe(fields);
  expect(actions.POST.platform).toEqual({ type: 'choice', required: false, read_only: true, label: 'Platform' });
  expect(JSON.stringify(actions.POST.deduplication_key)).toBe(
    '{"type":"string","required":false,"read_only":true,"label":"Deduplication key","help_text":"Optional key for deduplicating calendars"}',
  );
  expect((await described('/app_sessions/app_x/media')).name).toBe('App Session Media');
  expect((await described('/app_sessions/app_x/transcript')).name).toBe('Transcript');
  expect(Object.keys((await described('/calendar_events')) as object)).not.toContain('actions');
});
