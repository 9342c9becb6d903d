import type { Violation } from '../../contracts/contract.js';
import type * as control from '../../contracts/control/requests.js';
import { ByteRing } from './byte-ring.js';
import type { Journal, RequestEntry } from './journal.js';
import type { Memory } from './memory.js';
import { Newest, Recent } from './newest.js';
import { packCall, unpackCall, unpackLine } from './packed-call.js';
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

/** A call on which somebody may still write, with its line in the timeline. */
interface Open {
  readonly request: LoggedRequest;
  readonly line: RequestEntry;
  position: number;
}

/** The newest vendor calls of one world. Those that are over are bytes, from which their lines in the timeline are told, too. */
export class RequestLog {
  readonly #limit: number;
  readonly #memory: Memory;
  readonly #journal: Journal;
  readonly #bytes = new ByteRing();
  /** A number stands for a record of bytes. */
  readonly #log = new Newest<Open | number>();
  readonly #recent = new Recent<Open>((open) => this.#seal(open));
  #oldest: number | undefined;
  #count = 0;

  constructor(limit: number, memory: Memory, journal: Journal) {
    this.#limit = limit;
    this.#memory = memory;
    this.#journal = journal;
    journal.lineOfCall = (number) => unpackLine(this.#bytes.read(number, 2).text);
    memory.share({ oldest: () => this.#seqOfOldest(), dropOldest: () => this.#dropOldest() });
  }

  nextNumber(): number {
    return ++this.#count;
  }

  /** How many calls there were. */
  get count(): number {
    return this.#count;
  }

  /** How many calls were let go. */
  get dropped(): number {
    return Math.max(0, this.#count - this.#log.size);
  }

  /** The line comes before the call, and goes before it. */
  add(request: LoggedRequest, line: RequestEntry): LoggedRequest {
    const open = { request, line, position: 0 };
    open.position = this.#log.push(open);
    if (this.#log.size > this.#limit) this.#memory.add(-this.#dropOldest());
    this.#memory.add(bytesOf(request));
    this.#recent.add(open);
    return request;
  }

  /** Gives a call what it was answered. */
  answer(request: LoggedRequest, answer: Pick<LoggedRequest, 'response'> & { readonly lost_answer?: Message }): void {
    const before = bytesOf(request);
    request.response = answer.response;
    if (answer.lost_answer) request.lost_answer = answer.lost_answer;
    if (request.seq >= (this.#seqOfOldest() ?? 0)) this.#memory.add(bytesOf(request) - before);
  }

  /** Oldest first, from the call after this line of the timeline on. */
  *values(after = 0): IterableIterator<LoggedRequest> {
    for (const slot of this.#log.values(this.#countUpTo(after))) yield this.#read(slot);
  }

  toJSON(): { readonly count: number; readonly requests: Iterable<LoggedRequest> } {
    return { count: this.#count, requests: this.values() };
  }

  load({ count, requests }: ReturnType<RequestLog['toJSON']>): void {
    this.#count = count;
    for (const request of requests) this.#log.push(this.#bytes.keep(...packCall(request)));
    this.#memory.add(this.#bytes.used);
  }

  /** Nothing of a call changes any more once it has its answer, or has lost it. */
  #seal(open: Open): boolean {
    const { request, line, position } = open;
    if (line.status === null && line.lost === undefined) return false;
    const before = this.#bytes.used;
    const number = this.#bytes.keep(...packCall(request, line));
    if (!this.#log.replace(position, open, number)) this.#bytes.drop(number);
    else {
      this.#journal.toldBy(line, number);
      this.#memory.add(this.#bytes.used - before - bytesOf(request));
    }
    return true;
  }

  #read(slot: Open | number): LoggedRequest {
    if (typeof slot !== 'number') return slot.request;
    const { text, shared } = this.#bytes.read(slot, 2);
    return unpackCall(text, shared);
  }

  /** How many calls came no later than this line. */
  #countUpTo(seq: number): number {
    let [low, high] = [0, seq > 0 ? this.#log.size : 0];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#read(this.#log.at(middle)).seq <= seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #seqOfOldest(): number | undefined {
    const first = this.#log.first();
    return (this.#oldest ??= first === undefined ? undefined : this.#read(first).seq);
  }

  #dropOldest(): number {
    const oldest = this.#log.shift()!;
    this.#oldest = undefined;
    if (typeof oldest !== 'number') return bytesOf(oldest.request);
    const before = this.#bytes.used;
    this.#bytes.drop(oldest);
    return before - this.#bytes.used;
  }
}
