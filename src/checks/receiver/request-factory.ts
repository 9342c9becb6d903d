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
  /** Seconds since the epoch, for vendors that sign the time. */
  readonly now: number;
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
    const { vendor, run } = this.#context;
    return vendor.messages.renew(text, run, ++this.#number);
  }

  /** The value of the signature header for a text. */
  signature(text: string, secret = this.#context.secret): string {
    return signatureOf(this.#context.vendor.signing, text, secret, this.#stamp());
  }

  /** A digest with one step made otherwise, as in the header; `undefined` if it cannot be had. */
  otherwise(text: string, steps: Partial<SigningSteps>): string | undefined {
    const { signing } = this.#context.vendor;
    const digest = digestOf({ ...signing, ...steps }, Buffer.from(text), this.#context.secret, this.#stamp());
    return digest && this.written(digest.toString('base64'));
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
