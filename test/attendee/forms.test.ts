import { describe, expect } from 'vitest';
import type { Greenroom } from '../../src/index.js';
import { attendee, botRequest, call, control, MEET_URL, test } from '../support/room.js';

/** What Django and its REST framework make of a form, beyond what was recorded. */

type Pairs = Readonly<Record<string, string | Blob>>;

const PAGE = expect.stringContaining('<h1>Server Error (500)</h1>');
const BOT = { meeting_url: MEET_URL, bot_name: 'Notes' };

function send(room: Greenroom, method: string, path: string, fields: Pairs) {
  const body = new URLSearchParams(fields as Readonly<Record<string, string>>).toString();
  return call(method, `${room.url}/api/v1${path}`, body, {
    authorization: `Token ${room.attendee.api_key}`,
    'content-type': 'application/x-www-form-urlencoded',
  });
}

/** The same in parts; a blob is a file of this name. */
async function sendParts(room: Greenroom, path: string, fields: Pairs, name: string) {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields))
    if (typeof value === 'string') form.set(field, value);
    else form.set(field, value, name);
  const headers = { authorization: `Token ${room.attendee.api_key}` };
  const response = await fetch(`${room.url}/api/v1${path}`, { method: 'POST', headers, body: form });
  return [response.status, await response.text()] as const;
}

describe('the null of a form', () => {
  test('breaks the rule of automatic_leave_settings', async ({ room }) => {
    const { status, text } = await send(room, 'POST', '/bots', { ...BOT, automatic_leave_settings: 'null' });
    expect([status, text]).toEqual([500, PAGE]);
  });

  test('is no zoom_rtms', async ({ room }) => {
    const { status, json } = await send(room, 'POST', '/app_sessions', { zoom_rtms: 'null' });
    expect([status, json]).toEqual([400, { zoom_rtms: ['zoom_rtms is required'] }]);
  });

  test('is a voice for speech', async ({ room }) => {
    await control(room, 'PATCH', '/workspaces/default', {
      scenario: 'manual',
      attendee: { google_tts_credentials: true },
    });
    const { id } = (await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined))).json;
    await room.backstage({ kind: 'event', bot: id, event: 'joined_meeting' });
    const speech = { text: 'Hello', text_to_speech_settings: 'null' };
    expect((await send(room, 'POST', `/bots/${id}/speech`, speech)).status).toBe(200);
    const { status, json } = await attendee(room, 'POST', `/api/v1/bots/${id}/speech`, {
      ...speech,
      text_to_speech_settings: null,
    });
    expect([status, json]).toEqual([400, { text_to_speech_settings: ['This field may not be null.'] }]);
  });

  test('takes the metadata away in a change', async ({ room }) => {
    const metadata = { a: 'b' };
    const bot = (await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, undefined, { metadata }))).json;
    expect((await send(room, 'PATCH', `/bots/${bot.id}`, { bot_name: 'Notes' })).json.metadata).toEqual(metadata);
    expect((await send(room, 'PATCH', `/bots/${bot.id}`, { metadata: 'null' })).json.metadata).toBeNull();
    expect((await attendee(room, 'GET', `/api/v1/bots/${bot.id}`)).json.metadata).toBeNull();
    const access = { platform: 'google', client_id: 'c', client_secret: 's', refresh_token: 'r' };
    const calendar = (await attendee(room, 'POST', '/api/v1/calendars', { ...access, metadata })).json;
    expect((await send(room, 'PATCH', `/calendars/${calendar.id}`, {})).json.metadata).toEqual(metadata);
    expect((await send(room, 'PATCH', `/calendars/${calendar.id}`, { metadata: 'null' })).json.metadata).toBeNull();
  });
});

test('the name of a file is what a field of JSON reads of it', async ({ room }) => {
  const sent = (field: string, name: string) => sendParts(room, '/bots', { ...BOT, [field]: new Blob(['{}']) }, name);
  expect(await sent('metadata', '{}')).toEqual([400, '{"metadata":["Metadata must have at least one key"]}']);
  expect(await sent('rtmp_settings', '5')).toEqual([400, `{"rtmp_settings":["5 is not of type 'object'"]}`]);
  expect((await sent('webhooks', 'null'))[0]).toBe(201);
  expect((await sent('webhooks', 'n\u007ful\u00a0l\u200b'))[0]).toBe(201);
  expect(await sent('zoom_settings', '{}')).toEqual([500, PAGE]);
});

test('an inner field without a name does not make an outer one', async ({ room }) => {
  expect((await send(room, 'POST', '/bots', { ...BOT, 'bot_image.x': '' })).json).toEqual({
    bot_image: { type: ['This field is required.'], data: ['This field is required.'] },
  });
  const { status, json } = await send(room, 'POST', '/bots', { ...BOT, 'bot_image.': '' });
  expect([status, json.non_field_errors?.[0]]).toEqual([
    400,
    expect.stringContaining('Unexpected field(s): bot_image.. Allowed'),
  ]);
});

test('a bot for an event of a calendar fails in a form, which takes no place and no time, unless a file is in it', async ({
  room,
}) => {
  const access = { platform: 'google', client_id: 'c', client_secret: 's', refresh_token: 'r' };
  const calendar = (await attendee(room, 'POST', '/api/v1/calendars', access)).json;
  const event = {
    id: 'g1',
    summary: 'Meeting',
    hangoutLink: MEET_URL,
    start: { dateTime: '2026-01-02T10:00:00Z' },
    end: { dateTime: '2026-01-02T11:00:00Z' },
  };
  await room.backstage({ kind: 'calendar_sync', calendar: calendar.id, events: [event] });
  const { id } = (await attendee(room, 'GET', '/api/v1/calendar_events')).json.results[0];
  const bot = { bot_name: 'Notes', calendar_event_id: id as string };
  const form = await send(room, 'POST', '/bots', bot);
  expect([form.status, form.text]).toEqual([500, PAGE]);
  expect(await sendParts(room, '/bots', bot, '')).toEqual([500, PAGE]);
  expect((await send(room, 'POST', '/bots', { ...bot, meeting_url: MEET_URL })).json.error).toContain(
    'meeting_url should not be provided',
  );
  expect((await send(room, 'POST', '/bots', { ...bot, calendar_event_id: 'evt_x' })).json.error).toContain(
    'does not exist in this project',
  );
  expect((await sendParts(room, '/bots', { ...bot, webhooks: new Blob(['x']) }, 'null'))[0]).toBe(201);
  expect((await attendee(room, 'POST', '/api/v1/bots', bot)).status).toBe(201);
});
