import { describe, expect } from 'vitest';
import type { Greenroom } from '../../src/index.js';
import { told } from '../support/cronofy.js';
import type { Receiver } from '../support/receiver.js';
import {
  agentRequest,
  attendee,
  botRequest,
  call,
  control,
  cronofy,
  MEET_URL,
  TEAMS_URL,
  test,
} from '../support/room.js';

const JOIN = '2026-01-01T10:00:00Z';

/** Sends a bot and an agent to meetings of this story, and plays them to their end. */
async function tell(room: Greenroom, receiver: Receiver, scenario: string, meeting_url = MEET_URL) {
  await control(room, 'PATCH', '/workspaces/default', { scenario });
  const { json: bot } = await attendee(
    room,
    'POST',
    '/api/v1/bots',
    botRequest(JOIN, `${receiver.url}/attendee`, { meeting_url }),
  );
  const key = { scheduling_key: 'k', join_time: JOIN, join_url: `${meeting_url}-other` };
  await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(`${receiver.url}/cronofy`, key));
  await control(room, 'POST', '/clock/advance', { until: 'idle', within: '60d' });
  const bodies = (path: string) => receiver.arrivals.filter((arrival) => arrival.path === path).map(({ body }) => body);
  return {
    bot: (await attendee(room, 'GET', `/api/v1/bots/${bot.id}`)).json,
    attendee: bodies('/attendee').map((body) => JSON.parse(body).data),
    cronofy: bodies('/cronofy').map((body) => [told(body), JSON.parse(body).meeting_agent.state]),
    agent: JSON.parse(bodies('/cronofy').at(-1)!).meeting_agent,
  };
}

const moves = (data: { new_state: string; event_type: string; event_sub_type: string | null }[]) =>
  data.map(({ new_state, event_type, event_sub_type }) => [new_state, event_type, event_sub_type]);

describe('One story, told by both vendors', () => {
  test('of a meeting that goes well', async ({ room, receiver }) => {
    const story = await tell(room, receiver, 'happy-path');
    expect(moves(story.attendee)).toEqual([
      ['staged', 'staged', null],
      ['joining', 'join_requested', null],
      ['joined_not_recording', 'joined_meeting', null],
      ['joined_recording', 'recording_permission_granted', null],
      ['post_processing', 'meeting_ended', null],
      ['ended', 'post_processing_completed', null],
    ]);
    expect(story.cronofy).toEqual([
      ['meeting_agent_activated', 'created'],
      ['meeting_agent_complete', 'complete'],
    ]);
  });

  test('of a meeting that turns the agent away, with who did it where the vendor says so', async ({
    room,
    receiver,
  }) => {
    const story = await tell(room, receiver, 'lobby-denied', TEAMS_URL);
    expect(moves(story.attendee).at(-1)).toEqual(['fatal_error', 'could_not_join_meeting', 'request_to_join_denied']);
    expect(story.attendee.at(-1).event_metadata).toEqual({
      remover_name: expect.stringMatching(/ /),
      remover_uuid: 'host',
      remover_user_uuid: null,
      remover_is_host: true,
      bot_duration_seconds: 300,
    });
    expect(story.cronofy.at(-1)).toEqual(['meeting_agent_failed', 'failed']);
    expect(story.agent.resources).toHaveLength(1);
  });

  test('of a crash: a fatal error without post-processing, a failed recording, and a failed agent', async ({
    room,
    receiver,
  }) => {
    const story = await tell(room, receiver, 'crash-while-recording');
    expect(moves(story.attendee).at(-1)).toEqual(['fatal_error', 'fatal_error', 'process_terminated']);
    expect(story.bot).toMatchObject({ recording_state: 'failed', transcription_state: 'complete' });
    expect(story.cronofy.at(-1)).toEqual(['meeting_agent_failed', 'failed']);
  });

  test('of a heartbeat that stops: only the clean-up finds out, and counts the life to the last sign of it', async ({
    room,
    receiver,
  }) => {
    const story = await tell(room, receiver, 'heartbeat-lost');
    expect(story.attendee.at(-1)).toMatchObject({
      event_sub_type: 'heartbeat_timeout',
      event_metadata: { infrastructure_information: 'null', bot_duration_seconds: 540 },
    });
  });

  test('of transcription that fails: the bot ends with its reason, the agent completes without that resource', async ({
    room,
    receiver,
  }) => {
    const story = await tell(room, receiver, 'transcript-failed');
    expect(story.attendee.at(-1)).toMatchObject({
      new_state: 'ended',
      event_metadata: { transcription_errors: ['rate_limit_exceeded'] },
    });
    expect(story.bot.transcription_state).toBe('failed');
    expect(story.agent.resources.map(({ category }: { category: string }) => category)).toEqual([
      'cronofy',
      'audio',
      'video',
    ]);
  });

  test('of text that comes too late: the bot gives it up', async ({ room, receiver }) => {
    const story = await tell(room, receiver, 'transcript-too-late');
    expect(story.attendee.at(-1).event_metadata.transcription_errors).toEqual([
      'utterances_still_in_progress_when_recording_terminated',
    ]);
  });

  test('of a Zoom failure: with the code of Zoom', async ({ room, receiver }) => {
    const story = await tell(room, receiver, 'zoom-refuses', 'https://zoom.us/j/123456789');
    expect(story.attendee.at(-1)).toMatchObject({
      event_sub_type: 'zoom_meeting_status_failed',
      event_metadata: { zoom_result_code: 'MEETING_FAIL_CODE' },
    });
  });
});

describe('What is brought back', () => {
  test('expires with both vendors', async ({ room, receiver }) => {
    const { bot, agent } = await tell(room, receiver, 'artefact-expired');
    const video = (agent.resources as { category: string; url: string }[]).find(
      ({ category }) => category === 'video',
    )!;
    const { json: recording } = await attendee(room, 'GET', `/api/v1/bots/${bot.id}/recording`);
    const secret = { authorization: `Bearer ${room.cronofy.client_secret}` };
    const manual = async (url: string) => (await fetch(url, { headers: secret, redirect: 'manual' })).status;
    expect([await manual(video.url), (await call('GET', recording.url)).status]).toEqual([302, 200]);
    await room.clock.advance({ by: '61m' });
    const { json: again } = await attendee(room, 'GET', `/api/v1/bots/${bot.id}/recording`);
    const gone = await call('GET', again.url);
    expect([await manual(video.url), gone.status, gone.text]).toEqual([404, 404, expect.stringContaining('NoSuchKey')]);
  });

  test('can be missing or without a byte', async ({ room, receiver }) => {
    const missing = await tell(room, receiver, 'recording-missing');
    expect(missing.bot.recording_state).toBe('failed');
    expect((await attendee(room, 'GET', `/api/v1/bots/${missing.bot.id}/recording`)).status).toBe(404);
    expect(missing.agent.resources).toHaveLength(2);
    await room.reset();
    const empty = await tell(room, receiver, 'recording-empty');
    const { json: recording } = await attendee(room, 'GET', `/api/v1/bots/${empty.bot.id}/recording`);
    expect([empty.bot.recording_state, (await call('GET', recording.url)).text]).toEqual(['complete', '']);
  });

  test('can be a transcript without a word', async ({ room, receiver }) => {
    const { bot, agent } = await tell(room, receiver, 'transcript-empty');
    expect((await attendee(room, 'GET', `/api/v1/bots/${bot.id}/transcript`)).json).toEqual([]);
    expect(bot.transcription_state).toBe('complete');
    const { url } = (agent.resources as { category: string; url: string }[]).find(
      ({ category }) => category === 'transcript',
    )!;
    expect((await cronofy(room, 'GET', url.slice(room.url.length))).json.transcript.paragraphs).toEqual([]);
  });

  test('can be chat, and words that were said with permission', async ({ room, receiver }) => {
    const { bot: chatty } = await tell(room, receiver, 'chat');
    const { results } = (await attendee(room, 'GET', `/api/v1/bots/${chatty.id}/chat_messages`)).json;
    expect(results.map(({ text, to }: { text: string; to: string }) => [text, to])).toEqual([
      ['https://example.com/agenda', 'everyone'],
      ['Please take notes.', 'only_bot'],
    ]);
    await room.reset();
    const { bot } = await tell(room, receiver, 'recording-withdrawn');
    const spoken = (await attendee(room, 'GET', `/api/v1/bots/${bot.id}/transcript`)).json;
    expect(
      spoken.map(({ transcription }: { transcription: { transcript: string } }) => transcription.transcript),
    ).toEqual(['This may be recorded.', 'And this may be recorded again.']);
  });
});
