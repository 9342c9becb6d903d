import { describe, expect } from 'vitest';
import { attendee, botRequest, control, test } from '../support/room.js';

const BOTS = '/api/v1/bots';
const HOOK = 'https://hooks.example.com/attempts';

describe('What Attendee does behind its API', () => {
  test('a scripted receiver answers the next attempts, and each is complete when the call is answered', async ({
    room,
  }) => {
    await control(room, 'PATCH', '/workspaces/default', { attendee: { retry_delays: [0, 0] }, scenario: 'manual' });
    await room.backstage({ kind: 'receiver', url: HOOK, answers: [500, 'drop', 204, 302, 302, 302] });
    const { json: first } = await attendee(room, 'POST', BOTS, botRequest(undefined, HOOK));
    await attendee(room, 'POST', `${BOTS}/${first.id}/leave`);
    await room.backstage({ kind: 'event', bot: first.id, event: 'left_meeting' });
    const { deliveries } = await room.deliveries.list();
    expect(deliveries.map(({ status, attempts }) => [status, attempts.map(({ outcome }) => outcome)])).toEqual([
      ['delivered', ['answered', 'dropped', 'answered']],
      ['failed', ['answered', 'answered', 'answered']],
      ['captured', ['captured']],
    ]);
    const seqs = deliveries.flatMap(({ attempts }) => attempts.map(({ seq }) => seq));
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
    const keys = deliveries[0]!.attempts.map(({ request }) => JSON.parse(request.body).idempotency_key);
    expect(new Set(keys).size).toBe(1);
  });

  test('an async transcription of a played meeting completes by itself', async ({ room }) => {
    const recording_settings = { record_async_transcription_audio_chunks: true };
    const { json: bot } = await attendee(room, 'POST', BOTS, botRequest(undefined, undefined, { recording_settings }));
    await room.clock.until('idle');
    const path = `${BOTS}/${bot.id}/transcript`;
    const made = await attendee(room, 'POST', path, { transcription_settings: { deepgram: {} } });
    expect(made.json).toMatchObject({ bot_id: bot.id, state: 'not_started', failure_data: null });
    await room.clock.until('idle');
    const words = async (query: string) =>
      ((await attendee(room, 'GET', path + query)).json as { transcription: unknown }[]).map(
        (item) => item.transcription,
      );
    expect(await words(`?async_transcription_id=${made.json.id}`)).toEqual(await words(''));
  });

  test('a played app session is connected, recorded and ended', async ({ room }) => {
    const zoom_rtms = { meeting_uuid: 'm', rtms_stream_id: 's1', server_urls: 'wss://rtms.example.com' };
    const { json: session } = await attendee(room, 'POST', '/api/v1/app_sessions', { zoom_rtms });
    expect(session).toMatchObject({ state: 'connecting', zoom_rtms_stream_id: 's1' });
    await room.clock.until('idle');
    const { json } = await attendee(room, 'GET', `${BOTS}/${session.id}`);
    expect(json).toMatchObject({ state: 'ended', meeting_url: 'app_session', recording_state: 'complete' });
    expect((await attendee(room, 'GET', `/api/v1/app_sessions/${session.id}/media`)).status).toBe(200);
  });

  test('a played app session can be ended by its stream', async ({ room }) => {
    const zoom_rtms = { meeting_uuid: 'm', rtms_stream_id: 's2', server_urls: 'wss://rtms.example.com' };
    const { json: session } = await attendee(room, 'POST', '/api/v1/app_sessions', { zoom_rtms });
    await room.clock.advance({ by: '1m' });
    const ended = await attendee(room, 'POST', '/api/v1/app_sessions/end', { zoom_rtms: { rtms_stream_id: 's2' } });
    expect(ended.json.state).toBe('disconnecting');
    await room.clock.until('idle');
    expect((await attendee(room, 'GET', `${BOTS}/${session.id}`)).json.state).toBe('ended');
  });

  test('a bot made for a calendar event follows it', async ({ room }) => {
    const { json: calendar } = await attendee(room, 'POST', '/api/v1/calendars', {
      platform: 'google',
      client_id: 'c',
      client_secret: 's',
      refresh_token: 'r',
    });
    const event = (hour: number) => ({
      id: 'g1',
      status: 'confirmed',
      start: { dateTime: `2026-01-01T${hour}:00:00Z` },
      end: { dateTime: `2026-01-01T${hour}:30:00Z` },
      hangoutLink: 'https://meet.google.com/abc-defg-hij',
    });
    const sync = (events: object[]) => room.backstage({ kind: 'calendar_sync', calendar: calendar.id, events });
    await sync([event(11)]);
    const { json: page } = await attendee(room, 'GET', '/api/v1/calendar_events');
    const calendar_event_id = page.results[0].id as string;
    const { json: bot } = await attendee(room, 'POST', BOTS, { bot_name: 'Notes', calendar_event_id });
    await sync([event(12)]);
    expect((await attendee(room, 'GET', `${BOTS}/${bot.id}`)).json.join_at).toBe('2026-01-01T12:00:00Z');
    await room.clock.until({ subject: bot.id, state: 'joining' });
    expect(await room.clock.now()).toBe('2026-01-01T11:59:55Z');
  });

  test('the rolling window of POSTs tells how to open it', async ({ room }) => {
    await control(room, 'PATCH', '/workspaces/default', { attendee: { post_throttle_rate: '1/min' } });
    await attendee(room, 'POST', BOTS, botRequest(undefined));
    const refused = await attendee(room, 'POST', BOTS, botRequest(undefined));
    expect([refused.status, refused.headers.get('retry-after'), refused.json]).toEqual([
      429,
      '60',
      { detail: 'Request was throttled. Expected available in 60 seconds.' },
    ]);
    expect(await room.timeline({ as: 'text' })).toContain('advance {"by":"1m"} opens it');
    await room.clock.advance({ by: '1m' });
    expect((await attendee(room, 'POST', BOTS, botRequest(undefined))).status).toBe(201);
  });
});
