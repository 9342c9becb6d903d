import { utf8Fault } from './utf8.js';

type Decode = (bytes: Buffer) => string;

const HALF = 128;
const NO_CHARACTER = '\ufffd';
/** How many bytes from 0x80 are control characters in Latin-1. */
const CONTROLS = 32;
/** The characters of the bytes from 0x80 in encodings of one byte a character. */
type UpperHalf = string;
const ASCII: UpperHalf = NO_CHARACTER.repeat(HALF);
const LATIN_1: UpperHalf = String.fromCharCode(...Array.from({ length: HALF }, (_, at) => HALF + at));

const WINDOWS_1252: UpperHalf = '€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ' + LATIN_1.slice(0x20);

/** Python's codecs of one byte a character, each with Python's other names for it. */
const ONE_BYTE: readonly (readonly [upper: UpperHalf, names: readonly string[]])[] = [
  [
    LATIN_1,
    ['latin_1', 'latin1', 'latin', 'l1', 'iso8859', 'iso8859_1', 'iso_8859_1', '8859', 'cp819', 'ibm819', 'iso_ir_100'],
  ],
  [ASCII, ['ascii', 'us_ascii', 'us', '646', 'iso646_us', 'cp367', 'ibm367', 'ansi_x3_4_1968', 'iso_ir_6']],
  [WINDOWS_1252, ['cp1252', '1252', 'windows_1252']],
];

/** Those that browsers have, too, by Python's names, with the browsers' name for them. */
const OF_BROWSERS: readonly (readonly [names: RegExp, label: string])[] = [
  [/^(?:cp|windows_)?(125[0134678])$/, 'windows-$1'],
  [/^iso_?8859_([2-9]|1[0-6])$/, 'iso-8859-$1'],
  [/^latin9$/, 'iso-8859-15'],
  [/^(latin[2-6]|l[2-69])$/, '$1'],
  [/^koi8_([ru])$/, 'koi8-$1'],
  [/^(?:cp|ibm)?866$/, 'ibm866'],
];

/** The others that clients send bodies in. */
const CODECS: readonly (readonly [decode: Decode, names: readonly string[]])[] = [
  [decodeUtf8, ['utf_8', 'utf8', 'u8', 'utf', 'cp65001']],
  [(bytes) => decodeUtf8(startsWith(bytes, 0xef, 0xbb, 0xbf) ? bytes.subarray(3) : bytes), ['utf_8_sig']],
  [decodeUtf16, ['utf_16', 'utf16', 'u16']],
  [(bytes) => readUnits(bytes, 'le'), ['utf_16_le', 'utf_16le', 'unicodelittleunmarked']],
  [(bytes) => readUnits(bytes, 'be'), ['utf_16_be', 'utf_16be', 'unicodebigunmarked']],
];

/**
 * Reads bytes as a Python stream reader of this encoding does, and as UTF-8 for a name that is none. Throws an Error with
 * Python's message (observed: CPython 3.11).
 */
export const decodePython = (bytes: Buffer, encoding: string): string => codecOf(encoding)(bytes);

export const isOneByte = (encoding: string): boolean => upperHalfOf(encoding) !== undefined;

/** The same with a mark in the place of what is no character; UTF-8 for a name that is not known here. */
export function decodeReplacing(bytes: Buffer, encoding: string): string {
  const upper = upperHalfOf(encoding);
  return upper === undefined ? bytes.toString('utf8') : withUpperHalf(bytes, upper);
}

const nameOf = (encoding: string): string =>
  encoding
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');

const upperHalfOf = (encoding: string): UpperHalf | undefined => {
  const name = nameOf(encoding);
  return ONE_BYTE.find(([, names]) => names.includes(name))?.[0] ?? asBrowsersRead(name);
};

/** As browsers read it. In ISO's encodings these bytes are control characters, and in the others no characters for Python. */
function asBrowsersRead(name: string): UpperHalf | undefined {
  const [names, label] = OF_BROWSERS.find(([known]) => known.test(name)) ?? [];
  if (!names) return undefined;
  try {
    const decoder = new TextDecoder(name.replace(names, label!));
    const upper = decoder.decode(Uint8Array.from(LATIN_1, (character) => character.charCodeAt(0)));
    const isOfIso = /^(?:iso|latin|l)/.test(name);
    return isOfIso ? LATIN_1.slice(0, CONTROLS) + upper.slice(CONTROLS) : upper.replace(/[\x80-\x9f]/g, NO_CHARACTER);
  } catch {
    // No encoding of browsers, as ISO-8859-12, or none of this host.
    return undefined;
  }
}

function codecOf(encoding: string): Decode {
  const upper = upperHalfOf(encoding);
  if (upper !== undefined) return (bytes) => decodeOneByte(bytes, upper);
  const name = nameOf(encoding);
  return CODECS.find(([, names]) => names.includes(name))?.[0] ?? decodeUtf8;
}

const withUpperHalf = (bytes: Buffer, upper: UpperHalf): string =>
  bytes.toString('latin1').replace(/[^\0-\x7f]/g, (character) => upper[character.charCodeAt(0) - HALF]!);

function decodeOneByte(bytes: Buffer, upper: UpperHalf): string {
  const at = bytes.findIndex((byte) => byte >= HALF && upper[byte - HALF] === NO_CHARACTER);
  if (at === -1) return withUpperHalf(bytes, upper);
  const [codec, reason] =
    upper === ASCII ? ['ascii', 'ordinal not in range(128)'] : ['charmap', 'character maps to <undefined>'];
  throw new Error(`'${codec}' codec can't decode byte 0x${bytes[at]!.toString(16)} in position ${at}: ${reason}`);
}

const startsWith = (bytes: Buffer, ...first: readonly number[]): boolean =>
  first.every((byte, at) => bytes[at] === byte);

function decodeUtf8(bytes: Buffer): string {
  const fault = utf8Fault(bytes);
  if (fault !== undefined) throw new Error(fault);
  return bytes.toString('utf8');
}

/** Python asks for the mark only after it has read what is there in the order of its machine. */
function decodeUtf16(bytes: Buffer): string {
  if (startsWith(bytes, 0xfe, 0xff)) return readUnits(bytes, 'be').slice(1);
  const text = readUnits(bytes, 'le');
  if (text !== '' && !text.startsWith('\uFEFF')) throw new Error('UTF-16 stream does not start with BOM');
  return text.slice(1);
}

/** What is cut off at the end is no error: the reader waits for more. */
function readUnits(bytes: Buffer, order: 'le' | 'be'): string {
  const whole = Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)));
  const text = (order === 'le' ? whole : whole.swap16()).toString('utf16le');
  const at = text.search(/\p{Cs}/u);
  if (at === -1) return text;
  const isLow = text.charCodeAt(at) >= 0xdc00;
  if (!isLow && at === text.length - 1) return text.slice(0, at);
  const reason = isLow ? 'illegal encoding' : 'illegal UTF-16 surrogate';
  throw new Error(`'utf-16-${order}' codec can't decode bytes in position ${2 * at}-${2 * at + 1}: ${reason}`);
}
