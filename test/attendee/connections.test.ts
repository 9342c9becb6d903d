import { describe, expect } from 'vitest';
import type { Greenroom } from '../../src/index.js';
import { attendee, call, control, test } from '../support/room.js';

/** What calendars and Zoom connections take beyond what was recorded. */

const CALENDAR = { platform: 'google', client_id: 'c', client_secret: 's', refresh_token: 'r' };
const CODE = { authorization_code: 'c', redirect_uri: 'https://app.example.com/cb' };
const ERROR_ID = / Error ID: [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const NO_JSON = ['Value must be valid JSON.'];

const connect = (room: Greenroom, more: object) =>
  attendee(room, 'POST', '/api/v1/calendars', { ...CALENDAR, ...more });

const asForm = (room: Greenroom, path: string, fields: Readonly<Record<string, string>>) =>
  call('POST', room.url + path, new URLSearchParams(fields).toString(), {
    authorization: `Token ${room.attendee.api_key}`,
    'content-type': 'application/x-www-form-urlencoded',
  });

/** A project whose Zoom users grant these scopes. */
async function grants(room: Greenroom, scope: string): Promise<void> {
  await control(room, 'PATCH', '/workspaces/default', { attendee: { zoom_oauth_app: 'client' } });
  const user = { id: 'zu1', account_id: 'za1', status: 'active' };
  await room.backstage({ kind: 'zoom_upstream', exchange: { scope }, user });
}

const authorize = (room: Greenroom, more: object) =>
  attendee(room, 'POST', '/api/v1/zoom_oauth_connections', { ...CODE, ...more });

describe('Attendee hides behind an error id what its database does not take', () => {
  test.for([
    ['a client_id of more than 255 characters', { client_id: 'x'.repeat(256) }],
    ['a platform_uuid of more than 1024', { platform_uuid: 'x'.repeat(1025) }],
    ['a deduplication_key of more than 1024', { deduplication_key: 'x'.repeat(1025) }],
    ['NUL in the metadata', { metadata: { a: '\0' } }],
    ['half a character in the metadata', { metadata: { a: '\ud800' } }],
  ] as const)('of a calendar: %s', async ([, more], { room }) => {
    const { status, json } = await connect(room, more);
    expect([status, json]).toEqual([400, { non_field_errors: [expect.stringMatching(ERROR_ID)] }]);
    expect(json.non_field_errors[0]).toContain('An unexpected error occurred while creating the calendar.');
    expect((await attendee(room, 'GET', '/api/v1/calendars')).json.results).toEqual([]);
  });

  test('and takes what is just as long', async ({ room }) => {
    const { status } = await connect(room, { client_id: 'x'.repeat(255), platform_uuid: '😀'.repeat(1024) });
    expect(status).toBe(201);
  });

  test('of a Zoom connection', async ({ room }) => {
    await grants(room, 'user:read:user user:read:zak meeting:read:list_meetings meeting:read:local_recording_token');
    const { status, json } = await authorize(room, { metadata: { a: '\0' } });
    expect([status, json]).toEqual([400, { non_field_errors: [expect.stringMatching(ERROR_ID)] }]);
  });

  test('and fails on it in a PATCH of a calendar', async ({ room }) => {
    const { id } = (await connect(room, { metadata: { a: 'b' } })).json;
    expect((await attendee(room, 'PATCH', `/api/v1/calendars/${id}`, { metadata: { a: '\0' } })).status).toBe(500);
    expect((await attendee(room, 'GET', `/api/v1/calendars/${id}`)).json.metadata).toEqual({ a: 'b' });
  });
});

describe('A Zoom connection that may only join on behalf of its user', () => {
  const ON_BEHALF = { is_local_recording_token_supported: false, is_onbehalf_token_supported: true };

  test('needs the scopes of that alone, and is not looked at for meetings', async ({ room }) => {
    await grants(room, 'user:read:user user:read:token');
    const made = await authorize(room, ON_BEHALF);
    expect(made.status).toBe(201);
    const { json } = await attendee(room, 'GET', `/api/v1/zoom_oauth_connections/${made.json.id}`);
    expect(json.last_attempted_sync_at).toBeNull();
  });

  test('has the account that its user has by now', async ({ room }) => {
    await grants(room, 'user:read:user user:read:token');
    const { id } = (await authorize(room, ON_BEHALF)).json;
    const user = { id: 'zu1', account_id: 'za2', status: 'active' };
    await room.backstage({ kind: 'zoom_upstream', exchange: { scope: 'user:read:user user:read:token' }, user });
    const { json } = await authorize(room, ON_BEHALF);
    expect([json.id, json.account_id]).toEqual([id, 'za2']);
  });

  test('in a form is one that says so: a box that is not sent has its default', async ({ room }) => {
    await grants(room, 'user:read:user user:read:token');
    const { json } = await asForm(room, '/api/v1/zoom_oauth_connections', {
      ...CODE,
      is_onbehalf_token_supported: 'on',
    });
    expect(json.error).toContain('missing the following required scopes');
    expect(json.error).toContain('meeting:read:local_recording_token');
  });
});

describe('A field of JSON', () => {
  test('in a form is no JSON if it is empty, and nothing if it is null', async ({ room }) => {
    for (const name of ['metadata', 'webhooks', 'recording_settings']) {
      const bot = { meeting_url: 'https://meet.google.com/abc-defg-hij', bot_name: 'Notes' };
      expect((await asForm(room, '/api/v1/bots', { ...bot, [name]: '' })).json).toEqual({ [name]: NO_JSON });
    }
    expect((await asForm(room, '/api/v1/calendars', { ...CALENDAR, metadata: '' })).json).toEqual({
      metadata: NO_JSON,
    });
    const { status, json } = await asForm(room, '/api/v1/calendars', { ...CALENDAR, metadata: 'null' });
    expect([status, json.metadata]).toEqual([201, null]);
  });

  test('holds no number beyond all others, which elsewhere is inf', async ({ room }) => {
    const answer = async (field: string) =>
      (
        await attendee(
          room,
          'POST',
          '/api/v1/calendars',
          `{"client_id":"c","client_secret":"s","refresh_token":"r",${field}}`,
        )
      ).json;
    expect(await answer('"platform":"google","metadata":{"a":[1e999]}')).toEqual({ metadata: NO_JSON });
    expect(await answer('"platform":-1e999')).toEqual({ platform: ['"-inf" is not a valid choice.'] });
  });
});

test('an answer that would repeat half of a character is a failure of the vendor', async ({ room }) => {
  for (const body of [
    { ...CALENDAR, platform: '\ud800' },
    { ...CALENDAR, '\udfff': 1 },
  ]) {
    const { status, text } = await attendee(room, 'POST', '/api/v1/calendars', body);
    expect([status, text]).toEqual([500, expect.stringContaining('Server Error (500)')]);
  }
  const { json } = await attendee(room, 'POST', '/api/v1/calendars', { ...CALENDAR, platform: '😀' });
  expect(json).toEqual({ platform: ['"😀" is not a valid choice.'] });
});
