import { createHmac } from 'node:crypto';
import type { CronofyWebhook } from '../contracts/webhooks.js';
import { anyEqual, bytesOf, parseJson, readSignatures, refuse, secretsOf } from './message.js';
import type { SignedMessage, Verdict } from './message.js';

/** The header that carries Cronofy's signatures. */
export const CRONOFY_SIGNATURE_HEADER = 'Cronofy-HMAC-SHA256';

/** Base64 of the HMAC-SHA256 of the bytes. The key is the secret as text, its `CRN_` prefix included. */
export const cronofyHmac = (secret: string, body: string | Uint8Array): string =>
  createHmac('sha256', secret).update(body).digest('base64');

/**
 * The value of Cronofy's signature header for a body: one HMAC for each active secret, joined by commas. Documented:
 * https://docs.cronofy.com/developers/push-notifications/authentication/.
 */
export const signCronofy = (body: string | Uint8Array, secret: string | readonly string[]): string =>
  secretsOf(secret)
    .map((one) => cronofyHmac(one, bytesOf(body)))
    .join(',');

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
  body,
  signature,
  secret,
}: SignedMessage & { readonly secret: string | readonly string[] }): Verdict<CronofyWebhook> {
  const expected = secretsOf(secret).map((one) => cronofyHmac(one, bytesOf(body)));
  const signatures = readSignatures(signature);
  if (!Array.isArray(signatures)) return signatures;
  if (!anyEqual(signatures, expected)) return refuse('wrong_signature');
  const value = parseJson(bytesOf(body));
  if (typeof value !== 'object' || value === null) return refuse('body_not_json');
  return { ok: true, webhook: { type: typeOf(value), body: value } as CronofyWebhook };
}

/** What a callback is about stands in its notification: an interaction, a transition, or the type of a channel's. */
function typeOf(value: object): string {
  const { notification } = value as {
    readonly notification?: {
      readonly type?: string;
      readonly interactions?: readonly { readonly type?: string }[];
      readonly transitions?: unknown;
    };
  };
  if (notification?.transitions !== undefined) return 'transition';
  return notification?.interactions?.[0]?.type ?? notification?.type ?? '';
}
