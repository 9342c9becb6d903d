import { describe, expect } from 'vitest';
import {
  allTold,
  asUser,
  bodyOf,
  eventRequest,
  eventsPath,
  set,
  subscription,
  timelineOf,
  writeEvent,
} from '../support/cronofy.js';
import { agentRequest, cronofy, MEET_URL, test } from '../support/room.js';
import type { Receiver } from '../support/receiver.js';
import type { Greenroom } from '../../src/index.js';

const MANAGED = '/v1/events?tzid=Etc/UTC&include_managed=true';
const NOON = { start: '2026-01-01T12:00:00Z', end: '2026-01-01T13:00:00Z' };
const EVENT = { event_id: 'planning' };

const joinedAt = async (room: Greenroom): Promise<string[]> =>
  (await timelineOf(room, 'transition'))
    .filter(({ summary }) => summary.includes('→ joined'))
    .map(({ at }) => at.slice(11, 16));
const agentOn = (room: Greenroom, receiver: Receiver): Promise<void> =>
  writeEvent(
    room,
    eventRequest(undefined, {
      subscriptions: [
        subscription(receiver.url, { transitions: [{ before: 'event_start', offset: { minutes: 15 } }] }),
      ],
    }),
  );

describe('An event that others put into the calendar', () => {
  const review = {
    kind: 'event_added',
    summary: 'Review',
    ...NOON,
    meeting_url: MEET_URL,
    participation_status: 'needs_action',
  };

  test('is read without asking for managed ones, and leads to a direct agent', async ({ room }) => {
    await writeEvent(room, eventRequest());
    await room.backstage(review);
    const { json } = await asUser(room, 'GET', '/v1/events?tzid=Etc/UTC');
    expect(json.events).toEqual([
      expect.objectContaining({
        event_uid: expect.stringMatching(/^evt_external_\w{24}$/),
        summary: 'Review',
        ...NOON,
        participation_status: 'needs_action',
        meeting_url: MEET_URL,
        conferencing: { provider_name: 'google_meet', join_url: MEET_URL },
        options: { delete: false, update: false, change_participation_status: false },
      }),
    ]);
    expect(json.events[0]).not.toHaveProperty('event_id');
    const { meeting_url, start } = json.events[0];
    const body = agentRequest(undefined, {
      join_url: meeting_url,
      join_time: start,
      scheduling_key: json.events[0].event_uid,
    });
    expect((await cronofy(room, 'POST', '/v1/meeting_agents', body)).status).toBe(202);
    await room.clock.advance({ to: NOON.end });
    expect(await joinedAt(room)).toContain('12:00');
    expect(await timelineOf(room, 'violation')).toEqual([]);
  });

  test('is left out where managed ones alone are wanted, and beyond 42 days back or 201 ahead', async ({ room }) => {
    await room.backstage({ ...review, start: '2026-09-01T10:00:00Z', end: '2026-09-01T11:00:00Z' });
    const count = async (query: string) =>
      (await asUser(room, 'GET', `/v1/events?tzid=Etc/UTC${query}`)).json.events.length;
    expect(await count('')).toBe(0);
    expect(await count('&to=2026-10-01')).toBe(1);
    expect(await count('&to=2026-10-01&only_managed=true')).toBe(0);
    await room.clock.advance({ to: '2026-08-31T10:00:00Z' });
    expect(await count('')).toBe(1);
  });

  test('is busy for availability until it is declined', async ({ room }) => {
    await room.backstage(review);
    const { json } = await asUser(room, 'GET', '/v1/userinfo');
    const free = async () => {
      const answer = await cronofy(room, 'POST', '/v1/availability', {
        participants: [{ members: [{ sub: json.sub }] }],
        required_duration: { minutes: 60 },
        query_periods: [NOON],
      });
      return answer.json.available_periods.length;
    };
    expect(await free()).toBe(0);
    const { event_uid } = (await asUser(room, 'GET', '/v1/events?tzid=Etc/UTC')).json.events[0];
    await room.backstage({ kind: 'event_declined', event: event_uid });
    expect(await free()).toBe(1);
  });

  test('has no event_id that a write could hit: its uid makes another event', async ({ room }) => {
    await room.backstage(review);
    const { event_uid } = (await asUser(room, 'GET', '/v1/events?tzid=Etc/UTC')).json.events[0];
    await writeEvent(room, { event_id: event_uid, summary: 'Twice', ...NOON });
    expect((await asUser(room, 'GET', MANAGED)).json.events).toHaveLength(2);
  });

  test('must have times that can be', async ({ room }) => {
    await expect(room.backstage({ ...review, end: NOON.start })).rejects.toThrow('one after the other');
    await expect(room.backstage({ kind: 'event_moved', event: EVENT, ...NOON })).rejects.toThrow('no event');
  });
});

describe('An event that people touch in the calendar', () => {
  test('moves, and its triggers and its agent with it', async ({ room, receiver }) => {
    await agentOn(room, receiver);
    await room.clock.advance({ by: '10m' });
    await room.backstage({ kind: 'event_moved', event: EVENT, ...NOON });
    await room.clock.advance({ to: '2026-01-01T14:00:00Z' });
    expect(await joinedAt(room)).toEqual(['12:00']);
    expect(allTold(receiver)).toEqual(['transition', 'meeting_agent_activated', 'meeting_agent_complete']);
    const { deliveries } = await room.deliveries.list();
    // The trigger is for a quarter of an hour before, and so it is now.
    expect(deliveries[0]!.created_at).toBe('2026-01-01T11:45:00Z');
    expect(bodyOf(receiver, 'meeting_agent_activated').event).toMatchObject(NOON);
    expect((await asUser(room, 'GET', MANAGED)).json.events[0]).toMatchObject({
      ...NOON,
      updated: '2026-01-01T09:10:00Z',
    });
  });

  test('moves without its agent when the setting says so', async ({ room, receiver }) => {
    await set(room, { agent_follows_calendar: false });
    await agentOn(room, receiver);
    await room.backstage({ kind: 'event_moved', event: EVENT, ...NOON });
    await room.clock.advance({ to: '2026-01-01T14:00:00Z' });
    expect(await joinedAt(room)).toEqual(['10:00']);
  });

  test('is deleted, and its agent is cancelled without a word, or kept', async ({ room, receiver }) => {
    await agentOn(room, receiver);
    await room.backstage({ kind: 'event_deleted', event: EVENT });
    await room.clock.advance({ to: '2026-01-01T14:00:00Z' });
    expect([await joinedAt(room), receiver.arrivals]).toEqual([[], []]);
    expect((await asUser(room, 'GET', MANAGED)).json.events).toEqual([]);
    await set(room, { agent_on_calendar_delete: 'kept' });
    await writeEvent(room, eventRequest(receiver.url, { start: '2026-01-01T15:00:00Z', end: '2026-01-01T16:00:00Z' }));
    await room.clock.advance({ by: '1m' });
    await room.backstage({ kind: 'event_deleted', event: EVENT });
    await room.clock.advance({ to: '2026-01-01T17:00:00Z' });
    expect(await joinedAt(room)).toHaveLength(1);
  });

  test('is declined, and its agent stays, or is cancelled', async ({ room, receiver }) => {
    await agentOn(room, receiver);
    await room.backstage({ kind: 'event_declined', event: EVENT });
    expect((await asUser(room, 'GET', MANAGED)).json.events[0].participation_status).toBe('declined');
    await room.clock.advance({ to: '2026-01-01T11:00:00Z' });
    expect(await joinedAt(room)).toHaveLength(1);
    await set(room, { agent_on_decline: 'cancelled' });
    await writeEvent(room, { ...eventRequest(receiver.url, NOON), event_id: 'other' });
    await room.backstage({ kind: 'event_declined', event: { event_id: 'other' } });
    await room.clock.advance({ to: '2026-01-01T14:00:00Z' });
    expect(await joinedAt(room)).toHaveLength(1);
    expect((await asUser(room, 'DELETE', eventsPath(room), EVENT)).status).toBe(202);
  });

  test('has another title, which callbacks show from then on', async ({ room, receiver }) => {
    await agentOn(room, receiver);
    await room.backstage({ kind: 'calendar', subject: EVENT, user: 'renames', to: 'Retrospective' });
    await room.clock.advance({ to: '2026-01-01T11:00:00Z' });
    expect(bodyOf(receiver, 'meeting_agent_activated').event.summary).toBe('Retrospective');
  });

  test('is declined by an invited person, which channels tell, and its agent stays', async ({ room, receiver }) => {
    await writeEvent(room, eventRequest(undefined, { attendees: { invite: [{ email: 'ann@example.com' }] } }));
    await asUser(room, 'POST', '/v1/channels', { callback_url: receiver.url });
    const answer = { kind: 'event_answered', event: EVENT, email: 'ann@example.com', status: 'declined' };
    await room.backstage(answer);
    await room.clock.advance({ to: '2026-01-01T11:00:00Z' });
    const [event] = (await asUser(room, 'GET', MANAGED)).json.events;
    expect([event.participation_status, event.attendees]).toEqual([
      'accepted',
      [expect.objectContaining({ email: 'ann@example.com', status: 'declined' })],
    ]);
    expect(receiver.arrivals.map(({ body }) => JSON.parse(body).notification.type)).toEqual(['verification', 'change']);
    expect(await joinedAt(room)).toEqual(['10:00']);
  });

  test('is written again after its deletion, and has an agent if that write asks for one', async ({ room }) => {
    const bare = { ...eventRequest(undefined, NOON), meeting_agent: undefined };
    for (const [again, joined] of [
      [bare, []],
      [eventRequest(undefined, NOON), ['12:00']],
    ] as const) {
      const other = await room.workspace({ cronofy: { access_token: `token-of-${joined.length}` } });
      const path = `/v1/calendars/${other.cronofy.calendar_id}/events`;
      const write = (body: object) => asUser(other, 'POST', path, body, other.cronofy.access_token);
      expect((await write(eventRequest())).status).toBe(202);
      await other.backstage({ kind: 'event_deleted', event: EVENT });
      expect((await write(again)).status).toBe(202);
      await other.clock.advance({ to: '2026-01-01T13:00:00Z' });
      const { entries } = await other.timeline({ kind: 'transition' });
      expect(entries.filter(({ to }) => to === 'joined').map(({ at }) => at.slice(11, 16))).toEqual(joined);
      await other.close();
    }
  });

  test('whose profile is disconnected keeps its agent, which joins with what is known', async ({ room, receiver }) => {
    await agentOn(room, receiver);
    await room.clock.advance({ by: '1m' });
    await room.backstage({ kind: 'profile_disconnected' });
    await room.clock.advance({ to: '2026-01-01T11:00:00Z' });
    expect(await joinedAt(room)).toEqual(['10:00']);
  });

  test('stays in the list when it lies outside of 42 days back and 201 ahead', async ({ room }) => {
    const far = { start: '2027-01-01T10:00:00Z', end: '2027-01-01T11:00:00Z' };
    await writeEvent(room, { event_id: 'far', summary: 'Far away', ...far });
    expect((await asUser(room, 'GET', MANAGED)).json.events).toMatchObject([{ event_id: 'far' }]);
  });
});
