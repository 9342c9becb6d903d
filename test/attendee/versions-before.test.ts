import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attendee, botRequest, control, TEAMS_URL, ZOOM_URL } from '../support/room.js';
import {
  JOIN,
  APP,
  roomOf,
  create,
  answersTo,
  secondsToJoin,
  server,
  startServer,
  stopServer,
} from '../support/versions.js';

beforeAll(startServer);
afterAll(stopServer);

describe('A server before 1.64.1', () => {
  test('lacks the fields that came later, and has other limits and texts (assembly-prompt, jpeg-images, longer-urls, empty-rtms-texts)', async () => {
    const unexpected = (name: string) => `Additional properties are not allowed ('${name}' was unexpected)`;
    const speech = { transcription_settings: { assembly_ai: { prompt: 'p' } } };
    expect(await answersTo(speech, ['1.50.0', '1.51.0'])).toEqual([
      { transcription_settings: [unexpected('prompt')] },
      201,
    ]);
    const gif = { bot_image: { type: 'image/jpeg', data: 'AAAA' } };
    expect(await answersTo(gif, ['1.25.0', '1.26.0'])).toEqual([
      { bot_image: { type: ['"image/jpeg" is not a valid choice.'] } },
      { bot_image: { non_field_errors: ['Data is not a valid jpeg image.'] } },
    ]);
    const long = { webhooks: [{ url: `https://app.example/${'x'.repeat(300)}`, triggers: ['bot.state_change'] }] };
    expect(await answersTo(long, ['1.39.5', '1.39.6'])).toEqual([{ error: expect.stringContaining('Error ID') }, 201]);
    const rtms = {
      zoom_rtms: { meeting_uuid: '', rtms_stream_id: 's', server_urls: 'u' },
      zoom_settings: { sdk: 'web' },
    };
    const sessions = ['1.58.11', '1.58.12'].map(async (version) =>
      create(await roomOf(version), rtms, '/api/v1/app_sessions'),
    );
    expect((await Promise.all(sessions)).map(({ status }) => status)).toEqual([201, 400]);
  });

  const socket = { url: 'wss://app.example/x' };
  test.for([
    ['per-participant-audio', '1.18.9', '1.19.0', { websocket_settings: { per_participant_audio: socket } }],
    ['per-participant-video', '1.23.9', '1.24.0', { websocket_settings: { per_participant_video: socket } }],
    ['assembly-speech-models', '1.21.9', '1.22.0', { transcription_settings: { assembly_ai: { speech_models: [] } } }],
    ['login-groups', '1.34.9', '1.35.0', { google_meet_settings: { login_group_name: 'g' } }],
    ['login-groups', '1.34.9', '1.35.0', { teams_settings: { login_group_name: 'g' } }],
    ['custom-async-v2', '1.37.9', '1.38.0', { transcription_settings: { custom_async_v2: {} } }],
    ['sarvam-mode', '1.42.9', '1.43.0', { transcription_settings: { sarvam: { mode: 'verbatim' } } }],
    ['assembly-prompt', '1.50.9', '1.51.0', { transcription_settings: { assembly_ai: { prompt: 'p' } } }],
    [
      'assembly-custom-spelling',
      '1.51.9',
      '1.52.0',
      { transcription_settings: { assembly_ai: { custom_spelling: [] } } },
    ],
  ] as const)('does not know a field that came later (%s)', async ([, before, since, body]) => {
    const [field] = Object.keys(body) as [string];
    const [old, newer] = await answersTo(body, [before, since]);
    expect(old).toEqual({
      [field]: [expect.stringMatching(/^Additional properties are not allowed \('\w+' was unexpected\)$/)],
    });
    expect(newer).not.toEqual(old);
  });

  test('takes meeting URLs of 511 characters before 1.39.6, and of 2048 later (longer-urls)', async () => {
    const long = { meeting_url: `${ZOOM_URL}?pwd=${'a'.repeat(600)}` };
    expect(await answersTo(long, ['1.39.5', '1.39.6'])).toEqual([{ error: expect.stringContaining('Error ID') }, 201]);
  });

  test.for([
    ['webinar-panelist-promotion', '1.19.9', '1.20.0', 'webinar_attendee_needs_panelist_promotion'],
    ['zoom-anonymous', '1.20.9', '1.21.0', 'zoom_app_cannot_join_anonymously'],
    ['global-runtime-timeout', '1.29.9', '1.30.0', 'global_runtime_timeout'],
  ] as const)('does not have a reason that came later (%s)', async ([, before, since, sub_type]) => {
    const fault = { on: 'delivery', match: { sub_type }, do: { duplicate: 1 } };
    const details: unknown[] = [];
    for (const version of [before, since])
      details.push((await control(server, 'POST', '/faults', fault, (await roomOf(version)).id)).json.detail);
    const span = `Attendee has it from ${since} on; the workspace has ${before}.`;
    expect(details).toEqual([expect.stringContaining(span), undefined]);
  });

  test('does not say who removed a bot before 1.64.0, and nothing of its machines before 1.49.0 (remover, infrastructure-information)', async () => {
    const life = async (version: string, scenario: string) => {
      const room = await roomOf(version, {}, { scenario });
      await attendee(room, 'POST', '/api/v1/bots', botRequest(JOIN, APP, { meeting_url: TEAMS_URL }));
      await room.clock.until('idle');
      const { deliveries } = await room.deliveries.list({ type: 'bot.state_change' });
      return deliveries.map(({ attempts }) => attempts[0]!.request.body).join('\n');
    };
    expect(await life('1.64.0', 'removed-by-host')).toContain('remover_name');
    expect(await life('1.63.0', 'removed-by-host')).not.toContain('remover_name');
    expect(await life('1.49.0', 'heartbeat-lost')).toContain('infrastructure_information');
    expect(await life('1.48.0', 'heartbeat-lost')).not.toContain('infrastructure_information');
  });

  test('has every Meet bot click as a robot does before 1.42.0, and join ten seconds earlier (ui-interaction-mode)', async () => {
    expect(await secondsToJoin({}, ['1.41.0', '1.42.0', '1.64.1'])).toEqual([13, 23, 23]);
    const signedIn = { google_meet_settings: { use_login: true } };
    expect(await secondsToJoin(signedIn, ['1.41.0', '1.42.0', '1.64.1'])).toEqual([23, 23, 23]);
    const explicit = { google_meet_settings: { ui_interaction_mode: 'robotic' } };
    expect(await answersTo(explicit, ['1.41.0'])).toEqual([
      {
        google_meet_settings: ["Additional properties are not allowed ('ui_interaction_mode' was unexpected)"],
      },
    ]);
    expect(await secondsToJoin(explicit, ['1.42.0'])).toEqual([13]);
  });

  test('waits for the authorized user from its first try to join before 1.44.1, and later from the first look (authorized-user-timeout)', async () => {
    const givesUpAt = async (version: string) => {
      const room = await roomOf(version, {}, { scenario: 'host-never-comes' });
      const zoom_settings = { onbehalf_token: { zoom_oauth_connection_user_id: 'u' } };
      const { id } = (await create(room, { meeting_url: ZOOM_URL, zoom_settings })).json;
      await room.clock.until({ subject: id, state: 'fatal_error' });
      return (await room.clock.now()).slice(11, 19);
    };
    expect(await givesUpAt('1.44.0')).toBe('09:10:00');
    expect(await givesUpAt('1.44.1')).toBe('09:10:01');
  });
});
