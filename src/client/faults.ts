import { isObject } from '../contracts/json/object.js';
import { pathOf } from './path.js';
import type * as control from '../contracts/control/faults.js';
import type { Channel } from './channel.js';
import type { Narrowed, OneOf } from './narrowed.js';
import type { Naming, SubjectLike } from './subject.js';
import type { OperationId, VendorName, WebhookType } from './vendors.js';

type Effects = typeof control.EFFECTS;
/** One of the effects, with what may stand beside it. */
type OneEffect<On extends keyof Effects, All, Known = unknown> = OneOf<
  {
    [Effect in keyof Effects[On] & keyof All]: Narrowed<
      Required<Pick<All, Effect>> &
        Pick<All, keyof All & (Effects[On][Effect] extends readonly (infer Beside)[] ? Beside : never)>,
      Known
    >;
  }[keyof Effects[On] & keyof All]
>;

type RequestMatch = NonNullable<control.RequestFault['match']>;
type DeliveryMatch = NonNullable<control.DeliveryFault['match']>;
type HoldUntil = NonNullable<control.DeliveryFault['do']['hold_until']>;

/** A fault of calls. */
export type RequestFault = Narrowed<
  control.RequestFault,
  {
    match: Narrowed<RequestMatch, { provider: VendorName; operation: OperationId }>;
    do: OneEffect<'request', control.RequestFault['do']>;
  }
>;

/** A fault of webhooks. */
export type DeliveryFault = Narrowed<
  control.DeliveryFault,
  {
    match: Narrowed<DeliveryMatch, { provider: VendorName; type: WebhookType; subject: SubjectLike }>;
    do: OneEffect<'delivery', control.DeliveryFault['do'], { hold_until: Narrowed<HoldUntil, { type: WebhookType }> }>;
  }
>;

export type Fault = RequestFault | DeliveryFault;

/** A rule that stands; `left` is how often it can still strike, `null` for ever. */
export type FaultRule = Fault & Narrowed<Pick<control.FaultRule, 'id' | 'left'>>;

/** A rule as it was made; `note` says that it strikes only calls that the vendor refuses. */
export type MadeFault = FaultRule & { readonly note?: string };

/** Everything that can go wrong on the way. */
export interface RoomFaults {
  /** @example await room.faults.add({ on: 'delivery', match: { state: 'ended' }, do: { duplicate: 1 } }); */
  readonly add: (fault: Fault) => Promise<MadeFault>;
  readonly list: () => Promise<{ readonly faults: readonly FaultRule[] }>;
  /** Removes one, by its id or as `add` gave it, or all if none is said. Throws USAGE for what is no rule, `undefined` too. */
  readonly remove: (...rule: readonly [] | readonly [rule: string | { readonly id: string }]) => Promise<void>;
}

export const faultsOf = (channel: Channel, naming: Naming): RoomFaults => ({
  add: async (fault) => channel.post('/faults', naming(fault)),
  list: () => channel.get('/faults'),
  remove: async (...rule) => channel.delete(rule.length === 0 ? '/faults' : pathOf`/faults/${idOf(rule[0])}`),
});

const idOf = (rule: string | { readonly id: string }): string => (isObject(rule) ? rule.id : rule);
