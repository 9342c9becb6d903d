import { formatInstant, parseInstant, type Micros } from '../../../../clock/instant.js';
import { formatLocal, fromLocal } from '../../../../clock/zones.js';
import type { EventTime } from '../../../../contracts/cronofy/events.js';
import { isTakenForm } from '../read-time.js';
import type { CronofySettings } from '../settings.js';
import type { CalendarEvent } from '../state.js';

/** Times of events: an instant, a day, or either with its zone (documented). */

const DAY = /^\d{4}-\d\d-\d\d$/;

/** A day, and not a time. */
export const isDay = (value: EventTime): boolean => DAY.test(textOf(value));

const textOf = (value: EventTime): string => (typeof value === 'string' ? value : value.time);

/** Whose clocks a time is on. */
export const zoneOf = (value: EventTime, tzid: string): string =>
  typeof value === 'string' ? tzid : (value.tzid ?? tzid);

/** True for a day, and for a time in a form that is taken. */
export const isTaken = (value: EventTime, settings: CronofySettings): boolean =>
  isDay(value) || isTakenForm(textOf(value), settings);

/** The instant that is meant; for a day, its midnight in the zone. `undefined` for what is no time. */
export function readEventTime(value: EventTime, tzid: string): Micros | undefined {
  const text = textOf(value);
  const zone = zoneOf(value, tzid);
  if (!DAY.test(text)) return parseInstant(text);
  const midnight = parseInstant(`${text}T00:00:00Z`);
  return midnight === undefined ? undefined : fromLocal(midnight, zone);
}

/** A time as it is read, however it was written: a day, or an instant in UTC; localized, with its zone beside it. */
export function renderTime(value: EventTime, at: Micros, tzid: string, localized = false): EventTime {
  const text = textOf(value);
  const zone = zoneOf(value, tzid);
  if (!localized) return isDay(value) ? text : formatInstant(at);
  return { time: isDay(value) ? text : formatLocal(at, zone), tzid: zone };
}

/** As many earlier times of an event are kept, for reads of what has moved. */
const KEPT_MOVES = 20;

/** Gives an event its times. Where it was before is remembered. */
export function setTimes(
  event: CalendarEvent,
  { start, end, tzid }: { readonly start: EventTime; readonly end: EventTime; readonly tzid: string },
): void {
  const [startsAt, endsAt] = [readEventTime(start, tzid) ?? event.startsAt, readEventTime(end, tzid) ?? event.endsAt];
  const was = { startsAt: event.startsAt, endsAt: event.endsAt };
  if (event.start !== '' && (was.startsAt !== startsAt || was.endsAt !== endsAt))
    event.earlier = [...event.earlier, was].slice(-KEPT_MOVES);
  Object.assign(event, { start, end, tzid, startsAt, endsAt });
}
