import { describe, expect } from 'vitest';
import type { Greenroom } from '../../src/index.js';
import { attendee, call, control, test, ZOOM_URL } from '../support/room.js';
import { create, inMeeting, open, RTMS } from './bots.js';

/** What Attendee's database, its code behind the fields and its library for pictures take, beyond what was recorded. */

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
const JPEG =
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/wAALCAABAAEBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/AP5/6//Z';
const STATE = ['bot.state_change'];

const withErrorId = (what: string) => [
  400,
  { error: expect.stringMatching(`^An error occurred while creating the ${what}\\. Error ID: [0-9a-f-]{36}$`) },
];

describe('settings that the database does not take', () => {
  test.for([
    { transcription_settings: { deepgram: { language: '\0' } } },
    { transcription_settings: { deepgram: { keyterms: ['a', '\ud800'] } } },
    { rtmp_settings: { destination_url: 'rtmp://a', stream_key: 'b', '\0': 1 } },
    { google_meet_settings: { login_group_name: 'a\0' } },
    { automatic_leave_settings: { bot_keywords: ['\udc00'] } },
    { callback_settings: { zoom_tokens_url: 'https://a.example.com/\0' } },
  ])('are an error id for a bot: %j', async (settings, { room }) => {
    const { status, json } = await create(room, settings);
    expect([status, json]).toEqual(withErrorId('bot'));
    expect((await attendee(room, 'GET', '/api/v1/bots')).json.results).toEqual([]);
  });

  test('are one for an app session, unless nothing is made of them', async ({ room }) => {
    for (const more of [
      { zoom_rtms: { ...RTMS, meeting_uuid: '\0' } },
      { zoom_rtms: { ...RTMS, rtms_stream_id: 's'.repeat(256) } },
      { debug_settings: {}, rtmp_settings: { destination_url: 'rtmp://a', stream_key: '\0' } },
    ]) {
      const { status, json } = await open(room, more);
      expect([status, json]).toEqual(withErrorId('app session'));
    }
    expect((await open(room, { google_meet_settings: { login_group_name: '\0' } })).status).toBe(201);
    expect((await open(room, { zoom_rtms: { ...RTMS, rtms_stream_id: 's'.repeat(255) } })).status).toBe(201);
  });

  test('break an async transcription', async ({ room }) => {
    const id = await inMeeting(room, { recording_settings: { record_async_transcription_audio_chunks: true } });
    const participant = { uuid: 'u', user_uuid: null, name: 'Ada', is_host: false };
    await room.backstage({ kind: 'audio_chunk', bot: id, participant, timestamp_ms: 0, duration_ms: 1 });
    for (const event of ['meeting_ended', 'post_processing_completed'] as const)
      await room.backstage({ kind: 'event', bot: id, event });
    const transcribe = async (language: string) =>
      (
        await attendee(room, 'POST', `/api/v1/bots/${id}/transcript`, {
          transcription_settings: { deepgram: { language } },
        })
      ).status;
    expect(await transcribe('\0')).toBe(500);
    expect(await transcribe('en')).toBe(200);
  });

  test('break speech', async ({ room }) => {
    const id = await inMeeting(room);
    await control(room, 'PATCH', '/workspaces/default', { attendee: { google_tts_credentials: true } });
    const speak = async (voice_name: string) =>
      (
        await attendee(room, 'POST', `/api/v1/bots/${id}/speech`, {
          text: 'Hello',
          text_to_speech_settings: { google: { voice_language_code: 'en-US', voice_name } },
        })
      ).status;
    expect([await speak('\0'), await speak('en-US-Casual-K')]).toEqual([500, 200]);
  });

  test('are not those that spell NUL', async ({ room }) => {
    const metadata = { a: String.raw`\u0000` };
    const { status, json } = await create(room, { metadata });
    expect([status, json.metadata]).toEqual([201, metadata]);
  });
});

test('the webhooks of a bot are looked at one after the other', async ({ room }) => {
  const answer = async (...urls: string[]) =>
    (await create(room, { webhooks: urls.map((url) => ({ url, triggers: STATE })) })).json.error;
  const [a, b, c] = ['https://a.example.com', 'https://b.example.com', 'https://c.example.com'];
  const long = `https://a.example.com/${'x'.repeat(2048)}`;
  const MOST = 'You have reached the maximum number of webhooks for a single bot';
  expect(await answer(a, a, b)).toBe('URL already subscribed for this bot');
  expect(await answer(a, b, c)).toBe(MOST);
  expect(await answer(a, b, a)).toBe('URL already subscribed for this bot');
  expect(await answer(a, b, long)).toBe(MOST);
  expect(await answer(long, a, b)).toMatch(/Error ID/);
  expect(await answer(a, `${b}/\0`)).toMatch(/Error ID/);
  expect(await answer(a, b)).toBeUndefined();
});

test('a video of a URL of more than 200 characters is a failure of the vendor', async ({ room }) => {
  const id = await inMeeting(room);
  const output = async (length: number) => {
    const url = `https://x.example.com/${'a'.repeat(length - 26)}.mp4`;
    return (await attendee(room, 'POST', `/api/v1/bots/${id}/output_video`, { url })).status;
  };
  expect([await output(200), await output(201)]).toEqual([200, 500]);
});

test('an app session has a message for nobody, and needs credentials for a storage of its own', async ({ room }) => {
  const bot_chat_message = { to: 'specific_user', to_user_uuid: 'u', message: 'Hello' };
  expect((await open(room, { bot_chat_message })).status).toBe(201);
  expect((await create(room, { bot_chat_message })).json.error).toContain('No participant found with uuid u.');
  const stored = { external_media_storage_settings: { bucket_name: 'b' } };
  await control(room, 'PATCH', '/workspaces/default', { attendee: { external_media_storage_credentials: false } });
  expect((await open(room, stored)).json.error).toContain('External media storage credentials are required');
  await control(room, 'PATCH', '/workspaces/default', { attendee: { external_media_storage_credentials: true } });
  expect((await open(room, stored)).status).toBe(201);
});

test("a Zoom OAuth app is as good as the project's Zoom credentials", async ({ room }) => {
  const status = async () => (await create(room, { meeting_url: ZOOM_URL })).status;
  await control(room, 'PATCH', '/workspaces/default', { attendee: { zoom_credentials: false } });
  expect(await status()).toBe(400);
  await control(room, 'PATCH', '/workspaces/default', { attendee: { zoom_oauth_app: 'client' } });
  expect(await status()).toBe(201);
});

describe('a picture', () => {
  const part = (base64: string, from: number, to?: number) =>
    Buffer.from(base64, 'base64').subarray(from, to).toString('base64');
  /** With the last byte of one of its pieces turned. */
  const turned = (base64: string, at: number) => {
    const bytes = Buffer.from(base64, 'base64');
    bytes[at]! ^= 1;
    return bytes.toString('base64');
  };

  test.for([
    ['a PNG', 'image/png', PNG, true],
    [
      'a PNG with something behind it',
      'image/png',
      Buffer.concat([Buffer.from(PNG, 'base64'), Buffer.alloc(3)]).toString('base64'),
      true,
    ],
    ['the beginning of a PNG alone', 'image/png', part(PNG, 0, 8), false],
    ['a PNG without its end', 'image/png', part(PNG, 0, -12), false],
    ['a PNG that is cut off', 'image/png', part(PNG, 0, -1), false],
    ['a PNG with a wrong checksum', 'image/png', turned(PNG, 32), false],
    ['a JPEG', 'image/jpeg', JPEG, true],
    ['a JPEG without its last pixels', 'image/jpeg', part(JPEG, 0, -4), true],
    ['the beginning of a JPEG alone', 'image/jpeg', part(JPEG, 0, 20), false],
    ['a JPEG without its pixels', 'image/jpeg', part(JPEG, 0, 100), false],
    ['a JPEG whose component asks for another table', 'image/jpeg', turned(JPEG, 101), false],
    ['a PNG that says to be a JPEG', 'image/jpeg', PNG, false],
  ] as const)('is taken to pieces: %s', async ([, type, data, isOne], { room }) => {
    const { status, json } = await create(room, { bot_image: { type, data } });
    const message = `Data is not a valid ${type.slice(6)} image.`;
    if (isOne) expect(status).toBe(201);
    else expect([status, json]).toEqual([400, { bot_image: { non_field_errors: [message] } }]);
  });

  test('of more than 10 MiB is refused, as a sound is', async ({ room }) => {
    const id = await inMeeting(room);
    const large = Buffer.concat([Buffer.from(PNG, 'base64'), Buffer.alloc(10_485_760)]).toString('base64');
    const image = { type: 'image/png', data: large };
    const refused = [400, { error: 'Error creating the image blob: blob exceeds 10MB limit.' }];
    const made = await create(room, { bot_image: image });
    expect([made.status, made.json]).toEqual(refused);
    const shown = await attendee(room, 'POST', `/api/v1/bots/${id}/output_image`, image);
    expect([shown.status, shown.json]).toEqual(refused);
    const played = await attendee(room, 'POST', `/api/v1/bots/${id}/output_audio`, { type: 'audio/mp3', data: large });
    expect([played.status, played.json]).toEqual([
      400,
      {
        error: "Error creating the audio blob. Are you sure it's a valid audio/mp3 file?",
        raw_error: 'blob exceeds 10MB limit',
      },
    ]);
  });
});

test('a cursor may have a date as Django writes none', async ({ room }) => {
  await create(room, {});
  const found = async (position: string) => {
    const cursor = encodeURIComponent(Buffer.from(`p=${position}`).toString('base64'));
    const { status, json } = await call('GET', `${room.url}/api/v1/bots?cursor=${cursor}`, undefined, {
      authorization: `Token ${room.attendee.api_key}`,
    }).then((answer) => (answer.status === 500 ? { status: 500, json: {} } : answer));
    return [status, (json.results as unknown[] | undefined)?.length];
  };
  expect(await found('2025-1-5')).toEqual([200, 1]);
  expect(await found('2026-1-2')).toEqual([200, 0]);
  expect(await found('2026-1-32')).toEqual([500, undefined]);
  expect(await found('2026-1')).toEqual([500, undefined]);
});

describe('split_on_turns', () => {
  const who = (name: string) => ({ uuid: name, user_uuid: null, name, is_host: false });
  const word = (start: unknown, end: unknown, more: object = { word: 'hm' }) => ({ start, end, ...more });

  async function split(room: Greenroom, said: Readonly<Record<string, unknown>>) {
    const id = await inMeeting(room);
    for (const [name, words] of Object.entries(said))
      await room.backstage({
        kind: 'utterance',
        bot: id,
        participant: who(name),
        source: name,
        transcription: { transcript: 'as it was', ...(words === undefined ? {} : { words }) },
        timestamp_ms: 1000,
        duration_ms: 5000,
      });
    const { status, text } = await attendee(room, 'GET', `/api/v1/bots/${id}/transcript?split_on_turns=true`);
    return status === 500 ? status : text;
  }

  const turn = (speaker: string, at: number, duration: number, transcription: string) =>
    `{"speaker_name":"${speaker}","speaker_uuid":"${speaker}","speaker_user_uuid":null,"speaker_is_host":false,"timestamp_ms":${at},"duration_ms":${duration},"transcription":${transcription}}`;

  test('rounds each word to milliseconds, halves to the even one, before it counts from the first', async ({
    room,
  }) => {
    expect(await split(room, { b: [word(0.0004, 0.0125), word(0.0126, 0.0008)], a: [word(' 2.0 ', true)] })).toBe(
      `[${[
        turn(
          'b',
          1000,
          1,
          '{"words":[{"end":0.012,"word":"hm","start":0.0},{"end":0.001,"word":"hm","start":0.013}],"transcript":"hm hm"}',
        ),
        turn('a', 3000, -1000, '{"words":[{"end":-1.0,"word":"hm","start":0.0}],"transcript":"hm"}'),
      ].join(',')}]`,
    );
  });

  test('orders what begins at once by the speakers', async ({ room }) => {
    const text = (await split(room, { b: [word(0, 1)], a: [word(0, 1)] })) as string;
    expect((JSON.parse(text) as { speaker_uuid: string }[]).map(({ speaker_uuid }) => speaker_uuid)).toEqual([
      'a',
      'b',
    ]);
  });

  test('takes the plain word where the punctuated one is empty', async ({ room }) => {
    const words = [word(0, 1, { punctuated_word: '', word: 'plain' }), word(1, 2, { punctuated_word: 'Full.' })];
    expect(await split(room, { a: words })).toContain('"transcript":"plain Full."');
  });

  test('leaves all as it is if an utterance has no words, and breaks on words that are none', async ({ room }) => {
    expect(await split(room, { a: [word(0, 1)], b: undefined })).toContain('"duration_ms":5000');
    for (const words of [
      [],
      null,
      5,
      ['x'],
      [word(0, null)],
      [word('x', 1)],
      [{ end: 1, word: 'x' }],
      [word(0, 1, {})],
    ])
      expect([words, await split(room, { a: words })]).toEqual([words, 500]);
  });
});
