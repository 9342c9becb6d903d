import type { Micros } from '../../../../clock/instant.js';
import { PyFloat, type PyValue } from '../python/json.js';
import { pythonStr, pythonStrip } from '../python/repr.js';
import { parseDjangoTime } from '../python/times.js';
import { Invalid, invalid, Upload } from './serializer.js';

/** The kinds of fields of the framework's serializers, with its messages (observed: recordings of v1.64.1). */

const NOT_BLANK = 'This field may not be blank.';
const DATE_FORMATS =
  'Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].';

/** Python has no other years: an offset may lead out of them. */
const YEAR_1: Micros = -62_135_596_800_000_000;
const YEAR_10000: Micros = 253_402_300_800_000_000;

type Read<T> = (value: PyValue) => T;

interface TextRules {
  readonly blank?: boolean;
  readonly max?: number;
  /** The message for another type, and for a text that is none of these. */
  readonly form?: { readonly message: string; readonly matches: (text: string) => boolean };
}

/** A text: numbers become texts, and the ends are trimmed. */
export function text(value: PyValue, { blank = false, max = Number.POSITIVE_INFINITY, form }: TextRules = {}): string {
  const trimmed = pythonStrip(pythonStr(value));
  if (trimmed === '') {
    if (blank) return '';
    throw invalid(NOT_BLANK);
  }
  if (typeof value !== 'string' && !isNumber(value)) throw invalid(form?.message ?? 'Not a valid string.');
  const faults = characterFaults(trimmed, max);
  if (form && !form.matches(trimmed)) faults.push(form.message);
  if (faults.length > 0) throw new Invalid(faults);
  return trimmed;
}

function characterFaults(given: string, max: number): string[] {
  const faults: string[] = [];
  // No character takes less than one unit of a text.
  if (given.length > max && [...given].length > max)
    faults.push(`Ensure this field has no more than ${max} characters.`);
  if (given.includes('\0')) faults.push('Null characters are not allowed.');
  const surrogate = /\p{Cs}/u.exec(given)?.[0];
  if (surrogate !== undefined)
    faults.push(`Surrogate characters are not allowed: U+${surrogate.charCodeAt(0).toString(16).toUpperCase()}.`);
  return faults;
}

const isNumber = (value: PyValue): boolean =>
  typeof value === 'number' || typeof value === 'bigint' || value instanceof PyFloat;

export function choice<const W extends string>(words: readonly W[]): Read<W> {
  return (value) => {
    const found = words.find((word) => word === pythonStr(value));
    const said = pythonStr(value instanceof Upload ? value.get('name')! : value);
    if (found === undefined) throw invalid(`"${said}" is not a valid choice.`);
    return found;
  };
}

const YES = ['t', 'y', 'yes', 'true', 'on', '1'];
const NO = ['f', 'n', 'no', 'false', 'off', '0'];

export function boolean(value: PyValue): boolean {
  const word = value instanceof PyFloat ? String(value.value) : pythonStr(value).toLowerCase();
  if (!Array.isArray(value) && YES.includes(word)) return true;
  if (!Array.isArray(value) && NO.includes(word)) return false;
  throw invalid('Must be a valid boolean.');
}

export function dateTime(value: PyValue): Micros {
  const at = typeof value === 'string' ? parseDjangoTime(value) : undefined;
  if (at === undefined) throw invalid(DATE_FORMATS);
  if (at < YEAR_1 || at >= YEAR_10000) throw invalid('Datetime value out of range.');
  return at;
}

const LETTER = 'a-z0-9\\u00a1-\\uffff';
const HOST = `[${LETTER}](?:[${LETTER}-]{0,61}[${LETTER}])?(?:\\.(?!-)[${LETTER}-]{1,63}(?<!-))*\\.(?!-)(?:[a-z\\u00a1-\\uffff-]{2,63}|xn--[a-z0-9]{1,59})(?<!-)\\.?`;
const OCTET = '(?:0|25[0-5]|2[0-4]\\d|1\\d?\\d?|[1-9]\\d?)';
const URL_FORM = new RegExp(
  `^(?:https?|ftps?)://(?:[^\\s:@/]+(?::[^\\s:@/]*)?@)?(?:${OCTET}(?:\\.${OCTET}){3}|\\[(?<ipv6>[0-9a-f:.]+)\\]|(?<host>${HOST})|localhost)(?::[0-9]{1,5})?(?:[/?#][^\\s]*)?$`,
  'i',
);
const URL_MAX = 2048;
const HOST_MAX = 253;

function isUrl(given: string): boolean {
  const { ipv6, host } = URL_FORM.exec(given)?.groups ?? { host: '.'.repeat(HOST_MAX + 1) };
  return (
    given.length <= URL_MAX &&
    (ipv6 === undefined || URL.canParse(`http://[${ipv6}]`)) &&
    (host ?? '').length <= HOST_MAX
  );
}

/** A URL. Its one message serves for every other type. */
export const url = (value: PyValue): string => text(value, { form: { message: 'Enter a valid URL.', matches: isUrl } });

/** True for characters beyond the Basic Multilingual Plane. */
export const holdsRareCharacters = (name: string): boolean => /[\u{10000}-\u{10ffff}]/u.test(name);
