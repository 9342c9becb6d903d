import { expect } from 'vitest';
import { FULL_SCOPE } from '../../src/contracts/cronofy/settings.js';
import { allTold, bodyOf, sdk, subscription, timelineOf } from '../support/cronofy.js';
import { call, control, test } from '../support/room.js';

/** The way of an app that has users book meetings with an agent, from their consent to the transcript, over plain HTTP. */

const REDIRECT = 'https://app.example.com/oauth/callback';
const PERIODS = [5, 6, 7, 8, 9, 12, 13].map((day) => {
  const date = `2026-01-${String(day).padStart(2, '0')}`;
  return { start: `${date}T08:00:00Z`, end: `${date}T20:00:00Z` };
});

test('A meeting is booked where its user is free, moved by the user, and brings its transcript back', async ({
  room,
  receiver,
}) => {
  const { client_id, client_secret } = room.cronofy;
  const as = (token: string) => ({ authorization: `Bearer ${token}` });
  const key = as(client_secret);

  const asked = { client_id, redirect_uri: REDIRECT, response_type: 'code', scope: FULL_SCOPE, state: 's' };
  const page = `${room.url}/oauth/authorize?${new URLSearchParams(asked).toString()}`;
  const consent = await fetch(page, { redirect: 'manual' });
  const back = new URL(consent.headers.get('location')!);
  expect([back.origin + back.pathname, back.searchParams.get('state')]).toEqual([REDIRECT, 's']);
  const code = back.searchParams.get('code');
  const exchange = { grant_type: 'authorization_code', client_id, client_secret, code, redirect_uri: REDIRECT };
  const { json: tokens } = await call('POST', `${room.url}/oauth/token`, exchange, {});
  const user = as(tokens.access_token);

  const { calendars } = (await call('GET', `${room.url}/v1/calendars`, undefined, user)).json;
  const own = calendars.find(
    (one: { calendar_primary: boolean; calendar_readonly: boolean; calendar_deleted: boolean }) =>
      one.calendar_primary && !one.calendar_readonly && !one.calendar_deleted,
  );
  const channel = { callback_url: `${receiver.url}/channel?user=7` };
  expect((await call('POST', `${room.url}/v1/channels`, channel, user)).status).toBe(200);

  const morning = { start: '2026-01-05T08:00:00Z', end: '2026-01-05T11:15:00Z' };
  await room.backstage({ kind: 'event_added', calendar_id: own.calendar_id, summary: 'Workshop', ...morning });
  const question = {
    participants: [{ members: [{ sub: tokens.sub, calendar_ids: [own.calendar_id] }], required: 'all' }],
    required_duration: { minutes: 30 },
    query_periods: PERIODS,
    start_interval: { minutes: 30 },
    response_format: 'slots',
    max_results: 10,
  };
  const { json: answer } = await call('POST', `${room.url}/v1/availability`, question, key);
  const [slot, ...others] = answer.available_slots.slice(0, 6);
  expect([slot.start, slot.end, others.length]).toEqual(['2026-01-05T11:30:00Z', '2026-01-05T12:00:00Z', 5]);
  expect(slot.participants).toEqual([{ sub: tokens.sub }]);

  const event = {
    event_id: 'booking-1',
    summary: 'Introduction',
    description: '',
    start: slot.start,
    end: slot.end,
    tzid: 'Etc/UTC',
    attendees: { invite: [{ email: 'guest@example.com', display_name: 'Guest' }] },
    conferencing: { profile_id: 'integrated' },
    subscriptions: [
      { type: 'webhook', uri: `${receiver.url}/event`, interactions: [{ type: 'conferencing_assigned' }] },
    ],
  };
  const events = `${room.url}/v1/calendars/${own.calendar_id}/events`;
  expect(await call('POST', events, event, user)).toMatchObject({ status: 202, text: '' });
  await room.clock.advance({ by: '1m' });
  const link = bodyOf(receiver, 'conferencing_assigned').event.conferencing.join_url;
  expect(link).toMatch(/^https:\/\/meet\.google\.com\//);

  const agent = {
    scheduling_key: 'booking-1',
    join_url: link,
    on_behalf_of_attendee: { email: 'host@example.com' },
    subscriptions: [subscription(`${receiver.url}/agent`)],
  };
  const send = (join_time: string) => call('POST', `${room.url}/v1/meeting_agents`, { ...agent, join_time }, key);
  expect((await send(slot.start)).status).toBe(202);

  await room.backstage({ kind: 'calendar', subject: { event_id: 'booking-1' }, user: 'moves', to: '+2h' });
  await room.clock.advance({ by: '1m' });
  const change = JSON.parse(receiver.arrivals.findLast(({ path }) => path.startsWith('/channel'))!.body);
  expect([change.notification.type, change.channel.callback_url]).toEqual(['change', channel.callback_url]);
  const since = new URLSearchParams({
    tzid: 'Etc/UTC',
    include_managed: 'true',
    last_modified: change.notification.changes_since,
  });
  const { json: changed } = await call('GET', `${room.url}/v1/events?${since.toString()}`, undefined, user);
  const moved = changed.events.find((one: { event_id?: string }) => one.event_id === 'booking-1');
  expect([moved.start, moved.conferencing.join_url]).toEqual(['2026-01-05T13:30:00Z', link]);
  expect((await send(moved.start)).status).toBe(202);

  await room.clock.advance({ to: '2026-01-05T16:00:00Z' });
  expect(allTold(receiver).filter((type) => type.startsWith('meeting_agent'))).toEqual([
    'meeting_agent_activated',
    'meeting_agent_complete',
  ]);
  const client = sdk(room);
  for (const { headers, body } of receiver.arrivals)
    expect(client.hmacValid({ hmac: headers['cronofy-hmac-sha256'], body })).toBe(true);
  const { state, resources } = bodyOf(receiver, 'meeting_agent_complete').meeting_agent;
  const { url } = resources.find(({ category }: { category: string }) => category === 'transcript');
  const { transcript } = (await (await fetch(url, { headers: key })).json()) as {
    transcript: { paragraphs: object[] };
  };
  expect([state, transcript.paragraphs.length > 1]).toEqual(['complete', true]);

  const { json } = await control(room, 'GET', '/requests?provider=cronofy');
  expect(json.requests.filter(({ response }: { response: { status: number } }) => response.status >= 400)).toEqual([]);
  expect(await timelineOf(room, 'violation')).toEqual([]);
});
