import { timingSafeEqual } from 'node:crypto';
import { GreenroomError } from '../errors.js';

/** A webhook as it arrived. */
export interface SignedMessage {
  /** The raw body, as text or as bytes: before any parser has touched it. */
  readonly body: string | Uint8Array;
  /** The value of the signature header; absent is fine, and refused. */
  readonly signature: string | readonly string[] | null | undefined;
}

/** Why a webhook is not believed. */
export type RefusalReason = 'missing_signature' | 'malformed_signature' | 'wrong_signature' | 'body_not_json';

export interface Refusal {
  readonly ok: false;
  readonly reason: RefusalReason;
  /** The same as a sentence, for a log. It holds no secret. */
  readonly detail: string;
}

/** Whether a webhook may be believed, and what it tells. */
export type Verdict<Webhook> = { readonly ok: true; readonly webhook: Webhook } | Refusal;

const DETAILS: Readonly<Record<RefusalReason, string>> = {
  missing_signature: 'the signature header is missing',
  malformed_signature: 'the signature header holds no base64 of 32 bytes',
  wrong_signature: 'no signature is that of this body with this secret',
  body_not_json: 'the body is not JSON',
};

export const refuse = (reason: RefusalReason): Refusal => ({ ok: false, reason, detail: DETAILS[reason] });

const SIGNATURE = /^[A-Za-z0-9+/]{43}=$/;

/** The signatures of a header, which may be several, each behind the prefix. Those of another form are passed over. */
export function readSignatures(header: SignedMessage['signature'], separator: string, prefix = ''): string[] | Refusal {
  const values = (typeof header === 'string' ? [header] : (header ?? []))
    .flatMap((value) => value.split(separator))
    .map((value) => value.trim())
    .filter((value) => value !== '');
  if (values.length === 0) return refuse('missing_signature');
  const signatures = values
    .filter((value) => value.startsWith(prefix))
    .map((value) => value.slice(prefix.length))
    .filter((value) => SIGNATURE.test(value));
  return signatures.length === 0 ? refuse('malformed_signature') : signatures;
}

/** True if one of the signatures is one of those expected. Takes as long whichever it is. */
export function anyEqual(signatures: readonly string[], expected: readonly string[]): boolean {
  let equal = false;
  for (const signature of signatures) {
    for (const one of expected) equal = timingSafeEqual(Buffer.from(signature), Buffer.from(one)) || equal;
  }
  return equal;
}

/** The body as bytes. Throws USAGE for one that somebody has parsed already. */
export function bytesOf(body: SignedMessage['body']): Uint8Array {
  if (typeof body === 'string') return Buffer.from(body, 'utf8');
  if (body instanceof Uint8Array) return body;
  throw new GreenroomError(
    'USAGE',
    `Failed to read the webhook: expected the raw body as text or bytes, was ${describe(body)}. Take it before a parser does: \`await request.text()\`, \`express.raw()\`.`,
  );
}

/** The secrets as a list. Throws USAGE if one is missing: a variable that is not set must not look like a bad signature. */
export function secretsOf(given: string | readonly string[]): readonly string[] {
  const secrets: readonly unknown[] = Array.isArray(given) ? given : [given];
  const wrong = secrets.find((secret) => typeof secret !== 'string' || secret === '');
  if (secrets.length > 0 && wrong === undefined && !secrets.includes(undefined)) return secrets as readonly string[];
  throw new GreenroomError(
    'USAGE',
    `Failed to take the secret: expected a text, was ${secrets.length === 0 ? 'an empty list' : describe(wrong)}. Is its environment variable set?`,
  );
}

const describe = (value: unknown): string =>
  value === '' ? 'an empty text' : value === null ? 'null' : typeof value === 'object' ? 'an object' : typeof value;

/** A body as JSON; `undefined` for one that is none. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}
