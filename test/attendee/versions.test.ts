import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VENDORS } from '../../src/contracts/vendors.js';
import { startGreenroom, type Greenroom, type WorkspaceOptions } from '../../src/index.js';
import { attendee, botRequest, call, control, TEAMS_URL, ZOOM_URL } from '../support/room.js';
import { runCommand } from '../support/server.js';

const { versions } = VENDORS.attendee;
const JOIN = '2026-01-01T10:00:00Z';
const STAGED_AT = '2026-01-01T09:56:00Z';
const LEFT_BEFORE = 'leave_requested_before_bot_joined';
const ENDED_BEFORE = 'meeting_ended_before_bot_joined';
/** Not on this machine: webhooks are captured. */
const APP = 'https://app.example/hook';
const LEAVE_REFUSAL =
  'It is only allowed in these states: joined_recording_paused, joined_recording, joined_not_recording, joined_recording_permission_denied, waiting_room, joining, joining_breakout_room, leaving_breakout_room';

/** One server for all of them: each test has a workspace of its own. */
let server: Greenroom;
beforeAll(async () => {
  server = await startGreenroom();
});
afterAll(() => server.close());

type Settings = NonNullable<WorkspaceOptions['attendee']>;
const roomOf = (version: string, settings: Settings = {}, options: WorkspaceOptions = {}): Promise<Greenroom> =>
  server.workspace({ ...options, attendee: { version, ...settings } });
const create = (room: Greenroom, more: object = {}, path = '/api/v1/bots') =>
  attendee(room, 'POST', path, path.endsWith('bots') ? botRequest(undefined, undefined, more) : more);
/** The statuses, or the refusals, that a body gets in these versions. */
const answersTo = async (more: object, versions: readonly string[]): Promise<unknown[]> => {
  const answers: unknown[] = [];
  for (const version of versions) {
    const answer = await create(await roomOf(version), more);
    answers.push(answer.status === 400 ? answer.json : answer.status);
  }
  return answers;
};
/** The last webhook of a bot: its state, its reason, and the facts of its event. */
const lastOf = async (room: Greenroom) => {
  const { deliveries } = await room.deliveries.list({ type: 'bot.state_change' });
  const { data } = JSON.parse(deliveries.at(-1)!.attempts[0]!.request.body) as {
    data: { new_state: string; event_type: string; event_sub_type: string | null; event_metadata: object };
  };
  return [data.new_state, data.event_type, data.event_sub_type, data.event_metadata];
};
/** How long a bot takes to join a meeting whose lobby it reaches after twenty seconds, in these versions. */
const secondsToJoin = async (more: object, versions: readonly string[]): Promise<number[]> => {
  const seconds: number[] = [];
  for (const version of versions) {
    const room = await roomOf(version);
    await room.scenarios.put('far-lobby', { description: 'A long way.', lobby: { reached: { after: '20s' } } });
    await room.patch({ scenario: 'far-lobby' });
    const { id } = (await create(room, more)).json;
    await room.clock.until({ subject: id, state: 'joined_not_recording' });
    seconds.push((Date.parse(await room.clock.now()) - Date.parse('2026-01-01T09:00:00Z')) / 1000);
  }
  return seconds;
};
const leave = (room: Greenroom, id: string) => attendee(room, 'POST', `/api/v1/bots/${id}/leave`);

async function stagedBot(room: Greenroom): Promise<string> {
  const { json } = await attendee(room, 'POST', '/api/v1/bots', botRequest(JOIN, APP));
  await room.clock.advance({ to: STAGED_AT });
  return json.id;
}

describe('The version of a workspace', () => {
  test('is the recorded one unless another is chosen, and is told wherever a workspace is', async () => {
    const plain = await server.workspace();
    const chosen = await roomOf('1.81');
    expect([plain.attendee.version, chosen.attendee.version, chosen.cronofy.version]).toEqual([
      '1.64.1',
      '1.81.1',
      '2026-11',
    ]);
    expect((await attendee(chosen, 'GET', '/version/')).text).toBe('{"version":"1.81.1"}');
    expect((await call('GET', `${server.url}/version/`)).text).toBe('{"version":"1.64.1"}');
    expect((await control(server, 'GET', '/health', undefined, chosen.id)).json.vendors).toEqual({
      cronofy: '2026-11',
      attendee: '1.81.1',
    });
    const { json } = await control(server, 'GET', '/contracts/attendee.openapi.json', undefined, chosen.id);
    expect(json.info.version).toBe('1.81.1');
    expect((await chosen.requests.list()).requests.map(({ version }) => version)).toEqual(['1.81.1']);
  });

  test.for([
    ['latest', versions.newest],
    ['1.81', '1.81.1'],
    ['1.81.0', '1.81.0'],
    ['v1.70.3', '1.70.3'],
    ['1.70', '1.70.0'],
    ['1.64', '1.64.1'],
    ['1.16', '1.16.10'],
  ])('may be given as %s', async ([given, version]) => {
    expect((await roomOf(given!)).attendee.version).toBe(version);
  });

  test.for(['1.999', '2', '1.2.3', '1.999.2', 'newest', '1.64.1.2', '', '1.', '-1', '1,81'])(
    'is refused with a sentence if it is “%s”',
    async (version) => {
      const refused = await control(server, 'POST', '/workspaces', { attendee: { version } });
      expect([refused.status, refused.json.pointer, refused.json.detail]).toEqual([
        422,
        '/attendee/version',
        expect.stringContaining(
          `Failed to read the setting /attendee/version: expected "latest" or a version from 1.16.10 to ${versions.newest}`,
        ),
      ]);
    },
  );

  test('is told by the command: which is served if nothing is said, and which can be', async () => {
    const { code, stdout } = await runCommand(['--version']);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(
        /^\d+\.\d+\.\d+\n  Cronofy +2026-11 \(from 2026-01 to 2026-11\)\n  Attendee +1\.64\.1 \(from 1\.16\.10 to 1\.\d+\.\d+\)\n$/,
      ),
    ]);
  });

  test('is kept by a snapshot, and changes in the middle of a life like that of a server', async () => {
    const room = await roomOf('1.81');
    const snapshot = await room.snapshot();
    expect(snapshot['settings']).toMatchObject({ attendee: { version: '1.81.1' }, cronofy: { version: '2026-11' } });
    await room.patch({ attendee: { version: '1.64.1' } });
    expect((await attendee(room, 'GET', '/version/')).json.version).toBe('1.64.1');
    await room.restore(snapshot);
    expect((await attendee(room, 'GET', '/version/')).json.version).toBe('1.81.1');
    const id = await stagedBot(room);
    await room.patch({ attendee: { version: '1.64.1' } });
    expect((await leave(room, id)).status).toBe(400);
    await room.patch({ attendee: { version: '1.81' } });
    expect((await leave(room, id)).status).toBe(200);
  });

  test('may hold single changes otherwise, and none that it does not know or play', async () => {
    const room = await roomOf('1.64.1', { changes: { 'staged-bot-can-leave': true } });
    expect((await leave(room, await stagedBot(room))).status).toBe(200);
    expect(
      (await create(await roomOf('1.81', { changes: { 'room-sync': false } }), { room_sync_settings: {} })).status,
    ).toBe(400);
    const refusals = ['room-synk', 'jitsi'].map((id) =>
      control(server, 'POST', '/workspaces', { attendee: { changes: { [id]: true } } }),
    );
    expect((await Promise.all(refusals)).map(({ json }) => json.detail)).toEqual([
      expect.stringMatching(/was "room-synk"\. Did you mean "room-sync"\?$/),
      expect.stringMatching(/was "jitsi", of which it plays nothing\.$/),
    ]);
  });

  test('refuses the switches that it does not have', async () => {
    const refused = await control(server, 'POST', '/workspaces', { attendee: { require_https_webhooks: false } });
    expect(refused.json.detail).toBe(
      'Failed to read the setting /attendee/require_https_webhooks: expected no such setting in 1.64.1, which has it not: it is there from 1.75.0 on. Give a version, too.',
    );
  });

  test('of Cronofy is the month of its pages: the answer of early 2026 was not nested', async () => {
    const early = await server.workspace({ cronofy: { version: '2026-01' } });
    const nested = await server.workspace({ cronofy: { version: '2026-01', legacy_unnested_response: false } });
    const keys = [];
    for (const room of [early, nested, await server.workspace()]) {
      const headers = { authorization: `Bearer ${room.cronofy.client_secret}` };
      const body = { join_url: TEAMS_URL, on_behalf_of_attendee: { email: 'host@example.com' } };
      keys.push(Object.keys((await call('POST', `${room.url}/v1/meeting_agents`, body, headers)).json));
    }
    expect(keys).toEqual([['sub', 'state', 'resources'], ['meeting_agent'], ['meeting_agent']]);
  });
});

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

describe('A proposal', () => {
  test('is played where a workspace wants it: an end without a stream is refused, and throttled (end-without-rtms)', async () => {
    const settings = { post_throttle_rate: '2/min' };
    const end = (room: Greenroom) => attendee(room, 'POST', '/api/v1/app_sessions/end', {});
    const [plain, ahead] = [
      await roomOf('1.81', settings),
      await roomOf('1.81', { ...settings, changes: { 'end-without-rtms': true } }),
    ];
    const answers: unknown[] = [];
    for (const room of [plain, ahead])
      for (let i = 0; i < 3; i++) {
        const { status, text } = await end(room);
        answers.push(status === 400 ? text : status);
      }
    const refusal = '{"error":"zoom_rtms.rtms_stream_id is required"}';
    expect(answers).toEqual([500, 500, 500, refusal, refusal, 429]);
    const statuses = async (room: Greenroom) =>
      Object.keys(
        (await control(server, 'GET', '/contracts/attendee.openapi.json', undefined, room.id)).json.paths[
          '/api/v1/app_sessions/end'
        ].post.responses,
      );
    expect([(await statuses(plain)).includes('429'), (await statuses(ahead)).includes('429')]).toEqual([false, true]);
  });
});

describe('The control plane', () => {
  const SPAN =
    /, was "leave_requested_before_bot_joined"\. Attendee has it from 1\.80\.0 on; the workspace has 1\.64\.1\.$/;
  const fault = { on: 'delivery', match: { sub_type: LEFT_BEFORE }, do: { duplicate: 1 } };

  test('takes the words of the version of the workspace, and says in which versions a word is', async () => {
    const [old, room] = [await roomOf('1.64.1'), await roomOf('1.81')];
    const ask = (at: Greenroom, method: string, path: string, body?: object) =>
      control(server, method, path, body, at.id);
    const bot = await stagedBot(room);
    const until = { webhook: { sub_type: LEFT_BEFORE } };
    const asked = [
      ['POST', '/faults', fault, '/match/sub_type', 201],
      ['GET', `/deliveries?sub_type=${LEFT_BEFORE}`, undefined, '?sub_type', 200],
      ['POST', '/deliveries/wait', { match: { sub_type: LEFT_BEFORE }, timeout_ms: 1 }, '/match/sub_type', 408],
      ['POST', '/clock/advance', { until }, '/until/webhook/sub_type', undefined],
    ] as const;
    for (const [method, path, body, pointer, status] of asked) {
      const refused = await ask(old, method, path, body);
      expect([refused.status, refused.json.pointer, refused.json.detail]).toEqual([
        422,
        pointer,
        expect.stringMatching(SPAN),
      ]);
      if (status) expect((await ask(room, method, path, body)).status).toBe(status);
    }
    await leave(room, bot);
    await room.clock.until(until);
    expect((await room.faults.list()).faults).toMatchObject([{ matched: 1, struck: 1 }]);
  });

  test('asks for the version anew when it changes, and takes reasons that backstage alone can give', async () => {
    const room = await roomOf('1.64.1');
    const add = (sub_type: string) => control(server, 'POST', '/faults', { ...fault, match: { sub_type } }, room.id);
    expect((await add(LEFT_BEFORE)).status).toBe(422);
    await room.patch({ attendee: { version: '1.81' } });
    expect((await add(LEFT_BEFORE)).status).toBe(201);
    await room.patch({ attendee: { version: '1.64.1', changes: { 'sub-types-before-joining': true } } });
    expect((await add(ENDED_BEFORE)).status).toBe(201);
    expect((await add('aliens_took_the_bot')).status).toBe(201);
    expect((await add('login_requird')).json.detail).toMatch(/Did you mean "login_required"\?$/);
  });

  test('holds the rules of a snapshot to the version that the snapshot brings', async () => {
    const room = await roomOf('1.81');
    await control(server, 'POST', '/faults', fault, room.id);
    const snapshot = (await control(server, 'GET', '/snapshot', undefined, room.id)).json;
    const restore = (body: object, at: Greenroom) => control(server, 'PUT', '/snapshot', body, at.id);
    expect((await restore(snapshot, await roomOf('1.64.1'))).status).toBe(204);
    const older = { ...snapshot, settings: { ...snapshot.settings, attendee: { version: '1.64.1' } } };
    const refused = await restore(older, await roomOf('1.81'));
    expect([refused.json.pointer, refused.json.detail]).toEqual([
      '/faults/rules/0/match/sub_type',
      expect.stringMatching(SPAN),
    ]);
  });
});
