import { readdirSync } from 'node:fs';
import { describe, expect } from 'vitest';
import type { Greenroom } from '../../src/index.js';
import { asUser, eventRequest, timelineOf, writeEvent } from '../support/cronofy.js';
import type { Receiver } from '../support/receiver.js';
import { attendee, control, MEET_URL, test } from '../support/room.js';

/** What users do in their calendars, told by both vendors to one app. */

/** At noon; over the change of clocks it is a day in March. */
const noon = (scenario: string): string =>
  scenario.endsWith('clock-change') ? '2026-03-26T12:00:00Z' : '2026-01-01T12:00:00Z';
const START = noon('');

/** One meeting in two calendars: a managed event with an agent, and a provider's event with a bot. */
async function book(room: Greenroom, receiver: Receiver, scenario: string): Promise<void> {
  await control(room, 'PATCH', '/workspaces/default', { scenario });
  await asUser(room, 'POST', '/v1/channels', { callback_url: `${receiver.url}/channel` });
  const start = noon(scenario);
  await room.clock.advance({ to: start.replace('T12', 'T09') });
  const end = start.replace('T12', 'T13');
  const more = { start, end, tzid: 'Europe/Berlin' };
  await writeEvent(room, eventRequest(`${receiver.url}/cronofy`, more));
  const secrets = { client_id: 'c', client_secret: 's', refresh_token: 'r' };
  const { json: calendar } = await attendee(room, 'POST', '/api/v1/calendars', { platform: 'google', ...secrets });
  const time = (dateTime: string) => ({ dateTime, timeZone: 'Europe/Berlin' });
  const event = { id: 'planning', summary: 'Planning', hangoutLink: MEET_URL, start: time(start), end: time(end) };
  await room.backstage({ kind: 'calendar_sync', calendar: calendar.id, events: [event] });
  const [{ id }] = (await attendee(room, 'GET', '/api/v1/calendar_events')).json.results;
  const project_webhooks = [
    { url: `${receiver.url}/calendar`, triggers: ['calendar.events_update', 'calendar.state_change'] },
  ];
  await control(room, 'PATCH', '/workspaces/default', { attendee: { project_webhooks } });
  const triggers = ['bot.state_change'];
  const webhooks = [{ url: `${receiver.url}/bot`, triggers }];
  const bot = await attendee(room, 'POST', '/api/v1/bots', { calendar_event_id: id, bot_name: 'Notes', webhooks });
  expect(bot.status).toBe(201);
}

// oxlint-disable-next-line typescript/no-explicit-any -- a test reads what it expects to be there
const hook = (receiver: Receiver, path: string, read: (body: any) => string): string[] =>
  receiver.arrivals.filter((arrival) => arrival.path === path).map(({ body }) => read(JSON.parse(body)));

/** When agents and bots were in a meeting, and what the app was told. */
async function tell(room: Greenroom, receiver: Receiver, scenario: string) {
  await book(room, receiver, scenario);
  await room.clock.advance({ to: '2026-04-03T09:00:00Z' });
  const joined = (await timelineOf(room, 'transition')) as unknown as Record<'at' | 'provider' | 'to', string>[];
  const at = (provider: string, to: string) =>
    joined.filter((line) => line.provider === provider && line.to === to).map((line) => line.at.slice(0, 16));
  const changes = hook(receiver, '/channel', ({ notification }) => notification.type).filter(
    (type) => type === 'change',
  );
  const updates = hook(receiver, '/calendar', ({ trigger }) => trigger);
  return {
    agent: [at('cronofy', 'joined'), changes.length] as const,
    bot: [at('attendee', 'joined_recording'), updates.length] as const,
    told: hook(receiver, '/cronofy', ({ notification }) =>
      notification.interactions[0].type.replace('meeting_agent_', ''),
    ),
  };
}

const NOON = '2026-01-01T12:00';
const ONE = '2026-01-01T13:00';
const WELL = ['activated', 'complete'];

/** Per scenario: when the agent joins and how many changes its channel tells; the same of the bot, with its webhooks. */
const STORIES: Readonly<
  Record<string, readonly [agent: readonly [string[], number], bot: readonly [string[], number], told: string[]]>
> = {
  'calendar-moved-later': [[[ONE], 1], [[ONE], 1], WELL],
  'calendar-moved-earlier': [[['2026-01-01T11:30'], 1], [['2026-01-01T11:30'], 1], WELL],
  'calendar-moved-twice': [[[NOON], 2], [[NOON], 2], WELL],
  'calendar-moved-after-activation': [
    [[NOON, ONE], 1],
    [[NOON], 1],
    ['activated', 'complete', 'activated', 'complete'],
  ],
  'calendar-moved-over-midnight': [[['2026-01-02T03:00'], 1], [['2026-01-02T03:00'], 1], WELL],
  'calendar-moved-over-clock-change': [[['2026-04-02T11:00'], 1], [['2026-04-02T11:00'], 1], WELL],
  'calendar-deleted': [[[], 1], [[], 1], []],
  'calendar-deleted-while-joining': [[[NOON], 1], [[NOON], 1], WELL],
  'calendar-deleted-and-restored': [[[NOON], 2], [[], 2], WELL],
  'calendar-declined': [[[NOON], 1], [[NOON], 1], WELL],
  'calendar-declined-and-accepted': [[[NOON], 2], [[NOON], 2], WELL],
  'calendar-conferencing-changed': [[[NOON], 1], [[NOON], 1], WELL],
  'calendar-conferencing-removed': [
    [[], 1],
    [[NOON], 1],
    ['activated', 'failed'],
  ],
  'calendar-guest-added': [[[NOON], 2], [[NOON], 2], WELL],
  'calendar-renamed': [[[NOON], 1], [[NOON], 1], WELL],
  'calendar-made-recurring': [[[NOON], 1], [[NOON], 1], WELL],
  'calendar-disconnected': [[[NOON], 0], [[], 1], WELL],
};

describe('Every scenario of a calendar', () => {
  test('is known here', () => {
    const names = readdirSync('fixtures/scenarios').filter((name) => name.startsWith('calendar-'));
    expect(names.map((name) => name.replace('.json', '')).sort()).toEqual(Object.keys(STORIES).sort());
  });

  test.for(Object.entries(STORIES))(
    '%s is told by both vendors',
    async ([scenario, [agent, bot, told]], { room, receiver }) => {
      expect(await tell(room, receiver, scenario)).toEqual({ agent, bot, told });
      expect(await timelineOf(room, 'violation')).toEqual([]);
    },
  );
});

describe('What a user does in the calendar', () => {
  test('is done by hand with the same words', async ({ room, receiver }) => {
    await book(room, receiver, 'happy-path');
    const act = (subject: unknown, user: string, more: object = {}) =>
      room.backstage({ kind: 'calendar', subject, user, ...more });
    await act({ event_id: 'planning' }, 'moves', { to: '+1h' });
    const [bot] = (await attendee(room, 'GET', '/api/v1/bots')).json.results;
    await act(bot.id, 'moves', { to: '+2h' });
    expect((await attendee(room, 'GET', `/api/v1/bots/${bot.id}`)).json.join_at).toBe('2026-01-01T14:00:00Z');
    const [event] = (await asUser(room, 'GET', '/v1/events?tzid=Etc/UTC&include_managed=true')).json.events;
    expect(event.start).toBe('2026-01-01T13:00:00Z');
    await act(event.event_uid, 'deletes');
    await expect(act(event.event_uid, 'renames', { to: 'New' })).rejects.toThrow('the event is deleted');
    await expect(act('agt_0', 'deletes')).rejects.toThrow('no event of a calendar');
    await expect(act(bot.id, 'moves', { to: 'away' })).rejects.toThrow('an offset such as');
    await expect(act(bot.id, 'adds_guest')).rejects.toThrow('an e-mail address');
    await control(room, 'PATCH', '/workspaces/default', { attendee: { background_workers: 'off' } });
    await expect(act(bot.id, 'deletes')).rejects.toThrow('nobody syncs the calendar');
  });

  test('is found by Attendee’s sync as late as the setting says, or when the calendar is patched', async ({ room }) => {
    await control(room, 'PATCH', '/workspaces/default', { attendee: { calendar_sync_delay: '1h' } });
    const secrets = { client_id: 'c', client_secret: 's', refresh_token: 'r' };
    const { json: calendar } = await attendee(room, 'POST', '/api/v1/calendars', { platform: 'google', ...secrets });
    const end = START.replace('T12', 'T13');
    const { event } = await room.calendar.book({ url: MEET_URL, provider: 'attendee', start: START, end });
    const { json: bot } = await attendee(room, 'POST', '/api/v1/bots', { calendar_event_id: event, bot_name: 'Notes' });
    const joinsAt = async () => (await attendee(room, 'GET', `/api/v1/bots/${bot.id}`)).json.join_at?.slice(0, 16);
    const act = (user: string, more: object = {}) =>
      room.backstage({ kind: 'calendar', subject: event, user, ...more });
    await act('moves', { to: '+1d' });
    await room.clock.advance({ by: '30m' });
    await act('moves', { to: '+1h' });
    expect(await joinsAt()).toBe('2026-01-01T12:00');
    await room.clock.advance({ by: '30m' });
    expect(await joinsAt()).toBe('2026-01-02T13:00');
    await act('deletes');
    await expect(act('renames', { to: 'New' })).rejects.toThrow('the event is deleted');
    await act('restores');
    await act('deletes');
    expect(await joinsAt()).toBe('2026-01-02T13:00');
    await attendee(room, 'PATCH', `/api/v1/calendars/${calendar.id}`, { client_secret: 't' });
    expect((await attendee(room, 'GET', `/api/v1/bots/${bot.id}`)).status).toBe(404);
  });

  test('begins with a meeting that they book, and the plan shows who goes there', async ({ room, receiver }) => {
    const meeting = { url: MEET_URL, start: START, end: '2026-01-01T13:00:00Z', tzid: 'Europe/Berlin' };
    await expect(room.calendar.book({ ...meeting, provider: 'attendee' })).rejects.toThrow('no calendar is connected');
    await expect(room.calendar.book({ ...meeting, end: START })).rejects.toThrow('an instant after the start');
    await expect(room.calendar.book({ ...meeting, tzid: 'Mars/Olympus' })).rejects.toThrow('a time zone');
    const { event } = await room.calendar.book(meeting);
    await room.backstage({ kind: 'calendar', subject: event, user: 'declines' });
    await writeEvent(room, eventRequest(`${receiver.url}/cronofy`, { start: START, end: meeting.end }));
    for (const platform of ['google', 'microsoft']) {
      const secrets = { client_id: 'c', client_secret: 's', refresh_token: 'r' };
      const { json: calendar } = await attendee(room, 'POST', '/api/v1/calendars', { platform, ...secrets });
      const booked = await room.calendar.book({ ...meeting, provider: 'attendee', title: platform });
      const bot = { calendar_event_id: booked.event, bot_name: 'Notes' };
      expect((await attendee(room, 'POST', '/api/v1/bots', bot)).json.join_at).toBe(START);
      await room.backstage({ kind: 'calendar', subject: booked.event, user: 'declines' });
      await room.backstage({ kind: 'calendar', subject: booked.event, user: 'moves', to: '+1d' });
      const plan = await room.calendar.read({ provider: 'attendee' });
      expect(plan.events).toMatchObject([{ title: platform, start: START.replace('01T', '02T'), declined: true }]);
      expect(plan.agents).toMatchObject([{ event: booked.event, join_at: plan.events[0]!.start, state: 'scheduled' }]);
      await attendee(room, 'DELETE', `/api/v1/calendars/${calendar.id}`);
    }
    const { events, agents, dropped } = await room.calendar.read();
    expect(events.map(({ provider, start, declined }) => [provider, start, declined])).toEqual([
      ['cronofy', START, true],
      ['cronofy', START, false],
    ]);
    expect(agents).toMatchObject([{ provider: 'cronofy', join_at: START, cancelled: false, event: events[1]!.event }]);
    expect([dropped, await room.calendar.read({ provider: 'cronofy', limit: 1 })]).toMatchObject([0, { dropped: 1 }]);
  });

  test('does not come to pass for an agent that is for no event, and a note says so', async ({ room }) => {
    await control(room, 'PATCH', '/workspaces/default', { scenario: 'calendar-moved-later' });
    await attendee(room, 'POST', '/api/v1/bots', { meeting_url: MEET_URL, bot_name: 'Notes', join_at: START });
    const notes = (await timelineOf(room, 'note')).map(({ summary }) => summary).join('\n');
    expect(notes).toContain('the agent is for no event of a calendar: nobody moves');
  });

  test('must make sense in a file', async ({ room }) => {
    const put = (calendar: object[]) => control(room, 'PUT', '/scenarios/mine', { description: 'Mine.', calendar });
    expect((await put([{ user: 'moves', to: '+1h', at: '-20m' }])).status).toBe(201);
    for (const wrong of [
      { user: 'moves' },
      { user: 'moves', to: '1 hour' },
      { user: 'walks' },
      { user: 'deletes', at: '-1m', after: '1m' },
    ])
      expect((await put([wrong])).status).toBe(422);
  });
});
