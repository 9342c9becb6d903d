import type { Memory } from './memory.js';
import type { Micros } from '../../clock/instant.js';
import type * as control from '../../contracts/control/deliveries.js';

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

export type NewDelivery = Pick<Delivery, 'provider' | 'type' | 'subject' | 'url' | 'payload'> & {
  readonly state?: string | undefined;
  readonly sub_type?: string | null | undefined;
};

/** An outbox as plain data. */
export interface OutboxSnapshot {
  readonly count: number;
  readonly deliveries: readonly Delivery[];
  readonly receivers: readonly string[];
}

/** Each with its headers. */
const DELIVERY_BYTES = 600;
const ATTEMPT_BYTES = 600;

const attemptBytes = ({ request, response = '', error = '' }: Attempt): number =>
  ATTEMPT_BYTES + request.body.length + response.length + error.length;
const bytesOf = ({ payload, url, attempts }: Delivery): number =>
  attempts.reduce((sum, attempt) => sum + attemptBytes(attempt), DELIVERY_BYTES + payload.length + url.length);

/** The webhooks of one world: all that wait, and the newest of those that are done. */
export class Outbox {
  readonly #limit: number;
  readonly #memory: Memory;
  #deliveries = new Map<string, Delivery>();
  #count = 0;
  /** The origins with a port, in the order of their first delivery. */
  #receivers: string[] = [];
  /** The ids of the webhooks that wait for another. */
  readonly held = new Set<string>();
  readonly #listeners = new Set<(delivery: Delivery) => void>();

  constructor(limit: number, memory: Memory) {
    this.#limit = limit;
    this.#memory = memory;
    memory.share({ oldest: () => this.#oldest()?.attempts[0]?.seq, dropOldest: () => this.#dropOldest() });
  }

  /** How many webhooks were let go. */
  get dropped(): number {
    return Math.max(0, this.#count - this.#deliveries.size);
  }

  get count(): number {
    return this.#count;
  }

  add(at: Micros, delivery: NewDelivery): Delivery {
    return this.#add(this.#made(at, delivery));
  }

  /** The same webhook once more, as a queue that delivers at least once would. */
  copy(at: Micros, original: Delivery): Delivery {
    return this.#add({ ...this.#made(at, original), duplicate_of: original.id });
  }

  get(id: string): Delivery | undefined {
    return this.#deliveries.get(id);
  }

  values(): IterableIterator<Delivery> {
    return this.#deliveries.values();
  }

  /** The ids of the deliveries after the given number. */
  idsAfter(count: number): string[] {
    return Array.from({ length: this.#count - count }, (_, i) => `dlv_${count + i + 1}`);
  }

  /** A number for a receiver with a port, which stays from run to run when the port does not. */
  receiverNumber(url: string): number | undefined {
    const { origin, port } = URL.canParse(url) ? new URL(url) : { origin: '', port: '' };
    if (port === '') return undefined;
    if (!this.#receivers.includes(origin)) this.#receivers.push(origin);
    return this.#receivers.indexOf(origin) + 1;
  }

  /** Adds an attempt, or what came of it. */
  change(delivery: Delivery, change: () => void): void {
    const before = bytesOf(delivery);
    change();
    if (this.#deliveries.has(delivery.id)) this.#memory.add(bytesOf(delivery) - before);
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
      deliveries: [...this.#deliveries.values()],
      receivers: this.#receivers,
    };
  }

  load({ count, deliveries, receivers }: OutboxSnapshot): void {
    this.#count = count;
    this.#receivers = [...receivers];
    this.#deliveries = new Map(deliveries.map((delivery) => [delivery.id, delivery]));
    for (const delivery of deliveries) this.#memory.add(bytesOf(delivery));
    this.held.clear();
    for (const { id, held } of deliveries) if (held) this.held.add(id);
  }

  #made(at: Micros, { provider, type, subject, url, payload, state, sub_type }: NewDelivery): Delivery {
    return {
      id: `dlv_${++this.#count}`,
      seq: this.#count,
      provider,
      type,
      subject,
      url,
      payload,
      ...(state === undefined ? {} : { state }),
      ...(sub_type == null ? {} : { sub_type }),
      created_at: at,
      status: 'pending',
      attempts: [],
    };
  }

  #add(added: Delivery): Delivery {
    this.#deliveries.set(added.id, added);
    if (this.#deliveries.size > this.#limit) this.#memory.add(-this.#dropOldest());
    this.#memory.add(bytesOf(added));
    return added;
  }

  /** What waits is not let go. */
  #oldest(): Delivery | undefined {
    for (const delivery of this.#deliveries.values()) if (delivery.status !== 'pending') return delivery;
    return undefined;
  }

  #dropOldest(): number {
    const oldest = this.#oldest();
    if (!oldest) return 0;
    this.#deliveries.delete(oldest.id);
    return bytesOf(oldest);
  }
}
