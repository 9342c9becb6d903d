import { formatInstant } from '../clock/instant.js';
import type { Delivery } from '../contracts/control/deliveries.js';
import type { LoggedRequest } from '../contracts/control/requests.js';
import { redactorFor } from '../contracts/redact.js';
import { usesLeft, type FaultRule } from './engine/faults.js';
import type * as outbox from './engine/deliveries/outbox.js';
import type * as requests from './engine/past/requests.js';
import { contractIn } from './engine/vendor.js';
import type { World } from './engine/world.js';
import type { Vendor } from './providers/provider.js';

/** What a world remembers, as it leaves greenroom. */

/** Each as it is shown. */
export function* shown<T, S>(items: Iterable<T>, show: (item: T) => S): Generator<S> {
  for (const item of items) yield show(item);
}

/** With the version that the world has of the vendor now. */
export function renderRequest(world: World, vendors: readonly Vendor[]) {
  const versions = new Map(vendors.map(({ name }) => [name, contractIn(world, name).version]));
  return ({ at, ...request }: requests.LoggedRequest): LoggedRequest => ({
    ...request,
    version: versions.get(request.provider)!,
    at: formatInstant(at),
  });
}

/** Without the vendor's own data for its body: attempts hold the texts. */
export function renderDelivery({ payload: _payload, created_at, attempts, ...shown }: outbox.Delivery): Delivery {
  return {
    ...shown,
    url: redactorFor().url(shown.url),
    created_at: formatInstant(created_at),
    attempts: attempts.map(({ at, ...attempt }) => ({ ...attempt, at: formatInstant(at) })),
  };
}

/** `left` is null where nothing limits it. */
export function renderFault(rule: FaultRule): FaultRule & { readonly left: number | null } {
  const left = usesLeft(rule);
  return { ...rule, left: Number.isFinite(left) ? left : null };
}
