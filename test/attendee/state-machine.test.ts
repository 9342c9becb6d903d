import { describe, expect } from 'vitest';
import { BOT_STATES, type BotEventType, type BotState } from '../../src/contracts/attendee/vocabulary.js';
import type { Greenroom } from '../../src/index.js';
import { BACK, BOT_LIFECYCLE } from '../../src/contracts/attendee/lifecycle.js';
import { attendee, botRequest, control, test, ZOOM_URL } from '../support/room.js';

const EVENTS = Object.keys(BOT_LIFECYCLE) as BotEventType[];
const IN_MEETING: readonly BotState[] = [
  'joined_not_recording',
  'joined_recording',
  'joined_recording_paused',
  'joined_recording_permission_denied',
];

/** From a state that a client can make, the events that lead to each other one. */
const WAYS: Readonly<Partial<Record<BotState, readonly BotEventType[]>>> = {
  staged: ['staged'],
  joining: ['staged', 'join_requested'],
  waiting_room: ['staged', 'join_requested', 'put_in_waiting_room'],
  joined_not_recording: ['staged', 'join_requested', 'joined_meeting'],
  joined_recording: ['staged', 'join_requested', 'joined_meeting', 'recording_permission_granted'],
  joined_recording_permission_denied: ['staged', 'join_requested', 'joined_meeting', 'recording_permission_denied'],
  joined_recording_paused: [
    'staged',
    'join_requested',
    'joined_meeting',
    'recording_permission_granted',
    'recording_paused',
  ],
  joining_breakout_room: ['staged', 'join_requested', 'joined_meeting', 'began_joining_breakout_room'],
  leaving_breakout_room: ['staged', 'join_requested', 'joined_meeting', 'began_leaving_breakout_room'],
  leaving: ['staged', 'join_requested', 'leave_requested'],
  post_processing: ['staged', 'join_requested', 'leave_requested', 'left_meeting'],
  ended: ['staged', 'join_requested', 'leave_requested', 'left_meeting', 'post_processing_completed'],
  fatal_error: ['staged', 'join_requested', 'could_not_join_meeting'],
  data_deleted: ['staged', 'join_requested', 'could_not_join_meeting', 'data_deleted'],
  disconnecting: ['app_session_disconnect_requested'],
  connected: ['app_session_connected'],
};
const SESSION_STATES: readonly BotState[] = ['connecting', 'connected', 'disconnecting'];

async function manual(room: Greenroom): Promise<void> {
  const attendee = { google_tts_credentials: true, zoom_video_output: true };
  await control(room, 'PATCH', '/workspaces/default', { scenario: 'manual', attendee });
}

async function make(room: Greenroom, state: BotState): Promise<string> {
  const session = SESSION_STATES.includes(state);
  const zoom_rtms = { meeting_uuid: 'm', rtms_stream_id: 's', server_urls: 'wss://rtms.example.com' };
  const { json } = session
    ? await attendee(room, 'POST', '/api/v1/app_sessions', { zoom_rtms })
    : await attendee(
        room,
        'POST',
        '/api/v1/bots',
        botRequest('2026-01-01T10:00:00Z', undefined, { meeting_url: ZOOM_URL }),
      );
  const { id } = json as { id: string };
  for (const event of WAYS[state] ?? []) await room.backstage({ kind: 'event', bot: id, event });
  expect(await stateOf(room, id)).toBe(state);
  return id;
}

const stateOf = async (room: Greenroom, id: string): Promise<BotState> =>
  ((await attendee(room, 'GET', `/api/v1/bots/${id}`)).json as { state: BotState }).state;

/** `ready` is over before a client sees it. */
const REACHABLE: readonly BotState[] = BOT_STATES.filter((state) => state !== 'ready');

describe('The state machine of a bot', () => {
  test.for(REACHABLE)('in %s it takes the events of the table, and no other', async (state, { room }) => {
    await manual(room);
    let id = await make(room, state);
    for (const event of EVENTS) {
      const { from, to } = BOT_LIFECYCLE[event];
      const { status, json } = await control(room, 'POST', '/backstage', { kind: 'event', bot: id, event });
      if (!from.includes(state)) {
        const refusal = `Event ${event} not allowed when bot is in state ${state}. It is only allowed in these states: ${from.join(', ')}`;
        expect([status, (json as { detail: string }).detail]).toEqual([409, refusal]);
        expect(await stateOf(room, id)).toBe(state);
      } else {
        expect([event, status]).toEqual([event, 200]);
        // The breakout rooms were entered from here.
        expect(await stateOf(room, id)).toBe(to === BACK ? 'joined_not_recording' : to);
        id = await make(room, state);
      }
    }
  });

  test('every edge of the table starts in a state that this test reaches', () => {
    const left = EVENTS.filter((event) => !BOT_LIFECYCLE[event].from.some((state) => REACHABLE.includes(state)));
    expect(left).toEqual(['app_session_connection_requested']);
  });

  test('a bot that was paused before its breakout room cannot come back from it', async ({ room }) => {
    await manual(room);
    const id = await make(room, 'joined_recording_paused');
    await room.backstage({ kind: 'event', bot: id, event: 'began_leaving_breakout_room' });
    const { json } = await control(room, 'POST', '/backstage', { kind: 'event', bot: id, event: 'left_breakout_room' });
    expect((json as { detail: string }).detail).toBe(
      `Expected exactly one in progress recording for bot ${id} in state joined_recording_paused, but found 0`,
    );
    expect((await attendee(room, 'POST', `/api/v1/bots/${id}/leave`)).status).toBe(200);
  });
});

const CAPTIONS = { transcription_settings: { meeting_closed_captions: { teams_language: 'de-de' } } };

const SPEECH = {
  text: 'Hello',
  text_to_speech_settings: { google: { voice_language_code: 'en-US', voice_name: 'en-US-Casual-K' } },
};
/** One pixel. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** An operation, its body, and what it answers where the state does not allow it. */
const OPERATIONS: readonly [
  method: string,
  path: string,
  body: object | undefined,
  states: readonly BotState[],
  refusal: string,
][] = [
  [
    'POST',
    'leave',
    undefined,
    BOT_LIFECYCLE.leave_requested.from,
    'Event leave_requested not allowed when bot is in state',
  ],
  [
    'POST',
    'delete_data',
    undefined,
    ['ended', 'fatal_error'],
    'Bot is not in a state where the data deleted event can be created',
  ],
  ['POST', 'send_chat_message', { message: 'hi' }, IN_MEETING, 'cannot send chat messages'],
  ['POST', 'output_audio', { type: 'audio/mp3', data: '//uQAA==' }, IN_MEETING, 'cannot play media'],
  ['POST', 'output_image', { type: 'image/png', data: PNG }, IN_MEETING, 'cannot play media'],
  ['POST', 'output_video', { url: 'https://example.com/a.mp4' }, IN_MEETING, 'cannot play media'],
  ['POST', 'speech', SPEECH, IN_MEETING, 'cannot play media'],
  ['POST', 'change_gallery_view_page', { direction: 'next' }, [], 'allery'],
  ['POST', 'pause_recording', undefined, ['joined_recording'], 'cannot pause recording'],
  ['POST', 'resume_recording', undefined, ['joined_recording_paused'], 'cannot resume recording.'],
  ['POST', 'admit_from_waiting_room', undefined, IN_MEETING, 'cannot admit from waiting room'],
  ['PATCH', 'transcription_settings', CAPTIONS, [], 'transcri'],
  ['PATCH', 'voice_agent_settings', {}, [], 'oice agent'],
  ['DELETE', '', undefined, ['scheduled'], 'but can only be deleted when in scheduled state'],
  ['PATCH', '', { bot_name: 'Other' }, ['scheduled'], 'can only be updated when in the scheduled state'],
  ['PATCH', '', { metadata: { any: 'time' } }, REACHABLE, ''],
  ['POST', 'transcript', {}, [], 'Cannot generate async transcription'],
];

describe('Every operation in every state', () => {
  test.for(REACHABLE)('in %s is taken or refused as the vendor does', async (state, { room }) => {
    await manual(room);
    let id = await make(room, state);
    for (const [method, path, body, states, refusal] of OPERATIONS) {
      const answer = await attendee(room, method, `/api/v1/bots/${id}${path && `/${path}`}`, body);
      const isTaken = states.includes(state);
      expect([method, path, answer.status]).toEqual([method, path, isTaken ? 200 : 400]);
      // What is refused changes nothing.
      if (isTaken) id = await make(room, state);
      else expect((answer.json as { error: string }).error).toContain(refusal);
    }
  });

  const reads = ['', '/transcript', '/participants', '/participant_events', '/chat_messages'];
  test(`GET ${reads.join(', ')}`, async ({ room }) => {
    await manual(room);
    for (const state of REACHABLE) {
      const id = await make(room, state);
      for (const path of reads) {
        const { status } = await attendee(room, 'GET', `/api/v1/bots/${id}${path}`);
        expect([state, path, status]).toEqual([state, path, 200]);
      }
    }
  });
});
