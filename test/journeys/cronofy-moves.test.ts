import { describe, expect } from 'vitest';
import { asUser, eventRequest, eventsPath, readEvents, set, timelineOf, writeEvent } from '../support/cronofy.js';
import { agentRequest, cronofy, test } from '../support/room.js';
import type { Receiver } from '../support/receiver.js';
import type { Greenroom } from '../../src/index.js';

const [TEN, NOON] = ['2026-01-01T10:00:00Z', '2026-01-01T12:00:00Z'];

/** The page of the agent that was told of last. */
async function dashboard(room: Greenroom, receiver: Receiver): Promise<string> {
  const { body } = receiver.arrivals.findLast((arrival) => arrival.body.includes('meeting_agent_activated'))!;
  const { resources } = (JSON.parse(body) as { meeting_agent: { resources: { url: string }[] } }).meeting_agent;
  return (await cronofy(room, 'GET', new URL(resources[0]!.url).pathname)).text;
}

const activations = (receiver: Receiver): string[] =>
  receiver.arrivals.filter(({ body }) => body.includes('meeting_agent_activated')).map(({ path }) => path);
const transitionsTo = async (room: Greenroom, state: string): Promise<string[]> =>
  (await timelineOf(room, 'transition'))
    .filter(({ summary }) => summary.includes(`→ ${state}`))
    .map(({ at }) => at.slice(11, 16));

describe('The agent of an event that is written again', () => {
  const named = (receiver: Receiver, name: string) =>
    eventRequest(receiver.url, {
      meeting_agent: { profile_id: 'cronofy', display_name: name, image_url: `${receiver.url}/${name}.png` },
    });

  test('has the name and the image that were written last', async ({ room, receiver }) => {
    await writeEvent(room, named(receiver, 'One'));
    await writeEvent(room, named(receiver, 'Two'));
    await room.clock.advance({ by: '3h' });
    expect(await dashboard(room, receiver)).toContain('<dd>Two</dd>');
    expect(receiver.arrivals.map(({ path }) => path).filter((path) => path.endsWith('.png'))).toEqual(['/Two.png']);
  });

  test('is as the application is branded when a later meeting_agent names nothing', async ({ room, receiver }) => {
    await writeEvent(room, named(receiver, 'One'));
    await writeEvent(room, { event_id: 'planning', meeting_agent: { profile_id: 'cronofy' } });
    await room.clock.advance({ by: '3h' });
    expect(await dashboard(room, receiver)).toContain('as the application is branded');
  });

  test('keeps them when meeting_agent is left out', async ({ room, receiver }) => {
    await writeEvent(room, named(receiver, 'One'));
    await writeEvent(room, { event_id: 'planning', summary: 'Other' });
    await room.clock.advance({ by: '3h' });
    expect(await dashboard(room, receiver)).toContain('<dd>One</dd>');
  });

  test('keeps them when the setting says so, and once it is activated', async ({ room, receiver }) => {
    await set(room, { event_agent_update: 'kept' });
    await writeEvent(room, named(receiver, 'One'));
    await writeEvent(room, named(receiver, 'Two'));
    await set(room, { event_agent_update: 'replaced' });
    await room.clock.advance({ to: '2026-01-01T09:56:00Z' });
    await writeEvent(room, named(receiver, 'Three'));
    await room.clock.advance({ by: '3h' });
    expect(await dashboard(room, receiver)).toContain('<dd>One</dd>');
  });
});

describe('An event that is moved after its agent was activated', () => {
  const moved = { event_id: 'planning', start: NOON, end: '2026-01-01T13:00:00Z' };

  test('has another agent at the new time, and the first one goes on', async ({ room, receiver }) => {
    await writeEvent(room, eventRequest(receiver.url));
    await room.clock.advance({ to: '2026-01-01T09:56:00Z' });
    await writeEvent(room, { ...moved, meeting_agent: { profile_id: 'cronofy' } });
    await room.clock.advance({ to: '2026-01-01T13:00:00Z' });
    expect(await transitionsTo(room, 'activated')).toEqual(['09:55', '11:55']);
    expect(await transitionsTo(room, 'joined')).toEqual(['10:00', '12:00']);
    const told = receiver.arrivals.map(({ body }) => JSON.parse(body).meeting_agent.sub as string);
    expect(new Set(told).size).toBe(2);
  });

  test('has none at the new time when the setting says so', async ({ room, receiver }) => {
    await set(room, { event_moved_after_activation: 'stays' });
    await writeEvent(room, eventRequest(receiver.url));
    await room.clock.advance({ to: '2026-01-01T09:56:00Z' });
    await writeEvent(room, moved);
    await room.clock.advance({ to: '2026-01-01T13:00:00Z' });
    expect(await transitionsTo(room, 'joined')).toEqual(['10:00']);
    expect((await timelineOf(room, 'note')).map(({ summary }) => summary)).toContain(
      'the agent is activated and stays as it is',
    );
  });

  test('that is written again with the same times has the one that it has', async ({ room, receiver }) => {
    await writeEvent(room, eventRequest(receiver.url));
    await room.clock.advance({ to: '2026-01-01T09:56:00Z' });
    await writeEvent(room, eventRequest(receiver.url));
    await room.clock.advance({ to: '2026-01-01T13:00:00Z' });
    expect(await transitionsTo(room, 'activated')).toEqual(['09:55']);
  });
});

test('an event that is deleted and written again is another, and the agent of the first goes on for that', async ({
  room,
  receiver,
}) => {
  await writeEvent(room, eventRequest(`${receiver.url}/one`));
  await room.clock.advance({ to: '2026-01-01T09:56:00Z' });
  await asUser(room, 'DELETE', eventsPath(room), { event_id: 'planning' });
  await writeEvent(
    room,
    eventRequest(`${receiver.url}/two`, { summary: 'Another', start: NOON, end: '2026-01-01T13:00:00Z' }),
  );
  await room.clock.advance({ to: '2026-01-01T14:00:00Z' });
  const told = receiver.arrivals.map(({ path, body }) => [path, JSON.parse(body).event.summary as string].join(' '));
  expect(told).toEqual(['/one Planning', '/one Planning', '/two Another', '/two Another']);
  const events: { summary: string; deleted: boolean; event_uid: string }[] = await readEvents(
    room,
    '&only_managed=true&include_deleted=true',
  );
  expect(events.map(({ summary, deleted }) => [summary, deleted])).toEqual([
    ['Planning', true],
    ['Another', false],
  ]);
  const act = { kind: 'event_moved', event: events[0]!.event_uid, start: TEN, end: NOON } as const;
  await expect(room.backstage(act)).rejects.toThrow('no event');
});

describe('A direct agent that is scheduled again', () => {
  const later = (join_time: string, uri: string, more: object = {}) =>
    agentRequest(uri, { scheduling_key: 'k', join_time, ...more });
  const post = (room: Greenroom, body: object) => cronofy(room, 'POST', '/v1/meeting_agents', body);

  test('after its activation, where joining begins with the join time, is activated anew', async ({
    room,
    receiver,
  }) => {
    await set(room, { joining_begins: 'join_time' });
    await post(room, later(TEN, `${receiver.url}/one`));
    await room.clock.advance({ to: '2026-01-01T09:56:00Z' });
    await post(room, later(NOON, `${receiver.url}/two`));
    await room.clock.advance({ to: '2026-01-01T13:00:00Z' });
    expect(activations(receiver)).toEqual(['/one', '/two']);
    expect(await transitionsTo(room, 'activated')).toEqual(['09:55', '11:55']);
    expect(await transitionsTo(room, 'joined')).toEqual(['12:00']);
  });

  test('to a time within five minutes stays activated', async ({ room, receiver }) => {
    await set(room, { joining_begins: 'join_time' });
    await post(room, later(TEN, receiver.url));
    await room.clock.advance({ to: '2026-01-01T09:56:00Z' });
    await post(room, later('2026-01-01T10:01:00Z', receiver.url));
    await room.clock.advance({ to: '2026-01-01T13:00:00Z' });
    expect(await transitionsTo(room, 'activated')).toEqual(['09:55']);
    expect(await transitionsTo(room, 'joined')).toEqual(['10:01']);
  });

  const OTHER = { display_name: 'Two', on_behalf_of_attendee: { email: 'other@example.com' } };

  test('keeps what no page says to be replaced, with a note', async ({ room, receiver }) => {
    await post(room, later(TEN, receiver.url, { display_name: 'One' }));
    await post(room, later(TEN, receiver.url, OTHER));
    expect((await timelineOf(room, 'note')).map(({ summary }) => summary)).toContainEqual(
      expect.stringMatching(/^the agent keeps its display_name, on_behalf_of: .*reschedule_replaces/),
    );
    await room.clock.advance({ by: '3h' });
    expect(await dashboard(room, receiver)).toContain('<dd>One</dd>');
  });

  test('has everything that was said last when the setting says so', async ({ room, receiver }) => {
    await set(room, { reschedule_replaces: 'everything' });
    await post(room, later(TEN, receiver.url, { display_name: 'One' }));
    await post(room, later(TEN, receiver.url, OTHER));
    await room.clock.advance({ by: '3h' });
    expect(await dashboard(room, receiver)).toContain('<dd>Two</dd>');
  });
});

test('government clouds of Teams and Zoom are joined, and an explicit conference without HTTPS is not', async ({
  room,
}) => {
  for (const join_url of ['https://gov.teams.microsoft.us/l/meetup-join/1', 'https://zoomgov.com/j/1'])
    expect((await cronofy(room, 'POST', '/v1/meeting_agents', agentRequest(undefined, { join_url }))).status).toBe(200);
  const conferencing = { profile_id: 'explicit', provider_description: 'Zoom', join_url: 'http://zoom.us/j/1' };
  await writeEvent(room, eventRequest(undefined, { conferencing }));
  await room.clock.advance({ by: '3h' });
  const ends = (await timelineOf(room, 'transition')).map(({ summary }) => summary);
  expect(ends.filter((line) => line.includes('→ complete'))).toHaveLength(2);
  expect(ends).toContain('activated → failed (failed/unsupported_meeting_url)');
});

test('an empty scheduling_key is refused by the deletion as by the schedule', async ({ room }) => {
  const answer = await cronofy(room, 'DELETE', '/v1/meeting_agents', { scheduling_key: '' });
  expect([answer.status, Object.keys(answer.json.errors)]).toEqual([422, ['scheduling_key']]);
});
