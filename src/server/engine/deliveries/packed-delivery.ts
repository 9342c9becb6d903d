import type { Attempt, Delivery } from './outbox.js';

/** Each with its headers. */
const DELIVERY_BYTES = 600;
const ATTEMPT_BYTES = 600;
/** Digits of a duration, which differs from run to run: what it takes must not. */
const DURATION_WIDTH = 8;

const attemptBytes = ({ request, response = '', error = '' }: Attempt): number =>
  ATTEMPT_BYTES + request.body.length + response.length + error.length;

/** What one on which is still worked counts. */
export const bytesOf = ({ payload, url, attempts }: Delivery): number =>
  attempts.reduce((sum, attempt) => sum + attemptBytes(attempt), DELIVERY_BYTES + payload.length + url.length);

/** Nothing of it changes any more, unless it is delivered once more. */
export const isOver = ({ status, held, attempts }: Delivery): boolean =>
  status !== 'pending' && !held && attempts.every(({ outcome }) => outcome !== null);

/** The text of a thing that stands behind the head; `null` for the same as before. */
type Length = number | null;
type Replaced<T, K extends keyof T, V> = Omit<T, K> & Readonly<Record<K, V>>;
type PackedAttempt = Replaced<Attempt, 'request', Replaced<Attempt['request'], 'body', Length>>;
type Head = Replaced<Replaced<Delivery, 'payload', number>, 'attempts', PackedAttempt[]>;

/** A webhook as a text: a head in JSON, the vendor's data, the bodies, the durations. */
export function packDelivery(delivery: Delivery): string {
  const texts = [delivery.payload];
  let durations = '';
  const attempts = delivery.attempts.map((attempt): PackedAttempt => {
    const { request, duration_ms: duration } = attempt;
    const isSame = texts.at(-1) === request.body;
    if (!isSame) texts.push(request.body);
    if (duration !== undefined) durations += String(duration).padStart(DURATION_WIDTH);
    const packed = { ...attempt, request: { ...request, body: isSame ? null : request.body.length } };
    return duration === undefined ? packed : { ...packed, duration_ms: 0 };
  });
  const head: Head = { ...delivery, payload: delivery.payload.length, attempts };
  return `${JSON.stringify(head)}\n${texts.join('')}${durations}`;
}

export function unpackDelivery(text: string): Delivery {
  let place = text.indexOf('\n');
  const head = JSON.parse(text.slice(0, place++)) as Head;
  const take = (length: number): string => text.slice(place, (place += length));
  const payload = take(head.payload);
  let body = payload;
  const attempts = head.attempts.map((attempt): Attempt => {
    const { request } = attempt;
    if (request.body !== null) body = take(request.body);
    return { ...attempt, request: { ...request, body } };
  });
  for (const attempt of attempts)
    if (attempt.duration_ms !== undefined) attempt.duration_ms = Number(take(DURATION_WIDTH));
  return { ...head, payload, attempts };
}
