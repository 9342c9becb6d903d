import { createHmac } from 'node:crypto';
import type { PyStyle } from './json/python-json.js';
import { anyEqual, bytesOf, readSignatures, refuse, secretsOf } from './signed-message.js';
import type { Refusal, SignedMessage } from './signed-message.js';

/** The headers of a message, by lower-case name. */
export type MessageHeaders = Readonly<Record<string, string>>;

/** One way in which a signer or a receiver departs from what the vendor does. */
export interface Deviation {
  /** In kebab-case. */
  readonly name: string;
  /** One sentence: the mistake. */
  readonly title: string;
  /** One sentence: the remedy. */
  readonly advice: string;
}

/** A deviation with its effect on a value; `undefined` where it does not apply or changes nothing. */
export interface Change<From, To = From> extends Deviation {
  readonly apply: (value: From) => To | undefined;
  /** The mistakes that it is made of, if it is several at once. */
  readonly parts?: readonly Deviation[];
}

/** The mistakes that a change is: itself, or its parts. */
export const deviationsOf = ({ name, title, advice, parts }: Change<never, unknown>): readonly Deviation[] =>
  parts ?? [{ name, title, advice }];

/**
 * How a vendor signs and sends its webhooks: always base64 of an HMAC-SHA256. Each step stands alone, so that a check can
 * make one of them wrongly.
 */
export interface Signing {
  /** The header that carries the signatures, as the vendor writes it. */
  readonly header: string;
  /** The bytes that are signed; `undefined` for a body that the vendor cannot sign. */
  readonly material: (body: Buffer, headers: MessageHeaders) => Buffer | undefined;
  /** How the payload is written, if the vendor signs JSON that it writes anew, and not the bytes that it sends: what people make of it otherwise is tried, too. */
  readonly canonical?: PyStyle;
  readonly key: (secret: string) => Buffer;
  readonly secret: {
    /** The form of a secret as the vendor shows it. */
    readonly pattern: RegExp;
    /** The same in words: `the secret in base64, as the dashboard shows it`. */
    readonly expected: string;
  };
  /** Stands before each digest in the header; nothing if not given. */
  readonly prefix?: string;
  /** During a change of secrets the header carries a signature for each. */
  readonly rotates?: boolean;
  /** Stands between several signatures; a comma if not given. */
  readonly separator?: string;
  /** Headers of one message that are signed with it: its id, and when it is sent, in seconds since the epoch. */
  readonly stamp?: (id: string, at: number) => MessageHeaders;
  /** All other headers of a webhook but Host and Content-Length, in the vendor's order and case. */
  readonly headers: (signature: string | undefined) => Record<string, string>;
  /** How long the vendor waits for an answer, and the wait after each failed attempt: the defaults of the settings. */
  readonly timeout: string;
  readonly retryDelays: readonly string[];
  /** Mistakes with this vendor's signatures beside those that are possible with any. */
  readonly mistakes: {
    readonly material: readonly Change<Buffer>[];
    readonly key: readonly Change<string, Buffer>[];
    /** What to sign, in words for whoever signed another text; if not given, the raw bytes of the body. */
    readonly remedy?: string;
  };
}

/** The steps of a signature; a check makes one of them wrongly. */
export interface SigningSteps {
  readonly material: (body: Buffer, headers: MessageHeaders) => Buffer | undefined;
  readonly key: (secret: string) => Buffer | undefined;
  readonly algorithm?: 'sha1' | 'sha256' | 'sha512';
}

/** What stands between the signatures of a header. */
export const separatorOf = ({ separator = ',' }: Pick<Signing, 'separator'>): string => separator;

/** The digest of a message; `undefined` if it cannot be had. */
export function digestOf(
  { material, key, algorithm = 'sha256' }: SigningSteps,
  body: Buffer,
  secret: string,
  headers: MessageHeaders = {},
): Buffer | undefined {
  const [bytes, secretBytes] = [material(body, headers), key(secret)];
  return bytes && secretBytes && createHmac(algorithm, secretBytes).update(bytes).digest();
}

/** The value of the signature header; what the vendor cannot sign is signed as it stands. */
export function signatureOf(
  signing: Signing,
  body: string | Uint8Array,
  secrets: string | readonly string[],
  headers: MessageHeaders = {},
): string {
  const bytes = Buffer.from(bytesOf(body));
  const raw = { material: () => bytes, key: signing.key };
  return secretsOf(secrets)
    .map((secret) => digestOf(signing, bytes, secret, headers) ?? digestOf(raw, bytes, secret)!)
    .map((digest) => `${signing.prefix ?? ''}${digest.toString('base64')}`)
    .join(separatorOf(signing));
}

/** True for a status by which receivers say that they do not believe a message. */
export const isDisbelief = (status: number | undefined): boolean => status === 401 || status === 403;

/** The same of a receiver that has taken some or none: one that takes none may answer 400 to what it does not believe. */
export const seemsDisbelief = (status: number | undefined, takesSome: boolean): boolean =>
  isDisbelief(status) || (status === 400 && !takesSome);

/** Why a message is not believed; `undefined` if one of its signatures is right. Takes as long whichever it is. */
export function refusalOf(
  signing: Signing,
  { body, signature }: SignedMessage,
  secrets: readonly string[],
  headers: MessageHeaders = {},
): Refusal | undefined {
  const bytes = Buffer.from(bytesOf(body));
  const signatures = readSignatures(signature, separatorOf(signing), signing.prefix);
  if (!Array.isArray(signatures)) return signatures;
  const expected = secrets.map((secret) => digestOf(signing, bytes, secret, headers));
  const known = expected.filter((digest) => digest !== undefined).map((digest) => digest.toString('base64'));
  if (known.length === 0) return refuse('body_not_json');
  return anyEqual(signatures, known) ? undefined : refuse('wrong_signature');
}
