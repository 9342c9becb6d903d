import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attendee, botRequest, call, control, TEAMS_URL, ZOOM_URL } from '../support/room.js';
import {
  JOIN,
  LEFT_BEFORE,
  ENDED_BEFORE,
  APP,
  LEAVE_REFUSAL,
  roomOf,
  create,
  answersTo,
  lastOf,
  secondsToJoin,
  leave,
  server,
  stagedBot,
  type Settings,
  startServer,
  stopServer,
} from '../support/versions.js';

beforeAll(startServer);
afterAll(stopServer);

describe('A bot of 1.81', () => {
  test('that is staged can be told to leave, and ends in fatal_error; in 1.64.1 it cannot (staged-bot-can-leave, leave-while-staged-is-fatal)', async () => {
    const old = await roomOf('1.64.1');
    expect((await leave(old, await stagedBot(old))).json.error).toBe(
      `Event leave_requested not allowed when bot is in state staged. ${LEAVE_REFUSAL}`,
    );
    const room = await roomOf('1.81');
    const id = await stagedBot(room);
    expect((await leave(room, id)).json.state).toBe('leaving');
    await room.clock.until('idle');
    expect(await lastOf(room)).toEqual([
      'fatal_error',
      'could_not_join_meeting',
      LEFT_BEFORE,
      { state_when_leave_requested: 'staged', bot_duration_seconds: expect.any(Number) },
    ]);
    const { json } = await attendee(room, 'GET', `/api/v1/bots/${id}`);
    expect(json.events.map(({ type }: { type: string }) => type)).toEqual([
      'staged',
      'leave_requested',
      'could_not_join_meeting',
    ]);
    expect((await leave(room, id)).json.error).toBe(
      `Event leave_requested not allowed when bot is in state fatal_error. ${LEAVE_REFUSAL}, staged`,
    );
  });

  test('whose process is not up yet stays leaving until it is', async () => {
    const room = await roomOf('1.81', {}, { scenario: 'launched-late' });
    const id = await stagedBot(room);
    await leave(room, id);
    await room.clock.advance({ to: '2026-01-01T10:02:00Z' });
    expect((await attendee(room, 'GET', `/api/v1/bots/${id}`)).json.state).toBe('leaving');
    await room.clock.advance({ by: '1s' });
    expect((await attendee(room, 'GET', `/api/v1/bots/${id}`)).json.state).toBe('fatal_error');
  });

  test('can fail to join from leaving for one reason alone (leaving-can-fail-to-join, sub-types-before-joining)', async () => {
    const fail = async (version: string, sub_type: string) => {
      const room = await roomOf(version, {}, { scenario: 'manual' });
      const { id: bot } = (await create(room)).json;
      await leave(room, bot);
      const event = { kind: 'event', bot, event: 'could_not_join_meeting', sub_type };
      return control(server, 'POST', '/backstage', event, room.id);
    };
    expect((await fail('1.81', LEFT_BEFORE)).status).toBe(200);
    expect((await fail('1.81', 'login_required')).json.detail).toBe(
      'Event could_not_join_meeting with sub type login_required not allowed when bot is in state leaving.',
    );
    expect((await fail('1.64.1', LEFT_BEFORE)).json.detail).toBe(
      'Event could_not_join_meeting not allowed when bot is in state leaving. It is only allowed in these states: joining, waiting_room',
    );
  });

  test('that leaves before it has joined ends as the operator has set it (prejoin-switch)', async () => {
    const life = async (settings: Settings) => {
      const room = await roomOf('1.81', settings, { scenario: 'lobby-opened-late' });
      const wish = botRequest(undefined, APP, { meeting_url: ZOOM_URL });
      const { id } = (await attendee(room, 'POST', '/api/v1/bots', wish)).json;
      await room.clock.until({ subject: id, state: 'waiting_room' });
      await leave(room, id);
      await room.clock.until('idle');
      return lastOf(room);
    };
    expect(await life({})).toEqual(['ended', 'post_processing_completed', null, expect.anything()]);
    expect(await life({ prejoin_leave_or_meeting_end_is_fatal_error: true })).toEqual([
      'fatal_error',
      'could_not_join_meeting',
      LEFT_BEFORE,
      { state_when_leave_requested: 'waiting_room', bot_duration_seconds: expect.any(Number) },
    ]);
  });

  test('whose meeting ends before it has joined ends as the operator has set it, without the remover (prejoin-switch)', async () => {
    const life = async (settings: Settings) => {
      const room = await roomOf('1.81', settings, { scenario: 'ended-before-joining' });
      await attendee(room, 'POST', '/api/v1/bots', botRequest(undefined, APP, { meeting_url: TEAMS_URL }));
      await room.clock.until('idle');
      return lastOf(room);
    };
    expect((await life({}))[0]).toBe('ended');
    expect(await life({ prejoin_leave_or_meeting_end_is_fatal_error: true })).toEqual([
      'fatal_error',
      'could_not_join_meeting',
      ENDED_BEFORE,
      { bot_duration_seconds: expect.any(Number) },
    ]);
  });

  test('whose process is terminated while it joins is started again, if the operator wants it (restart-before-joining)', async () => {
    const file = {
      description: 'Dies.',
      crash: { of: 'joining', after: '2s', how: 'dies' },
      lobby: { reached: { after: '5s' } },
    };
    const life = async (settings: Settings) => {
      const room = await roomOf('1.81', settings);
      await room.scenarios.put('dies-early', file as never);
      const path = '/api/v1/bots';
      const headers = { authorization: `Token ${room.attendee.api_key}`, 'greenroom-scenario': 'dies-early' };
      const { id } = (await call('POST', room.url + path, botRequest(undefined, APP), headers)).json;
      await room.clock.until('idle');
      const { events } = (await attendee(room, 'GET', `${path}/${id}`)).json;
      return events
        .map(({ type, created_at }: Record<string, string>) => [type, created_at!.slice(14, 19)])
        .slice(0, 2);
    };
    expect(await life({})).toEqual([
      ['join_requested', '00:00'],
      ['fatal_error', '00:02'],
    ]);
    expect(await life({ restart_prejoin_terminated_bots: true })).toEqual([
      ['join_requested', '00:00'],
      ['joined_meeting', '01:10'],
    ]);
  });

  test('is launched in the window that the operator has set (launch-window-is-a-setting)', async () => {
    const stagedAt = async (settings: Settings) => {
      const room = await roomOf('1.81', settings);
      const { id } = (await attendee(room, 'POST', '/api/v1/bots', botRequest(JOIN))).json;
      await room.clock.until({ subject: id, state: 'staged' });
      return (await room.clock.now()).slice(11, 19);
    };
    expect(await stagedAt({})).toBe('09:55:00');
    expect(await stagedAt({ scheduled_bot_launch_window_before_join_at_seconds: 120 })).toBe('09:58:00');
    const late = await roomOf(
      '1.81',
      { scheduled_bot_launch_window_after_join_at_seconds: 3600 },
      { scenario: 'manual' },
    );
    const { id } = (await attendee(late, 'POST', '/api/v1/bots', botRequest(JOIN))).json;
    await late.clock.advance({ to: '2026-01-01T10:50:00Z' });
    await late.backstage({ kind: 'scheduler_poll' });
    expect((await attendee(late, 'GET', `/api/v1/bots/${id}`)).json.state).toBe('staged');
  });

  test('that charges credits ends late where other charges get in first (credit-transaction-retries)', async () => {
    const lifeIn = async (settings: Settings, scenario = 'happy-path') => {
      const room = await roomOf('1.81', settings, { scenario });
      const { id } = (await create(room, { webhooks: [{ url: APP, triggers: ['bot.state_change'] }] })).json;
      await room.clock.until('idle');
      const { events } = (await attendee(room, 'GET', `/api/v1/bots/${id}`)).json;
      const [, type, subType, metadata] = await lastOf(room);
      return { at: Date.parse(events.at(-1).created_at), last: [type, subType, metadata] };
    };
    for (const scenario of ['happy-path', 'meeting-not-found']) {
      const usual = await lifeIn({ charge_credits: true }, scenario);
      const conflicts = { charge_credits: true, credit_transaction_conflicts: 9 };
      const late = await lifeIn(conflicts, scenario);
      expect(late.at - usual.at).toBeGreaterThan(0);
      expect(late.at - usual.at).toBeLessThanOrEqual(4000);
      // It is the same event, with the same facts, and by the seed at the same instant.
      expect(late.last).toEqual(usual.last);
      expect(await lifeIn(conflicts, scenario)).toEqual(late);
    }
    // Where nothing is charged there is nothing to write.
    const free = await lifeIn({});
    expect(await lifeIn({ credit_transaction_conflicts: 9 })).toEqual(free);
    const crashed = await lifeIn({ charge_credits: true }, 'crash-while-recording');
    expect(await lifeIn({ charge_credits: true, credit_transaction_conflicts: 9 }, 'crash-while-recording')).toEqual(
      crashed,
    );
    const older = { version: '1.79.4', charge_credits: true, credit_transaction_conflicts: 1 };
    const refused = await control(server, 'POST', '/workspaces', { attendee: older });
    expect(refused.json.detail).toMatch(/credit_transaction_conflicts: expected no such setting in 1\.79\.4/);
  });

  test('that waits for its charge to be written does nothing else, and can be told to leave before (credit-transaction-retries)', async () => {
    const room = await roomOf(
      '1.81',
      { charge_credits: true, credit_transaction_conflicts: 9 },
      { scenario: 'lobby-denied' },
    );
    const { id } = (await create(room)).json;
    const stateOf = async () => (await attendee(room, 'GET', `/api/v1/bots/${id}`)).json.state;
    await room.clock.advance({ by: '1s' });
    const [denied] = await room.clock.pending();
    await room.clock.advance({ to: denied!.due });
    expect((await room.clock.pending()).map(({ label }) => label)).toEqual([
      'the charge of the bot is written at last',
    ]);
    expect(await stateOf()).toBe('joining');
    expect((await leave(room, id)).json.state).toBe('leaving');
    await room.clock.until('idle');
    expect(await stateOf()).toBe('ended');
  });
});

describe('A request to 1.81', () => {
  const lists = (...more: string[]) =>
    expect.stringMatching(new RegExp(`Allowed fields are: .*recording_settings, ${more.join('')}rtmp_settings`));

  test('may sync a room, and its refusals name the field (room-sync)', async () => {
    const livekit = { room_name: 'r', source_participant: { identity: 'p' } };
    expect(await answersTo({ room_sync_settings: { livekit } }, ['1.64.1', '1.81'])).toEqual([
      { non_field_errors: [lists()] },
      201,
    ]);
    expect(await answersTo({ foo: 1 }, ['1.64.1', '1.81'])).toEqual([
      { non_field_errors: [lists()] },
      { non_field_errors: [lists('room_sync_settings, ')] },
    ]);
    expect(await answersTo({ room_sync_settings: {} }, ['1.81'])).toEqual([201]);
    const session = {
      zoom_rtms: { meeting_uuid: 'm', rtms_stream_id: 's', server_urls: 'u' },
      zoom_settings: { sdk: 'web' },
      room_sync_settings: { livekit },
    };
    expect((await create(await roomOf('1.81'), session, '/api/v1/app_sessions')).status).toBe(201);
  });

  test.for([
    [null, 'This field may not be null.'],
    [{ livekit: {} }, "'room_name' is a required property"],
    [{ x: 1 }, "Additional properties are not allowed ('x' was unexpected)"],
    [{ livekit: { room_name: 'r', source_participant: {} } }, '{} is not valid under any of the given schemas'],
    [
      { livekit: { room_name: 'r', source_participant: { identity: 'a', publish_on_behalf: 'b' } } },
      "{'identity': 'a', 'publish_on_behalf': 'b'} is valid under each of {'required': ['publish_on_behalf']}, {'required': ['identity']}",
    ],
  ] as const)('refuses room_sync_settings %j in the words of its schema library (room-sync)', async ([value, text]) => {
    expect(await answersTo({ room_sync_settings: value }, ['1.81'])).toEqual([{ room_sync_settings: [text] }]);
  });

  test('checks room_sync_settings after the voice agent and before the transcription, and not on native Zoom (room-sync)', async () => {
    const wrong = { transcription_settings: { x: 1 }, room_sync_settings: { x: 1 }, voice_agent_settings: { x: 1 } };
    const [refusal] = await answersTo(wrong, ['1.81']);
    expect(Object.keys(refusal as object)).toEqual([
      'voice_agent_settings',
      'room_sync_settings',
      'transcription_settings',
    ]);
    const zoom = { meeting_url: ZOOM_URL, room_sync_settings: { livekit: { room_name: 'r' } } };
    const text =
      "Room sync is not supported for Zoom when using the native SDK. Please set 'zoom_settings.sdk' to 'web' in the bot creation request.";
    expect(await answersTo(zoom, ['1.81'])).toEqual([{ room_sync_settings: [text] }]);
    expect(await answersTo({ ...zoom, zoom_settings: { sdk: 'web' } }, ['1.81'])).toEqual([201]);
    expect(await answersTo({ meeting_url: ZOOM_URL, room_sync_settings: {} }, ['1.81'])).toEqual([201]);
  });

  test('may have sync_to_room until 1.81.0 (sync-to-room)', async () => {
    expect(await answersTo({ room_sync_settings: { sync_to_room: true } }, ['1.81.0', '1.81.1'])).toEqual([
      201,
      { room_sync_settings: ["Additional properties are not allowed ('sync_to_room' was unexpected)"] },
    ]);
  });

  test('may name the user of a webinar (webinar-user-email)', async () => {
    const zoom = (email: unknown) => ({ meeting_url: ZOOM_URL, zoom_settings: { webinar_user_email: email } });
    expect(await answersTo(zoom('no address'), ['1.64.1', '1.81'])).toEqual([
      { zoom_settings: ["Additional properties are not allowed ('webinar_user_email' was unexpected)"] },
      201,
    ]);
    expect(await answersTo(zoom(1), ['1.81'])).toEqual([{ zoom_settings: ["1 is not of type 'string'"] }]);
  });

  test('may have webhooks without TLS where the operator allows it (http-webhooks)', async () => {
    const hook = (url: string) => ({ webhooks: [{ url, triggers: ['bot.state_change'] }] });
    const strict = { strict: true };
    const closed = await roomOf('1.81', {}, strict);
    const open = await roomOf('1.81', { require_https_webhooks: false }, strict);
    expect((await create(closed, hook('http://x'))).json).toEqual({
      webhooks: ["'http://x' does not match '^https://.*'"],
    });
    expect((await create(open, hook('http://x'))).status).toBe(201);
    expect((await create(open, hook('ftp://x'))).json).toEqual({
      webhooks: ["'ftp://x' does not match '^https?://.*'"],
    });
    const local = await roomOf('1.81', { require_https_webhooks: false });
    await create(local, hook('http://127.0.0.1:9/x'));
    expect((await control(server, 'GET', '/timeline', undefined, local.id)).text).not.toContain('production refuses');
  });

  test('may have the language of Teams enforced, from 1.81.0 on (teams-language-enforcement)', async () => {
    const captions = (seconds: unknown) => ({
      transcription_settings: {
        meeting_closed_captions: { teams_language_enforcement_duration_seconds: seconds },
      },
    });
    const name = "('teams_language_enforcement_duration_seconds' was unexpected)";
    expect(await answersTo(captions(5), ['1.80.0', '1.81.0'])).toEqual([
      { transcription_settings: [`Additional properties are not allowed ${name}`] },
      201,
    ]);
    expect(await answersTo(captions(-1), ['1.81'])).toEqual([
      { transcription_settings: ['-1 is less than the minimum of 0'] },
    ]);
    expect(await answersTo(captions('5'), ['1.81'])).toEqual([
      { transcription_settings: ["'5' is not of type 'integer'"] },
    ]);
  });

  test('may name a further model of OpenAI, after 1.81.0 (gpt-transcribe)', async () => {
    const model = (name: string) => ({ transcription_settings: { openai: { model: name } } });
    const words = "['gpt-4o-transcribe', 'gpt-4o-mini-transcribe', 'gpt-4o-transcribe-diarize'";
    expect(await answersTo(model('gpt-transcribe'), ['1.81.0', '1.81.1'])).toEqual([
      { transcription_settings: [`'gpt-transcribe' is not one of ${words}]`] },
      201,
    ]);
    expect(await answersTo(model('x'), ['latest'])).toEqual([
      { transcription_settings: [`'x' is not one of ${words}, 'gpt-transcribe']`] },
    ]);
  });

  test('has a Meet bot that signs in only if required act as a human does, ten seconds slower (robotic-only-if-login-is-always)', async () => {
    const meet = (settings: object) => ({ google_meet_settings: { use_login: true, ...settings } });
    const [ifRequired, always] = [meet({ login_mode: 'only_if_required' }), meet({ login_mode: 'always' })];
    expect(await secondsToJoin(ifRequired, ['1.64.1', '1.79.4', '1.80.0', '1.81'])).toEqual([23, 23, 33, 33]);
    expect(await secondsToJoin(always, ['1.64.1', '1.81'])).toEqual([23, 23]);
    expect(await secondsToJoin(meet({}), ['1.64.1', '1.81'])).toEqual([23, 23]);
    // What the request says holds in every version.
    const robotic = meet({ login_mode: 'only_if_required', ui_interaction_mode: 'robotic' });
    expect(await secondsToJoin(robotic, ['1.64.1', '1.81'])).toEqual([23, 23]);
    expect(await secondsToJoin(meet({ ui_interaction_mode: 'humanized' }), ['1.64.1', '1.81'])).toEqual([33, 33]);
    // It is a matter of Google Meet alone.
    expect(await secondsToJoin({ ...ifRequired, meeting_url: TEAMS_URL }, ['1.64.1', '1.81'])).toEqual([23, 23]);
  });
});
