import { fractionOf, MICROS_PER_SECOND, wholeSeconds, type Micros } from '../../../../clock/instant.js';

/** As answers write it: `2026-12-31T10:00:00Z`, six fraction digits if there are any. */
export const apiTime = (at: Micros): string => `${withFraction(at)}Z`;

/** As webhooks write it: Python's `isoformat`, `2026-12-31T10:00:00+00:00`. */
export const isoTime = (at: Micros): string => `${withFraction(at)}+00:00`;

/** As cursors hold it: Python's `str`. */
export const spacedTime = (at: Micros): string => isoTime(at).replace('T', ' ');

function withFraction(at: Micros): string {
  const fraction = fractionOf(at);
  return fraction === 0 ? wholeSeconds(at) : `${wholeSeconds(at)}.${String(fraction).padStart(6, '0')}`;
}

/** The form that `datetime.fromisoformat` of Python 3.10 reads. Any one character may stand between date and time. */
const ISO_FORMAT =
  /^(\d{4})-(\d\d)-(\d\d)(?:[^](\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d{3}|\d{6}))?)?)?([+-]\d\d:\d\d(?::\d\d(?:\.\d{6})?)?)?)?$/u;
/** The form that Django tries when that fails. */
const DJANGO_FORMAT =
  /^(\d{4})-(\d\d?)-(\d\d?)[T ](\d\d?):(\d\d?)(?::(\d\d?)(?:[.,](\d{1,6})\d{0,6})?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?\n?$/;

/**
 * Reads a time as Django 5 on Python 3.10 does: a date alone is midnight, no zone is UTC, fractions are cut to six
 * digits, lower-case `z` and 24:00 are refused. `undefined` if it is none.
 */
export function parseDjangoTime(text: string): Micros | undefined {
  for (const format of [ISO_FORMAT, DJANGO_FORMAT]) {
    const match = format.exec(text);
    if (match) return instantOf(match);
  }
  return undefined;
}

function instantOf(match: RegExpExecArray): Micros | undefined {
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match;
  const date = new Date(Date.UTC(2000, +month! - 1, +day!, +hour, +minute, +second));
  date.setUTCFullYear(+year!, +month! - 1, +day!);
  const exists =
    +year! > 0 &&
    date.getUTCMonth() === +month! - 1 &&
    date.getUTCDate() === +day! &&
    +hour < 24 &&
    +minute < 60 &&
    +second < 60;
  const offset = zoneOffset(zone);
  if (!exists || offset === undefined) return undefined;
  return date.getTime() * 1000 + Number(fraction.padEnd(6, '0')) - offset;
}

function zoneOffset(zone: string): Micros | undefined {
  if (zone === 'Z') return 0;
  const [, sign, hours, minutes = '0', seconds = '0'] = /^([+-])(\d\d):?(\d\d)?:?(\d\d)?/.exec(zone)!;
  const total = +hours! * 3600 + +minutes * 60 + +seconds;
  if (total >= 86_400) return undefined;
  return total * MICROS_PER_SECOND * (sign === '-' ? -1 : 1);
}

/** The same moment so many years later; 29 February becomes the 28th. */
export function addYears(at: Micros, years: number): Micros {
  const date = new Date(Math.floor(at / 1000));
  const moved = new Date(date);
  moved.setUTCFullYear(date.getUTCFullYear() + years);
  if (moved.getUTCMonth() !== date.getUTCMonth()) moved.setUTCDate(0);
  return moved.getTime() * 1000 + (((at % 1000) + 1000) % 1000);
}
