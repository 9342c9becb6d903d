import { fractionOf, MICROS_PER_MINUTE, wholeSeconds, type Micros } from '../../../clock/instant.js';

/** As answers write it: `2026-12-31T10:00:00Z`, six fraction digits if there are any. */
export const apiTime = (at: Micros): string => `${withFraction(at)}Z`;

/** As webhooks write it: Python's `isoformat`, `2026-12-31T10:00:00+00:00`. */
export const isoTime = (at: Micros): string => `${withFraction(at)}+00:00`;

function withFraction(at: Micros): string {
  const fraction = fractionOf(at);
  return fraction === 0 ? wholeSeconds(at) : `${wholeSeconds(at)}.${String(fraction).padStart(6, '0')}`;
}

const DATE_TIME =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:[T ](\d\d?)(?::(\d\d?)(?::(\d\d?)(?:[.,](\d{1,6})\d*)?)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?$/;

/**
 * Reads a time as Django 4 on Python 3.10 does: a date alone is midnight, no zone is UTC, fractions are cut to six
 * digits, lower-case `z` and 24:00 are refused. `undefined` if it is none.
 */
export function parseDjangoTime(text: string): Micros | undefined {
  const match = DATE_TIME.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match;
  const milliseconds = Date.UTC(+year!, +month! - 1, +day!, +hour, +minute, +second);
  const date = new Date(milliseconds);
  const exists =
    date.getUTCMonth() === +month! - 1 && date.getUTCDate() === +day! && +hour < 24 && +minute < 60 && +second < 60;
  if (!exists) return undefined;
  return milliseconds * 1000 + Number(fraction.padEnd(6, '0')) - zoneOffset(zone);
}

function zoneOffset(zone: string): Micros {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(':', '') || '0');
  return minutes * MICROS_PER_MINUTE * (zone.startsWith('-') ? -1 : 1);
}
