import { monotonic } from '../../clock/real-time.js';
import type { Terms } from '../../contracts/control/terms.js';
import { readUrl } from '../../read-url.js';
import type { Transport } from '../engine/deliveries/attempt.js';
import { withCarrier, type Carrier } from '../engine/deliveries/transport.js';

const MINUTE_MS = 60_000;

/**
 * Sends to the hosts that a workspace was allowed, so often as it may: what is over stays here, and counts as delivered. All
 * else goes to its listener.
 */
export function onTerms(base: Transport, listener: Carrier, terms: Terms | undefined): Transport {
  const carried = withCarrier(listener);
  const allowed: readonly string[] = terms?.allow_hosts ?? [];
  const most = terms?.limits.deliveries ?? 0;
  let [begun, sent] = [monotonic(), 0];
  return {
    destinationOf(target) {
      const destination = carried.destinationOf(target);
      const url = readUrl(target);
      return destination.kind === 'relayed' && url && allowed.includes(url.hostname)
        ? { kind: 'network', url }
        : destination;
    },
    send(destination, message, patience) {
      if (destination.kind !== 'network') return carried.send(destination, message, patience);
      const now = monotonic();
      if (now - begun >= MINUTE_MS) [begun, sent] = [now, 0];
      if (sent++ < most) return base.send(destination, message, patience);
      const error = `${most} messages of this workspace have left within a minute of real time, and that is its limit "deliveries": wait a minute, or make the workspace with a higher one`;
      return Promise.resolve({ outcome: 'captured', error });
    },
  };
}
