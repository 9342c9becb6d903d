import type { Until } from '../../contracts/control/clock.js';
import type { WebhookMatch } from '../../contracts/control/deliveries.js';
import { GreenroomError } from '../../errors.js';
import type { World } from '../engine/world.js';
import type { Vendor } from '../providers/provider.js';
import { deliveryMatcher } from './deliveries.js';
import { findSubject } from './subjects.js';
import { assertWebhookWords, assertWord, versionedIn, type VersionedVendor } from './words.js';

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
    assertWebhookWords(versionedIn(world, vendors), { what: 'the body', at: '/until/webhook/' }, until.webhook);
    const matches = deliveryMatcher(vendors, world, until.webhook);
    let met = false;
    const end = world.outbox.onArrival((delivery) => (met ||= matches(delivery)));
    return { isMet: () => met, lastState: () => ({ webhook: until.webhook }), end };
  }
  const find = () => findSubject(vendors, world, until.subject);
  const found = find();
  if (!found) {
    throw new GreenroomError(
      'NOT_FOUND',
      `Failed to advance until ${JSON.stringify(until.subject)} is ${until.state}: there is no such agent in this workspace.`,
      { pointer: '/until/subject' },
    );
  }
  const owners = vendors.filter((vendor) => vendor.findSubject(world, until.subject));
  assertReachable(versionedIn(world, owners), found.state, until.state);
  return {
    isMet: () => find()?.state === until.state,
    lastState: () => ({ subject: find()?.id, state: find()?.state ?? 'gone' }),
    end: () => undefined,
  };
}

/** A state that no agent has would be waited for over all of the time that there is. What is no agent has other states. */
function assertReachable(vendors: readonly VersionedVendor[], present: string, wanted: string): void {
  const lives = vendors.map(({ contract }) => contract.lifecycle.states).filter((states) => states.includes(present));
  if (lives.length > 0) assertWord(vendors, { what: 'the body', at: '/until/state' }, wanted, lives.flat());
}
