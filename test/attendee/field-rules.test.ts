import { describe, expect } from 'vitest';
import { attendee, control, MEET_URL, TEAMS_URL, test, ZOOM_URL } from '../support/room.js';
import { create, inMeeting, open, RTMS } from './bots.js';

const NO_OBJECTS = ['web', '', 0, 1.5, true, false, [], [{}], null];
const PAGE = '<h1>Server Error (500)</h1>';

describe('zoom_settings that is no object', () => {
  test.for([MEET_URL, TEAMS_URL, ZOOM_URL, 'no url'])(
    'is a failure of the vendor for a bot at %s',
    async (meeting_url, { room }) => {
      for (const zoom_settings of NO_OBJECTS) {
        const { status, text, headers } = await create(room, { meeting_url, zoom_settings, bot_name: '' });
        expect([zoom_settings, status, headers.get('allow')]).toEqual([zoom_settings, 500, null]);
        expect(text).toContain(PAGE);
      }
    },
  );

  test('is a failure of the vendor for an app session', async ({ room }) => {
    for (const zoom_settings of NO_OBJECTS) expect((await open(room, { zoom_settings })).status).toBe(500);
  });

  test('has its own error where the rules of transcription_settings do not run', async ({ room }) => {
    const { status, json } = await create(room, { zoom_settings: 'web', transcription_settings: null });
    expect([status, json]).toEqual([
      400,
      {
        transcription_settings: ['This field may not be null.'],
        zoom_settings: ["'web' is not of type 'object'"],
      },
    ]);
  });

  test('is a failure nevertheless where a voice agent asks for it', async ({ room }) => {
    const escape = { zoom_settings: [], transcription_settings: null };
    for (const [voice_agent_settings, status] of [
      [{ reserve_resources: true }, 500],
      [{ url: 'https://agent.example.com' }, 500],
      [{ reserve_resources: false }, 400],
      [{ url: '' }, 400],
    ] as const)
      expect((await create(room, { ...escape, voice_agent_settings })).status).toBe(status);
  });
});

test('meeting_url that is no text is read by the rules of other fields first', async ({ room }) => {
  for (const meeting_url of [5, 1.5, true, ['x'], { a: 1 }]) {
    expect((await create(room, { meeting_url })).status).toBe(500);
    const own = await create(room, { meeting_url, transcription_settings: null });
    expect([own.status, Object.keys(own.json as object)]).toEqual([400, ['meeting_url', 'transcription_settings']]);
    expect((await open(room, { meeting_url })).status).toBe(500);
  }
});

describe('PATCH voice_agent_settings', () => {
  const URLS = { url: 'https://a.example.com', screenshare_url: 'https://b.example.com' };
  const others = (names: string) => ({
    non_field_errors: [`Unexpected field(s): ${names}. Allowed fields are: screenshare_url, url`],
  });

  test('names errors of fields, then unknown fields, then two URLs', async ({ room }) => {
    const id = await inMeeting(room, { voice_agent_settings: { reserve_resources: true } });
    const patch = (body: object) => attendee(room, 'PATCH', `/api/v1/bots/${id}/voice_agent_settings`, body);
    expect((await patch({ zeta: 1, alpha: 2, url: 'http://x' })).json).toEqual({
      url: ['URL must start with https://'],
    });
    expect((await patch({ zeta: 1, alpha: 2, ...URLS })).json).toEqual(others('alpha, zeta'));
    expect((await patch(URLS)).json).toEqual({
      non_field_errors: ['Cannot provide both url and screenshare_url. Please specify only one.'],
    });
    expect((await patch({ ...URLS, url: '' })).status).toBe(200);
  });

  test('asks for the state and the reservation before it reads a field', async ({ room }) => {
    const id = await inMeeting(room);
    const { json } = await attendee(room, 'PATCH', `/api/v1/bots/${id}/voice_agent_settings`, { foo: 1 });
    expect((json as { error: string }).error).toContain('Voice agent resources were not reserved');
  });
});

test("a list of words is named in the vendor's order", async ({ room }) => {
  const rows: [object, string][] = [
    [{ transcription_settings: { elevenlabs: { model_id: 'x' } } }, "['scribe_v1', 'scribe_v1_experimental']"],
    [{ google_meet_settings: { ui_interaction_mode: 'x' } }, "['robotic', 'humanized']"],
    [{ google_meet_settings: { login_mode: 'x' } }, "['always', 'only_if_required']"],
    [{ teams_settings: { login_mode: 'x' } }, "['always', 'only_if_required']"],
    [{ zoom_settings: { sdk: 'x' } }, "['web', 'native']"],
    [{ recording_settings: { resolution: 'x' } }, "['1080p', '720p']"],
    [
      { transcription_settings: { openai: { model: 'gpt-4o-transcribe', response_format: 'x' } } },
      "['json', 'diarized_json']",
    ],
    [
      { transcription_settings: { sarvam: { mode: 'x' } } },
      "['transcribe', 'translate', 'verbatim', 'translit', 'codemix']",
    ],
    [
      { websocket_settings: { per_participant_video: { url: 'wss://x', webcam_resolution: 'x' } } },
      "['none', '360p', '720p', '1080p']",
    ],
  ];
  for (const [body, words] of rows) {
    const [field] = Object.keys(body);
    expect((await create(room, body)).json).toEqual({ [field!]: [`'x' is not one of ${words}`] });
  }
});

test('scribe_v2 is no model of ElevenLabs', async ({ room }) => {
  const { status, json } = await create(room, { transcription_settings: { elevenlabs: { model_id: 'scribe_v2' } } });
  expect([status, json]).toEqual([
    400,
    { transcription_settings: ["'scribe_v2' is not one of ['scribe_v1', 'scribe_v1_experimental']"] },
  ]);
});

describe('A parameter that is empty', () => {
  test('is no ordering of calendar events, and one that is absent has the default', async ({ room }) => {
    const orderings = '-updated_at, updated_at, start_time, -start_time, end_time, -end_time, created_at, -created_at';
    const { status, json } = await attendee(room, 'GET', '/api/v1/calendar_events?ordering=');
    expect([status, json]).toEqual([400, { error: `Invalid ordering. Allowed values: ${orderings}` }]);
    expect((await attendee(room, 'GET', '/api/v1/calendar_events')).status).toBe(200);
  });

  test.for([
    'calendar_id',
    'calendar_deduplication_key',
    'event_id',
    'updated_at_gte',
    'start_time_gte',
    'end_time_lte',
  ])('counts as absent for the filter %s', async (name, { room }) => {
    expect((await attendee(room, 'GET', `/api/v1/calendar_events?${name}=`)).status).toBe(200);
  });

  test('is no value of is_host, whose ends are trimmed', async ({ room }) => {
    const id = await inMeeting(room);
    const ask = async (value: string) =>
      (await attendee(room, 'GET', `/api/v1/bots/${id}/participants?is_host=${value}`)).status;
    expect(await Promise.all(['', '%20', '1', '%20True%09', 'FALSE'].map(ask))).toEqual([400, 400, 400, 200, 200]);
  });

  test('is no state of bots', async ({ room }) => {
    const { status, json } = await attendee(room, 'GET', '/api/v1/bots?states=');
    expect([status, (json as { error: string }).error.slice(0, 18)]).toEqual([400, 'Invalid state: . V']);
  });
});

describe('output_video', () => {
  const BAD = 'Enter a valid URL.';
  test('has one message for a url of any other type, and keeps those of its characters', async ({ room }) => {
    const id = await inMeeting(room);
    const errors = async (body: object) =>
      (await attendee(room, 'POST', `/api/v1/bots/${id}/output_video`, body)).json as { url: string[] };
    for (const url of [true, false, [], ['https://x.example/a.mp4'], {}, { a: 1 }, 5, 1.5, 'x', 'https://x'])
      expect((await errors({ url })).url).toEqual([BAD]);
    expect((await errors({ url: 'https://x.example/\0.mp4' })).url).toEqual(['Null characters are not allowed.']);
    expect((await errors({ url: 'a\0b' })).url).toEqual(['Null characters are not allowed.', BAD]);
    expect((await errors({ url: ' ' })).url).toEqual(['This field may not be blank.']);
    expect((await errors({ url: null })).url).toEqual(['This field may not be null.']);
    expect((await errors({})).url).toEqual(['This field is required.']);
  });

  test('takes the words of the framework for a boolean, untrimmed', async ({ room }) => {
    const id = await inMeeting(room);
    const play = async (loop: unknown) =>
      (await attendee(room, 'POST', `/api/v1/bots/${id}/output_video`, { url: 'https://x.example/a.mp4', loop })).text;
    for (const loop of ['Yes', 'OFF', 't', 0, 1, 1.0, false]) expect(await play(loop)).toBe('');
    for (const loop of [' true', 'ja', 2, '', [], {}])
      expect(await play(loop)).toBe('{"loop":["Must be a valid boolean."]}');
  });
});

describe('An app session', () => {
  test.for(['meeting_uuid', 'rtms_stream_id', 'server_urls'])('wants %s, and not empty', async (name, { room }) => {
    const { status, json } = await open(room, {}, { ...RTMS, [name]: '' });
    expect([status, json]).toEqual([400, { zoom_rtms: ["'' should be non-empty"] }]);
  });

  test('takes an empty operator_id', async ({ room }) => {
    expect((await open(room, {}, { ...RTMS, operator_id: '' })).status).toBe(201);
  });

  test('is ended by a stream that it alone has; bots in meetings have none, which counts for one', async ({ room }) => {
    const end = async (zoom_rtms: unknown) => {
      const { status, text } = await attendee(room, 'POST', '/api/v1/app_sessions/end', { zoom_rtms });
      return [status, text];
    };
    const failed = [500, expect.stringContaining('Server Error (500)')];
    expect(await end({})).toEqual([404, '{"error":"App session not found"}']);
    expect(await end({ rtms_stream_id: '\0' })).toEqual(failed);
    await open(room, {}, { ...RTMS, rtms_stream_id: '5' });
    expect(await end({ rtms_stream_id: 5 })).toEqual([200, expect.stringContaining('"state":"disconnecting"')]);
    for (const _ of [1, 2]) await open(room, {}, { ...RTMS, rtms_stream_id: 'twice' });
    expect(await end({ rtms_stream_id: 'twice' })).toEqual(failed);
    await create(room, {});
    expect(await end({ rtms_stream_id: null })).toEqual([
      400,
      expect.stringContaining('Event app_session_disconnect_requested not allowed when bot is in state joining.'),
    ]);
    await create(room, {});
    expect(await end({})).toEqual(failed);
  });

  test('records in 720p, whatever resolution it is given, and fails for recording_settings that are no object', async ({
    room,
  }) => {
    for (const resolution of ['4k', '1080p', 5, null])
      expect((await open(room, { recording_settings: { resolution } })).status).toBe(201);
    for (const recording_settings of ['x', [], 5, true])
      expect((await open(room, { recording_settings })).status).toBe(500);
    expect((await open(room, { recording_settings: null })).json).toEqual({
      recording_settings: ['This field may not be null.'],
    });
    expect((await create(room, { recording_settings: { resolution: '4k' } })).status).toBe(400);
  });
});

test('the errors of a new calendar stand in the order of its fields', async ({ room }) => {
  const { json } = await attendee(room, 'POST', '/api/v1/calendars', { platform_uuid: '', metadata: [] });
  expect(Object.keys(json as object)).toEqual([
    'platform_uuid',
    'client_id',
    'client_secret',
    'refresh_token',
    'platform',
    'metadata',
  ]);
});

describe('A bot that records to an external storage', () => {
  const STORAGE = { external_media_storage_settings: { bucket_name: 'meetings', recording_file_name: 'a.mp4' } };

  test('is refused in a project without credentials for it', async ({ room }) => {
    const { status, json } = await create(room, STORAGE);
    expect([status, (json as { error: string }).error]).toEqual([
      400,
      expect.stringMatching(
        /^External media storage credentials are required .+\/projects\/proj_\w{16}\/credentials\.$/,
      ),
    ]);
  });

  test('is made in a project with them, and keeps the rules of its field', async ({ room }) => {
    await control(room, 'PATCH', '/workspaces/default', { attendee: { external_media_storage_credentials: true } });
    expect((await create(room, STORAGE)).status).toBe(201);
    expect((await create(room, { external_media_storage_settings: {} })).json).toEqual({
      external_media_storage_settings: ["'bucket_name' is a required property"],
    });
  });
});

test('a time that its offset leads out of the years of Python is out of range', async ({ room }) => {
  const { id } = (await create(room, { join_at: '2026-01-02T10:00:00Z' })).json;
  for (const join_at of ['0001-01-01T00:00:00+05:00', '9999-12-31T23:59:59-05:00']) {
    const expected = [400, { join_at: ['Datetime value out of range.'] }];
    const made = await create(room, { join_at });
    const moved = await attendee(room, 'PATCH', `/api/v1/bots/${id}`, { join_at });
    expect([made.status, made.json]).toEqual(expected);
    expect([moved.status, moved.json]).toEqual(expected);
  }
  expect((await create(room, { join_at: '0001-01-01T00:00:00Z' })).json).toEqual({
    join_at: ['join_at cannot be in the past'],
  });
});

test('a line may end behind the end of a pattern', async ({ room }) => {
  const refusal = async (type: string) =>
    (await create(room, { kubernetes_settings: { bot_pod_spec_type: type } })).json.kubernetes_settings[0];
  expect(await refusal('HIGH\n')).toBe('Custom bot pod spec types are not allowed.');
  expect(await refusal('HIGH\n\n')).toContain('does not match');
});

test('the id of a calendar event with NUL is a failure of the vendor', async ({ room }) => {
  expect((await create(room, { calendar_event_id: 'evt_\0' })).status).toBe(500);
  expect((await create(room, { calendar_event_id: ['\0'] })).json.error).toBe(
    "Calendar event with id ['\\x00'] does not exist in this project.",
  );
});

test('the body of output_audio is asked for its words before it is taken apart', async ({ room }) => {
  const id = await inMeeting(room);
  const output = async (body: string) => {
    const { status, text } = await attendee(room, 'POST', `/api/v1/bots/${id}/output_audio`, body);
    return status === 500 ? status : text;
  };
  for (const body of ['"x"', '"type"', '[]', '["type"]', '{}'])
    expect([body, await output(body)]).toEqual([body, '{"error":"Both type and data are required"}']);
  for (const body of ['"some data of a type"', '["type","data"]', '5', '1.5', '1e400', 'true', 'null'])
    expect([body, await output(body)]).toEqual([body, 500]);
});

test('an app session with the place of a Zoom meeting has asked for captions that its SDK has not', async ({
  room,
}) => {
  const refused = {
    transcription_settings: {
      transcription_settings:
        "Closed caption based transcription is not supported for Zoom when using the native SDK. Please set 'zoom_settings.sdk' to 'web' in the bot creation request.",
    },
  };
  expect((await open(room, { meeting_url: ZOOM_URL })).json).toEqual(refused);
  const place = async (more: object) => (await open(room, { ...more, meeting_url: ZOOM_URL })).json.non_field_errors;
  for (const more of [{ transcription_settings: { deepgram: {} } }, { zoom_settings: { sdk: 'web' } }])
    expect(await place(more)).toEqual([expect.stringContaining('Unexpected field(s): meeting_url.')]);
  expect((await open(room, { meeting_url: MEET_URL })).json.non_field_errors).toHaveLength(1);
});
