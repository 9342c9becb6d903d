import { describe, expect } from 'vitest';
import {
  asUser,
  errorKeys,
  eventRequest,
  eventsPath,
  plainEvent,
  readEvents,
  set,
  userInfoOf,
  writeEvent,
} from '../support/cronofy.js';
import { test } from '../support/room.js';
import type { Greenroom } from '../../src/index.js';

/** Events that repeat, of which people change single occurrences while the application goes on writing. */

const WEEKLY = { recurrence: { rules: [{ frequency: 'weekly', count: 4 }] } };
const FIRST = { start: '2026-01-05T09:00:00Z', end: '2026-01-05T10:00:00Z', tzid: 'Europe/London' };
const MOVED = { start: '2026-01-13T15:00:00Z', end: '2026-01-13T16:00:00Z' };

interface Shown {
  readonly event_uid: string;
  readonly start: string;
  readonly end: string;
  readonly deleted: boolean;
  readonly summary: string;
  readonly updated: string;
  readonly description: string;
  readonly recurring: boolean;
  readonly attendees: readonly { readonly email: string; readonly status: string }[];
  readonly conferencing?: { readonly join_url?: string };
}

const occurrences = (room: Greenroom, query = '&include_deleted=true'): Promise<Shown[]> =>
  readEvents(room, `&only_managed=true${query}`);

/** When each starts that stands, by day and hour; what is deleted in brackets. */
const shown = async (room: Greenroom): Promise<string> =>
  (await occurrences(room))
    .map(({ start, deleted }) => {
      const time = `${start.slice(5, 10)} ${start.slice(11, 13)}`;
      return deleted ? `(${time})` : time;
    })
    .join(', ');

const CHANGED = '01-05 09, 01-13 15, (01-19 09), 01-26 09';
const AS_WRITTEN = '01-05 09, 01-12 09, 01-19 09, 01-26 09';

/** Four Mondays, the second of which somebody has moved to Tuesday afternoon, and the third of which is deleted. */
async function series(room: Greenroom, more: object = {}): Promise<Shown[]> {
  await writeEvent(room, plainEvent('r', { ...FIRST, ...WEEKLY, ...more }));
  const all = await occurrences(room);
  await room.backstage({ kind: 'event_moved', event: all[1]!.event_uid, ...MOVED });
  await room.backstage({ kind: 'event_deleted', event: all[2]!.event_uid });
  return all;
}

describe('What people have done to occurrences', () => {
  test('stands when the application writes the series again', async ({ room }) => {
    const before = await series(room);
    for (const body of [
      { summary: 'Another title' },
      { description: 'Why' },
      { location: { description: 'Room 2' }, reminders: [{ minutes: 5 }] },
      { attendees: { invite: [{ email: 'ann@example.com' }] } },
      { conferencing: { profile_id: 'explicit', provider_description: 'Zoom', join_url: 'https://zoom.us/j/1' } },
      plainEvent('r', { ...FIRST, ...WEEKLY }),
      { start: { time: FIRST.start, tzid: FIRST.tzid }, end: { time: FIRST.end, tzid: FIRST.tzid } },
      { recurrence: { rules: [{ frequency: 'weekly', interval: 1, by_day: ['monday'], count: 4 }] } },
    ]) {
      await writeEvent(room, { event_id: 'r', ...body });
      expect(await shown(room), JSON.stringify(body)).toBe(CHANGED);
    }
    const after = await occurrences(room);
    expect(after.map(({ event_uid }) => event_uid)).toEqual(before.map(({ event_uid }) => event_uid));
    const standing = after.filter(({ deleted }) => !deleted);
    for (const one of standing)
      expect(one).toMatchObject({
        description: 'Why',
        location: { description: 'Room 2' },
        attendees: [{ email: 'ann@example.com' }],
        meeting_url: 'https://zoom.us/j/1',
      });
  });

  test('is undone by a write that changes when or how often the series happens', async ({ room }) => {
    await series(room);
    await writeEvent(room, { event_id: 'r', start: '2026-01-05T11:00:00Z', end: '2026-01-05T12:00:00Z' });
    expect(await shown(room)).toBe('01-05 11, 01-12 11, 01-19 11, 01-26 11');
  });

  test.for([
    ['the end', { end: '2026-01-05T09:30:00Z' }, AS_WRITTEN],
    ['the zone', { tzid: 'Europe/Berlin' }, AS_WRITTEN],
    [
      'the interval',
      { recurrence: { rules: [{ frequency: 'weekly', interval: 2, count: 4 }] } },
      '01-05 09, 01-19 09, 02-02 09, 02-16 09',
    ],
  ] as const)('is undone by another of %s', async ([, body, expected], { room }) => {
    await series(room);
    await writeEvent(room, { event_id: 'r', ...body });
    expect(await shown(room)).toBe(expected);
  });

  test('is undone by every write when the setting says so', async ({ room }) => {
    await set(room, { series_exceptions: 'undone' });
    await series(room);
    await writeEvent(room, { event_id: 'r', summary: 'Another title' });
    expect(await shown(room)).toBe(AS_WRITTEN);
  });

  test('stands for the first occurrence too, and the others stay where they are', async ({ room }) => {
    await writeEvent(room, plainEvent('r', { ...FIRST, ...WEEKLY }));
    await room.backstage({
      kind: 'event_moved',
      event: { event_id: 'r' },
      start: '2026-01-06T18:00:00Z',
      end: '2026-01-06T19:00:00Z',
    });
    await writeEvent(room, plainEvent('r', { ...FIRST, summary: 'Another title' }));
    expect(await shown(room)).toBe('01-06 18, 01-12 09, 01-19 09, 01-26 09');
    await room.backstage({ kind: 'event_deleted', event: { event_id: 'r' } });
    await writeEvent(room, { event_id: 'r', end: '2026-01-05T10:00:00Z', summary: 'A third' });
    expect(await shown(room)).toBe('(01-06 18), 01-12 09, 01-19 09, 01-26 09');
    expect((await occurrences(room, '')).map(({ summary }) => summary)).toEqual(['A third', 'A third', 'A third']);
    expect((await asUser(room, 'DELETE', eventsPath(room), { event_id: 'r' })).status).toBe(202);
    expect(await occurrences(room, '')).toEqual([]);
  });

  test('an own title and an own answer of one occurrence stay, whatever else is written', async ({ room }) => {
    const invite = [{ email: 'ann@example.com' }];
    await writeEvent(room, plainEvent('r', { ...FIRST, ...WEEKLY, attendees: { invite } }));
    const [, second] = await occurrences(room);
    const act = { kind: 'calendar', subject: second!.event_uid, user: 'renames', to: 'Ours' } as const;
    await room.backstage(act);
    await room.backstage({
      kind: 'event_answered',
      event: second!.event_uid,
      email: 'ann@example.com',
      status: 'accepted',
    });
    await writeEvent(room, { event_id: 'r', summary: 'Theirs', attendees: { invite: [{ email: 'bob@example.com' }] } });
    expect(
      (await occurrences(room)).map(({ summary, attendees }) => [
        summary,
        attendees.map(({ status }) => status).join(),
      ]),
    ).toEqual([
      ['Theirs', 'needs_action,needs_action'],
      ['Ours', 'accepted,needs_action'],
      ['Theirs', 'needs_action,needs_action'],
      ['Theirs', 'needs_action,needs_action'],
    ]);
  });
});

describe('A series', () => {
  test('that ends later or earlier keeps what people have done to what stays of it', async ({ room }) => {
    await series(room);
    const until = (day: string) =>
      writeEvent(room, { event_id: 'r', recurrence: { rules: [{ frequency: 'weekly', until: day }] } });
    await until('2026-02-02');
    expect(await shown(room)).toBe(`${CHANGED}, 02-02 09`);
    await room.clock.advance({ by: '1h' });
    await until('2026-01-20');
    expect(await shown(room)).toBe('01-05 09, 01-13 15, (01-19 09), (01-26 09), (02-02 09)');
    const since = await occurrences(room, '&include_deleted=true&last_modified=2026-01-01T10:00:00Z');
    expect(since.map(({ start, deleted }) => [start.slice(5, 10), deleted])).toEqual([
      ['01-05', false],
      ['01-13', false],
      ['01-26', true],
      ['02-02', true],
    ]);
  });

  test('that is deleted and written again begins without what people had done', async ({ room }) => {
    await series(room);
    await asUser(room, 'DELETE', eventsPath(room), { event_id: 'r' });
    expect(errorKeys(await asUser(room, 'POST', eventsPath(room), { event_id: 'r', summary: 'Only a title' }))).toEqual(
      {
        start: ['errors.required'],
        end: ['errors.required'],
      },
    );
    await writeEvent(room, plainEvent('r', { ...FIRST, ...WEEKLY }));
    expect((await occurrences(room, '')).map(({ start }) => start.slice(5, 10))).toEqual([
      '01-05',
      '01-12',
      '01-19',
      '01-26',
    ]);
  });

  test('all of whose occurrences people have deleted is gone, and a write makes another', async ({ room }) => {
    await writeEvent(room, plainEvent('r', { ...FIRST, ...WEEKLY }));
    for (const { event_uid } of await occurrences(room))
      await room.backstage({ kind: 'event_deleted', event: event_uid });
    await writeEvent(room, plainEvent('r', { ...FIRST, summary: 'Once' }));
    expect((await occurrences(room, '')).map(({ summary, recurring }) => [summary, recurring])).toEqual([
      ['Once', false],
    ]);
  });

  test('that repeats no more tells of what is gone', async ({ room }) => {
    await series(room);
    await room.clock.advance({ by: '1h' });
    await writeEvent(room, { event_id: 'r', recurrence: { rules: [] } });
    expect(await shown(room)).toBe('01-05 09, (01-13 15), (01-19 09), (01-26 09)');
    const gone = await occurrences(room, '&include_deleted=true&last_modified=2026-01-01T10:00:00Z');
    expect(gone).toHaveLength(3);
  });

  test('has one conference, which is there for all occurrences', async ({ room }) => {
    await writeEvent(room, plainEvent('r', { ...FIRST, ...WEEKLY, conferencing: { profile_id: 'default' } }));
    await room.clock.advance({ by: '1m' });
    const urls = new Set((await occurrences(room)).map(({ conferencing }) => conferencing?.join_url));
    expect([...urls]).toEqual([expect.stringContaining('https://zoom.us/j/')]);
  });

  test('has its conference also when people have deleted the first occurrence meanwhile', async ({ room }) => {
    await writeEvent(room, plainEvent('r', { ...FIRST, ...WEEKLY, conferencing: { profile_id: 'default' } }));
    await room.backstage({ kind: 'event_deleted', event: { event_id: 'r' } });
    await room.clock.advance({ by: '1m' });
    const urls = (await occurrences(room, '')).map(({ conferencing }) => conferencing?.join_url);
    expect(urls).toEqual(Array(3).fill(expect.stringContaining('https://zoom.us/j/')));
  });

  test('does not take back what it has no more', async ({ room }) => {
    const { event_uid } = (await series(room))[3]!;
    await writeEvent(room, { event_id: 'r', recurrence: { rules: [{ frequency: 'weekly', count: 3 }] } });
    const restores = room.backstage({ kind: 'calendar', subject: event_uid, user: 'restores' });
    await expect(restores).rejects.toThrow('has it no more');
  });

  test('without an end goes on as far ahead as reads go, whenever they are made', async ({ room }) => {
    await writeEvent(room, plainEvent('r', { ...FIRST, recurrence: { rules: [{ frequency: 'monthly' }] } }));
    const before = await occurrences(room);
    await room.clock.advance({ to: '2026-07-01T00:00:00Z' });
    const after = await occurrences(room);
    expect([before, after].map((list) => list.at(-1)!.start.slice(0, 7))).toEqual(['2026-07', '2027-01']);
    expect(new Set(after.map(({ updated }) => updated)).size).toBe(1);
    const periods = [{ start: '2026-12-05T08:00:00Z', end: '2026-12-05T12:00:00Z' }];
    await room.clock.advance({ to: '2026-11-01T00:00:00Z' });
    const { json } = await asUser(room, 'POST', '/v1/availability', {
      participants: [{ members: [{ sub: (await userInfoOf(room)).sub }], required: 'all' }],
      required_duration: { minutes: 30 },
      query_periods: periods,
    });
    expect(json.available_periods.map(({ start, end }: Shown) => [start.slice(11, 16), end.slice(11, 16)])).toEqual([
      ['08:00', '09:00'],
      ['10:00', '12:00'],
    ]);
  });

  test('repeats on the clocks of the zone that its start names', async ({ room }) => {
    const at = (time: string) => ({ time, tzid: 'Europe/Berlin' });
    await writeEvent(
      room,
      plainEvent('r', { start: at('2026-03-23T09:00:00Z'), end: at('2026-03-23T10:00:00Z'), ...WEEKLY }),
    );
    expect(await shown(room)).toBe('03-23 09, 03-30 08, 04-06 08, 04-13 08');
  });

  test('begins when it was written to, whatever weekdays its rule names', async ({ room }) => {
    const rules = [{ frequency: 'weekly', by_day: ['tuesday'], count: 3 }];
    await writeEvent(room, plainEvent('r', { ...FIRST, recurrence: { rules } }));
    expect(await shown(room)).toBe('01-05 09, 01-06 09, 01-13 09');
  });

  test('tells channels of what people do, and of nothing that is written', async ({ room, receiver }) => {
    await asUser(room, 'POST', '/v1/channels', { callback_url: receiver.url });
    await series(room);
    await room.clock.advance({ by: '1m' });
    const told = receiver.arrivals.length;
    await writeEvent(room, { event_id: 'r', summary: 'Another title' });
    await room.clock.advance({ by: '1m' });
    expect(told).toBe(2);
    expect(receiver.arrivals).toHaveLength(told);
  });

  test('keeps people busy where its occurrences are', async ({ room }) => {
    await series(room);
    await writeEvent(room, { event_id: 'r', summary: 'Another title' });
    const { json } = await asUser(room, 'GET', '/v1/free_busy?tzid=Etc/UTC&include_managed=true');
    expect(json.free_busy.map(({ start }: { start: string }) => start.slice(5, 13))).toEqual([
      '01-05T09',
      '01-13T15',
      '01-26T09',
    ]);
  });

  test('has its agent with the first occurrence, wherever people have moved it', async ({ room, receiver }) => {
    await writeEvent(room, eventRequest(receiver.url, { event_id: 'r', ...FIRST, ...WEEKLY }));
    await room.backstage({
      kind: 'event_moved',
      event: { event_id: 'r' },
      start: '2026-01-05T12:00:00Z',
      end: '2026-01-05T13:00:00Z',
    });
    await writeEvent(room, { event_id: 'r', summary: 'Another title' });
    await room.clock.advance({ to: '2026-01-05T11:54:00Z' });
    expect(receiver.arrivals).toHaveLength(0);
    await room.clock.advance({ to: '2026-01-05T11:56:00Z' });
    expect(receiver.arrivals).toHaveLength(1);
  });
});
