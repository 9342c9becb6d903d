import type { Until } from '../../contracts/control/clock.js';
import type { WebhookMatch } from '../../contracts/control/deliveries.js';
import { GreenroomError } from '../../errors.js';
import type { World } from '../engine/world.js';
import type { Vendor } from '../providers/provider.js';
import { deliveryMatcher } from './deliveries.js';
import { findSubject } from './subjects.js';

/** The condition of an advance. */
export interface Watch {
  readonly isMet: () => boolean;
  /** The present state, for NOT_REACHED. */
  readonly lastState: () =>
    { readonly webhook?: WebhookMatch } | { readonly subject: string | undefined; readonly state: string };
  readonly end: () => void;
}

/** Watches a world for a condition, until {@link Watch.end}. Throws NOT_FOUND for an agent that is not there. */
export function watch(world: World, vendors: readonly Vendor[], until: Until): Watch {
  if (until === 'idle') return { isMet: () => world.clock.idle, lastState: () => ({}), end: () => undefined };
  if ('webhook' in until) {
    const matches = deliveryMatcher(vendors, world, until.webhook);
    let met = false;
    const end = world.outbox.onArrival((delivery) => (met ||= matches(delivery)));
    return { isMet: () => met, lastState: () => ({ webhook: until.webhook }), end };
  }
  const find = () => findSubject(vendors, world, until.subject);
  if (!find()) {
    throw new GreenroomError(
      'NOT_FOUND',
      `Failed to advance until ${JSON.stringify(until.subject)} is ${until.state}: there is no such agent in this workspace.`,
      { pointer: '/until/subject' },
    );
  }
  return {
    isMet: () => find()?.state === until.state,
    lastState: () => ({ subject: find()?.id, state: find()?.state ?? 'gone' }),
    end: () => undefined,
  };
}
