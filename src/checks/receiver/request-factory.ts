import { digestOf, signatureOf, type MessageHeaders, type SigningSteps } from '../../contracts/signing.js';
import type { VendorProfile } from '../../contracts/vendor.js';
import type { Message } from './messages.js';
import type { ProbeRequest } from './send.js';

/** Everything that the probes of one run have in common. */
export interface ProbeContext {
  readonly vendor: VendorProfile;
  readonly secret: string;
  /** Twelve hexadecimal digits that no other run has. */
  readonly run: string;
  /** What the caller wants to be there besides: the key of a tunnel, say. */
  readonly headers: Readonly<Record<string, string>>;
  readonly messages: readonly Message[];
  /** The agent that all messages are about, if the caller names one. */
  readonly bot?: string | undefined;
  /** Seconds since the epoch, for vendors that sign the time. */
  readonly now: number;
}

/** The message that attacks are made with: one that can be told from its repetitions, if there is one. */
export function firstOf({ vendor, messages, run }: ProbeContext): Message {
  return messages.find(({ text }) => vendor.messages.renew(text, run, 1) !== text) ?? messages[0]!;
}

/** Makes requests: each a message that the receiver has not seen. */
export class RequestFactory {
  readonly #context: ProbeContext;
  #number = 0;

  constructor(context: ProbeContext) {
    this.#context = context;
  }

  /** A new message of the same kind. */
  renew(text: string): string {
    const { vendor, run, bot } = this.#context;
    const renewed = vendor.messages.renew(text, run, ++this.#number);
    return bot === undefined ? renewed : vendor.messages.about(renewed, bot);
  }

  /** A new message of the same kind about the agent of the caller, or else about the nth that the check makes up. */
  about(text: string, n: number): string {
    const { vendor, run, bot } = this.#context;
    const digits = `${n}${run}`;
    const madeUp = vendor.probes.unknownId.replace(/0+$/, (zeros) => zeros.slice(digits.length) + digits);
    return vendor.messages.about(this.renew(text), bot ?? madeUp);
  }

  /** The value of the signature header for a text. */
  signature(text: string, secret = this.#context.secret): string {
    return signatureOf(this.#context.vendor.signing, text, secret, this.#stamp());
  }

  /** A digest with a step made or written otherwise, as in the header; `undefined` if it cannot be had. */
  otherwise(
    text: string,
    steps: Partial<SigningSteps>,
    write: (digest: Buffer) => string | undefined = (digest) => digest.toString('base64'),
  ): string | undefined {
    const { signing } = this.#context.vendor;
    const digest = digestOf({ ...signing, ...steps }, Buffer.from(text), this.#context.secret, this.#stamp());
    const written = digest && write(digest);
    return written === undefined ? undefined : this.written(written);
  }

  /** Any digest, as the vendor would write it into the header. */
  written(digest: string): string {
    return `${this.#context.vendor.signing.prefix ?? ''}${digest}`;
  }

  /** A request with the right signature unless another one, or none (`null`), is given. */
  sign(text: string, signature: string | null = this.signature(text), more: Partial<ProbeRequest> = {}): ProbeRequest {
    const { vendor, headers } = this.#context;
    const { Connection: _, ...own } = vendor.signing.headers(signature ?? undefined);
    return { headers: { ...this.#stamp(), ...own, ...headers }, body: Buffer.from(text), ...more };
  }

  /** Headers that are signed with a message, where the vendor has some. They belong to the newest message. */
  #stamp(): MessageHeaders {
    const { vendor, run, now } = this.#context;
    return vendor.signing.stamp?.(`msg_${run}${this.#number}`, now) ?? {};
  }
}
