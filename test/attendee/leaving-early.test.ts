import { describe, expect } from 'vitest';
import type { Greenroom } from '../../src/index.js';
import { attendee, botRequest, test } from '../support/room.js';

/** A bot that is told to leave before its process is up. */

async function sent(room: Greenroom, scenario: string): Promise<string> {
  const { json } = await attendee(
    room,
    'POST',
    '/api/v1/bots',
    botRequest(undefined, undefined, { bot_name: `mock:${scenario}` }),
  );
  return json.id as string;
}

const leave = async (room: Greenroom, id: string) =>
  (await attendee(room, 'POST', `/api/v1/bots/${id}/leave`)).json.state;

async function lifeOf(room: Greenroom, id: string): Promise<string[]> {
  const { json } = await attendee(room, 'GET', `/api/v1/bots/${id}`);
  const events = json.events as { type: string; sub_type?: string; created_at: string }[];
  return events.map(({ type, sub_type = '', created_at }) => `${created_at.slice(11, 19)} ${type} ${sub_type}`.trim());
}

const ASKED = ['09:00:00 join_requested', '09:00:00 leave_requested user_requested'];

describe('A bot that is told to leave', () => {
  test('before its late process is up leaves once that is, and is done', async ({ room }) => {
    const id = await sent(room, 'launched-late');
    expect(await leave(room, id)).toBe('leaving');
    await room.clock.advance({ by: '2m' });
    expect(await lifeOf(room, id)).toEqual(ASKED);
    await room.clock.advance({ by: '1h' });
    expect(await lifeOf(room, id)).toEqual([...ASKED, '09:02:01 left_meeting', '09:02:31 post_processing_completed']);
    const { json } = await attendee(room, 'GET', `/api/v1/bots/${id}`);
    expect([json.state, json.recording_state]).toEqual(['ended', 'not_started']);
  });

  test('and that nobody launches stays leaving until the clean-up finds it', async ({ room }) => {
    const id = await sent(room, 'never-launched');
    expect(await leave(room, id)).toBe('leaving');
    await room.clock.advance({ by: '1h' });
    expect(await lifeOf(room, id)).toEqual(ASKED);
    await room.clock.advance({ by: '1m' });
    expect(await lifeOf(room, id)).toEqual([...ASKED, '10:01:00 fatal_error bot_not_launched']);
  });
});

test('a bot whose process comes more than an hour late is never launched', async ({ room }) => {
  await room.scenarios.put('far-too-late', { description: 'Late.', launch: { late: '61m' } });
  const id = await sent(room, 'far-too-late');
  await room.clock.advance({ by: '3h' });
  expect(await lifeOf(room, id)).toEqual([ASKED[0], '10:01:00 fatal_error bot_not_launched']);
});
