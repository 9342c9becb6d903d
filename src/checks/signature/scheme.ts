import { createHmac } from 'node:crypto';
import type { VendorName } from '../../contracts/contract.js';
import { canonical } from './deviations.js';

/** How a vendor makes a signature, step by step, so that each step can be made wrongly. */
export interface Scheme {
  readonly provider: VendorName;
  readonly header: string;
  /** What of the body is signed; `undefined` if it cannot be had. */
  readonly material: (body: Buffer) => Buffer | undefined;
  readonly key: (secret: string) => Buffer;
}

export const SCHEMES: Readonly<Record<VendorName, Scheme>> = {
  cronofy: {
    provider: 'cronofy',
    header: 'Cronofy-HMAC-SHA256',
    material: (body) => body,
    key: (secret) => Buffer.from(secret),
  },
  attendee: {
    provider: 'attendee',
    header: 'X-Webhook-Signature',
    material: canonical,
    key: (secret) => Buffer.from(secret, 'base64'),
  },
};

/** A signature by a scheme in which some steps are made otherwise. */
export function digestOf(
  scheme: Scheme,
  body: Buffer,
  secret: string,
  { material = scheme.material, key = scheme.key, algorithm = 'sha256' }: Partial<Steps> = {},
): Buffer | undefined {
  const [bytes, secretBytes] = [material(body), key(secret)];
  if (bytes === undefined || secretBytes === undefined) return undefined;
  return createHmac(algorithm, secretBytes).update(bytes).digest();
}

export interface Steps {
  readonly material: (body: Buffer) => Buffer | undefined;
  readonly key: (secret: string) => Buffer | undefined;
  readonly algorithm: 'sha1' | 'sha256' | 'sha512';
}
