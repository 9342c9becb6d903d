import { Type, type Static } from '@sinclair/typebox';
import { closed, Count, Cut, Headers, Instant, listing, orNull, Text, wordOf } from './fields.js';
import type { VendorFields } from './vendor-fields.js';

export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed', 'captured', 'dropped'] as const;

/** One attempt to deliver a webhook. */
export const DeliveryAttempt = Type.Object({
  /** The number of its line in the timeline. */
  seq: Count,
  at: Instant,
  /** The message, signature included; `body` is the exact text. */
  request: Type.Object({
    headers: Headers,
    body: Type.String({ description: 'The exact text that was sent' }),
    cut: Cut,
  }),
  /** `null` while it is on its way. */
  outcome: orNull(wordOf(['answered', 'captured', 'refused', 'timeout', 'dropped'])),
  status: Type.Optional(Type.Integer()),
  response: Type.Optional(Text),
  error: Type.Optional(Text),
  /** Real milliseconds. */
  duration_ms: Type.Optional(Type.Number()),
});
export type DeliveryAttempt = Static<typeof DeliveryAttempt>;

export function deliverySchemas({ Provider, SubjectReference }: VendorFields) {
  const Delivery = Type.Object({
    id: Text,
    seq: Count,
    provider: Provider,
    type: Text,
    subject: Text,
    /** The state that the webhook reports. */
    state: Type.Optional(Text),
    sub_type: Type.Optional(Text),
    url: Text,
    created_at: Instant,
    status: wordOf(DELIVERY_STATUSES),
    attempts: Type.Array(DeliveryAttempt),
  });
  /** Which webhooks are meant: all that is said must be equal. */
  const WebhookMatch = Type.Object(
    {
      type: Type.Optional(Type.String()),
      subject: Type.Optional(SubjectReference),
      state: Type.Optional(Type.String()),
      sub_type: Type.Optional(Type.String()),
      /** The receiver's URL, whole. */
      url: Type.Optional(Type.String()),
      provider: Type.Optional(Provider),
    },
    closed,
  );
  const DeliveryMatch = Type.Object(
    { ...WebhookMatch.properties, status: Type.Optional(wordOf(DELIVERY_STATUSES)) },
    closed,
  );
  const WaitBody = Type.Object(
    {
      match: DeliveryMatch,
      /** How many must have arrived; 1 if nothing is said. */
      count: Type.Optional(Type.Integer({ minimum: 1 })),
      /** Real milliseconds; 2000 if nothing is said. */
      timeout_ms: Type.Optional(Type.Number({ minimum: 0, maximum: 600_000 })),
    },
    closed,
  );
  const DeliveryList = Type.Object({ deliveries: Type.Array(Delivery), ...listing });
  const Arrived = Type.Object({ deliveries: Type.Array(Delivery) });
  return { Delivery, DeliveryList, Arrived, WebhookMatch, DeliveryMatch, WaitBody };
}

type Schemas = ReturnType<typeof deliverySchemas>;
/** A webhook for one receiver, with all attempts to deliver it. */
export type Delivery = Static<Schemas['Delivery']>;
export type DeliveryList = Static<Schemas['DeliveryList']>;
/** Those that a wait has waited for. */
export type Arrived = Static<Schemas['Arrived']>;
export type WebhookMatch = Static<Schemas['WebhookMatch']>;
export type DeliveryMatch = Static<Schemas['DeliveryMatch']>;
export type WaitBody = Static<Schemas['WaitBody']>;
