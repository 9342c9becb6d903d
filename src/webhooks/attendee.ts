import { createHmac } from 'node:crypto';
import type { AttendeeWebhook } from '../contracts/webhooks.js';
import { GreenroomError } from '../errors.js';
import { anyEqual, bytesOf, parseJson, readSignatures, refuse, secretsOf } from './message.js';
import type { SignedMessage, Verdict } from './message.js';
import { CANONICAL, parsePython, writePython, type PyValue } from './python-json.js';

/** The header that carries Attendee's signature. */
export const ATTENDEE_SIGNATURE_HEADER = 'X-Webhook-Signature';

/** Base64 of the HMAC-SHA256 over the canonical JSON of a payload, keyed with the bytes that the secret encodes. */
export const attendeeHmac = (secretBase64: string, payload: PyValue): string =>
  createHmac('sha256', Buffer.from(secretBase64, 'base64'))
    .update(writePython(payload, CANONICAL), 'utf8')
    .digest('base64');

/**
 * What Attendee signs instead of the bytes that it sends: keys in the order of their code points, no spaces, no `\u`
 * escapes, and numbers as Python writes them (`1.0` stays `1.0`). Throws for what is not JSON.
 */
export const canonicalizeAttendee = (body: string | Uint8Array): string => writePython(read(body), CANONICAL);

/** The value of Attendee's signature header for a body. Throws for what is not JSON. */
export function signAttendee(body: string | Uint8Array, secret: string): string {
  const [key] = keysOf(secret);
  return attendeeHmac(key!, read(body));
}

/**
 * Tells whether a webhook comes from Attendee. `secret` is base64, as the dashboard shows it; give several while you
 * change it. Never throws for what arrives; throws USAGE for a secret that is missing or not base64, and for a body that
 * is parsed already: numbers such as `1.0` and the order of keys are lost by then.
 *
 * @example
 * const result = verifyAttendee({
 *   body: await request.text(),
 *   signature: request.headers.get('X-Webhook-Signature'),
 *   secret: process.env.ATTENDEE_WEBHOOK_SECRET!,
 * });
 * if (result.ok && result.webhook.type === 'bot.state_change') save(result.webhook.body.data.new_state);
 */
export function verifyAttendee({
  body,
  signature,
  secret,
}: SignedMessage & { readonly secret: string | readonly string[] }): Verdict<AttendeeWebhook> {
  const keys = keysOf(secret);
  const bytes = bytesOf(body);
  const signatures = readSignatures(signature);
  if (!Array.isArray(signatures)) return signatures;
  const payload = tryToRead(bytes);
  const value = payload === undefined ? undefined : parseJson(bytes);
  if (payload === undefined || typeof value !== 'object' || value === null) return refuse('body_not_json');
  const expected = keys.map((key) => attendeeHmac(key, payload));
  if (!anyEqual(signatures, expected)) return refuse('wrong_signature');
  const { trigger } = value as { readonly trigger?: string };
  return { ok: true, webhook: { type: trigger, body: value } as AttendeeWebhook };
}

const read = (body: string | Uint8Array): PyValue => parsePython(Buffer.from(bytesOf(body)).toString('utf8'));

/** `undefined` for what is not JSON, however deep it is nested. */
function tryToRead(bytes: Uint8Array): PyValue | undefined {
  try {
    return read(bytes);
  } catch {
    return undefined;
  }
}

function keysOf(secret: string | readonly string[]): readonly string[] {
  const keys = secretsOf(secret);
  if (keys.every((key) => /^[A-Za-z0-9+/]{2,}={0,2}$/.test(key))) return keys;
  throw new GreenroomError(
    'USAGE',
    'Failed to take the secret of Attendee: expected base64, as the dashboard shows it, was something else. Do not decode it yourself.',
  );
}
