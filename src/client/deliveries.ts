import type { AttendeeWebhookBodies, WebhookBodies, WebhookType } from '../contracts/webhooks.js';
import { GreenroomError } from '../errors.js';
import type { Channel } from './channel.js';
import type { Instant, PageOptions, WebhookMatch } from './words.js';

export type DeliveryStatus = 'pending' | 'delivered' | 'failed' | 'captured' | 'dropped';

/** One attempt to deliver a webhook. */
export interface DeliveryAttempt {
  /** The number of its line in the timeline. */
  readonly seq: number;
  readonly at: Instant;
  /** What was sent, signature included; `body` is the exact text. */
  readonly request: { readonly headers: Readonly<Record<string, string>>; readonly body: string };
  /** `null` while it is on its way. */
  readonly outcome: 'answered' | 'captured' | 'refused' | 'timeout' | 'dropped' | null;
  readonly status?: number;
  readonly response?: string;
  readonly error?: string;
  /** Real milliseconds. */
  readonly duration_ms?: number;
}

interface DeliveryOf<T extends WebhookType> {
  readonly id: string;
  readonly seq: number;
  readonly provider: T extends keyof AttendeeWebhookBodies ? 'attendee' : 'cronofy';
  readonly type: T;
  readonly subject: string;
  /** What the webhook tells. */
  readonly state?: string;
  readonly sub_type?: string;
  readonly url: string;
  readonly created_at: Instant;
  readonly status: DeliveryStatus;
  readonly attempts: readonly DeliveryAttempt[];
  /**
   * What the newest attempt told, parsed: its type follows from `type`. Not enumerable, so that the delivery equals
   * what HTTP shows. Throws NOT_FOUND before the first attempt.
   */
  readonly body: WebhookBodies[T];
}

/** A webhook for one receiver, with all attempts to deliver it. `type` says what shape `body` has. */
export type Delivery<T extends WebhookType = WebhookType> = { readonly [K in T]: DeliveryOf<K> }[T];

export interface DeliveryMatch<T extends WebhookType = WebhookType> extends WebhookMatch<T> {
  readonly status?: DeliveryStatus;
}

export interface DeliveryWait<T extends WebhookType = WebhookType> {
  readonly match: DeliveryMatch<T>;
  /** How many must have arrived; 1 if nothing is said. */
  readonly count?: number;
  /** Real milliseconds; 2000 if nothing is said. */
  readonly timeout_ms?: number;
}

export interface Deliveries<T extends WebhookType = WebhookType> {
  readonly deliveries: readonly Delivery<T>[];
  /** The world has not come to rest within 5 s. */
  readonly settled?: false;
}

/** The webhooks of a workspace. */
export interface RoomDeliveries {
  /** @example const { deliveries } = await room.deliveries.list({ type: 'bot.state_change', subject: bot.id }); */
  readonly list: <T extends WebhookType = WebhookType>(
    match?: DeliveryMatch<T> & PageOptions,
  ) => Promise<Deliveries<T>>;
  /**
   * Waits, in real time, until webhooks have arrived. Throws TIMEOUT with what did arrive and what is pending.
   *
   * @example await room.deliveries.wait({ match: { type: 'bot.state_change', state: 'ended' } });
   */
  readonly wait: <T extends WebhookType = WebhookType>(what: DeliveryWait<T>) => Promise<Deliveries<T>>;
  /** Sends a webhook once more, with the same idempotency key. */
  readonly redeliver: (id: string) => Promise<Delivery>;
}

export const deliveriesOf = (channel: Channel): RoomDeliveries => ({
  list: async (match = {}) => withBodies(await channel.get('/deliveries', { ...match })),
  wait: async (what) => withBodies(await channel.post('/deliveries/wait', what)),
  redeliver: async (id) => withBody(await channel.post<Delivery>(`/deliveries/${id}/redeliver`)),
});

function withBodies<T extends WebhookType>(found: Deliveries<T>): Deliveries<T> {
  for (const delivery of found.deliveries) withBody(delivery);
  return found;
}

function withBody<D extends AnyDelivery>(delivery: D): D {
  return Object.defineProperty(delivery, 'body', { enumerable: false, get: () => bodyOf(delivery) });
}

type AnyDelivery = Pick<Delivery, 'id' | 'attempts'>;

function bodyOf({ id, attempts }: AnyDelivery): unknown {
  const text = attempts.at(-1)?.request.body;
  if (text === undefined) {
    throw new GreenroomError('NOT_FOUND', `Failed to read the body of ${id}: there was no attempt to deliver it yet.`);
  }
  return JSON.parse(text);
}
