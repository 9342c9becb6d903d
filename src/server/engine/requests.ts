import type { Violation } from '../../contracts/contract.js';
import type * as control from '../../contracts/control/requests.js';
import type { Micros } from '../../clock/instant.js';

/** A vendor call as it came and was answered, whole but for its secrets. */
export interface LoggedRequest extends Readonly<
  Omit<control.LoggedRequest, 'at' | 'operation' | 'subject' | 'response' | 'violations'>
> {
  readonly at: Micros;
  operation: string | null;
  subject: string | null;
  response: Readonly<NonNullable<control.LoggedRequest['response']>> | null;
  readonly violations: Violation[];
  /** The faults that had a hand in it. */
  fault?: string;
  /** What the client would have been answered, where a fault has taken it away after the work was done. */
  lost_answer?: NonNullable<LoggedRequest['response']>;
}

/** The newest vendor calls of one world. */
export class RequestLog {
  readonly #limit: number;
  #log = new Map<string, LoggedRequest>();
  #count = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  nextNumber(): number {
    return ++this.#count;
  }

  add(request: LoggedRequest): LoggedRequest {
    this.#log.set(request.id, request);
    if (this.#log.size > this.#limit) {
      const [oldest] = this.#log.keys();
      this.#log.delete(oldest!);
    }
    return request;
  }

  get(id: string): LoggedRequest | undefined {
    return this.#log.get(id);
  }

  values(): IterableIterator<LoggedRequest> {
    return this.#log.values();
  }

  toJSON(): { readonly count: number; readonly requests: readonly LoggedRequest[] } {
    return { count: this.#count, requests: [...this.#log.values()] };
  }

  load({ count, requests }: { readonly count: number; readonly requests: readonly LoggedRequest[] }): void {
    this.#count = count;
    this.#log = new Map(requests.map((request) => [request.id, request]));
  }
}
