import { describe, expect } from 'vitest';
import type { Greenroom } from '../../src/index.js';
import { attendee, control, MEET_URL, test } from '../support/room.js';

/**
 * Events that repeat. The vendor has its providers list each occurrence as an event of its own, and asks for the event that they
 * are occurrences of alone, since it knows it: so both are events, and the first occurrence takes place beside it.
 */

interface EventAnswer {
  readonly id: string;
  readonly platform_uuid: string;
  readonly start_time: string;
  readonly is_deleted: boolean;
  readonly name: string;
  readonly meeting_url: string | null;
  readonly raw: Record<string, unknown>;
}

const OTHER_URL = 'https://meet.google.com/xyz-defg-hij';
const AT = { dateTime: '2026-01-02T10:00:00Z' };
const END = { dateTime: '2026-01-02T10:30:00Z' };
const GOOGLE = { id: 'weekly', status: 'confirmed', summary: 'Weekly', hangoutLink: MEET_URL, start: AT, end: END };
const GRAPH = {
  id: 'weekly',
  subject: 'Weekly',
  iCalUId: 'uid',
  onlineMeeting: { joinUrl: MEET_URL },
  start: { dateTime: '2026-01-02T10:00:00.0000000', timeZone: 'UTC' },
  end: { dateTime: '2026-01-02T10:30:00.0000000', timeZone: 'UTC' },
};

/** Connects a calendar in which this event is, which its user then has repeat. */
async function repeating(room: Greenroom, platform: 'google' | 'microsoft', event: object, to?: string): Promise<void> {
  const secrets = { client_id: 'c', client_secret: 's', refresh_token: 'r' };
  const { json } = await attendee(room, 'POST', '/api/v1/calendars', { platform, ...secrets });
  await room.backstage({ kind: 'calendar_sync', calendar: json.id as string, events: [{ ...event }] });
  const [first] = await eventsOf(room);
  await user(room, first!.id, 'repeats', to);
}

const user = (room: Greenroom, subject: string, act: string, to?: string): Promise<unknown> =>
  control(room, 'POST', '/backstage', { kind: 'calendar', subject, user: act, to });

async function eventsOf(room: Greenroom): Promise<readonly EventAnswer[]> {
  const { json } = await attendee(room, 'GET', '/api/v1/calendar_events?ordering=start_time');
  return json.results as EventAnswer[];
}

/** The id that the provider has for each event that stands, by its start. */
async function standing(room: Greenroom): Promise<readonly string[]> {
  const events = (await eventsOf(room)).filter(({ is_deleted }) => !is_deleted);
  return events.map(({ platform_uuid, start_time }) => `${start_time.slice(5, 16)} ${platform_uuid}`).sort();
}

async function idOf(room: Greenroom, uuid: string): Promise<string> {
  return (await eventsOf(room)).find(({ platform_uuid }) => platform_uuid === uuid)!.id;
}

const botOn = async (room: Greenroom, calendar_event_id: string): Promise<string> =>
  (await attendee(room, 'POST', '/api/v1/bots', { bot_name: 'Notes', calendar_event_id })).json.id as string;

const WEEKS = ['01-02T10:00 weekly_20260102T100000Z', '01-09T10:00 weekly_20260109T100000Z'];
const MORE = ['01-16T10:00 weekly_20260116T100000Z', '01-23T10:00 weekly_20260123T100000Z'];

describe('An event of Google that its user has repeat', () => {
  test('stays, and each occurrence of the next 28 days is an event beside it', async ({ room, receiver }) => {
    const project_webhooks = [{ url: receiver.url, triggers: ['calendar.events_update'] }];
    await control(room, 'PATCH', '/workspaces/default', { attendee: { project_webhooks } });
    await repeating(room, 'google', GOOGLE);
    expect(await standing(room)).toEqual(['01-02T10:00 weekly', ...WEEKS, ...MORE]);
    await room.clock.advance({ by: '1s' });
    // Once of the event, and once of all that its repetition brings.
    expect(receiver.arrivals).toHaveLength(2);
    const events = await eventsOf(room);
    expect(events.find(({ platform_uuid }) => platform_uuid === 'weekly')!.raw).toMatchObject({
      recurrence: ['RRULE:FREQ=WEEKLY'],
    });
    const { raw, name } = events.find(({ start_time }) => start_time.startsWith('2026-01-09'))!;
    expect(name).toBe('Weekly');
    expect(raw).toEqual({
      ...GOOGLE,
      id: 'weekly_20260109T100000Z',
      recurringEventId: 'weekly',
      originalStartTime: { dateTime: '2026-01-09T10:00:00Z' },
      start: { dateTime: '2026-01-09T10:00:00Z' },
      end: { dateTime: '2026-01-09T10:30:00Z' },
      updated: expect.any(String),
    });
  });

  test('keeps the time of day in its zone where the clocks are changed', async ({ room }) => {
    await control(room, 'POST', '/clock/advance', { to: '2026-03-20T00:00:00Z' });
    const timeZone = 'Europe/Berlin';
    const start = { dateTime: '2026-03-27T10:00:00+01:00', timeZone };
    await repeating(room, 'google', { ...GOOGLE, start, end: { dateTime: '2026-03-27T11:00:00+01:00', timeZone } });
    expect(await standing(room)).toEqual([
      '03-27T09:00 weekly',
      '03-27T09:00 weekly_20260327T090000Z',
      '04-03T08:00 weekly_20260403T080000Z',
      '04-10T08:00 weekly_20260410T080000Z',
    ]);
  });

  test('has its occurrences on the same whole days', async ({ room }) => {
    await repeating(room, 'google', { ...GOOGLE, start: { date: '2026-01-27' }, end: { date: '2026-01-28' } }, 'daily');
    expect(await standing(room)).toEqual([
      '01-27T00:00 weekly',
      '01-27T00:00 weekly_20260127',
      '01-28T00:00 weekly_20260128',
      '01-29T00:00 weekly_20260129',
    ]);
  });

  test('is found again by a later sync, with the occurrences that have come near', async ({ room }) => {
    await repeating(room, 'google', GOOGLE);
    await room.clock.advance({ by: '8d' });
    await user(room, await idOf(room, 'weekly'), 'renames', 'Planning');
    expect(await standing(room)).toEqual([
      '01-02T10:00 weekly',
      ...WEEKS,
      ...MORE,
      '01-30T10:00 weekly_20260130T100000Z',
    ]);
    // What is over is not looked at any more, nor is the event that they are occurrences of: they keep what it was told.
    await room.clock.advance({ by: '7d' });
    await user(room, await idOf(room, 'weekly'), 'changes_conferencing', OTHER_URL);
    const linked = (await eventsOf(room)).filter(({ meeting_url }) => meeting_url === OTHER_URL);
    expect(linked.map(({ start_time, name }) => `${start_time.slice(5, 10)} ${name}`)).toEqual([
      '01-16 Planning',
      '01-23 Planning',
      '01-30 Planning',
      '02-06 Planning',
    ]);
  });
});

describe('What a user does to an event that repeats', () => {
  test('is done to its occurrences: those of a series that has moved are others, and the bots of the old ones go', async ({
    room,
  }) => {
    await repeating(room, 'google', GOOGLE);
    const bot = await botOn(room, await idOf(room, 'weekly_20260109T100000Z'));
    await user(room, await idOf(room, 'weekly'), 'moves', '+1h');
    const hours = ['02', '09', '16', '23'].map((day) => `01-${day}T11:00 weekly_202601${day}T110000Z`);
    expect(await standing(room)).toEqual(['01-02T11:00 weekly', ...hours].sort());
    expect((await attendee(room, 'GET', `/api/v1/bots/${bot}`)).status).toBe(404);
    await user(room, await idOf(room, 'weekly'), 'deletes');
    expect(await standing(room)).toEqual([]);
  });

  test('leaves an occurrence as it is that was changed alone, until the series is deleted', async ({ room }) => {
    await repeating(room, 'google', GOOGLE);
    const apart = await idOf(room, 'weekly_20260109T100000Z');
    const bot = await botOn(room, apart);
    await user(room, apart, 'moves', '+2h');
    await user(room, await idOf(room, 'weekly'), 'renames', 'Planning');
    const events = await eventsOf(room);
    const names = Object.fromEntries(events.map(({ start_time, name }) => [start_time.slice(5, 16), name]));
    expect(names).toEqual({
      '01-02T10:00': 'Planning',
      '01-09T12:00': 'Weekly',
      '01-16T10:00': 'Planning',
      '01-23T10:00': 'Planning',
    });
    expect((await attendee(room, 'GET', `/api/v1/bots/${bot}`)).json.join_at).toBe('2026-01-09T12:00:00Z');
    await user(room, await idOf(room, 'weekly'), 'deletes');
    expect(await standing(room)).toEqual([]);
  });

  test('does not bring back an occurrence that was deleted alone', async ({ room }) => {
    await repeating(room, 'google', GOOGLE);
    await user(room, await idOf(room, 'weekly_20260116T100000Z'), 'deletes');
    await user(room, await idOf(room, 'weekly'), 'renames', 'Planning');
    expect(await standing(room)).toEqual(['01-02T10:00 weekly', ...WEEKS, MORE[1]]);
  });
});

test('Of Microsoft each occurrence names its series, and has ids of its own', async ({ room }) => {
  await repeating(room, 'microsoft', GRAPH, 'daily');
  const events = await eventsOf(room);
  expect(events).toHaveLength(1 + 27);
  const { platform_uuid, raw } = events.find(({ start_time }) => start_time.startsWith('2026-01-03'))!;
  expect(raw).toMatchObject({ seriesMasterId: 'weekly', start: { dateTime: '2026-01-03T10:00:00' } });
  expect(raw).not.toHaveProperty('recurrence');
  const others = new Set(events.map((event) => [event.platform_uuid, event.raw['iCalUId']].join(' ')));
  expect([platform_uuid === 'weekly', others.size]).toEqual([false, 28]);
});

test('An app that sends a bot to each event sends two to the first occurrence', async ({ room }) => {
  await repeating(room, 'google', GOOGLE);
  for (const { id } of await eventsOf(room)) await botOn(room, id);
  const { agents } = await room.calendar.read();
  expect(agents.map(({ join_at }) => String(join_at).slice(5, 10)).sort()).toEqual([
    '01-02',
    '01-02',
    '01-09',
    '01-16',
    '01-23',
  ]);
});
