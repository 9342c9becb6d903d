import { ByteRing } from '../past/byte-ring.js';
import { makeDelivery, type NewDelivery } from './new-delivery.js';
import type { Memory } from '../past/memory.js';
import { Newest, Recent } from '../past/newest.js';
import { bytesOf, isOver, packDelivery, unpackDelivery } from './packed-delivery.js';
import type { Micros } from '../../../clock/instant.js';
import type * as control from '../../../contracts/control/deliveries.js';
import { Lasting } from '../../../json-pieces.js';
import { knownUrl } from '../../../read-url.js';

type Outcome = NonNullable<control.DeliveryAttempt['outcome']>;

/** One attempt to deliver a webhook. */
export interface Attempt extends Omit<control.DeliveryAttempt, 'seq' | 'at' | 'request'> {
  readonly seq: number;
  readonly at: Micros;
  readonly request: Readonly<control.DeliveryAttempt['request']>;
  /** The faults that had a hand in it. */
  fault?: string;
  /** What the receiver did answer, where a fault has thrown it away. */
  lost_answer?: LostAnswer;
}

/** An answer that never got to the one who asked. */
export interface LostAnswer {
  readonly outcome: Outcome;
  readonly status?: number;
  readonly response?: string;
  readonly error?: string;
}

/** What a webhook waits for before it is sent, and which fault made it wait. */
export interface Hold {
  readonly fault: string;
  readonly type: string;
  readonly state?: string;
}

/** A webhook for one receiver, with all attempts to deliver it. */
export interface Delivery extends Readonly<Omit<control.Delivery, 'created_at' | 'status' | 'attempts'>> {
  readonly created_at: Micros;
  status: control.Delivery['status'];
  readonly attempts: Attempt[];
  /** The faults that had a hand in it. */
  fault?: string;
  /** The webhook that this is a copy of: same key, same data. */
  readonly duplicate_of?: string;
  held?: Hold;
  /** What the vendor's webhookFormat makes the body of, at each attempt. */
  readonly payload: string;
}

/** An outbox as plain data. */
export interface OutboxSnapshot {
  readonly count: number;
  readonly deliveries: Iterable<Delivery>;
  readonly receivers: readonly string[];
}

/** The next to go, with the line at which it came. */
interface Oldest {
  readonly id: string;
  readonly seq: number;
}

/** The webhooks of one world: all that wait, and the newest of those that are done. Those that are over are bytes. */
export class Outbox {
  readonly #limit: number;
  readonly #memory: Memory;
  readonly #bytes = new ByteRing();
  /** A number stands for a record of bytes. */
  readonly #deliveries = new Map<string, Delivery | number>();
  readonly #recent = new Recent<string>((id) => this.#seal(id));
  /** The ids in the order in which they go, and of those that had to wait when it was their turn. */
  readonly #turns = new Newest<string>();
  readonly #passed = new Set<string>();
  #oldest: Oldest | undefined;
  #count = 0;
  /** The origins with a port, in the order of their first delivery. */
  #receivers: string[] = [];
  /** What there was a webhook about. */
  readonly #subjects = new Set<string>();
  /** The ids of the webhooks that wait for another. */
  readonly held = new Set<string>();
  readonly #listeners = new Set<(delivery: Delivery) => void>();

  constructor(limit: number, memory: Memory) {
    this.#limit = limit;
    this.#memory = memory;
    memory.share({ oldest: () => this.#findOldest()?.seq, dropOldest: () => this.#dropOldest() });
  }

  /** How many webhooks were let go. */
  get dropped(): number {
    return Math.max(0, this.#count - this.#deliveries.size);
  }

  get count(): number {
    return this.#count;
  }

  add(at: Micros, delivery: NewDelivery): Delivery {
    return this.#add(makeDelivery(++this.#count, at, delivery));
  }

  /** The same webhook once more, as a queue that delivers at least once would. */
  copy(at: Micros, original: Delivery): Delivery {
    return this.#add({ ...makeDelivery(++this.#count, at, original), duplicate_of: original.id });
  }

  /** To read: one that is over is a copy. */
  get(id: string): Delivery | undefined {
    const slot = this.#deliveries.get(id);
    return slot === undefined ? undefined : this.#read(slot);
  }

  /** To write on. */
  reopen(id: string): Delivery | undefined {
    const slot = this.#deliveries.get(id);
    if (typeof slot !== 'number') return slot;
    const delivery = this.#read(slot);
    this.#deliveries.set(id, delivery);
    this.#memory.add(bytesOf(delivery) - this.#let(slot));
    this.#recent.add(id);
    return delivery;
  }

  *values(): IterableIterator<Delivery> {
    for (const slot of this.#deliveries.values()) yield this.#read(slot);
  }

  /** The same as they are now, whatever becomes of them. */
  lasting(): Lasting<Delivery> {
    const read = this.#bytes.lend();
    const taken = Array.from(this.#deliveries.values(), (slot) =>
      typeof slot === 'number' ? slot : { ...slot, attempts: slot.attempts.map((attempt) => ({ ...attempt })) },
    );
    return new Lasting(() => taken.values()).map((slot) =>
      typeof slot === 'number' ? unpackDelivery(read(slot).text) : slot,
    );
  }

  /** True if there is, or was, a webhook about this subject. */
  hasToldOf(subject: string): boolean {
    return this.#subjects.has(subject);
  }

  /** The ids of the deliveries after the given number. */
  idsAfter(count: number): string[] {
    return Array.from({ length: this.#count - count }, (_, i) => `dlv_${count + i + 1}`);
  }

  /** A number for a receiver with a port, which stays from run to run when the port does not. */
  receiverNumber(url: string): number | undefined {
    const { origin, port } = knownUrl(url) ?? { origin: '', port: '' };
    if (port === '') return undefined;
    if (!this.#receivers.includes(origin)) this.#receivers.push(origin);
    return this.#receivers.indexOf(origin) + 1;
  }

  /** Adds an attempt, or what came of it. */
  change(delivery: Delivery, change: () => void): void {
    const before = bytesOf(delivery);
    change();
    if (this.#deliveries.get(delivery.id) === delivery) this.#memory.add(bytesOf(delivery) - before);
  }

  hold(delivery: Delivery, hold: Hold): void {
    delivery.held = hold;
    this.held.add(delivery.id);
  }

  release(delivery: Delivery): void {
    delete delivery.held;
    this.held.delete(delivery.id);
  }

  heldDeliveries(): Delivery[] {
    return [...this.held].flatMap((id) => this.get(id) ?? []);
  }

  /** A delivery was answered 2xx, or captured. */
  arrived(delivery: Delivery, status: 'delivered' | 'captured'): void {
    delivery.status = status;
    for (const listener of this.#listeners) listener(delivery);
  }

  /** Calls back for each delivery that arrives, until the returned function is called. */
  onArrival(listener: (delivery: Delivery) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  toJSON(): OutboxSnapshot {
    return {
      count: this.#count,
      deliveries: this.lasting(),
      receivers: this.#receivers,
    };
  }

  load({ count, deliveries, receivers }: OutboxSnapshot): void {
    this.#count = count;
    this.#receivers = [...receivers];
    for (const delivery of deliveries) {
      this.#keep(delivery);
      if (delivery.held) this.held.add(delivery.id);
      this.#memory.add(bytesOf(delivery));
      if (!this.#seal(delivery.id)) this.#recent.add(delivery.id);
    }
  }

  /** Becomes a copy. */
  copyFrom(other: Outbox): void {
    this.#bytes.copyFrom(other.#bytes);
    for (const [id, slot] of other.#deliveries) this.#deliveries.set(id, structuredClone(slot));
    this.#recent.copyFrom(other.#recent);
    this.#turns.copyFrom(other.#turns);
    for (const id of other.#passed) this.#passed.add(id);
    for (const id of other.held) this.held.add(id);
    [this.#count, this.#receivers] = [other.#count, [...other.#receivers]];
  }

  #add(added: Delivery): Delivery {
    this.#keep(added);
    if (this.#deliveries.size > this.#limit) this.#memory.add(-this.#dropOldest());
    this.#memory.add(bytesOf(added));
    this.#recent.add(added.id);
    return added;
  }

  #keep(delivery: Delivery): void {
    this.#deliveries.set(delivery.id, delivery);
    this.#turns.push(delivery.id);
    if (delivery.subject !== null) this.#subjects.add(delivery.subject);
  }

  #read(slot: Delivery | number): Delivery {
    return typeof slot === 'number' ? unpackDelivery(this.#bytes.read(slot).text) : slot;
  }

  /** True unless it has to be asked again. */
  #seal(id: string): boolean {
    const delivery = this.#deliveries.get(id);
    if (delivery === undefined || typeof delivery === 'number') return true;
    if (!isOver(delivery)) return false;
    const before = this.#bytes.used;
    this.#deliveries.set(id, this.#bytes.keep(packDelivery(delivery)));
    this.#memory.add(this.#bytes.used - before - bytesOf(delivery));
    return true;
  }

  /** Lets a record go, and tells how many bytes it had. */
  #let(slot: number): number {
    const before = this.#bytes.used;
    this.#bytes.drop(slot);
    return before - this.#bytes.used;
  }

  /** What waits is not let go. One that was never tried goes at once. */
  #findOldest(): Oldest | undefined {
    if (this.#oldest && this.#isDone(this.#oldest.id)) return this.#oldest;
    const id = this.#nextId();
    return (this.#oldest = id === undefined ? undefined : { id, seq: this.get(id)!.attempts[0]?.seq ?? 0 });
  }

  #nextId(): string | undefined {
    for (const id of this.#passed) if (this.#isDone(id)) return id;
    for (let id = this.#turns.first(); id !== undefined; id = this.#turns.first()) {
      if (this.#isDone(id)) return id;
      this.#turns.shift();
      if (this.#deliveries.has(id)) this.#passed.add(id);
    }
    return undefined;
  }

  #isDone(id: string): boolean {
    const slot = this.#deliveries.get(id);
    return typeof slot === 'number' || (slot !== undefined && slot.status !== 'pending');
  }

  #dropOldest(): number {
    const oldest = this.#findOldest();
    if (!oldest) return 0;
    const slot = this.#deliveries.get(oldest.id)!;
    this.#deliveries.delete(oldest.id);
    this.#passed.delete(oldest.id);
    this.#oldest = undefined;
    return typeof slot === 'number' ? this.#let(slot) : bytesOf(slot);
  }
}
