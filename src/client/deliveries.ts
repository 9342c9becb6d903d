import { pathOf } from './path.js';
import type * as control from '../contracts/control/deliveries.js';
import { GreenroomError } from '../errors.js';
import type { Channel } from './channel.js';
import type { Narrowed } from './narrowed.js';
import type { Naming, SubjectLike } from './subject.js';
import type { BodyOf, SenderOf, VendorName, WebhookType } from './vendors.js';
import type { PageOptions } from './words.js';

/** One attempt to deliver a webhook. */
export type DeliveryAttempt = Narrowed<control.DeliveryAttempt>;
export type DeliveryStatus = control.Delivery['status'];

export interface DeliveryOf<T extends WebhookType> extends Narrowed<
  control.Delivery,
  { provider: SenderOf<T>; type: T }
> {
  /**
   * The body of the newest attempt, parsed: its type follows from `type`. Not enumerable, so that the delivery equals
   * what HTTP shows. Throws NOT_FOUND before the first attempt.
   */
  readonly body: BodyOf<T>;
}

/** A webhook for one receiver, with all attempts to deliver it. `type` says what shape `body` has. */
export type Delivery<T extends WebhookType = WebhookType> = { readonly [K in T]: DeliveryOf<K> }[T];

/** What says which webhooks are meant, in the words of the vendors that are known. */
export interface WebhookWords<T> {
  provider: VendorName;
  type: T;
  subject: SubjectLike;
}

/** Which webhooks are meant; all that is said must be so. `state` and `sub_type` are what the webhook reports. */
export type WebhookMatch<T extends string = string> = Narrowed<control.WebhookMatch, WebhookWords<T>>;
export type DeliveryMatch<T extends WebhookType = WebhookType> = Narrowed<control.DeliveryMatch, WebhookWords<T>>;
export type DeliveryWait<T extends WebhookType = WebhookType> = Narrowed<control.WaitBody, { match: DeliveryMatch<T> }>;
export type Arrived<T extends WebhookType = WebhookType> = Narrowed<
  control.Arrived,
  { deliveries: readonly Delivery<T>[] }
>;
/** `settled` is there, and false, if the world has not come to rest within 5 s, or a hold is out. */
export type Deliveries<T extends WebhookType = WebhookType> = Narrowed<
  control.DeliveryList,
  { deliveries: readonly Delivery<T>[] }
>;

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
  readonly wait: <T extends WebhookType = WebhookType>(what: DeliveryWait<T>) => Promise<Arrived<T>>;
  /** Sends a webhook once more, with the same idempotency key. */
  readonly redeliver: (id: string) => Promise<Delivery>;
}

export const deliveriesOf = (channel: Channel, naming: Naming): RoomDeliveries => ({
  list: async (match = {}) => withBodies(await channel.get('/deliveries', naming(match))),
  wait: async (what) => withBodies(await channel.post('/deliveries/wait', naming(what))),
  redeliver: async (id) => withBody(await channel.post<Delivery>(pathOf`/deliveries/${id}/redeliver`)),
});

function withBodies<L extends { readonly deliveries: readonly AnyDelivery[] }>(found: L): L {
  for (const delivery of found.deliveries) withBody(delivery);
  return found;
}

type AnyDelivery = Pick<Delivery, 'id' | 'attempts'>;

function withBody<D extends AnyDelivery>(delivery: D): D {
  return Object.defineProperty(delivery, 'body', { enumerable: false, get: () => bodyOf(delivery) });
}

function bodyOf({ id, attempts }: AnyDelivery): unknown {
  const request = attempts.at(-1)?.request;
  if (request === undefined) {
    throw new GreenroomError('NOT_FOUND', `Failed to read the body of ${id}: there was no attempt to deliver it yet.`);
  }
  if (request.cut) {
    throw new GreenroomError(
      'PAYLOAD_TOO_LARGE',
      `Failed to read the body of ${id}: greenroom keeps the first 64 kB of a body, and this one has ${request.cut.length} bytes. Read it in your receiver.`,
    );
  }
  return JSON.parse(request.body);
}
