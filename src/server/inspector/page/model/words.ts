import { isLost, isRefused, type Attempt, type Line, type LineOf, type Webhook } from './line.js';

/** Why an attempt did not deliver its webhook, in words; `undefined` if it did. */
export function whyNot(attempt: Attempt, { url }: Pick<Webhook, 'url'>): string | undefined {
  const { outcome, status = 0, error } = attempt;
  if (outcome === null) return 'It is on its way: the receiver has not answered yet.';
  if (outcome === 'captured')
    return 'It was captured: greenroom sends webhooks to this machine alone, and this address is elsewhere. It counts as delivered.';
  if (!isRefused({ outcome, status })) return undefined;
  if (outcome === 'dropped') return 'It was dropped on its way, and the receiver never saw it.';
  if (outcome === 'timeout') return 'The receiver did not answer within the time that the vendor waits.';
  if (outcome === 'refused')
    return `${NO_ANSWER[error ?? ''] ?? `The connection failed: ${error ?? 'no reason is known'}`} (${url}).`;
  return `The receiver answered ${status}: ${meaningOf(status)}`;
}

const NO_ANSWER: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nobody listens there: the app is not running, or listens at another port',
  ENOTFOUND: 'There is no such host',
  ECONNRESET: 'The receiver closed the connection before it answered',
};

const MEANINGS: Readonly<Record<number, string>> = {
  400: 'it cannot read the message, or does not believe it.',
  401: 'it does not believe that the message comes from the vendor. Receivers answer so when the signature does not verify.',
  403: 'it does not let this sender in. Receivers answer so when the signature does not verify, or a proxy or a CSRF guard stands before the route.',
  404: 'it has no route at this path. Compare the URL that was subscribed with the routes of the app.',
  405: 'the route does not take POST.',
  408: 'it gave up before it had the whole body.',
  413: 'the body is too large for it.',
  415: 'it does not take this content type.',
  422: 'it can read the message, and does not take what it says.',
  429: 'it has had too many calls.',
};

function meaningOf(status: number): string {
  if (MEANINGS[status]) return MEANINGS[status];
  if (status >= 500) return 'it failed itself. Look into its own log at this moment.';
  if (status >= 300 && status < 400) return 'it points elsewhere, and the vendor does not follow.';
  return 'the vendor wants an answer from 200 to 299.';
}

/** Whether the receiver may have looked at the signature, so that it is worth explaining. */
export const isAboutSignature = ({ outcome, status = 0 }: Attempt): boolean =>
  outcome === 'answered' && [400, 401, 403].includes(status);

/** A receiver as the timeline names it: `127.0.0.1:{receiver 1}/hooks`. */
export function receiverOf({ url, receiver }: Pick<LineOf<'delivery'>, 'url' | 'receiver'>): string {
  const place = url.replace(/^https?:\/\//, '').replace(/\?.*/, '');
  return receiver === undefined ? place : place.replace(/^[^/]*/, (host) => `${host}:{receiver ${receiver}}`);
}

const DELIVERY = /^(.*?) → https?:\/\/(?:\{[^}]*\}|[^{\s])+(?: attempt \d+)?: (.*)$/;

/** A line as the list says it: what tells the attempts of a webhook apart stands first, for the end may be cut off. */
export function rowWords(line: Line, attempts: number): string {
  const [, what, outcome = ''] = (line.kind === 'delivery' && DELIVERY.exec(line.summary)) || [];
  if (line.kind !== 'delivery' || what === undefined) return line.summary;
  const lost = isLost(line);
  const which = [...(attempts > 1 ? [`attempt ${line.attempt} of ${attempts}`] : []), ...(lost ? ['lost'] : [])];
  const came = lost ? outcome.replace(/, lost(?=$| \()/, '') : outcome;
  return `${which.join(', ')}${which.length > 0 ? ': ' : ''}${what} → ${receiverOf(line)}: ${came}`;
}

/** A line of a comparison, which has less room: the detail has the host of a receiver. */
export const withoutHost = (summary: string): string => summary.replace(/( → )https?:\/\/(?:\{[^}]*\}|[^/\s])+/, '$1');

const BEYOND_ASCII = /[^\u0020-\u007e]/;

/** As a search reads it: in lower case, without accents. */
export const folded = (text: string): string =>
  (BEYOND_ASCII.test(text) ? text.normalize('NFD').replace(/\p{Mn}/gu, '') : text).toLowerCase();

/** A text as JSON for people; `undefined` if it is none. */
export function pretty(text: string): string | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return undefined;
  }
}
