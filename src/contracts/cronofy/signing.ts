import { CANONICAL, parsePython, writePython } from '../json/python-json.js';
import { parseJson, refuse, secretsOf, bytesOf } from '../signed-message.js';
import type { SignedMessage, Verdict } from '../signed-message.js';
import { refusalOf, signatureOf, type Signing } from '../signing.js';
import type { CronofyWebhook } from '../webhooks.js';
import { readWebhook } from './messages.js';

/** The header that carries Cronofy's signatures. */
export const CRONOFY_SIGNATURE_HEADER = 'Cronofy-HMAC-SHA256';

const WHOLE_SECRET = 'Use the client secret whole, its CRN_ included.';
const AS_IT_STANDS = 'Cronofy signs with the client secret as it stands: do not decode it.';

/**
 * Documented: https://docs.cronofy.com/developers/push-notifications/authentication/, read 2026-11-21. The time-out is
 * documented for event triggers, which share the `subscriptions` field; the waits between attempts are assumed.
 */
export const signing: Signing = {
  header: CRONOFY_SIGNATURE_HEADER,
  material: (body) => body,
  key: (secret) => Buffer.from(secret),
  secret: { pattern: /^.+$/s, expected: 'the client secret' },
  rotates: true,
  headers: (signature) => ({
    'Content-Type': 'application/json; charset=utf-8',
    ...(signature === undefined ? {} : { [CRONOFY_SIGNATURE_HEADER]: signature }),
    'User-Agent': 'Cronofy (https://www.cronofy.com/support/)',
  }),
  timeout: '7s',
  retryDelays: ['1m', '5m', '30m', '2h', '6h'],
  mistakes: {
    material: [
      {
        name: 'canonical-instead-of-raw',
        title: 'The canonical JSON was signed, not the raw body',
        advice: 'Cronofy signs the bytes of the body as they are.',
        apply: canonical,
      },
    ],
    key: [
      {
        name: 'secret-decoded',
        title: 'The secret was decoded from base64 before use',
        advice: AS_IT_STANDS,
        apply: (secret) => Buffer.from(secret, 'base64'),
      },
      {
        name: 'secret-untrimmed',
        title: 'The secret that you gave has a space or a line end around it',
        advice: 'Trim the environment variable or the file that it comes from.',
        apply: (secret) => (secret.trim() === secret ? undefined : Buffer.from(secret.trim())),
      },
      {
        name: 'secret-lacks-prefix',
        title: 'The secret that you gave lacks its prefix',
        advice: WHOLE_SECRET,
        apply: (secret) => (secret.startsWith('CRN_') ? undefined : Buffer.from(`CRN_${secret}`)),
      },
      {
        name: 'secret-without-prefix',
        title: 'The prefix of the secret was cut off',
        advice: WHOLE_SECRET,
        apply: (secret) => (secret.startsWith('CRN_') ? Buffer.from(secret.slice(4)) : undefined),
      },
    ],
  },
};

function canonical(body: Buffer): Buffer | undefined {
  try {
    return Buffer.from(writePython(parsePython(body.toString('utf8')), CANONICAL));
  } catch {
    return undefined;
  }
}

/** The value of Cronofy's signature header for a body: one HMAC for each active secret, joined by commas. */
export const signCronofy = (body: string | Uint8Array, secret: string | readonly string[]): string =>
  signatureOf(signing, body, secret);

/**
 * Tells whether a callback comes from Cronofy: one of the header's signatures must be that of the raw body with one of
 * your client secrets. Several on either side are what a rotation looks like. Never throws for what arrives; throws
 * USAGE for a secret that is missing or a body that is parsed already.
 *
 * @example
 * const result = verifyCronofy({
 *   body: await request.text(),
 *   signature: request.headers.get('Cronofy-HMAC-SHA256'),
 *   secret: process.env.CRONOFY_CLIENT_SECRET!,
 * });
 * if (!result.ok) return new Response(result.detail, { status: 401 });
 */
export function verifyCronofy({
  secret,
  ...message
}: SignedMessage & { readonly secret: string | readonly string[] }): Verdict<CronofyWebhook> {
  const refusal = refusalOf(signing, message, secretsOf(secret));
  if (refusal) return refusal;
  const value = parseJson(bytesOf(message.body));
  if (typeof value !== 'object' || value === null) return refuse('body_not_json');
  return { ok: true, webhook: { type: readWebhook(value).type, body: value } as CronofyWebhook };
}
