import type { VendorFacts } from '../../contracts/control/recording.js';
import type { Contract, LifecycleContract } from '../../contracts/contract.js';
import type { VendorProfile } from '../../contracts/vendor.js';

/** What of a vendor, in the version of a workspace, somebody needs to know who reads a timeline. */
export function factsOf({ name, title, agent }: VendorProfile, contract: Contract): VendorFacts {
  const { lifecycle, signature, operations, webhooks } = contract;
  return {
    name,
    title,
    agent,
    states: lifecycle.states.map((state) => ({ name: state, final: isFinal(lifecycle, state) })),
    signature: { header: signature.header, summary: signature.summary },
    operations: operations.map(({ id, method, path, summary }) => ({ id, method, path, summary })),
    webhooks: webhooks.map(({ type, summary }) => ({ type, summary })),
  };
}

/** Nothing leads on from it to another state. */
const isFinal = ({ events }: LifecycleContract, state: string): boolean =>
  Object.values(events).every(({ from, to }) => !from.includes(state) || to === state);
