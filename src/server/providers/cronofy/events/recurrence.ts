import { formatInstant, MICROS_PER_MINUTE, parseInstant, type Micros } from '../../../../clock/instant.js';
import { formatLocal, fromLocal } from '../../../../clock/zones.js';
import { WEEKDAYS, type EventTime, type RecurrenceRule } from '../../../../contracts/cronofy/events.js';
import type { World } from '../../../engine/world.js';
import type { FieldErrors } from '../errors.js';
import { sliceOf, type CalendarEvent, type Written } from '../state.js';
import { isDay, zoneOf } from './times.js';

/** Events that repeat: the rule that one may have, and the occurrences, which are events of their own (observed). */

export const DAY: Micros = 24 * 60 * MICROS_PER_MINUTE;
/** How far a rule without an end is followed: as far as reads go. */
export const HORIZON = 201 * DAY;
/** More occurrences nobody reads. */
const MOST = 730;

const FREQUENCIES = ['daily', 'weekly', 'monthly', 'yearly'];

/** The keys are those that a compatible service copies; which field carries them is assumed. */
export function checkRecurrence(rules: readonly RecurrenceRule[], errors: FieldErrors): void {
  if (rules.length > 1) errors.add('recurrence.rules', 'max_recurrence_rules_exceeded', 'must be one rule');
  const rule = rules[0];
  if (!rule) return;
  const at = 'recurrence.rules[0]';
  const { frequency, interval, count, until } = rule;
  if (!FREQUENCIES.includes(frequency))
    errors.add(`${at}.frequency`, 'not_recognized', `must be one of ${FREQUENCIES.join(', ')}`);
  for (const [name, value] of [
    ['interval', interval],
    ['count', count],
  ] as const)
    if (value !== undefined && !(Number.isInteger(value) && value > 0))
      errors.add(`${at}.${name}`, 'must_be_integer_greater_than_zero', 'must be an integer greater than zero');
  if (count !== undefined && until !== undefined)
    errors.add(at, 'not_supported_count_until_combination', 'count and until cannot be combined');
  if (until !== undefined && !isDay(until)) errors.add(`${at}.until`, 'must_be_date', 'must be a date');
  checkDays(rule, at, errors);
}

function checkDays(rule: RecurrenceRule, at: string, errors: FieldErrors): void {
  if (!rule.by_day) return;
  if (rule.frequency !== 'weekly') errors.add(`${at}.by_day`, 'not_supported', 'is for weekly rules alone');
  if (weekdaysOf(rule).includes(-1)) errors.add(`${at}.by_day`, 'not_recognized', 'must be names of weekdays');
}

/** Their numbers from Sunday on; -1 for what is none. Others write objects where the vendor writes words. */
const weekdaysOf = ({ by_day = [] }: RecurrenceRule): number[] =>
  by_day.map((day) => {
    const word = typeof day === 'object' && day !== null && 'day' in day ? day.day : day;
    return WEEKDAYS.findIndex((name) => name === word);
  });

/** An instant as the clocks of a zone show it, as if it were UTC. */
const toLocal = (at: Micros, zone: string): Micros => parseInstant(`${formatLocal(at, zone).slice(0, 19)}Z`) ?? at;

/**
 * When an event happens that repeats, on the clocks of its zone: when it was written to start, whatever its rule says,
 * and then as the rule has it, so often as it counts without what is excepted.
 */
export function occurrencesOf(
  { start, startsAt, tzid }: Pick<Written, 'start' | 'startsAt' | 'tzid'>,
  rule: RecurrenceRule,
  now: Micros,
): Micros[] {
  const zone = zoneOf(start, tzid);
  const first = toLocal(startsAt, zone);
  const { count = MOST, until } = rule;
  const exceptions = new Set(rule.exceptions);
  const last = until === undefined ? Math.max(startsAt, now) + HORIZON : parseInstant(`${until}T23:59:59Z`)!;
  const found: Micros[] = [];
  for (const local of startingWith(first, localTimes(first, rule))) {
    if (local > last || found.length >= Math.min(count, MOST)) break;
    if (!exceptions.has(formatInstant(local).slice(0, 10))) found.push(local);
  }
  return found.map((local) => fromLocal(local, zone));
}

function* startingWith(first: Micros, times: Iterable<Micros>): Generator<Micros> {
  yield first;
  for (const local of times) if (local > first) yield local;
}

/** How often a rule has an event happen, whenever that begins and ends: rules that say the same give the same. */
export const stepOf = (rule: RecurrenceRule, first: Micros, zone: string): string =>
  JSON.stringify([
    rule.frequency,
    rule.interval ?? 1,
    rule.frequency === 'weekly' ? daysOf(rule, toLocal(first, zone)) : [],
  ]);

/** The weekdays of a weekly rule from Monday on; of one that names none, that of its first time. */
function daysOf(rule: RecurrenceRule, first: Micros): number[] {
  const days = weekdaysOf(rule).sort((a, b) => ((a + 6) % 7) - ((b + 6) % 7));
  return days.length > 0 ? days : [new Date(first / 1000).getUTCDay()];
}

function* localTimes(first: Micros, rule: RecurrenceRule): Generator<Micros> {
  const { frequency, interval = 1 } = rule;
  const begin = new Date(first / 1000);
  const days = daysOf(rule, first);
  const weekday = begin.getUTCDay();
  for (let n = 0; n < 10_000; n++) {
    if (frequency === 'daily') yield first + n * interval * DAY;
    else if (frequency === 'weekly')
      for (const day of days) {
        const local = first + (n * interval * 7 + ((day + 6) % 7) - ((weekday + 6) % 7)) * DAY;
        if (local >= first) yield local;
      }
    else {
      const months = n * interval * (frequency === 'yearly' ? 12 : 1);
      const date = new Date(begin);
      date.setUTCMonth(begin.getUTCMonth() + months);
      // Months without such a day have no occurrence.
      if (date.getUTCDate() === begin.getUTCDate()) yield date.getTime() * 1000;
    }
  }
}

/** The times of an occurrence that starts then. */
export function timesAt(
  { start, end, tzid, startsAt, endsAt }: Written,
  at: Micros,
): Pick<Written, 'start' | 'end' | 'tzid'> {
  return {
    start: timeLike(start, at, tzid),
    end: timeLike(end, endOf({ start, tzid, startsAt, endsAt }, at), tzid),
    tzid,
  };
}

/** When an occurrence ends: so much time later, or so many days, of which one may be shorter or longer than others. */
function endOf(
  { start, startsAt, endsAt, tzid }: Pick<Written, 'start' | 'startsAt' | 'endsAt' | 'tzid'>,
  at: Micros,
): Micros {
  if (!isDay(start)) return at + endsAt - startsAt;
  const zone = zoneOf(start, tzid);
  return fromLocal(toLocal(at, zone) + toLocal(endsAt, zone) - toLocal(startsAt, zone), zone);
}

/** The other occurrences of what an event repeats in. */
export const occurrencesBeside = (world: World, { series, key, calendar_id }: CalendarEvent): CalendarEvent[] =>
  series === null
    ? []
    : sliceOf(world).events.filter(
        (other) =>
          other.series === series && other.key !== key && other.calendar_id === calendar_id && other.planned !== null,
      );

/** Another instant in the form of a time: a day or a time. */
export function timeLike(like: EventTime, at: Micros, tzid: string): EventTime {
  const zone = zoneOf(like, tzid);
  const text = isDay(like) ? formatLocal(at, zone).slice(0, 10) : formatInstant(at);
  return typeof like === 'string' ? text : { ...like, time: text };
}
