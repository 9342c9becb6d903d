import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createGreenroom } from '../../src/index.js';

/** Availability of groups against what it means: each time is looked at, and each member at each time. */

const RUNS = Number(process.env['GREENROOM_RUNS'] ?? 100);
const MINUTE = 60_000;
const BASE = Date.parse('2026-01-05T10:00:00Z');
const LAST = 40;

type Span = readonly [start: number, end: number];
interface Time {
  readonly start: number;
  readonly end: number;
  readonly who: readonly string[];
}

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const spans = (maxLength: number): fc.Arbitrary<Span[]> =>
  fc
    .array(fc.tuple(fc.nat(LAST - 2), fc.integer({ min: 1, max: 12 })), { minLength: 1, maxLength })
    .map((pairs) => pairs.map(([start, length]) => [start, Math.min(LAST, start + length)]));
const asked = fc.record({
  own: fc.array(fc.option(spans(4), { nil: undefined }), { minLength: NAMES.length, maxLength: NAMES.length }),
  groups: fc.array(
    fc.record({
      members: fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 5 }),
      required: fc.constantFrom('all' as const, 1, 2, 3),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  duration: fc.integer({ min: 1, max: 5 }),
  format: fc.constantFrom('periods', 'slots', 'overlapping_slots', 'query_slots'),
  interval: fc.option(fc.constantFrom(2, 5), { nil: undefined }),
  periods: spans(3),
  slots: fc.array(fc.nat(LAST), { minLength: 1, maxLength: 12 }),
  most: fc.constantFrom(1, 3, 1000),
});
type Asked = typeof asked extends fc.Arbitrary<infer T> ? T : never;

const iso = (minute: number): string => new Date(BASE + minute * MINUTE).toISOString().replace('.000Z', 'Z');
const periodsOf = (given: readonly Span[]) => given.map(([start, end]) => ({ start: iso(start), end: iso(end) }));
const isIn = (given: readonly Span[], minute: number): boolean =>
  given.some(([start, end]) => start <= minute && minute < end);

function expected({ own, groups, duration, format, interval, periods, slots, most }: Asked): Time[] {
  const names = [...new Set(groups.flatMap(({ members }) => members))];
  const wanted: readonly Span[] =
    format === 'query_slots' ? slots.map((start): Span => [start, start + duration]) : periods;
  const isFree = (name: string, minute: number): boolean =>
    isIn(wanted, minute) && isIn(own[NAMES.indexOf(name)] ?? [[0, 1000]], minute);
  const whoIn = (start: number, end: number): string[] =>
    names.filter((name) => Array.from({ length: end - start }, (_, i) => start + i).every((at) => isFree(name, at)));
  const isEnough = (who: readonly string[]): boolean =>
    groups.every(
      ({ members, required }) =>
        members.filter((name) => who.includes(name)).length >= (required === 'all' ? members.length : required),
    );
  const timeAt = (start: number, end: number): Time => ({ start, end, who: whoIn(start, end) });
  const slotAt = (start: number): Time => timeAt(start, start + duration);
  if (format === 'query_slots')
    return slots
      .map(slotAt)
      .filter(({ who }) => isEnough(who))
      .slice(0, most);
  const found: Time[] = [];
  for (let start = 0; start <= LAST; start++) {
    if (format === 'periods') {
      for (let end = start + duration; end <= LAST; end++) {
        const { who } = timeAt(start, end);
        const isLonger = who.every((name) => isFree(name, start - 1)) || who.every((name) => isFree(name, end));
        if (who.length > 0 && !isLonger && isEnough(who)) found.push({ start, end, who });
      }
      continue;
    }
    if ((BASE / MINUTE + start) % (interval ?? (format === 'slots' ? 1 : 30)) !== 0) continue;
    const slot = slotAt(start);
    if (!isEnough(slot.who)) continue;
    found.push(slot);
    if (format === 'slots') start += duration - 1;
  }
  return found.slice(0, most);
}

describe(`${RUNS} random groups`, () => {
  test('are free when as many are as they must be', { timeout: 600_000 }, async () => {
    await using room = await createGreenroom({
      cronofy: { availability_overlaps: 'merged', availability_unknown_sub: 'free' },
    });
    await fc.assert(
      fc.asyncProperty(asked, async (given) => {
        const { own, groups, duration, format, interval, periods, slots, most } = given;
        const member = (sub: string) => {
          const spans = own[NAMES.indexOf(sub)];
          return { sub, ...(spans ? { available_periods: periodsOf(spans) } : {}) };
        };
        const response = await room.fetch('/v1/availability', {
          method: 'POST',
          headers: { authorization: `Bearer ${room.cronofy.client_secret}`, 'content-type': 'application/json' },
          body: JSON.stringify({
            participants: groups.map(({ members, required }) => ({ members: members.map(member), required })),
            required_duration: { minutes: duration },
            max_results: most,
            ...(interval === undefined ? {} : { start_interval: { minutes: interval } }),
            ...(format === 'query_slots'
              ? { query_slots: slots.map((start) => ({ start: iso(start) })), response_format: 'slots' }
              : { query_periods: periodsOf(periods), response_format: format }),
          }),
        });
        const { available_periods, available_slots = available_periods } = (await response.json()) as Record<
          string,
          { participants: { sub: string }[] }[]
        >;
        expect(available_slots).toEqual(
          expected(given).map(({ start, end, who }) => ({
            start: iso(start),
            end: iso(end),
            participants: who.map((sub) => ({ sub })),
          })),
        );
      }),
      { numRuns: RUNS, seed: 7, endOnFailure: false },
    );
  });
});
