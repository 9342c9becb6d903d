import { utf8Fault } from './utf8.js';

type Decode = (bytes: Buffer) => string;

/** Python's codecs for the bodies that clients send, each with Python's other names for it. */
const CODECS: readonly (readonly [decode: Decode, names: readonly string[]])[] = [
  [decodeUtf8, ['utf_8', 'utf8', 'u8', 'utf', 'cp65001']],
  [(bytes) => decodeUtf8(startsWith(bytes, 0xef, 0xbb, 0xbf) ? bytes.subarray(3) : bytes), ['utf_8_sig']],
  [
    decodeLatin1,
    ['latin_1', 'latin1', 'latin', 'l1', 'iso8859', 'iso8859_1', 'iso_8859_1', '8859', 'cp819', 'ibm819', 'iso_ir_100'],
  ],
  [decodeAscii, ['ascii', 'us_ascii', 'us', '646', 'iso646_us', 'cp367', 'ibm367', 'ansi_x3_4_1968', 'iso_ir_6']],
  [decodeUtf16, ['utf_16', 'utf16', 'u16']],
  [(bytes) => readUnits(bytes, 'le'), ['utf_16_le', 'utf_16le', 'unicodelittleunmarked']],
  [(bytes) => readUnits(bytes, 'be'), ['utf_16_be', 'utf_16be', 'unicodebigunmarked']],
];

/**
 * Reads bytes as a Python stream reader of this encoding does, and as UTF-8 for a name that is none. Throws an Error with
 * Python's message (observed: CPython 3.11).
 */
export const decodePython = (bytes: Buffer, encoding: string): string => codecOf(encoding)(bytes);

export const isLatin1 = (encoding: string): boolean => codecOf(encoding) === decodeLatin1;

/** The same with a mark in the place of what is no character; UTF-8 for a name that is not known here. */
export function decodeReplacing(bytes: Buffer, encoding: string): string {
  const codec = codecOf(encoding);
  if (codec === decodeLatin1) return bytes.toString('latin1');
  return codec === decodeAscii ? bytes.toString('latin1').replace(/[^\0-\x7f]/g, '\uFFFD') : bytes.toString('utf8');
}

function codecOf(encoding: string): Decode {
  const name = encoding
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
  return CODECS.find(([, names]) => names.includes(name))?.[0] ?? decodeUtf8;
}

function decodeLatin1(bytes: Buffer): string {
  return bytes.toString('latin1');
}

const startsWith = (bytes: Buffer, ...first: readonly number[]): boolean =>
  first.every((byte, at) => bytes[at] === byte);

function decodeUtf8(bytes: Buffer): string {
  const fault = utf8Fault(bytes);
  if (fault !== undefined) throw new Error(fault);
  return bytes.toString('utf8');
}

function decodeAscii(bytes: Buffer): string {
  const at = bytes.findIndex((byte) => byte > 0x7f);
  if (at === -1) return bytes.toString('latin1');
  const byte = bytes[at]!.toString(16);
  throw new Error(`'ascii' codec can't decode byte 0x${byte} in position ${at}: ordinal not in range(128)`);
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
