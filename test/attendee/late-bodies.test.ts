import { describe, expect } from 'vitest';
import type { Greenroom } from '../../src/index.js';
import { attendee, call, control, MEET_URL, test, ZOOM_URL } from '../support/room.js';

/** Attendee looks at a body only where its code comes to it. */

const GALLERY = { zoom_settings: { sdk: 'web' }, recording_settings: { view: 'gallery_view' } };
const ASYNC = { recording_settings: { record_async_transcription_audio_chunks: true } };
const ALICE = { uuid: 'u1', name: 'Alice' };

async function bot(room: Greenroom, more: object, ...events: readonly string[]): Promise<string> {
  await control(room, 'PATCH', '/workspaces/default', { scenario: 'manual' });
  const body = { meeting_url: MEET_URL, bot_name: 'Notes', ...more };
  const { id } = (await attendee(room, 'POST', '/api/v1/bots', body)).json as { id: string };
  for (const event of events) await room.backstage({ kind: 'event', bot: id, event });
  return id;
}

/** A bot that is over, with audio of what Alice said. */
async function endedBot(room: Greenroom): Promise<string> {
  const id = await bot(room, ASYNC, 'joined_meeting', 'recording_permission_granted');
  await room.backstage({ kind: 'audio_chunk', bot: id, participant: ALICE, timestamp_ms: 1, duration_ms: 2 });
  for (const event of ['meeting_ended', 'post_processing_completed'])
    await room.backstage({ kind: 'event', bot: id, event });
  return id;
}

const FAILED = [500, expect.stringContaining('Server Error (500)')];

async function answer(room: Greenroom, method: string, path: string, body: string, type = 'application/json') {
  const headers = { authorization: `Token ${room.attendee.api_key}`, 'content-type': type };
  const { status, text } = await call(method, `${room.url}/api/v1/bots/${path}`, body, headers);
  return [status, text];
}

describe('Whatever the body is', () => {
  test('an image for a bot that is not in its meeting is refused for that', async ({ room }) => {
    const id = await bot(room, {});
    const refused = [400, '{"error":"Bot is in state joining and cannot play media"}'];
    expect(await answer(room, 'POST', `${id}/output_image`, '{bad')).toEqual(refused);
    expect(await answer(room, 'POST', `${id}/output_image`, 'x', 'text/plain')).toEqual(refused);
  });

  test('an async transcription of a bot without audio is refused for that, and then only an object will do', async ({
    room,
  }) => {
    const without = await bot(room, {});
    expect((await answer(room, 'POST', `${without}/transcript`, '{bad'))[1]).toContain('Cannot generate async');
    const id = await endedBot(room);
    for (const body of ['[]', 'null', '"x"', '5'])
      expect(await answer(room, 'POST', `${id}/transcript`, body)).toEqual(FAILED);
    const form = 'transcription_settings=%7B%7D';
    expect(await answer(room, 'POST', `${id}/transcript`, form, 'application/x-www-form-urlencoded')).toEqual([
      400,
      `{"transcription_settings":["'{}' is not of type 'object'"]}`,
    ]);
  });

  test('settings that a bot cannot have are refused for that, if the body can be read at all', async ({ room }) => {
    const id = await bot(room, {}, 'joined_meeting');
    const [, text] = await answer(room, 'PATCH', `${id}/voice_agent_settings`, '[]');
    expect(text).toContain('Voice agent resources were not reserved.');
    expect((await answer(room, 'PATCH', `${id}/voice_agent_settings`, '{bad'))[1]).toContain('JSON parse error');
    const audio = await bot(room, { transcription_settings: { deepgram: {} } }, 'joined_meeting');
    expect(await answer(room, 'PATCH', `${audio}/transcription_settings`, '[]')).toEqual([
      400,
      '{"error":"Bot is not transcribing with meeting closed captions"}',
    ]);
  });
});

test('the gallery is turned in a meeting in Zoom that is recorded so', async ({ room }) => {
  const zoom = { ...GALLERY, meeting_url: ZOOM_URL };
  const other = await bot(room, { ...zoom, recording_settings: {} }, 'joined_meeting');
  expect(await answer(room, 'POST', `${other}/change_gallery_view_page`, '{bad')).toEqual([
    400,
    '{"error":"Changing gallery view page is only supported for when recording in gallery view"}',
  ]);
  const joining = await bot(room, zoom);
  expect(await answer(room, 'POST', `${joining}/change_gallery_view_page`, '{bad')).toEqual([
    400,
    '{"error":"Bot is in state joining and cannot change the gallery view page"}',
  ]);
  const id = await bot(room, zoom, 'joined_meeting');
  expect((await answer(room, 'POST', `${id}/change_gallery_view_page`, '{bad'))[1]).toContain('JSON parse error');
  expect(await answer(room, 'POST', `${id}/change_gallery_view_page`, '[]')).toEqual(FAILED);
  expect(await answer(room, 'POST', `${id}/change_gallery_view_page`, '{"direction":"previous"}')).toEqual([200, '']);
});

test('delete_data leaves the async transcriptions of a bot, without their words', async ({ room }) => {
  const id = await endedBot(room);
  const body = '{"transcription_settings":{"deepgram":{}}}';
  const made = JSON.parse(String((await answer(room, 'POST', `${id}/transcript`, body))[1])) as { id: string };
  await room.backstage({ kind: 'async_worker_run' });
  await room.backstage({ kind: 'async_utterances', results: [{ transcript: 'My number is 4711.' }] });
  await room.backstage({ kind: 'async_worker_run' });
  const read = async () =>
    (await attendee(room, 'GET', `/api/v1/bots/${id}/transcript?async_transcription_id=${made.id}`)).json;
  expect(await read()).toHaveLength(1);
  await attendee(room, 'POST', `/api/v1/bots/${id}/delete_data`);
  expect(await read()).toEqual([]);
});
