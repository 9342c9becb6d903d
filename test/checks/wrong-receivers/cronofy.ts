import { createHmac, timingSafeEqual } from 'node:crypto';
import { verifyCronofy } from '../../../src/contracts/cronofy/signing.js';
import type { App } from './app.js';

export const SECRET = 'CRN_check-of-receivers';
const hmac = (body: Buffer | string, key: string | Buffer = SECRET): string =>
  createHmac('sha256', key).update(body).digest('base64');
const given = (headers: Parameters<App>[0]['headers']): string => headers['cronofy-hmac-sha256'] ?? '';
const signed = (body: Buffer, headers: Parameters<App>[0]['headers']): boolean =>
  verifyCronofy({ body, signature: headers['cronofy-hmac-sha256'], secret: SECRET }).ok;
const idOf = (body: Buffer): string => {
  const { meeting_agent, notification } = JSON.parse(body.toString()) as {
    meeting_agent?: { sub: string };
    notification: object;
  };
  return `${meeting_agent?.sub} ${JSON.stringify(notification)}`;
};

export const right: App = ({ headers, body }) => (signed(body, headers) ? 200 : 401);

/** As the vendor's published samples do. */
export const comparesTheWholeHeader: App = ({ headers, body }) => (given(headers) === hmac(body) ? 200 : 401);

/** As a public receiver does: it parses first. */
export const verifiesWhatItWroteAgain: App = ({ headers, body }) => {
  const again = JSON.stringify(JSON.parse(body.toString()));
  return given(headers).split(',').includes(hmac(again)) ? 200 : 401;
};

export const throwsForOtherLengths: App = ({ headers, body }) =>
  given(headers)
    .split(',')
    .some((one) => timingSafeEqual(Buffer.from(one), Buffer.from(hmac(body))))
    ? 200
    : 401;

export const believesEverything: App = ({ body }) => (body.length > 0 ? 200 : 400);

export const believesWhatIsNotSigned: App = ({ headers, body }) =>
  headers['cronofy-hmac-sha256'] === undefined || signed(body, headers) ? 200 : 401;

export const hasNoSecret: App = ({ headers, body }) =>
  given(headers)
    .split(',')
    .includes(hmac(body, process.env['NO_SUCH_SECRET'] ?? ''))
    ? 200
    : 401;

export const decodesTheSecret: App = ({ headers, body }) =>
  given(headers)
    .split(',')
    .includes(hmac(body, Buffer.from(SECRET, 'base64')))
    ? 200
    : 401;

export const readsTheBodyAsLatin1: App = ({ headers, body }) =>
  given(headers)
    .split(',')
    .includes(hmac(Buffer.from(body.toString('latin1'), 'utf8')))
    ? 200
    : 401;

export const verifiesBase64: App = ({ headers, body }) =>
  given(headers)
    .split(',')
    .includes(hmac(body.toString('base64')))
    ? 200
    : 401;

export const comparesTheBeginning: App = ({ headers, body }) =>
  given(headers)
    .split(',')
    .some((one) => hmac(body).startsWith(one))
    ? 200
    : 401;

export const failsForNewTypes: App = ({ headers, body }) => {
  if (!signed(body, headers)) return 401;
  return /"type":\s*"(meeting_agent_(activated|complete|failed)|conferencing_\w+)"|transitions/.test(body.toString())
    ? 200
    : 422;
};

/** Refuses what it knows already. */
export const refusesDuplicates = (): App => {
  const seen = new Set<string>();
  return ({ headers, body }) => {
    if (!signed(body, headers)) return 401;
    const id = idOf(body);
    if (seen.has(id)) return 409;
    seen.add(id);
    return 200;
  };
};

/** Does its work for each delivery, and tells how often. */
export const countsDuplicates = (): App => {
  let count = 0;
  return ({ headers, body, method }) => {
    if (method === 'GET') return 200 + (count % 50);
    if (!signed(body, headers)) return 401;
    count++;
    return 200;
  };
};

export const readsOnePiece: App = ({ headers, firstPiece }) => (signed(firstPiece, headers) ? 200 : 401);
