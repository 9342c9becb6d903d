import { gunzipSync } from 'node:zlib';
import type { Change, Deviation, SigningSteps } from '../../contracts/signing.js';
import { parseJson } from '../../contracts/signed-message.js';

const text = (bytes: Buffer): string => bytes.toString('utf8');
const utf8 = (value: string | undefined): Buffer | undefined => (value === undefined ? undefined : Buffer.from(value));

const AROUND = /^[ \t\r\n]+|(?<![ \t\r\n])[ \t\r\n]+$/g;
const LINE_ENDS = /(?<![\r\n])[\r\n]+$/;

const DECODE =
  'Decode the body before you verify it: a function behind a gateway gets it in base64, and says `isBase64Encoded`.';

/** What is signed by a function that takes the base64 which its gateway gives it for the body. */
export const IN_BASE64: Change<Buffer> = {
  name: 'signed-in-base64',
  title: 'The base64 of the body was signed, not the body',
  advice: DECODE,
  apply: (bytes) => Buffer.from(bytes.toString('base64')),
};

/** What base64 encodes, if that is JSON or packed. */
function decode(bytes: Buffer): Buffer | undefined {
  const written = text(bytes).trim();
  if (!/^[A-Za-z0-9+/\s]{4,}={0,2}$/.test(written)) return undefined;
  const decoded = Buffer.from(written, 'base64');
  return isPacked(decoded) || parseJson(decoded) !== undefined ? decoded : undefined;
}

const isPacked = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

function unpack(bytes: Buffer): Buffer | undefined {
  try {
    return isPacked(bytes) ? gunzipSync(bytes) : undefined;
  } catch {
    return undefined;
  }
}

/** What a body can be wrapped in: it is named even if it explains no signature. */
export const WRAPPINGS: readonly Change<Buffer>[] = [
  { name: 'body-in-base64', title: 'The body that you gave is in base64', advice: DECODE, apply: decode },
  {
    name: 'body-in-gzip',
    title: 'The body that you gave is packed with gzip',
    advice: 'Unpack the body before you verify it; the vendor signs what is inside.',
    apply: (bytes) => unpack(decode(bytes) ?? bytes),
  },
];

/** What can have become of the body between the vendor and the one who computes. */
export const BODY_CHANGES: readonly Change<Buffer>[] = [
  ...WRAPPINGS,
  IN_BASE64,
  {
    name: 'trailing-newline',
    title: 'The body has gained a line end at its end',
    advice: 'Save the body without the line that editors and `echo` add: `printf %s`, `curl --data-binary`.',
    apply: (bytes) => utf8(LINE_ENDS.test(text(bytes)) ? text(bytes).replace(LINE_ENDS, '') : undefined),
  },
  {
    name: 'newline-lost',
    title: 'The body has lost the line end at its end',
    advice: 'Do not trim the body.',
    apply: (bytes) => utf8(text(bytes).endsWith('\n') ? undefined : `${text(bytes)}\n`),
  },
  {
    name: 'spaces-around',
    title: 'There are spaces around the body',
    advice: 'Do not pad the body.',
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
      const value = parseJson(bytes);
      return typeof value === 'string' ? Buffer.from(value) : undefined;
    },
  },
];

const isLatin1 = (value: string): boolean => {
  const beyond = [...value].some((character) => character > '\u00ff');
  return !beyond && [...value].some((character) => character > '\u007f');
};

/** What can have been done to the secret, whatever the vendor does with it. */
export const KEY_CHANGES: readonly Change<string, Buffer>[] = [
  {
    name: 'secret-read-as-hex',
    title: 'The secret was read as hexadecimal',
    advice: 'Use the secret as the vendor shows it.',
    apply: (secret) => (/^[0-9a-f]{2,}$/i.test(secret) ? Buffer.from(secret, 'hex') : undefined),
  },
  {
    name: 'secret-with-space',
    title: 'There is a space or a line end around the secret',
    advice: 'Trim the environment variable or the file that it comes from.',
    apply: (secret) => Buffer.from(`${secret}\n`),
  },
  {
    name: 'secret-empty',
    title: 'The signature was made with an empty secret',
    advice: 'Is the environment variable set where the code runs?',
    apply: () => Buffer.alloc(0),
  },
  ...['undefined', 'None'].map((word) => ({
    name: `secret-${word.toLowerCase()}`,
    title: `The signature was made with the word "${word}" as the secret`,
    advice: 'Is the environment variable set where the code runs?',
    apply: () => Buffer.from(word),
  })),
];

const STANDARD =
  'The vendor writes the digest in standard base64, with padding: base64.b64encode(mac.digest()).decode() in Python, .digest("base64") in Node.';

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

/** The vendors' algorithm first, then the others with what is wrong with them. */
export const ALGORITHMS: readonly (readonly [Deviation | undefined, NonNullable<SigningSteps['algorithm']>])[] = [
  [undefined, 'sha256'],
  ...(['sha1', 'sha512'] as const).map(
    (algorithm) =>
      [
        {
          name: `${algorithm}-instead-of-sha256`,
          title: `The digest is ${algorithm.toUpperCase()}`,
          advice: 'The vendor uses HMAC-SHA256.',
        },
        algorithm,
      ] as const,
  ),
];

/** A signature with a prefix that is not the vendor's own. */
export const prefixed = (own: string): Deviation => ({
  name: 'prefixed',
  title: 'The signature carries a prefix such as "sha256="',
  advice: own === '' ? 'The vendor writes none: compare the digest alone.' : `The vendor writes "${own}" instead.`,
});
