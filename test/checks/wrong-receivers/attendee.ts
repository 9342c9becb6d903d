import { createHmac } from 'node:crypto';
import { verifyAttendee } from '../../../src/contracts/attendee/signing.js';
import { CANONICAL, parsePython, WIRE, writePython, type PyStyle } from '../../../src/contracts/json/python-json.js';
import { pythonRepr } from '../../../src/contracts/json/python-repr.js';
import type { App } from './app.js';

export const SECRET = Buffer.from('thirty-two bytes of a secret key').toString('base64');
const hmac = (material: string | Buffer, key: string | Buffer = Buffer.from(SECRET, 'base64')): string =>
  createHmac('sha256', key).update(material).digest('base64');
const canonical = (body: Buffer): string => writePython(parsePython(body.toString()), CANONICAL);
const against =
  (expected: (body: Buffer) => string): App =>
  ({ headers, body }) => {
    try {
      return headers['x-webhook-signature'] === expected(body) ? 200 : 401;
    } catch {
      return 400;
    }
  };

export const right: App = ({ headers, body }) =>
  verifyAttendee({ body, signature: headers['x-webhook-signature'], secret: SECRET }).ok ? 200 : 401;

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
};

/** What the vendor's published JavaScript does. */
export const sortsAsJavaScript = against((body) => hmac(JSON.stringify(sorted(JSON.parse(body.toString())))));

export const sortsTheTopLevelOnly = against((body) => {
  const value = JSON.parse(body.toString()) as object;
  return hmac(JSON.stringify(Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))));
});

export const verifiesTheRawBody = against((body) => hmac(body));

export const verifiesRawBase64 = against((body) => hmac(body.toString('base64')));

export const doesNotDecodeTheSecret = against((body) => hmac(canonical(body), SECRET));

export const escapesWhatIsNotAscii = against((body) =>
  hmac(writePython(parsePython(body.toString()), { ...CANONICAL, ascii: true })),
);

export const keepsSpaces = against((body) =>
  hmac(writePython(parsePython(body.toString()), { ...CANONICAL, item: ', ', pair: ': ' })),
);

const dumps = (style: Partial<PyStyle>, key?: string) =>
  against((body) => hmac(writePython(parsePython(body.toString()), { ...WIRE, ...style }), key));

export const dumpsThePayload = dumps({});
export const dumpsItSorted = dumps({ sort: CANONICAL.sort });
export const dumpsItCompact = dumps({ item: ',', pair: ':', ascii: false });
export const dumpsItSortedAndDecodesNothing = dumps({ sort: CANONICAL.sort }, SECRET);
export const signsItsText = against((body) => hmac(pythonRepr(parsePython(body.toString()))));
export const signsNothing = against(() => hmac(''));
export const writesHexadecimal = against((body) => Buffer.from(hmac(canonical(body)), 'base64').toString('hex'));
export const writesHexadecimalOfTheRawBody = against((body) =>
  Buffer.from(hmac(body, SECRET), 'base64').toString('hex'),
);
export const writesAPrefix = against(
  (body) => `sha256=${Buffer.from(hmac(canonical(body)), 'base64').toString('hex')}`,
);
const escaping = (letters: RegExp) =>
  against((body) =>
    hmac(canonical(body).replace(letters, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)),
  );
/** As json.Marshal of Go does, and its Encoder when it is told not to. */
export const escapesAsGo = escaping(/[&<>\u2028\u2029]/g);
export const escapesAsGoWithoutHtml = escaping(/[\u2028\u2029]/g);
/** As json_encode of PHP does. */
export const escapesAsPhp = against((body) =>
  hmac(
    canonical(body)
      .replaceAll('/', '\\/')
      .replace(/[\u0080-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`),
  ),
);
/** As Python compares bytes with a text. */
export const neverEqual = against(() => 'b');

/** Fails for what it refuses, and has a bug besides. */
export const fails: App = (webhook) => {
  if (right(webhook) !== 200) throw new Error('not believed');
  throw new Error('a bug');
};

/** Says no, with a status that means yes. */
export const answers200ToForgeries: App = (webhook) =>
  webhook.body.length === 0 ? 400 : Math.min(200, right(webhook));

export const failsForWhatIsNotJson: App = ({ headers, body }) => {
  JSON.parse(body.toString());
  return right({ headers, body, firstPiece: body, method: 'POST' });
};
