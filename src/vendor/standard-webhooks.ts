import type { Signing } from '../contracts/signing.js';

const PREFIX = 'whsec_';

/** What differs from vendor to vendor that follows Standard Webhooks. Durations as everywhere: `"10s"`. */
export interface StandardWebhooksOptions {
  readonly userAgent: string;
  readonly timeout: string;
  readonly retryDelays: readonly string[];
}

/**
 * Signatures by the Standard Webhooks specification: `v1,` and base64 of the HMAC-SHA256 of id, time and body with dots
 * between, keyed with the bytes that a `whsec_…` secret encodes in base64. Source: the specification, version 1.0.0.
 */
export const standardWebhooks = ({ userAgent, timeout, retryDelays }: StandardWebhooksOptions): Signing => ({
  header: 'webhook-signature',
  prefix: 'v1,',
  separator: ' ',
  material: (body, headers) =>
    Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body.toString('utf8')}`),
  key: (secret) => Buffer.from(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret, 'base64'),
  secret: { pattern: /^whsec_[A-Za-z0-9+/]{20,}={0,2}$/, expected: 'a secret that begins with "whsec_"' },
  stamp: (id, at) => ({ 'webhook-id': id, 'webhook-timestamp': String(at) }),
  headers: (signature) => ({
    'content-type': 'application/json',
    'user-agent': userAgent,
    ...(signature === undefined ? {} : { 'webhook-signature': signature }),
  }),
  timeout,
  retryDelays,
  mistakes: {
    material: [
      {
        name: 'body-alone',
        title: 'The body was signed alone, without the id and the time of the message',
        advice: 'Sign `${webhook-id}.${webhook-timestamp}.${body}`.',
        apply: (body) => body,
      },
    ],
    key: [
      {
        name: 'secret-not-decoded',
        title: 'The secret was used as the text that it is shown as, not as the bytes that it encodes',
        advice: 'Decode what follows "whsec_" from base64 before use.',
        apply: (secret) => Buffer.from(secret),
      },
    ],
  },
});
