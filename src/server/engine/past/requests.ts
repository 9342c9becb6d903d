import type { Violation } from '../../../contracts/contract.js';
import type * as control from '../../../contracts/control/requests.js';
import { Lasting } from '../../../json-pieces.js';
import type { Journal, RequestEntry } from './journal.js';
import type { Memory } from './memory.js';
import { Recent } from './newest.js';
import { packCall, SEQ_WITHIN, seqIn, unpackCall, unpackLine } from './packed-call.js';
import { RecordedPast } from './recorded-past.js';
import type { Micros } from '../../../clock/instant.js';

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
  readonly #journal: Journal;
  readonly #past: RecordedPast<Open>;
  readonly #recent = new Recent<Open>((open) => this.#seal(open));
  #count = 0;

  constructor(limit: number, memory: Memory, journal: Journal) {
    this.#journal = journal;
    this.#past = new RecordedPast(limit, memory, {
      bytesOf: ({ request }) => bytesOf(request),
      seqOf: (slot) => this.#seqOf(slot),
    });
    const { records } = this.#past;
    journal.calls = {
      line: (number) => unpackLine(records.read(number, 2).text),
      lend: () => {
        const read = records.lend();
        return (number) => unpackLine(read(number, 2).text);
      },
    };
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
    return Math.max(0, this.#count - this.#past.slots.size);
  }

  /** The line comes before the call, and goes before it. */
  add(request: LoggedRequest, line: RequestEntry): LoggedRequest {
    const open = { request, line, position: 0 };
    open.position = this.#past.add(open);
    this.#recent.add(open);
    return request;
  }

  /** Gives a call what it was answered. */
  answer(request: LoggedRequest, answer: Pick<LoggedRequest, 'response'> & { readonly lost_answer?: Message }): void {
    const before = bytesOf(request);
    request.response = answer.response;
    if (answer.lost_answer) request.lost_answer = answer.lost_answer;
    if (this.#placeOf(request.id) !== undefined) this.#past.grow(bytesOf(request) - before);
  }

  /** To read. */
  get(id: string): LoggedRequest | undefined {
    const place = this.#placeOf(id);
    return place === undefined ? undefined : this.#read(this.#past.slots.at(place));
  }

  /** Where it is among those that are kept, the oldest at 0. */
  #placeOf(id: string): number | undefined {
    const back = this.#count - Number(/^req_(\d+)$/.exec(id)?.[1] ?? 0);
    const place = this.#past.slots.size - 1 - back;
    return place >= 0 && back >= 0 && id !== 'req_0' ? place : undefined;
  }

  /** Oldest first, from the call after this line of the timeline on. */
  *values(after = 0): IterableIterator<LoggedRequest> {
    for (const slot of this.#past.slots.values(this.#countUpTo(after))) yield this.#read(slot);
  }

  /** The same as they are now, whatever becomes of them. */
  lasting(after = 0): Lasting<LoggedRequest> {
    const { slots, records } = this.#past;
    const read = records.lend();
    const taken = slots
      .slice(this.#countUpTo(after))
      .map((slot) => (typeof slot === 'number' ? slot : { ...slot.request, violations: [...slot.request.violations] }));
    return new Lasting(() => taken.values()).map((slot) => {
      if (typeof slot !== 'number') return slot;
      const { text, shared } = read(slot, 2);
      return unpackCall(text, shared);
    });
  }

  toJSON(): { readonly count: number; readonly requests: Iterable<LoggedRequest> } {
    return { count: this.#count, requests: this.lasting() };
  }

  load({ count, requests }: ReturnType<RequestLog['toJSON']>): void {
    this.#count = count;
    this.#past.load(this.#packed(requests));
  }

  /** Becomes a copy. All calls must be answered: they are shared. */
  copyFrom(other: RequestLog): void {
    this.#count = other.#count;
    this.#past.copyFrom(other.#past);
    this.#recent.copyFrom(other.#recent);
  }

  *#packed(requests: Iterable<LoggedRequest>): IterableIterator<number> {
    for (const request of requests) yield this.#past.records.keep(...packCall(request));
  }

  /** Nothing of a call changes any more once it has its answer, or has lost it. */
  #seal(open: Open): boolean {
    const { request, line, position } = open;
    if (line.status === null && line.lost === undefined) return false;
    const number = this.#past.seal(position, open, ...packCall(request, line));
    if (number !== undefined) this.#journal.toldBy(line, number);
    return true;
  }

  #read(slot: Open | number): LoggedRequest {
    if (typeof slot !== 'number') return slot.request;
    const { text, shared } = this.#past.records.read(slot, 2);
    return unpackCall(text, shared);
  }

  #seqOf(slot: Open | number): number {
    return typeof slot === 'number' ? seqIn(this.#past.records.beginning(slot, SEQ_WITHIN, 2)) : slot.request.seq;
  }

  /** How many calls came no later than this line. */
  #countUpTo(seq: number): number {
    const { slots } = this.#past;
    let [low, high] = [0, seq > 0 ? slots.size : 0];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#seqOf(slots.at(middle)) <= seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
