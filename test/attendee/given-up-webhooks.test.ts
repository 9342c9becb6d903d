import { describe, expect } from 'vitest';
import type { Delivery, Greenroom } from '../../src/index.js';
import { attendee, control, MEET_URL, test } from '../support/room.js';

/** Attendee asks again, at each attempt, whether a webhook is still to be sent. */

const TRIGGERS = ['bot.state_change', 'transcript.update'];

async function botIn(room: Greenroom, webhooks?: readonly object[]): Promise<string> {
  const body = { meeting_url: MEET_URL, bot_name: 'Notes', ...(webhooks === undefined ? {} : { webhooks }) };
  return (await attendee(room, 'POST', '/api/v1/bots', body)).json.id as string;
}

/** The vendor says a thing of its own side. */
const backstage = (room: Greenroom, kind: string, more: object) => room.backstage({ kind, ...more });

async function fails(room: Greenroom, bot: string): Promise<void> {
  await backstage(room, 'event', { bot, event: 'fatal_error', sub_type: 'process_terminated' });
}

async function saysSomething(room: Greenroom, bot: string): Promise<void> {
  for (const event of ['joined_meeting', 'recording_permission_granted'])
    await backstage(room, 'event', { bot, event });
  await backstage(room, 'utterance', {
    bot,
    participant: { uuid: 'u1', name: 'Alice' },
    source: 's1',
    transcription: { transcript: 'My number is 4711.' },
    timestamp_ms: 1_767_258_000_000,
    duration_ms: 900,
  });
}

const attemptsOf = async (room: Greenroom, type: Delivery['type']) =>
  (await room.deliveries.list({ type })).deliveries.map(({ status, attempts }) => [status, attempts.length]);

describe('Attendee gives a webhook up', () => {
  test('once the subscription of the project is no longer active, whatever attempts were left', async ({
    room,
    receiver,
  }) => {
    await control(room, 'PATCH', '/workspaces/default', {
      scenario: 'manual',
      attendee: { project_webhooks: [{ url: receiver.url, triggers: TRIGGERS }] },
    });
    receiver.answerWith(500, 500, 500);
    await botIn(room);
    await room.clock.advance({ by: 0 });
    await backstage(room, 'project', { project_webhook_active: false });
    const before = receiver.arrivals.length;
    await room.clock.advance({ by: '1m' });
    expect(receiver.arrivals).toHaveLength(before);
    expect(await attemptsOf(room, 'bot.state_change')).toEqual([['failed', before]]);
    expect(await room.timeline({ as: 'text' })).toContain('the subscription of the project is no longer active');
  });

  test('but not if the bot has subscriptions of its own', async ({ room, receiver }) => {
    await control(room, 'PATCH', '/workspaces/default', { scenario: 'manual' });
    receiver.answerWith(500, 500);
    await botIn(room, [{ url: receiver.url, triggers: TRIGGERS }]);
    await backstage(room, 'project', { project_webhook_active: false });
    await room.clock.advance({ by: '1m' });
    expect(await attemptsOf(room, 'bot.state_change')).toEqual([['delivered', 3]]);
  });

  test('that tells of what was deleted with the data of its bot, and no other', async ({ room, receiver }) => {
    await control(room, 'PATCH', '/workspaces/default', {
      scenario: 'manual',
      attendee: { retry_delays: ['1s', '2s'] },
    });
    const bot = await botIn(room, [{ url: receiver.url, triggers: TRIGGERS }]);
    await room.clock.advance({ by: '1s' });
    receiver.answerWith(...Array.from({ length: 5 }, () => 500));
    await saysSomething(room, bot);
    await fails(room, bot);
    await room.clock.advance({ by: 0 });
    await attendee(room, 'POST', `/api/v1/bots/${bot}/delete_data`);
    await room.clock.advance({ by: '1m' });
    expect(await attemptsOf(room, 'transcript.update')).toEqual([['failed', 1]]);
    const { deliveries } = await room.deliveries.list({ type: 'bot.state_change', state: 'fatal_error' });
    expect(deliveries.map(({ status, attempts }) => [status, attempts.length])).toEqual([['delivered', 2]]);
  });
});

describe('Attendee names no calendar that is gone', () => {
  test('at an attempt after it was deleted', async ({ room, receiver }) => {
    await control(room, 'PATCH', '/workspaces/default', {
      attendee: { project_webhooks: [{ url: receiver.url, triggers: ['calendar.state_change'] }] },
    });
    receiver.answerWith(500);
    const account = { platform: 'google', client_id: 'c', client_secret: 's', refresh_token: 'r' };
    const { id } = (await attendee(room, 'POST', '/api/v1/calendars', { ...account, metadata: { of: 'Alice' } })).json;
    await backstage(room, 'calendar_sync', { calendar: id, auth_error: 'revoked' });
    await room.clock.advance({ by: 0 });
    await attendee(room, 'DELETE', `/api/v1/calendars/${id}`);
    await room.clock.advance({ by: '1m' });
    const bodies = receiver.arrivals.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    expect(bodies[0]).toMatchObject({ calendar_id: id, calendar_metadata: { of: 'Alice' } });
    expect(Object.keys(bodies[1]!)).toEqual(['idempotency_key', 'trigger', 'data']);
    expect((await room.timeline({ kind: 'violation' })).entries).toEqual([]);
  });
});
