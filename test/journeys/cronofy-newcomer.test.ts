import { describe, expect } from 'vitest';
import type { Greenroom } from '../../src/index.js';
import { asUser, eventRequest, eventsPath } from '../support/cronofy.js';
import { agentRequest, attendee, botRequest, cronofy, test } from '../support/room.js';

/** What somebody gets wrong who has not called Cronofy before, and what they read of it. */

const schedule = (room: Greenroom, body: unknown) => cronofy(room, 'POST', '/v1/meeting_agents', body);
const write = (room: Greenroom, body: object) => asUser(room, 'POST', eventsPath(room), body);

async function perhaps(room: Greenroom): Promise<Record<string, string>> {
  const { entries } = await room.timeline({ kind: 'violation' });
  return Object.fromEntries(
    entries.map(({ pointer, expected }) => [pointer, /perhaps "(.+)"/.exec(expected)?.[1] ?? '']),
  );
}

describe('A field by a name that it does not have', () => {
  test('is taken for the one that is meant, where another API calls it so', async ({ room }) => {
    const more = { join_at: '2026-01-01T10:00:00Z', bot_name: 'Notes', callback_url: 'https://app.example.com' };
    expect((await schedule(room, agentRequest(undefined, more))).status).toBe(200);
    expect((await schedule(room, { meeting_url: 'https://zoom.us/j/1' })).status).toBe(422);
    expect(await perhaps(room)).toEqual({
      '/join_at': 'join_time',
      '/bot_name': 'display_name',
      '/callback_url': 'subscriptions',
      '/meeting_url': 'join_url',
    });
  });

  test('is found within an event and within a subscription, too', async ({ room }) => {
    const meeting_agent = { profile_id: 'cronofy', bot_name: 'Notes' };
    const subscriptions = [{ type: 'webhook', webhook_url: 'https://app.example.com', triggers: [] }];
    expect((await write(room, eventRequest(undefined, { meeting_agent, subscriptions }))).status).toBe(202);
    expect(await perhaps(room)).toEqual({
      '/meeting_agent/bot_name': 'display_name',
      '/subscriptions/0/webhook_url': 'uri',
      '/subscriptions/0/triggers': 'interactions',
    });
  });

  test('is told to those who come from the other vendor, as well', async ({ room }) => {
    const given = { ...botRequest(undefined), join_time: '2026-01-01T10:00:00Z', subscriptions: [] };
    expect((await attendee(room, 'POST', '/api/v1/bots', given)).status).toBe(400);
    expect(await perhaps(room)).toEqual({ '/join_time': 'join_at', '/subscriptions': 'webhooks' });
  });
});
