import { describe, expect } from 'vitest';
import type { BotEventType } from '../../src/contracts/attendee/vocabulary.js';
import type { Greenroom } from '../../src/index.js';
import { attendee, botRequest, control, test, ZOOM_URL } from '../support/room.js';

const HOOK = 'https://hooks.example.com/clean-up';

/** Nothing happens by itself in this room. */
const manual = (room: Greenroom) => control(room, 'PATCH', '/workspaces/default', { scenario: 'manual' });

async function make(room: Greenroom, events: readonly BotEventType[], join_at?: string): Promise<string> {
  const { json } = await attendee(room, 'POST', '/api/v1/bots', botRequest(join_at, HOOK, { meeting_url: ZOOM_URL }));
  const { id } = json as { id: string };
  for (const event of events) await room.backstage({ kind: 'event', bot: id, event });
  return id;
}

async function makeSession(room: Greenroom, events: readonly BotEventType[]): Promise<string> {
  const zoom_rtms = { meeting_uuid: 'm', rtms_stream_id: 's', server_urls: 'wss://rtms.example.com' };
  const { id } = (await attendee(room, 'POST', '/api/v1/app_sessions', { zoom_rtms })).json as { id: string };
  for (const event of events) await room.backstage({ kind: 'event', bot: id, event });
  return id;
}

const cleanUp = (room: Greenroom) => room.backstage({ kind: 'cleanup_poll' });

/** The state of a bot, and the reason of its last event. */
async function endOf(room: Greenroom, id: string): Promise<string> {
  const { state, events } = (await attendee(room, 'GET', `/api/v1/bots/${id}`)).json as {
    state: string;
    events: { sub_type?: string }[];
  };
  return [state, events.at(-1)?.sub_type ?? ''].join(' ').trim();
}

const JOINED: BotEventType[] = ['joined_meeting'];
const WAYS: readonly BotEventType[][] = [
  [],
  ['put_in_waiting_room'],
  JOINED,
  ['joined_meeting', 'recording_permission_granted'],
  ['joined_meeting', 'recording_permission_granted', 'recording_paused'],
  ['joined_meeting', 'recording_permission_denied'],
  ['joined_meeting', 'began_joining_breakout_room'],
  ['joined_meeting', 'began_leaving_breakout_room'],
  ['leave_requested'],
  ['leave_requested', 'left_meeting'],
];
const NEVER = 'fatal_error bot_not_launched';

describe('A bot without a single heartbeat', () => {
  test.for(WAYS.map((events) => ({ events })))(
    'is ended in whatever state it is, after $events',
    async ({ events }, { room }) => {
      await manual(room);
      const id = await make(room, events);
      await room.clock.advance({ by: '60m' });
      await cleanUp(room);
      expect(await endOf(room, id)).not.toBe(NEVER);
      await room.clock.advance({ by: '1ms' });
      await cleanUp(room);
      expect(await endOf(room, id)).toBe(NEVER);
      const { deliveries } = await room.deliveries.list({ subject: id, type: 'bot.state_change' });
      expect(deliveries.at(-1)?.body).toMatchObject({
        data: {
          new_state: 'fatal_error',
          event_sub_type: 'bot_not_launched',
          event_metadata: { bot_duration_seconds: 0, infrastructure_information: 'null' },
        },
      });
      await room.backstage({ kind: 'heartbeat', bot: id });
      expect(await endOf(room, id)).toBe(NEVER);
      const { status, json } = await attendee(room, 'POST', `/api/v1/bots/${id}/leave`);
      expect([status, (json as { error: string }).error]).toEqual([
        400,
        expect.stringContaining('Event leave_requested not allowed when bot is in state fatal_error.'),
      ]);
    },
  );

  test.for<{ events: BotEventType[] }>([
    { events: [] },
    { events: ['app_session_connected'] },
    { events: ['app_session_disconnect_requested'] },
  ])('may be an app session, after $events', async ({ events }, { room }) => {
    await manual(room);
    const id = await makeSession(room, events);
    await room.clock.advance({ by: '61m' });
    await cleanUp(room);
    expect(await endOf(room, id)).toBe(NEVER);
  });

  test('is judged by join_at if it has one, and forgotten after a week', async ({ room }) => {
    await manual(room);
    const [early, late] = [await make(room, [], '2026-01-01T10:00:00Z'), await make(room, [], '2026-01-03T10:00:00Z')];
    const adHoc = await make(room, []);
    await room.clock.advance({ to: '2026-01-01T11:00:00Z' });
    await cleanUp(room);
    expect(await Promise.all([early, late, adHoc].map((id) => endOf(room, id)))).toEqual([
      'scheduled',
      'scheduled',
      NEVER,
    ]);
    await room.clock.advance({ to: '2026-01-08T10:00:00Z' });
    await cleanUp(room);
    // Exactly a week old: no longer looked at.
    expect([await endOf(room, early), await endOf(room, late)]).toEqual(['scheduled', NEVER]);
  });

  test('is left alone once it is over', async ({ room }) => {
    await manual(room);
    const id = await make(room, ['leave_requested', 'left_meeting', 'post_processing_completed']);
    await room.clock.advance({ by: '2h' });
    await cleanUp(room);
    expect(await endOf(room, id)).toBe('ended');
  });
});

describe('A bot with heartbeats', () => {
  const beat = (room: Greenroom, bot: string) => room.backstage({ kind: 'heartbeat', bot });
  const LIMIT_S = 108_000;

  test('has lived too long by its last heartbeat, not by the clock', async ({ room }) => {
    await manual(room);
    const id = await make(room, JOINED);
    await beat(room, id);
    await room.clock.advance({ by: `${LIMIT_S - 500}s` });
    await beat(room, id);
    await room.clock.advance({ by: '500s' });
    await beat(room, id);
    await room.clock.advance({ by: '10s' });
    await cleanUp(room);
    expect(await endOf(room, id)).toBe('joined_not_recording');
    await beat(room, id);
    await cleanUp(room);
    expect(await endOf(room, id)).toBe('fatal_error global_runtime_timeout');
  });

  test('has been silent for more than 600 seconds', async ({ room }) => {
    await manual(room);
    const id = await make(room, JOINED);
    await beat(room, id);
    await room.clock.advance({ by: '600s' });
    await cleanUp(room);
    expect(await endOf(room, id)).toBe('joined_not_recording');
    await room.clock.advance({ by: '1s' });
    await cleanUp(room);
    expect(await endOf(room, id)).toBe('fatal_error heartbeat_timeout');
  });

  test('is ended for silence before anything else, and every bot before the next reason', async ({ room }) => {
    await manual(room);
    const never = await make(room, []);
    const old = await make(room, JOINED);
    await beat(room, old);
    await room.clock.advance({ by: `${LIMIT_S + 1}s` });
    const silent = await make(room, JOINED);
    await beat(room, silent);
    await room.clock.advance({ by: '601s' });
    await beat(room, old);
    await cleanUp(room);
    const { deliveries } = await room.deliveries.list({ type: 'bot.state_change', state: 'fatal_error' });
    const ends = deliveries.map(({ subject, sub_type }) => [subject, sub_type]);
    expect(ends).toEqual([
      [silent, 'heartbeat_timeout'],
      [old, 'global_runtime_timeout'],
      [never, 'bot_not_launched'],
    ]);
  });

  test('is ended at the first run after its limit, if a scenario plays it', async ({ room }) => {
    await room.scenarios.put('hang', { description: 'Hangs.', crash: { at: '5m', how: 'hangs' } });
    await room.clock.advance({ by: '30s' });
    const { json } = await attendee(
      room,
      'POST',
      '/api/v1/bots',
      botRequest(undefined, HOOK, { bot_name: 'mock:hang' }),
    );
    const { id } = json as { id: string };
    await room.clock.until({ subject: id, state: 'fatal_error' }, { within: '2d' });
    // First heartbeat at 09:00:30, the first beyond the limit at 15:01:30 a day later, the next run at 15:02.
    expect(await room.clock.now()).toBe('2026-01-02T15:02:00Z');
    expect(await endOf(room, id)).toBe('fatal_error global_runtime_timeout');
  });
});
