/**
 * Virtual instants: whole microseconds since the epoch, UTC, in one safe integer (good until the year 2255). One vendor
 * shows six fraction digits, so milliseconds would not do.
 */
export type Micros = number;

/** The last instant: beyond it microseconds are not whole any more. The clock goes no further. */
export const LAST_INSTANT: Micros = 9_000_000_000_000_000;

export const MICROS_PER_SECOND = 1_000_000;
export const MICROS_PER_MINUTE = 60 * MICROS_PER_SECOND;

const ISO = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,6})\d*)?)?(?:[Zz]|([+-])(\d\d):?(\d\d)?)$/;

/** The texts that {@link parseInstant} reads, but for days that do not exist. */
export const INSTANT_PATTERN = ISO.source;

/** What {@link parseInstant} accepts, for error messages. */
export const INSTANT_FORMS = 'an ISO 8601 instant with a zone, such as "2026-03-02T10:00:00Z"';

/** Reads an ISO 8601 instant with a zone; `undefined` if the text is none (or names a day that does not exist). */
export function parseInstant(text: string): Micros | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second = '0', fraction = '', sign, offsetHours = '0', offsetMinutes = '0'] =
    match;
  const milliseconds = Date.UTC(+year!, +month! - 1, +day!, +hour!, +minute!, +second);
  const date = new Date(milliseconds);
  const exists =
    date.getUTCFullYear() === +year! &&
    date.getUTCMonth() === +month! - 1 &&
    +hour! < 24 &&
    +minute! < 60 &&
    +second < 60;
  if (!exists || +offsetHours > 23 || +offsetMinutes > 59) return undefined;
  const offset = (+offsetHours * 60 + +offsetMinutes) * MICROS_PER_MINUTE * (sign === '-' ? -1 : 1);
  const at = milliseconds * 1000 + Number(fraction.padEnd(6, '0')) - offset;
  return Math.abs(at) <= LAST_INSTANT ? at : undefined;
}

/** `2026-01-01T09:00:00Z`; a fraction of three or six digits only if there is one. Reading it back loses nothing. */
export function formatInstant(at: Micros): string {
  const micros = ((at % MICROS_PER_SECOND) + MICROS_PER_SECOND) % MICROS_PER_SECOND;
  const seconds = wholeSeconds(at);
  if (micros === 0) return `${seconds}Z`;
  const digits = String(micros).padStart(6, '0');
  return `${seconds}.${digits.endsWith('000') ? digits.slice(0, 3) : digits}Z`;
}

/** Negative if the first is earlier. Letter by letter, instants are in order only where all have a fraction of a second or none. */
export const compareInstants = (one: string, other: string): number => parseInstant(one)! - parseInstant(other)!;

/** True after `from`, up to `to`. */
export const isWithin = (at: string, { from, to }: { readonly from: string; readonly to: string }): boolean =>
  compareInstants(at, from) > 0 && compareInstants(at, to) <= 0;

const KEPT_SECONDS = 1021;

/** Writes seconds, and keeps the texts of those that were asked for lately, each in the place that its number has among so many. */
function textOfSecond(write: (date: Date) => string): (at: Micros) => string {
  const seconds = new Float64Array(KEPT_SECONDS).fill(Number.NaN);
  const texts = Array.from({ length: KEPT_SECONDS }, () => '');
  return (at) => {
    const second = Math.floor(at / MICROS_PER_SECOND);
    const place = Math.abs(second % KEPT_SECONDS);
    if (seconds[place] !== second) {
      texts[place] = write(new Date(second * 1000));
      seconds[place] = second;
    }
    return texts[place]!;
  };
}

/** `2026-01-01T09:00:00`, rounded down, without a zone: the part that every dialect's own format starts with. */
export const wholeSeconds = textOfSecond((date) => date.toISOString().slice(0, 19));

/** The microseconds of the second, 0 to 999999. */
export function fractionOf(at: Micros): number {
  return ((at % MICROS_PER_SECOND) + MICROS_PER_SECOND) % MICROS_PER_SECOND;
}

/** The value of a `Date` response header (RFC 9110), rounded down. */
export const httpDate = textOfSecond((date) => date.toUTCString());

/** The first instant at or after `at` that lies on the grid of `period`, counted from the epoch. */
export function nextOnGrid(at: Micros, period: Micros): Micros {
  return Math.ceil(at / period) * period;
}
