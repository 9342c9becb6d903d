import { MICROS_PER_SECOND, parseInstant, type Micros } from '../../../../clock/instant.js';
import type { EventTime } from '../../../../contracts/cronofy/events.js';

/** Times of events: an instant, a day, or either with its zone (documented). */

const DAY = /^\d{4}-\d\d-\d\d$/;

/** A day, and not a time. */
export const isDay = (value: EventTime): boolean => DAY.test(typeof value === 'string' ? value : value.time);

/** The instant that is meant; for a day, its midnight in the zone. `undefined` for what is no time. */
export function readEventTime(value: EventTime, tzid: string): Micros | undefined {
  const text = typeof value === 'string' ? value : value.time;
  const zone = typeof value === 'string' ? tzid : (value.tzid ?? tzid);
  if (!DAY.test(text)) return parseInstant(text);
  const midnight = parseInstant(`${text}T00:00:00Z`);
  return midnight === undefined ? undefined : midnight - offsetOf(zone, midnight);
}

/** True for the name of a zone of the IANA database. */
export function isTimeZone(tzid: string): boolean {
  try {
    formatterOf(tzid);
    return true;
  } catch {
    return false;
  }
}

/** How far the zone is ahead of UTC. */
function offsetOf(tzid: string, at: Micros): Micros {
  const parts = Object.fromEntries(
    formatterOf(tzid)
      .formatToParts(new Date(at / 1000))
      .map(({ type, value }) => [type, value]),
  );
  const local = parseInstant(
    `${parts['year']}-${parts['month']}-${parts['day']}T${parts['hour']}:${parts['minute']}:${parts['second']}Z`,
  );
  return local === undefined ? 0 : local - Math.floor(at / MICROS_PER_SECOND) * MICROS_PER_SECOND;
}

/** Made once a zone: making one costs more than everything else about an event. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formatters.set(timeZone, formatter);
  }
  return formatter;
}
