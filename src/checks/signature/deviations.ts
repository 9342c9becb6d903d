import { CANONICAL, parsePython, WIRE, writePython, type PyValue } from '../../webhooks/python-json.js';
import type { VendorName } from '../../contracts/contract.js';

/** One way in which a signer or a receiver departs from what the vendor does. */
export interface Deviation {
  /** In kebab-case. */
  readonly name: string;
  /** One sentence: what was done wrong. */
  readonly title: string;
  /** One sentence: what to do about it. */
  readonly advice: string;
}

/** A deviation together with what it makes of a value; `undefined` where it cannot be had or changes nothing. */
export interface Change<From, To = From> extends Deviation {
  readonly vendors?: readonly VendorName[];
  readonly apply: (value: From) => To | undefined;
}

const text = (bytes: Buffer): string => bytes.toString('utf8');
const utf8 = (value: string | undefined): Buffer | undefined => (value === undefined ? undefined : Buffer.from(value));

/** What JSON.parse reads; `undefined` for what is not JSON. */
function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(text(bytes));
  } catch {
    return undefined;
  }
}

/** The same as Python reads it: `1.0` stays a float, and keys stay in their order. */
function parseExactly(bytes: Buffer): PyValue | undefined {
  try {
    return parsePython(text(bytes));
  } catch {
    return undefined;
  }
}

const json = (bytes: Buffer, write: (value: unknown) => string): Buffer | undefined => {
  const value = parse(bytes);
  return value === undefined ? undefined : Buffer.from(write(value));
};
const python = (bytes: Buffer, write: (value: PyValue) => string): Buffer | undefined => {
  const value = parseExactly(bytes);
  return value === undefined ? undefined : Buffer.from(write(value));
};

/** Canonical JSON: what Attendee signs. */
export const canonical = (bytes: Buffer): Buffer | undefined => python(bytes, (value) => writePython(value, CANONICAL));

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const sortTop = (value: unknown): unknown =>
  isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;

/** Keys sorted at every depth as JavaScript does it, which puts "2" before "10" and writes `1.0` as `1`. */
function sortAll(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortAll);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortAll(value[key])]),
  );
}

const RAW_BYTES = 'Take the raw bytes of the body before a parser does: `await request.text()`, `express.raw()`.';

const AROUND = /^[ \t\r\n]+|[ \t\r\n]+$/g;

/** What can have become of the body between the vendor and the one who computes. */
export const BODY_CHANGES: readonly Change<Buffer>[] = [
  {
    name: 'trailing-newline',
    title: 'The body has gained a line end at its end',
    advice: 'Save the body without the line that editors and `echo` add: `printf %s`, `curl --data-binary`.',
    apply: (bytes) => utf8(/[\r\n]+$/.test(text(bytes)) ? text(bytes).replace(/[\r\n]+$/, '') : undefined),
  },
  {
    name: 'newline-lost',
    title: 'The body has lost the line end at its end',
    advice: `Do not trim the body. ${RAW_BYTES}`,
    apply: (bytes) => utf8(text(bytes).endsWith('\n') ? undefined : `${text(bytes)}\n`),
  },
  {
    name: 'spaces-around',
    title: 'There are spaces around the body',
    advice: `Do not pad the body. ${RAW_BYTES}`,
    apply: (bytes) => utf8(text(bytes).search(AROUND) >= 0 ? text(bytes).replace(AROUND, '') : undefined),
  },
  {
    name: 'byte-order-mark',
    title: 'The body begins with a byte order mark',
    advice: 'Save it as UTF-8 without a byte order mark.',
    apply: (bytes) => (bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? bytes.subarray(3) : undefined),
  },
  {
    name: 'line-ends',
    title: 'The line ends of the body were changed',
    advice: 'Let nothing turn line ends: no text mode, no checkout with autocrlf.',
    apply: (bytes) =>
      utf8(text(bytes).includes('\r\n') ? text(bytes).replaceAll('\r\n', '\n') : text(bytes).replaceAll('\n', '\r\n')),
  },
  {
    name: 'read-as-latin1',
    title: 'The UTF-8 of the body was read as Latin-1 and written again',
    advice: 'Read the body as UTF-8, or better as bytes.',
    apply: (bytes) => (isLatin1(text(bytes)) ? Buffer.from(text(bytes), 'latin1') : undefined),
  },
  {
    name: 'written-as-latin1',
    title: 'The body was written as Latin-1',
    advice: 'Write it as UTF-8, or better keep its bytes.',
    apply: (bytes) => (text(bytes).includes('\ufffd') ? Buffer.from(bytes.toString('latin1'), 'utf8') : undefined),
  },
  {
    name: 'encoded-twice',
    title: 'The body was made a JSON text of a JSON text',
    advice: 'Do not call JSON.stringify on what is a text already.',
    apply: (bytes) => {
      const value = parse(bytes);
      return typeof value === 'string' ? Buffer.from(value) : undefined;
    },
  },
];

const isLatin1 = (value: string): boolean => {
  const beyond = [...value].some((character) => character > '\u00ff');
  return !beyond && [...value].some((character) => character > '\u007f');
};

/** What can have been signed instead of what the vendor signs. */
export const MATERIAL_CHANGES: readonly Change<Buffer>[] = [
  {
    name: 'raw-instead-of-canonical',
    title: 'The raw body was signed, not the canonical JSON of the payload',
    advice:
      'Attendee signs sorted, compact JSON without escapes: use verifyAttendee of greenroom/webhooks, or write it so.',
    vendors: ['attendee'],
    apply: (body) => body,
  },
  {
    name: 'canonical-instead-of-raw',
    title: 'The canonical JSON was signed, not the raw body',
    advice: 'Cronofy signs the bytes of the body as they are.',
    vendors: ['cronofy'],
    apply: canonical,
  },
  {
    name: 're-serialised-compact',
    title: 'The body was parsed and written again as JSON.stringify writes',
    advice: RAW_BYTES,
    apply: (bytes) => json(bytes, (value) => JSON.stringify(value)),
  },
  {
    name: 're-serialised-indented',
    title: 'The body was parsed and written again with indentation',
    advice: RAW_BYTES,
    apply: (bytes) => json(bytes, (value) => JSON.stringify(value, null, 2)),
  },
  {
    name: 're-serialised-python',
    title: "The body was parsed and written again as Python's json.dumps writes: with spaces and \\u escapes",
    advice: RAW_BYTES,
    apply: (bytes) => python(bytes, (value) => writePython(value, WIRE)),
  },
  {
    name: 'sorted-top-level-only',
    title: 'Only the keys of the top level were sorted',
    advice: 'Sort the keys of every object, at every depth.',
    vendors: ['attendee'],
    apply: (bytes) => json(bytes, (value) => JSON.stringify(sortTop(value))),
  },
  {
    name: 'sorted-as-javascript',
    title: 'The canonical JSON was made with JSON.stringify, which writes 1.0 as 1 and puts the key "2" before "10"',
    advice:
      'Use a writer that keeps numbers as written and sorts by code points, such as verifyAttendee of greenroom/webhooks.',
    vendors: ['attendee'],
    apply: (bytes) => json(bytes, (value) => JSON.stringify(sortAll(value))),
  },
  {
    name: 'canonical-with-escapes',
    title: 'The canonical JSON was made with \\u escapes (ensure_ascii)',
    advice: 'Write it with ensure_ascii=False.',
    vendors: ['attendee'],
    apply: (bytes) => python(bytes, (value) => writePython(value, { ...CANONICAL, ascii: true })),
  },
  {
    name: 'canonical-with-spaces',
    title: 'The canonical JSON was made with spaces after commas and colons',
    advice: 'Write it with separators=(",", ":").',
    vendors: ['attendee'],
    apply: (bytes) => python(bytes, (value) => writePython(value, { ...CANONICAL, item: ', ', pair: ': ' })),
  },
];

const base64 = (secret: string): Buffer => Buffer.from(secret, 'base64');
const KEY =
  'Attendee shows its secret in base64: decode it to bytes before use. Cronofy signs with the secret as it stands.';

/** What can have been done to the secret. `as it stands` and `decoded` are the vendors' own ways. */
export const KEY_CHANGES: readonly Change<string, Buffer>[] = [
  {
    name: 'secret-not-decoded',
    title: 'The secret was used as the text that it is shown as, not as the bytes that it encodes',
    advice: KEY,
    vendors: ['attendee'],
    apply: (secret) => Buffer.from(secret),
  },
  {
    name: 'secret-decoded',
    title: 'The secret was decoded from base64 before use',
    advice: KEY,
    vendors: ['cronofy'],
    apply: base64,
  },
  {
    name: 'secret-read-as-hex',
    title: 'The secret was read as hexadecimal',
    advice: KEY,
    apply: (secret) => (/^[0-9a-f]{2,}$/i.test(secret) ? Buffer.from(secret, 'hex') : undefined),
  },
  {
    name: 'secret-with-space',
    title: 'There is a space or a line end around the secret',
    advice: 'Trim the environment variable or the file that it comes from.',
    apply: (secret) => Buffer.from(`${secret}\n`),
  },
  {
    name: 'secret-untrimmed',
    title: 'The secret that you gave has a space or a line end around it',
    advice: 'Trim the environment variable or the file that it comes from.',
    vendors: ['cronofy'],
    apply: (secret) => (secret.trim() === secret ? undefined : Buffer.from(secret.trim())),
  },
  {
    name: 'secret-lacks-prefix',
    title: 'The secret that you gave lacks its prefix',
    advice: 'Use the client secret whole, its CRN_ included.',
    vendors: ['cronofy'],
    apply: (secret) => (secret.startsWith('CRN_') ? undefined : Buffer.from(`CRN_${secret}`)),
  },
  {
    name: 'secret-without-prefix',
    title: 'The prefix of the secret was cut off',
    advice: 'Use the client secret whole, its CRN_ included.',
    vendors: ['cronofy'],
    apply: (secret) => (secret.startsWith('CRN_') ? Buffer.from(secret.slice(4)) : undefined),
  },
  {
    name: 'secret-empty',
    title: 'The signature was made with an empty secret',
    advice: 'Is the environment variable set where the code runs?',
    apply: () => Buffer.alloc(0),
  },
  {
    name: 'secret-undefined',
    title: 'The signature was made with the word "undefined" as the secret',
    advice: 'Is the environment variable set where the code runs?',
    apply: () => Buffer.from('undefined'),
  },
];

const STANDARD = 'Both vendors write the digest in standard base64, with padding.';

/** How else a digest can be written. */
export const ENCODING_CHANGES: readonly Change<Buffer, string>[] = [
  {
    name: 'hex-instead-of-base64',
    title: 'The digest is written in hexadecimal',
    advice: STANDARD,
    apply: (digest) => digest.toString('hex'),
  },
  {
    name: 'base64url',
    title: 'The digest is written in the URL-safe alphabet of base64',
    advice: STANDARD,
    apply: (digest) => {
      const written = digest.toString('base64');
      const safe = written.replaceAll('+', '-').replaceAll('/', '_');
      return safe === written ? undefined : safe;
    },
  },
  {
    name: 'padding-cut',
    title: 'The "=" at the end of the digest is missing',
    advice: STANDARD,
    apply: (digest) => digest.toString('base64').replace(/=+$/, ''),
  },
  {
    name: 'base64url-unpadded',
    title: 'The digest is written in the URL-safe alphabet of base64, without padding',
    advice: STANDARD,
    apply: (digest) => digest.toString('base64url'),
  },
  {
    name: 'base64-of-hex',
    title: 'The digest was written in hexadecimal, and that in base64',
    advice: STANDARD,
    apply: (digest) => Buffer.from(digest.toString('hex')).toString('base64'),
  },
];
