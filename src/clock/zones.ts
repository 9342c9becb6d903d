import { MICROS_PER_MINUTE, MICROS_PER_SECOND, parseInstant, wholeSeconds, type Micros } from './instant.js';

const DAY: Micros = 24 * 60 * MICROS_PER_MINUTE;

/** Times of the zones of the IANA database. */

export function isTimeZone(name: string): boolean {
  try {
    formatterOf(name);
    return true;
  } catch {
    return false;
  }
}

/** The names that the runtime knows, but for other names of the same zones. */
export const timeZones = (): readonly string[] => Intl.supportedValuesOf('timeZone');

/** True for a zone in the letters of the database; of another name of a zone the runtime tells only that it is one. */
export function isSpelledZone(name: string): boolean {
  if (!/^[A-Z][^/]*(?:\/[A-Z][^/]*)*$/.test(name) || !isTimeZone(name)) return false;
  const known = formatterOf(name).resolvedOptions().timeZone;
  return known === name || known.toLowerCase() !== name.toLowerCase();
}

/**
 * The instant of a time on the clocks of a zone, given as if it were UTC: of two the first, and of none the one that
 * clocks would show that had not been put forward yet.
 */
export function fromLocal(local: Micros, zone: string): Micros {
  const [before, after] = [offsetOf(zone, local - DAY), offsetOf(zone, local + DAY)];
  const isAfterChange = offsetOf(zone, local - before) !== before && offsetOf(zone, local - after) === after;
  return local - (isAfterChange ? after : before);
}

/** An instant as the clocks of a zone show it, with how far they are ahead: `2026-07-02T10:00:00+02:00`; `Z` in UTC. */
export function formatLocal(at: Micros, zone: string): string {
  const offset = offsetOf(zone, at);
  if (offset === 0) return `${wholeSeconds(at)}Z`;
  const ahead = wholeSeconds(Math.abs(offset)).slice(11, 16);
  return `${wholeSeconds(at + offset)}${offset < 0 ? '-' : '+'}${ahead}`;
}

/** When the clocks of a zone are changed next after an instant, to the minute; `undefined` if not within a year. */
export function nextClockChange(zone: string, after: Micros): Micros | undefined {
  const before = offsetOf(zone, after);
  const day = Array.from({ length: 366 }, (_, i) => after + (i + 1) * DAY).find((at) => offsetOf(zone, at) !== before);
  if (day === undefined) return undefined;
  let [from, to] = [day - DAY, day];
  while (to - from > MICROS_PER_MINUTE) {
    const middle = Math.floor((from + to) / 2);
    if (offsetOf(zone, middle) === before) from = middle;
    else to = middle;
  }
  return Math.floor(to / MICROS_PER_MINUTE) * MICROS_PER_MINUTE;
}

/** How far the zone is ahead of UTC. */
function offsetOf(zone: string, at: Micros): Micros {
  const parts = Object.fromEntries(
    formatterOf(zone)
      .formatToParts(new Date(at / 1000))
      .map(({ type, value }) => [type, value]),
  );
  const local = parseInstant(
    `${parts['year']}-${parts['month']}-${parts['day']}T${parts['hour']}:${parts['minute']}:${parts['second']}Z`,
  );
  return local === undefined ? 0 : local - Math.floor(at / MICROS_PER_SECOND) * MICROS_PER_SECOND;
}

/** Made once a zone, in whatever letters: making one costs more than everything else about an event. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const key = timeZone.toLowerCase();
  let formatter = formatters.get(key);
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
    formatters.set(key, formatter);
  }
  return formatter;
}
