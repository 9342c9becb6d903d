import type { Violation } from '../../contracts/contract.js';
import type * as control from '../../contracts/control/requests.js';
import { Newest, type Memory } from './memory.js';
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

/** With its headers. */
const CALL_BYTES = 900;

type Message = LoggedRequest['response'] | undefined;

const bytesOf = ({ path, query, request, response, lost_answer: lost }: LoggedRequest): number =>
  CALL_BYTES + path.length + query.length + request.body.length + answerBytes(response) + answerBytes(lost);
const answerBytes = (message: Message): number => message?.body.length ?? 0;

/** The newest vendor calls of one world. */
export class RequestLog {
  readonly #limit: number;
  readonly #memory: Memory;
  readonly #log = new Newest<LoggedRequest>();
  #count = 0;

  constructor(limit: number, memory: Memory) {
    this.#limit = limit;
    this.#memory = memory;
    memory.share({ oldest: () => this.#log.first()?.seq, dropOldest: () => bytesOf(this.#log.shift()!) });
  }

  nextNumber(): number {
    return ++this.#count;
  }

  /** How many calls were let go. */
  get dropped(): number {
    return Math.max(0, this.#count - this.#log.size);
  }

  add(request: LoggedRequest): LoggedRequest {
    this.#log.push(request);
    if (this.#log.size > this.#limit) this.#memory.add(-bytesOf(this.#log.shift()!));
    this.#memory.add(bytesOf(request));
    return request;
  }

  /** Gives a call what it was answered. */
  answer(request: LoggedRequest, answer: Pick<LoggedRequest, 'response'> & { readonly lost_answer?: Message }): void {
    const before = bytesOf(request);
    request.response = answer.response;
    if (answer.lost_answer) request.lost_answer = answer.lost_answer;
    if (request.seq >= (this.#log.first()?.seq ?? 0)) this.#memory.add(bytesOf(request) - before);
  }

  values(): IterableIterator<LoggedRequest> {
    return this.#log.values();
  }

  toJSON(): { readonly count: number; readonly requests: readonly LoggedRequest[] } {
    return { count: this.#count, requests: [...this.#log.values()] };
  }

  load({ count, requests }: { readonly count: number; readonly requests: readonly LoggedRequest[] }): void {
    this.#count = count;
    this.#log.load(requests);
    for (const request of requests) this.#memory.add(bytesOf(request));
  }
}
