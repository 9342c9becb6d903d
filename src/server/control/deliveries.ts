import { formatInstant } from '../../clock/instant.js';
import type { Delivery } from '../engine/outbox.js';
import type { World } from '../engine/world.js';
import type { Provider } from '../providers/provider.js';
import { subjectId, type Reference } from './subjects.js';

export interface DeliveryFilter {
  readonly provider?: string;
  readonly type?: string;
  readonly subject?: Reference;
  readonly state?: string;
  readonly sub_type?: string;
  readonly status?: string;
  readonly url?: string;
}

/** A test of deliveries; all that the filter names must be equal. */
export function deliveryMatcher(
  providers: readonly Provider[],
  world: World,
  filter: DeliveryFilter,
): (delivery: Delivery) => boolean {
  const { subject, ...rest } = filter;
  const wanted = Object.entries(rest);
  return (delivery) =>
    wanted.every(([name, value]) => delivery[name as keyof typeof rest] === value) &&
    (subject === undefined || delivery.subject === subjectId(providers, world, subject));
}

/** A delivery as the control plane shows it. */
export function renderDelivery(delivery: Delivery): Record<string, unknown> {
  // The payload is the webhookFormat's own note; what was sent stands in the attempts.
  const { payload: _payload, created_at, attempts, ...shown } = delivery;
  return {
    ...shown,
    created_at: formatInstant(created_at),
    attempts: attempts.map(({ at, ...attempt }) => ({ ...attempt, at: formatInstant(at) })),
  };
}
