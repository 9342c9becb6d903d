import { fractionOf, MICROS_PER_SECOND, wholeSeconds, type Micros } from '../../../../clock/instant.js';
import { fromLocal, isTimeZone } from '../../../../clock/zones.js';
import { asciiDigits } from './numbers.js';
import { PYTHON_SPACE } from './repr.js';

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

/** What Python 3.10 overlooks before an offset: any one character, but not after a fraction. A NUL it overlooks at the end, too. */
const OVERLOOKED = String.raw`[\0-*,.-\x7f](?=[+-])|\0(?!\n)$`;
/**
 * The form that `datetime.fromisoformat` of Python 3.10 reads. Any one character may stand between date and time, a fraction behind
 * the hour or the minute already, and behind the second after a colon.
 */
const ISO_FORMAT = new RegExp(
  String.raw`^(\d{4})-(\d\d)-(\d\d)(?:[^](\d\d)` +
    String.raw`(?::(\d\d)(?::(\d\d)(?:[.:](\d{3}|\d{6})|${OVERLOOKED})?|\.(\d{3}|\d{6})|${OVERLOOKED})?|\.(\d{3}|\d{6})|${OVERLOOKED})?` +
    String.raw`([+-]\d\d:\d\d(?::\d\d(?:[.:]\d{6})?)?)?)?$`,
  'u',
);

/** The same without the places in which a fraction may stand. */
function isoMatch(text: string): readonly (string | undefined)[] | null {
  const match = ISO_FORMAT.exec(text);
  return match && [...match.slice(0, 7), match[7] ?? match[8] ?? match[9], match[10]];
}
/** The form that Django tries when that fails, with digits of any script. */
const DJANGO_FORMAT = new RegExp(
  String.raw`^(\d{4})-(\d\d?)-(\d\d?)[T ](\d\d?):(\d\d?)(?::(\d\d?)(?:[.,](\d{1,6})\d{0,6})?)?` +
    `[${PYTHON_SPACE}]*` +
    String.raw`(Z|[+-]\d\d(?::?\d\d)?)?\n?$`,
);

/** As most programs write a time, of a day that every month has: the host reads it as Python does. */
const USUAL = /^(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;

/**
 * Reads a time as Django 5 on Python 3.10 does: a date alone is midnight, no zone is UTC, fractions are cut to six
 * digits, lower-case `z` and 24:00 are refused. `undefined` if it is none.
 */
export function parseDjangoTime(text: string): Micros | undefined {
  if (USUAL.test(text)) return Date.parse(text) * 1000;
  const match = isoMatch(text) ?? DJANGO_FORMAT.exec(asciiDigits(text));
  return match ? instantOf(match) : undefined;
}

/** The date that Django reads where it finds no time: of one or two digits each for the month and the day. */
export function parseDjangoDate(text: string): Micros | undefined {
  const match = /^(\d{4})-(\d\d?)-(\d\d?)\n?$/.exec(asciiDigits(text));
  return match ? instantOf(match) : undefined;
}

/** The forms that `dateutil.parser.isoparse` reads, as far as calendars write them. Any one character may stand before the hour. */
const ISO_PARSE =
  /^(\d{4})-?(\d\d)-?(\d\d)(?:[^](\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d{1,6})\d*)?)?)?(?:([Zz])|([+-]\d\d(?::?\d\d)?))?)?$/u;

/** Reads a time that may stand beside its zone: `atZone` places one that has no offset of its own. `undefined` if it is none. */
export function parseZonedTime(text: string, atZone: (local: Micros) => Micros | undefined): Micros | undefined {
  const match = ISO_PARSE.exec(text);
  if (!match) return undefined;
  const [zulu, offset] = [match[8], match[9]];
  match[8] = offset ?? 'Z';
  const at = instantOf(match);
  return at === undefined || zulu !== undefined || offset !== undefined ? at : atZone(at);
}

/** A local time of a zone; `undefined` if `ZoneInfo` does not know it, whose names have a case and are no offsets. */
export const atZone = (local: Micros, zone: string): Micros | undefined =>
  /^[A-Z][^/]*(?:\/[A-Z][^/]*)*$/.test(zone) && isTimeZone(zone) ? fromLocal(local, zone) : undefined;

/** Date.UTC takes the years before 100 for others; every 400 years the calendar begins anew. */
const CYCLE_YEARS = 400;
const CYCLE_MS = Date.UTC(2000 + CYCLE_YEARS) - Date.UTC(2000);

function instantOf(match: readonly (string | undefined)[]): Micros | undefined {
  // By index: taking a match apart costs more than reading it.
  const [year, month, day] = [+match[1]!, +match[2]!, +match[3]!];
  const [hour, minute, second] = [+(match[4] ?? 0), +(match[5] ?? 0), +(match[6] ?? 0)];
  const date = new Date(Date.UTC(year + CYCLE_YEARS, month - 1, day));
  const exists =
    year > 0 &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60;
  const offset = zoneOffset(match[8] ?? 'Z');
  if (!exists || offset === undefined) return undefined;
  const seconds = (date.getTime() - CYCLE_MS) / 1000 + (hour * 60 + minute) * 60 + second;
  return seconds * MICROS_PER_SECOND + Number((match[7] ?? '').padEnd(6, '0')) - offset;
}

function zoneOffset(zone: string): Micros | undefined {
  if (zone === 'Z') return 0;
  const [, sign, hours, minutes = '0', seconds = '0', micros = '0'] =
    /^([+-])(\d\d):?(\d\d)?:?(\d\d)?(?:[.:](\d{6}))?/.exec(zone)!;
  const total = +hours! * 3600 + +minutes * 60 + +seconds;
  if (total >= 86_400) return undefined;
  return (total * MICROS_PER_SECOND + +micros) * (sign === '-' ? -1 : 1);
}

/** The same moment so many years later; 29 February becomes the 28th. */
export function addYears(at: Micros, years: number): Micros {
  const date = new Date(Math.floor(at / 1000));
  const moved = new Date(date);
  moved.setUTCFullYear(date.getUTCFullYear() + years);
  if (moved.getUTCMonth() !== date.getUTCMonth()) moved.setUTCDate(0);
  return moved.getTime() * 1000 + (((at % 1000) + 1000) % 1000);
}
