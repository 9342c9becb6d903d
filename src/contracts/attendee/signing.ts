import { GreenroomError } from '../../errors.js';
import { CANONICAL, parsePython, writePython, type PyValue } from '../json/python-json.js';
import { bytesOf, parseJson, refuse, secretsOf } from '../signed-message.js';
import type { SignedMessage, Verdict } from '../signed-message.js';
import { refusalOf, signatureOf, type Signing } from '../signing.js';
import type { AttendeeWebhook } from '../webhooks.js';

/** The header that carries Attendee's signature. */
export const ATTENDEE_SIGNATURE_HEADER = 'X-Webhook-Signature';

const SECRET = /^[A-Za-z0-9+/]{2,}={0,2}$/;

/** The body as Python reads it, and writes it in the canonical style; `undefined` for what is not JSON, however deep it is nested. */
function canonical(body: Buffer): Buffer | undefined {
  try {
    return Buffer.from(writePython(parsePython(body.toString('utf8')), CANONICAL), 'utf8');
  } catch {
    return undefined;
  }
}

const RECIPE =
  'Attendee signs sorted, compact JSON without escapes, not the bytes that it sends. ' +
  'In Python: json.dumps(json.loads(body), sort_keys=True, ensure_ascii=False, separators=(",", ":")). ' +
  'In JavaScript: verifyAttendee of greenroom/webhooks, because JSON.stringify writes 1.0 as 1. In Go, Java, PHP and Ruby: as the page about webhooks says.';

/** Observed: recordings of Attendee v1.64.1, 2026-11-21. The waits are the middle of the vendor's random ones. */
export const signing: Signing = {
  header: ATTENDEE_SIGNATURE_HEADER,
  material: canonical,
  canonical: CANONICAL,
  key: (secret) => Buffer.from(secret, 'base64'),
  secret: { pattern: SECRET, expected: 'base64, as the dashboard of Attendee shows it' },
  headers: (signature) => ({
    'User-Agent': 'Attendee-Webhook/1.0',
    'Accept-Encoding': 'gzip, deflate',
    Accept: '*/*',
    Connection: 'keep-alive',
    'Content-Type': 'application/json',
    ...(signature === undefined ? {} : { [ATTENDEE_SIGNATURE_HEADER]: signature }),
  }),
  timeout: '10s',
  retryDelays: ['0.5s', '1s'],
  mistakes: {
    remedy: RECIPE,
    material: [],
    key: [
      {
        name: 'secret-not-decoded',
        title: 'The secret was used as the text that it is shown as, not as the bytes that it encodes',
        advice:
          'Attendee shows its secret in base64: decode it to bytes before use, with base64.b64decode(secret) in Python and Buffer.from(secret, "base64") in Node.',
        apply: (secret) => Buffer.from(secret),
      },
    ],
  },
};

/**
 * The text that Attendee signs instead of the bytes that it sends: keys in the order of their code points, no spaces, no `\u`
 * escapes, and numbers as Python writes them (`1.0` stays `1.0`). Throws for what is not JSON.
 */
export const canonicalizeAttendee = (body: string | Uint8Array): string => writePython(read(body), CANONICAL);

/** The value of Attendee's signature header for a body. Throws for what is not JSON. */
export function signAttendee(body: string | Uint8Array, secret: string): string {
  read(body);
  return signatureOf(signing, body, keysOf(secret));
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
  secret,
  ...message
}: SignedMessage & { readonly secret: string | readonly string[] }): Verdict<AttendeeWebhook> {
  const keys = keysOf(secret);
  const refusal = refusalOf(signing, message, keys);
  const value = parseJson(bytesOf(message.body));
  const isPayload = typeof value === 'object' && value !== null;
  if (!isPayload && (!refusal || refusal.reason === 'wrong_signature')) return refuse('body_not_json');
  if (refusal) return refusal;
  const { trigger } = value as { readonly trigger?: string };
  return { ok: true, webhook: { type: trigger, body: value } as AttendeeWebhook };
}

const read = (body: string | Uint8Array): PyValue => parsePython(Buffer.from(bytesOf(body)).toString('utf8'));

function keysOf(secret: string | readonly string[]): readonly string[] {
  const keys = secretsOf(secret);
  if (keys.every((key) => SECRET.test(key))) return keys;
  throw new GreenroomError(
    'USAGE',
    'Failed to take the secret of Attendee: expected base64, as the dashboard shows it, was something else. Do not decode it yourself.',
  );
}
