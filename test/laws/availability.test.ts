import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createGreenroom, type Greenroom } from '../../src/index.js';

/** Availability against the same calendars, read minute by minute with the host's own dates. */

const RUNS = Math.ceil(Number(process.env['GREENROOM_RUNS'] ?? 100) / 5);
const MINUTE = 60_000;
const WEEK = 7 * 24 * 60;

/** Weeks in which clocks change, by zone: two going forward, two going back. */
const WEEKS = [
  ['Europe/Berlin', '2026-03-26'],
  ['America/New_York', '2026-10-29'],
  ['Australia/Sydney', '2026-10-01'],
  ['Pacific/Auckland', '2026-04-02'],
] as const;

// oxlint-disable-next-line typescript/no-explicit-any -- a test reads what it expects to be there
type Json = any;

const iso = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

async function call(room: Greenroom, token: string, method: string, path: string, body?: object): Promise<Json> {
  const response = await room.fetch(
    new Request(`http://localhost${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  const text = await response.text();
  if (response.status >= 300) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === '' ? {} : JSON.parse(text);
}

const event = fc.record({
  who: fc.constantFrom('own', 'other'),
  from: fc.integer({ min: 0, max: WEEK / 5 - 1 }),
  lasts: fc.integer({ min: 1, max: 60 }),
  day: fc.boolean(),
  repeats: fc.option(fc.constantFrom('daily', 'weekly'), { nil: undefined }),
  transparency: fc.constantFrom(undefined, undefined, 'opaque', 'transparent'),
  status: fc.constantFrom('accepted', 'accepted', 'tentative', 'declined', 'needs_action'),
});
const minutes = (...values: number[]) => fc.constantFrom(...values).map((value) => ({ minutes: value }));
const week = fc.record({
  place: fc.constantFrom(...WEEKS),
  events: fc.array(event, { maxLength: 9 }),
  required: fc.constantFrom('all', 1),
  duration: minutes(15, 30, 60, 90),
  before: minutes(0, 0, 15),
  after: minutes(0, 0, 30),
  interval: fc.option(minutes(15, 30, 60), { nil: undefined }),
  format: fc.constantFrom('periods', 'slots', 'overlapping_slots'),
  periods: fc.array(fc.tuple(fc.nat(WEEK - 400), fc.integer({ min: 60, max: 2000 })), { minLength: 1, maxLength: 2 }),
});
type Week = typeof week extends fc.Arbitrary<infer T> ? T : never;

/** The day on the clocks of a zone. The same minutes are asked for again and again. */
const days = new Map<string, { readonly format: Intl.DateTimeFormat; readonly known: Map<number, string> }>();
function dayIn(zone: string, at: number): string {
  if (!days.has(zone)) {
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' });
    days.set(zone, { format, known: new Map() });
  }
  const { format, known } = days.get(zone)!;
  const day = known.get(at) ?? format.format(at);
  known.set(at, day);
  return day;
}

/** Puts the events into both calendars by hand. */
async function fill(room: Greenroom, { place: [tzid, monday], events }: Week, calendars: Record<string, string>) {
  const base = Date.parse(`${monday}T00:00:00Z`);
  for (const { who, from, lasts, day, repeats, transparency, status } of events) {
    const start = base + from * 5 * MINUTE;
    const days = Math.ceil(lasts / 40);
    await room.backstage({
      kind: 'event_added',
      start: day ? iso(start).slice(0, 10) : iso(start),
      end: day ? iso(start + days * 24 * 60 * MINUTE).slice(0, 10) : iso(start + lasts * 5 * MINUTE),
      tzid,
      participation_status: status,
      calendar_id: calendars[who],
      ...(transparency === undefined ? {} : { transparency }),
      ...(repeats === undefined ? {} : { repeats: { frequency: repeats, count: 4 } }),
    });
  }
}

/** Whether a member is free in each minute of the week, as the events that are read tell it. */
function freeMinutes(read: Json[], { place: [, monday], periods, before, after }: Week): boolean[] {
  const base = Date.parse(`${monday}T00:00:00Z`);
  const busy = read
    .filter(({ transparency, participation_status: is }) => transparency === 'opaque' && is !== 'declined')
    .map(({ start, end }): ((at: number) => boolean) => {
      if (start.time.length > 10) {
        const [from, to] = [Date.parse(start.time), Date.parse(end.time)];
        return (at) => from <= at && at < to;
      }
      return (at) => {
        const day = dayIn(start.tzid, at);
        return start.time <= day && day < end.time;
      };
    });
  const [ahead, behind] = [before.minutes, after.minutes];
  const marks = Array.from({ length: WEEK + 3000 }, (_, i) =>
    busy.some((isBusy) => isBusy(base + (i - 1000) * MINUTE)),
  );
  const nextBusy = new Float64Array(marks.length);
  for (let i = marks.length - 1, next = Infinity; i >= 0; i--) nextBusy[i] = marks[i] ? (next = i) : next;
  const blocked = (minute: number): boolean => nextBusy[minute + 1000 - ahead]! <= minute + 1000 + behind;
  return Array.from(
    { length: WEEK + 1700 },
    (_, i) => periods.some(([from, length]) => from <= i && i < from + length) && !blocked(i),
  );
}

interface Found {
  readonly start: number;
  readonly end: number;
  readonly who: string;
}

function expected(free: Readonly<Record<string, readonly boolean[]>>, given: Week): Found[] {
  const names = Object.keys(free);
  const enough = given.required === 'all' ? names.length : 1;
  const whoIn = (start: number, end: number): string[] =>
    names.filter((name) => !free[name]!.slice(start, end).includes(false));
  const { minutes: length } = given.duration;
  const last = free[names[0]!]!.length;
  if (given.format !== 'periods') return slots();
  const found = new Map<string, Found>();
  const groups = names.length === 2 ? [[names[0]!], [names[1]!], names] : [names];
  for (const group of groups)
    for (let start = 0; start < last; start++) {
      if (!group.every((name) => free[name]![start])) continue;
      let end = start;
      while (end < last && group.every((name) => free[name]![end])) end++;
      const who = whoIn(start, end);
      if (end - start >= length && who.length >= enough && who.length === group.length)
        found.set(`${start} ${end}`, { start, end, who: who.join() });
      start = end;
    }
  return [...found.values()].sort((a, b) => a.start - b.start || a.end - b.end);

  function slots(): Found[] {
    const base = Date.parse(`${given.place[1]}T00:00:00Z`) / MINUTE;
    const grid = given.interval?.minutes ?? (given.format === 'slots' ? 1 : 30);
    const all: Found[] = [];
    for (let start = 0; start + length <= last; start++) {
      if ((base + start) % grid !== 0) continue;
      const who = whoIn(start, start + length);
      if (who.length < enough) continue;
      all.push({ start, end: start + length, who: who.join() });
      if (given.format === 'slots') start += length - 1;
    }
    return all;
  }
}

describe(`${RUNS} random weeks in which clocks change`, () => {
  test('are as free as their minutes', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(week, async (given) => {
        const [, monday] = given.place;
        const room = await createGreenroom({
          clock: { now: `${monday}T00:00:00Z` },
          cronofy: { availability_overlaps: 'merged' },
        });
        const { access_token, client_secret, client_id, calendar_id } = room.cronofy;
        const own = await call(room, access_token, 'GET', '/v1/userinfo');
        const body = { client_id, client_secret, application_calendar_id: 'other' };
        const other = await call(room, client_secret, 'POST', '/v1/application_calendars', body);
        const [calendar] = (await call(room, other.access_token, 'GET', '/v1/calendars')).calendars;
        await fill(room, given, { own: calendar_id, other: calendar.calendar_id });
        const path = '/v1/events?tzid=Etc/UTC&localized_times=true';
        const read = async (token: string) => freeMinutes((await call(room, token, 'GET', path)).events, given);
        const free = { [own.sub]: await read(access_token), [other.sub]: await read(other.access_token) };
        const at = (minute: number): string => iso(Date.parse(`${monday}T00:00:00Z`) + minute * MINUTE);
        const answer = await call(room, client_secret, 'POST', '/v1/availability', {
          participants: [{ members: [{ sub: own.sub }, { sub: other.sub }], required: given.required }],
          required_duration: given.duration,
          query_periods: given.periods.map(([from, length]) => ({ start: at(from), end: at(from + length) })),
          buffer: { before: given.before, after: given.after },
          response_format: given.format,
          max_results: 100_000,
          ...(given.interval === undefined ? {} : { start_interval: given.interval }),
        });
        const found = (answer.available_periods ?? answer.available_slots).map(
          ({ start, end, participants }: Json) => ({
            start,
            end,
            who: participants.map(({ sub }: Json) => sub).join(),
          }),
        );
        const wanted = expected(free, given).map(({ start, end, who }) => ({ start: at(start), end: at(end), who }));
        await room.close();
        expect(found).toEqual(wanted);
      }),
      { numRuns: RUNS, seed: 20, endOnFailure: false },
    );
  });
});
