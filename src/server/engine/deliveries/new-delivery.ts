import type { Micros } from '../../../clock/instant.js';
import type { Delivery } from './outbox.js';

export type NewDelivery = Pick<Delivery, 'provider' | 'type' | 'subject' | 'url' | 'payload'> & {
  readonly state?: string | undefined;
  readonly sub_type?: string | null | undefined;
};

/** The webhook of this number, before its first attempt. */
export function makeDelivery(number: number, at: Micros, made: NewDelivery): Delivery {
  const { provider, type, subject, url, payload, state, sub_type } = made;
  return {
    id: `dlv_${number}`,
    seq: number,
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
