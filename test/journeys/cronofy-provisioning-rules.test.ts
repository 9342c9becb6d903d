import { describe, expect } from 'vitest';
import {
  allTold,
  asUser,
  bodyOf,
  errorKeys,
  eventRequest,
  eventsPath,
  set,
  subscription,
  writeEvent,
} from '../support/cronofy.js';
import { agentRequest, cronofy, MEET_URL, test } from '../support/room.js';

/** Every sentence of rule on the pages "Provisioning" and "Cancel a Meeting Agent"; docs/cronofy-rules.md is the table. */

describe('Provisioning an agent on an event', () => {
  test('an event that is created with a meeting_agent is joined by one', async ({ room, receiver }) => {
    await writeEvent(room, eventRequest(receiver.url));
    await room.clock.advance({ by: '3h' });
    expect(allTold(receiver)).toEqual(['meeting_agent_activated', 'meeting_agent_complete']);
  });

  test('an event that is updated with a meeting_agent is joined by one', async ({ room, receiver }) => {
    const { meeting_agent, ...without } = eventRequest(receiver.url);
    await writeEvent(room, without);
    await writeEvent(room, { ...without, meeting_agent });
    await room.clock.advance({ by: '3h' });
    expect(allTold(receiver)).toEqual(['meeting_agent_activated', 'meeting_agent_complete']);
  });

  test('its callbacks carry the event', async ({ room, receiver }) => {
    await writeEvent(room, eventRequest(receiver.url, { tzid: 'Europe/Berlin' }));
    await room.clock.advance({ by: '3h' });
    expect(bodyOf(receiver, 'meeting_agent_activated').event).toEqual({
      event_id: 'planning',
      summary: 'Planning',
      start: '2026-01-01T10:00:00Z',
      end: '2026-01-01T11:00:00Z',
      tzid: 'Europe/Berlin',
      conferencing: { provider_name: 'zoom', join_url: expect.stringMatching(/^https:\/\/zoom\.us\/j\/\d{11}$/) },
      meeting_agent: { profile_id: 'cronofy' },
    });
  });

  test('an event agent that cannot run is told of with meeting_agent_failed', async ({ room, receiver }) => {
    const { conferencing: _, ...without } = eventRequest(receiver.url);
    await writeEvent(room, without);
    await room.clock.advance({ by: '3h' });
    expect(allTold(receiver)).toEqual(['meeting_agent_activated', 'meeting_agent_failed']);
    expect(await room.timeline({ as: 'text' })).toContain('failed/no_meeting_url');
  });

  test('an explicit conference of a service that agents do not know fails', async ({ room, receiver }) => {
    const conferencing = { profile_id: 'explicit', provider_description: 'Hall', join_url: 'https://example.com/hall' };
    await writeEvent(room, eventRequest(receiver.url, { conferencing }));
    await room.clock.advance({ by: '3h' });
    expect(await room.timeline({ as: 'text' })).toContain('failed/unsupported_meeting_url');
  });

  test('a meeting that is on no event takes the other way', async ({ room, receiver }) => {
    await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(receiver.url, { join_url: MEET_URL }));
    await room.clock.advance({ by: '1h' });
    expect(bodyOf(receiver, 'meeting_agent_complete')).not.toHaveProperty('event');
  });

  test('provisioning needs the feature, the rest of the event does not', async ({ room }) => {
    await set(room, { agent_features_enabled: false });
    const { meeting_agent: _, ...without } = eventRequest();
    expect((await asUser(room, 'POST', eventsPath(room), eventRequest())).status).toBe(402);
    expect((await asUser(room, 'POST', eventsPath(room), without)).status).toBe(202);
  });

  test('meeting_agent.profile_id is required, and is cronofy or none', async ({ room }) => {
    const write = (meeting_agent: object) =>
      asUser(room, 'POST', eventsPath(room), eventRequest(undefined, { meeting_agent }));
    expect(errorKeys(await write({}))).toEqual({ 'meeting_agent.profile_id': ['errors.required'] });
    expect(errorKeys(await write({ profile_id: 'zoom' }))).toEqual({ 'meeting_agent.profile_id': ['errors.invalid'] });
    expect((await write({ profile_id: 'cronofy' })).status).toBe(202);
    expect((await write({ profile_id: 'none' })).status).toBe(202);
  });

  test('none de-provisions an agent, and does nothing where there is none', async ({ room, receiver }) => {
    await writeEvent(room, eventRequest(receiver.url));
    await writeEvent(room, eventRequest(receiver.url, { meeting_agent: { profile_id: 'none' } }));
    await writeEvent(room, eventRequest(receiver.url, { event_id: 'other', meeting_agent: { profile_id: 'none' } }));
    await room.clock.advance({ by: '3h' });
    expect(receiver.arrivals).toEqual([]);
  });

  test('an update without meeting_agent leaves the agent untouched', async ({ room, receiver }) => {
    await writeEvent(room, eventRequest(receiver.url));
    const { meeting_agent: _, ...without } = eventRequest(receiver.url, { summary: 'Planning, again' });
    await writeEvent(room, without);
    await room.clock.advance({ by: '3h' });
    expect(bodyOf(receiver, 'meeting_agent_complete').event.summary).toBe('Planning, again');
  });

  test('meeting_agent takes a display_name and an image_url', async ({ room, receiver }) => {
    const meeting_agent = { profile_id: 'cronofy', display_name: 'Note taker', image_url: 'https://example.com/a.png' };
    await writeEvent(room, eventRequest(receiver.url, { meeting_agent }));
    await room.clock.advance({ by: '3h' });
    const { url } = bodyOf(receiver, 'meeting_agent_activated').meeting_agent.resources[0];
    expect((await cronofy(room, 'GET', new URL(url).pathname)).text).toContain('Note taker');
    const bad = eventRequest(undefined, { meeting_agent: { profile_id: 'cronofy', image_url: 'face.png' } });
    expect(errorKeys(await asUser(room, 'POST', eventsPath(room), bad))).toEqual({
      'meeting_agent.image_url': ['errors.invalid_url'],
    });
  });

  test('the image of an event agent is accessed shortly before it joins', async ({ room }) => {
    const meeting_agent = { profile_id: 'cronofy', image_url: 'http://127.0.0.1:1/a.png' };
    await writeEvent(room, eventRequest(undefined, { meeting_agent }));
    await room.clock.advance({ by: '3h' });
    expect(await room.timeline({ as: 'text' })).toContain(
      'expected an image that can be fetched shortly before the agent joins',
    );
  });

  test('subscriptions of an event follow the same rules', async ({ room }) => {
    const write = (more: object) =>
      asUser(
        room,
        'POST',
        eventsPath(room),
        eventRequest(undefined, { subscriptions: [subscription('ftp://x', more)] }),
      );
    expect(errorKeys(await write({}))).toEqual({ 'subscriptions[0].uri': ['errors.invalid_url'] });
    expect(errorKeys(await write({ type: 'email' }))).toEqual({ 'subscriptions[0].type': ['errors.invalid'] });
    expect(errorKeys(await write({ interactions: [{ type: 'x' }] }))).toEqual({
      'subscriptions[0].interactions[0].type': ['errors.invalid'],
    });
  });

  test('moving the event moves the agent', async ({ room, receiver }) => {
    await writeEvent(room, eventRequest(receiver.url));
    const moved = { start: '2026-01-01T15:00:00Z', end: '2026-01-01T16:00:00Z' };
    await writeEvent(room, eventRequest(receiver.url, moved));
    await room.clock.advance({ to: '2026-01-01T14:54:59Z' });
    expect(receiver.arrivals).toEqual([]);
    await room.clock.advance({ by: '1s' });
    expect(allTold(receiver)).toEqual(['meeting_agent_activated']);
  });
});

describe('Agents of events that change later', () => {
  const moved = { event_id: 'planning', start: '2026-01-01T15:00:00Z', end: '2026-01-01T16:00:00Z' };

  test('an agent that has begun joining stays where it is when its event moves', async ({ room, receiver }) => {
    await writeEvent(room, eventRequest(receiver.url));
    await room.clock.advance({ to: '2026-01-01T09:56:00Z' });
    await writeEvent(room, moved);
    await room.clock.advance({ to: '2026-01-01T10:40:00Z' });
    expect(allTold(receiver)).toEqual(['meeting_agent_activated', 'meeting_agent_complete']);
  });

  test('an event that is moved after its agent was done gets another', async ({ room, receiver }) => {
    await writeEvent(room, eventRequest(receiver.url));
    await room.clock.advance({ to: '2026-01-01T10:40:00Z' });
    await writeEvent(room, moved);
    await room.clock.advance({ by: '7h' });
    const subs = receiver.arrivals.map(({ body }) => JSON.parse(body).meeting_agent.sub as string);
    expect([subs.length, new Set(subs).size]).toEqual([4, 2]);
  });

  test('an agent that was removed can be provisioned again, also on an event of the same id', async ({
    room,
    receiver,
  }) => {
    await writeEvent(room, eventRequest(receiver.url));
    await writeEvent(room, { event_id: 'planning', meeting_agent: { profile_id: 'none' } });
    await writeEvent(room, eventRequest(receiver.url));
    await asUser(room, 'DELETE', eventsPath(room), { event_id: 'planning' });
    await writeEvent(room, eventRequest(receiver.url));
    await room.clock.advance({ by: '3h' });
    expect(allTold(receiver)).toEqual(['meeting_agent_activated', 'meeting_agent_complete']);
  });

  test('an event that is over gets no agent, and the journal says so', async ({ room, receiver }) => {
    const past = { start: '2026-01-01T07:00:00Z', end: '2026-01-01T08:00:00Z' };
    await writeEvent(room, eventRequest(receiver.url, past));
    expect(await room.clock.pending()).toEqual([]);
    expect(await room.timeline({ as: 'text' })).toContain('no agent is provisioned: the event is over');
  });

  test('an event that is on is joined at once', async ({ room, receiver }) => {
    const conferencing = { profile_id: 'explicit', provider_description: 'Meet', join_url: MEET_URL };
    const on = { start: '2026-01-01T08:30:00Z', end: '2026-01-01T11:00:00Z', conferencing };
    await writeEvent(room, eventRequest(receiver.url, on));
    await room.clock.advance({ by: '40m' });
    expect(allTold(receiver)).toEqual(['meeting_agent_activated', 'meeting_agent_complete']);
  });
});

describe('Cancelling an agent', () => {
  const later = (uri?: string) => agentRequest(uri, { scheduling_key: 'k', join_time: '2026-01-01T10:00:00Z' });
  const partial = { event_id: 'planning', meeting_agent: { profile_id: 'none' } };

  test('an agent can be cancelled before it joins, with the API key', async ({ room, receiver }) => {
    await cronofy(room, 'POST', '/v1/meeting_agents', later(receiver.url));
    const answer = await cronofy(room, 'DELETE', '/v1/meeting_agents', { scheduling_key: 'k' });
    expect([answer.status, answer.text]).toEqual([202, '']);
    await room.clock.advance({ by: '3h' });
    expect(receiver.arrivals).toEqual([]);
  });

  test('cancelling needs a scheduling_key', async ({ room }) => {
    expect(errorKeys(await cronofy(room, 'DELETE', '/v1/meeting_agents', {}))).toEqual({
      scheduling_key: ['errors.required'],
    });
  });

  test('the plan must include agents', async ({ room }) => {
    await set(room, { plan_includes_agents: false });
    expect((await cronofy(room, 'DELETE', '/v1/meeting_agents', { scheduling_key: 'k' })).status).toBe(402);
  });

  for (const [moment, told] of [
    ['2026-01-01T09:54:59Z', []],
    ['2026-01-01T09:55:00Z', ['meeting_agent_activated', 'meeting_agent_complete']],
    ['2026-01-01T10:00:01Z', ['meeting_agent_activated', 'meeting_agent_complete']],
  ] as const) {
    test(`an agent that has begun joining remains active: cancelled at ${moment}`, async ({ room, receiver }) => {
      await cronofy(room, 'POST', '/v1/meeting_agents', later(receiver.url));
      await room.clock.advance({ to: moment });
      expect((await cronofy(room, 'DELETE', '/v1/meeting_agents', { scheduling_key: 'k' })).status).toBe(202);
      await room.clock.advance({ by: '3h' });
      expect(allTold(receiver)).toEqual(told);
    });
  }

  test('a key that nobody knows is answered 202, and the journal says so', async ({ room }) => {
    expect((await cronofy(room, 'DELETE', '/v1/meeting_agents', { scheduling_key: 'x' })).status).toBe(202);
    expect(await room.timeline({ as: 'text' })).toContain('no agent was ever scheduled with the key x');
  });

  test('an integrated agent is not cancelled by a scheduling_key', async ({ room, receiver }) => {
    await writeEvent(room, eventRequest(receiver.url));
    await cronofy(room, 'DELETE', '/v1/meeting_agents', { scheduling_key: 'planning' });
    await room.clock.advance({ by: '3h' });
    expect(allTold(receiver)).toContain('meeting_agent_complete');
  });

  test('an update that says no more than profile_id none removes the agent from the event', async ({
    room,
    receiver,
  }) => {
    await writeEvent(room, eventRequest(receiver.url));
    await writeEvent(room, partial);
    await room.clock.advance({ by: '3h' });
    expect(receiver.arrivals).toEqual([]);
    const { json } = await asUser(room, 'GET', '/v1/events?tzid=Etc/UTC&include_managed=true');
    expect(json.events).toMatchObject([{ event_id: 'planning', summary: 'Planning' }]);
  });

  test('deleting the event cancels its agent', async ({ room, receiver }) => {
    await writeEvent(room, eventRequest(receiver.url));
    expect((await asUser(room, 'DELETE', eventsPath(room), { event_id: 'planning' })).status).toBe(202);
    await room.clock.advance({ by: '3h' });
    expect(receiver.arrivals).toEqual([]);
  });

  test('an integrated agent that has begun joining stays when its event goes', async ({ room, receiver }) => {
    await writeEvent(room, eventRequest(receiver.url));
    await room.clock.advance({ to: '2026-01-01T09:56:00Z' });
    await asUser(room, 'DELETE', eventsPath(room), { event_id: 'planning' });
    await room.clock.advance({ by: '3h' });
    expect(allTold(receiver)).toEqual(['meeting_agent_activated', 'meeting_agent_complete']);
  });
});
