import type { Micros } from '../../clock/instant.js';
import type { ProviderName } from '../../contracts/contract.js';

export type DeliveryStatus = 'pending' | 'delivered' | 'failed' | 'captured' | 'dropped';
export type Outcome = 'answered' | 'captured' | 'refused' | 'timeout' | 'dropped';

/** One attempt to deliver a webhook. */
export interface Attempt {
  /** The number of its line in the timeline. */
  readonly seq: number;
  readonly at: Micros;
  readonly request: { readonly headers: Readonly<Record<string, string>>; readonly body: string };
  outcome: Outcome | null;
  status?: number;
  response?: string;
  error?: string;
  duration_ms?: number;
}

/** A webhook for one receiver, with all attempts to deliver it. */
export interface Delivery {
  readonly id: string;
  readonly seq: number;
  readonly provider: ProviderName;
  readonly type: string;
  readonly subject: string;
  readonly state?: string;
  readonly sub_type?: string;
  readonly url: string;
  readonly created_at: Micros;
  status: DeliveryStatus;
  readonly attempts: Attempt[];
  /** What the vendor's dialect makes the body of, at each attempt. */
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
  readonly scripts: readonly { readonly url: string; readonly answers: readonly ScriptedAnswer[] }[];
}

/** A scripted answer of a receiver: a status, or a connection that is closed without one. */
export type ScriptedAnswer = number | 'drop';

/** The webhooks of one world: all that wait, and the newest of those that are done. */
export class Outbox {
  readonly #limit: number;
  #deliveries = new Map<string, Delivery>();
  #count = 0;
  /** What receivers answer next, by URL. */
  #scripts = new Map<string, ScriptedAnswer[]>();
  readonly #listeners = new Set<(delivery: Delivery) => void>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get count(): number {
    return this.#count;
  }

  add(at: Micros, { state, sub_type, ...delivery }: NewDelivery): Delivery {
    const added: Delivery = {
      id: `dlv_${++this.#count}`,
      seq: this.#count,
      ...delivery,
      ...(state === undefined ? {} : { state }),
      ...(sub_type == null ? {} : { sub_type }),
      created_at: at,
      status: 'pending',
      attempts: [],
    };
    this.#deliveries.set(added.id, added);
    if (this.#deliveries.size > this.#limit) this.#dropOldest();
    return added;
  }

  get(id: string): Delivery | undefined {
    return this.#deliveries.get(id);
  }

  values(): IterableIterator<Delivery> {
    return this.#deliveries.values();
  }

  /** The ids of the deliveries that were made after so many. */
  idsAfter(count: number): string[] {
    return Array.from({ length: this.#count - count }, (_, i) => `dlv_${count + i + 1}`);
  }

  /** The next attempts on this URL get these answers; then the receiver decides again. A second script replaces the rest. */
  script(url: string, answers: readonly ScriptedAnswer[]): void {
    this.#scripts.set(url, [...answers]);
  }

  /** Takes the next scripted answer of a URL; `undefined` if there is none. */
  takeScripted(url: string): ScriptedAnswer | undefined {
    return this.#scripts.get(url)?.shift();
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
      scripts: [...this.#scripts].map(([url, answers]) => ({ url, answers })),
    };
  }

  load({ count, deliveries, scripts }: OutboxSnapshot): void {
    this.#count = count;
    this.#scripts = new Map(scripts.map(({ url, answers }) => [url, [...answers]]));
    this.#deliveries = new Map(deliveries.map((delivery) => [delivery.id, delivery]));
  }

  #dropOldest(): void {
    for (const [id, delivery] of this.#deliveries) {
      if (delivery.status === 'pending') continue;
      this.#deliveries.delete(id);
      return;
    }
  }
}
