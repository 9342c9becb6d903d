import { expect } from 'vitest';
import type { Greenroom } from '../../src/index.js';
import { attendee, MEET_URL, test, ZOOM_URL } from '../support/room.js';

/**
 * A calendar over a month of syncs. The rules, in the vendor's terms: a sync asks for events with
 * now - 1 day < end and start < now + 28 days. A known event that begins in that window and that the list lacks is asked
 * for alone: it has moved, or is gone (404), or cannot be had now. Whatever is outside the window stays as it is known.
 */

const DAY = 24 * 60 * 60 * 1000;
const FIRST = Date.parse('2026-01-01T09:00:00Z');
const at = (day: number, minutes = 0): string => new Date(FIRST + day * DAY + minutes * 60_000).toISOString();
const later = (start: string): string => new Date(Date.parse(start) + 30 * 60_000).toISOString();

interface Entry {
  readonly start: string;
  readonly end?: string;
  readonly link?: string;
  readonly summary?: string;
}

/** What the provider has at the moment, and the days on which the vendor comes and looks. */
class Month {
  readonly entries = new Map<string, Entry>();
  readonly #room: Greenroom;
  readonly #arrivals: readonly unknown[];
  #calendar = '';

  constructor(room: Greenroom, arrivals: readonly unknown[]) {
    this.#room = room;
    this.#arrivals = arrivals;
  }

  async connect(): Promise<void> {
    const body = { platform: 'google', client_id: 'c', client_secret: 's', refresh_token: 'r' };
    this.#calendar = (await attendee(this.#room, 'POST', '/api/v1/calendars', body)).json.id as string;
  }

  /** Goes to 09:00 of a day and syncs. Gives how many times the app is told of changes. */
  async sync(day: number, unavailable: readonly string[] = []): Promise<number> {
    await this.#room.clock.advance({ to: at(day) });
    const before = this.#arrivals.length;
    const events = [...this.entries].map(([id, { start, end = later(start), link, summary = id }]) => ({
      id,
      status: 'confirmed',
      summary,
      start: { dateTime: start },
      end: { dateTime: end },
      ...(link === undefined ? {} : { location: link }),
    }));
    await this.#room.backstage({
      kind: 'calendar_sync',
      calendar: this.#calendar,
      events,
      unavailable: [...unavailable],
    });
    await this.#room.clock.advance({ by: '1s' });
    return this.#arrivals.length - before;
  }

  async event(uuid: string) {
    const { json } = await attendee(this.#room, 'GET', '/api/v1/calendar_events');
    return (json.results as Record<string, unknown>[]).find(({ platform_uuid }) => platform_uuid === uuid);
  }

  /** Start and name of an event as the app sees it, `gone` if it is deleted and `unknown` if it is not there. */
  async seen(uuid: string): Promise<string> {
    const event = await this.event(uuid);
    if (!event) return 'unknown';
    return event['is_deleted'] === true ? 'gone' : `${String(event['name'])} at ${String(event['start_time'])}`;
  }

  async bot(uuid: string): Promise<string> {
    const calendar_event_id = (await this.event(uuid))!['id'];
    const { json } = await attendee(this.#room, 'POST', '/api/v1/bots', { bot_name: 'Notes', calendar_event_id });
    return json.id as string;
  }

  async botAt(id: string): Promise<string> {
    const { status, json } = await attendee(this.#room, 'GET', `/api/v1/bots/${id}`);
    return status === 404 ? 'gone' : `${json.state} ${json.join_at} ${json.meeting_url}`;
  }
}

const z = (time: string): string => time.replace('.000', '');

test('a calendar lives through a month of syncs', async ({ room, receiver }) => {
  await room.patch({
    attendee: { project_webhooks: [{ url: receiver.url, triggers: ['calendar.events_update'] }] },
  });
  const month = new Month(room, receiver.arrivals);
  const { entries } = month;
  await month.connect();

  // The window's edges: what is over since less than a day, and begins in less than 28 days.
  entries.set('edge back', { start: at(-1) });
  entries.set('too old', { start: at(-1, -30) });
  entries.set('still on', { start: at(-3), end: at(2), link: MEET_URL });
  entries.set('edge ahead', { start: at(28, -1) });
  entries.set('too far', { start: at(28) });
  for (const id of ['weekly', 'moved', 'dropped', 'busy', 'hidden']) entries.set(id, { start: at(20), link: MEET_URL });
  expect(await month.sync(0)).toBe(1);
  expect(await month.seen('edge back')).toBe(`edge back at ${z(at(-1))}`);
  expect(await month.seen('edge ahead')).toBe(`edge ahead at ${z(at(28, -1))}`);
  expect([await month.seen('too old'), await month.seen('too far')]).toEqual(['unknown', 'unknown']);
  expect(await month.event('still on')).toMatchObject({ start_time: z(at(-3)), end_time: z(at(2)) });
  const [weekly, moved, dropped, busy] = [
    await month.bot('weekly'),
    await month.bot('moved'),
    await month.bot('dropped'),
    await month.bot('busy'),
  ];

  // Days go by: nothing changes, until an event comes into the window.
  entries.set('later', { start: at(31) });
  expect(await month.sync(1)).toBe(1);
  expect(await month.seen('too far')).toBe(`too far at ${z(at(28))}`);
  expect([await month.sync(2), await month.sync(3)]).toEqual([0, 0]);
  expect(await month.seen('later')).toBe('unknown');
  expect(await month.sync(4)).toBe(1);
  expect(await month.seen('later')).toBe(`later at ${z(at(31))}`);

  // An event that is over by more than a day stays as it is known, changed or gone.
  entries.delete('edge back');
  expect(await month.sync(5)).toBe(0);
  expect(await month.seen('edge back')).toBe(`edge back at ${z(at(-1))}`);

  // An event of the window that is gone takes its bot with it; one that cannot be asked for stays.
  entries.delete('dropped');
  const { start, link } = entries.get('busy')!;
  entries.delete('busy');
  expect(await month.sync(6, ['busy'])).toBe(1);
  expect([await month.seen('dropped'), await month.botAt(dropped)]).toEqual(['gone', 'gone']);
  expect(await month.seen('busy')).toBe(`busy at ${z(start)}`);
  expect(await month.botAt(busy)).toBe(`scheduled ${z(start)} ${link}`);
  entries.set('busy', { start, link: link! });
  expect(await month.sync(7)).toBe(0);

  // Gone once, an event comes back only if something about it is new.
  entries.set('dropped', { start, link: link! });
  expect(await month.sync(8)).toBe(0);
  expect(await month.seen('dropped')).toBe('gone');
  entries.set('dropped', { start, link: link!, summary: 'again' });
  expect(await month.sync(9)).toBe(1);
  expect(await month.seen('dropped')).toBe(`again at ${z(start)}`);

  // Bots follow in time and place, and not to a place that is none.
  entries.set('weekly', { start: at(21), link: `${ZOOM_URL}?from=addon` });
  entries.set('busy', { start: at(22) });
  expect(await month.sync(10)).toBe(1);
  expect(await month.botAt(weekly)).toBe(`scheduled ${z(at(21))} ${ZOOM_URL}`);
  expect(await month.event('weekly')).toMatchObject({ meeting_url: `${ZOOM_URL}?from=addon`, start_time: z(at(21)) });
  expect(await month.botAt(busy)).toBe(`scheduled ${z(start)} ${link}`);
  expect(await month.event('busy')).toMatchObject({ meeting_url: null, start_time: z(at(22)) });

  // An event that leaves the window is followed once, and seen again only when the window comes to it.
  entries.set('moved', { start: at(45), link: MEET_URL });
  expect(await month.sync(11)).toBe(1);
  expect(await month.botAt(moved)).toBe(`scheduled ${z(at(45))} ${MEET_URL}`);
  entries.set('moved', { start: at(46), link: MEET_URL, summary: 'again' });
  expect(await month.sync(12)).toBe(0);
  expect(await month.seen('moved')).toBe(`moved at ${z(at(45))}`);
  entries.delete('moved');
  expect(await month.sync(17)).toBe(0);
  expect(await month.botAt(moved)).toBe(`scheduled ${z(at(45))} ${MEET_URL}`);
  expect(await month.sync(18)).toBe(1);
  expect([await month.seen('moved'), await month.botAt(moved)]).toEqual(['gone', 'gone']);

  // What begins is played by its bot, whatever becomes of the event.
  await room.clock.advance({ to: at(21, 1) });
  entries.delete('weekly');
  expect(await month.sync(21.5)).toBe(1);
  expect(await month.seen('weekly')).toBe('gone');
  expect(await month.botAt(weekly)).toMatch(/^ended /);

  // At the end of the month nothing is forgotten, and the last days are no news.
  expect(await month.sync(31)).toBe(0);
  expect(await month.seen('hidden')).toBe(`hidden at ${z(at(20))}`);
  expect(await month.seen('edge ahead')).toBe(`edge ahead at ${z(at(28, -1))}`);
});

test('a bot keeps its place and its time where its event has been moved into the past', async ({ room, receiver }) => {
  const month = new Month(room, receiver.arrivals);
  await month.connect();
  month.entries.set('e', { start: at(2), link: MEET_URL });
  await month.sync(0);
  const bot = await month.bot('e');
  month.entries.set('e', { start: at(0, -60), link: ZOOM_URL });
  await month.sync(1);
  expect(await month.botAt(bot)).toBe(`scheduled ${z(at(2))} ${MEET_URL}`);
  expect(await month.event('e')).toMatchObject({ start_time: z(at(0, -60)), meeting_url: ZOOM_URL });
});

test('the operator may look further ahead', async ({ room, receiver }) => {
  await room.patch({ attendee: { calendar_window: '60d' } });
  const month = new Month(room, receiver.arrivals);
  await month.connect();
  month.entries.set('inside', { start: at(60, -1) });
  month.entries.set('outside', { start: at(60) });
  await month.sync(0);
  expect([await month.seen('inside'), await month.seen('outside')]).toEqual([`inside at ${z(at(60, -1))}`, 'unknown']);
});
