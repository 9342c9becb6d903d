import type { Channel } from './channel.js';
import type { Duration, OperationId, VendorName, WebhookMatch, WebhookType } from './words.js';

interface FaultCommon {
  /** How often it strikes at the most; always if nothing is said. */
  readonly times?: number;
  /** How many matches are let pass first. */
  readonly after?: number;
}

/** What may go wrong with a call of a client. */
export interface RequestFault extends FaultCommon {
  readonly on: 'request';
  readonly match?: {
    readonly provider?: VendorName;
    readonly operation?: OperationId;
    readonly method?: string;
    readonly path?: string;
  };
  readonly do:
    /** With `handled`, the call does its work before its answer is thrown away for this one. */
    | {
        readonly status: number;
        readonly headers?: Readonly<Record<string, string>>;
        readonly body?: unknown;
        readonly handled?: boolean;
      }
    /** Real time. */
    | { readonly delay: Duration }
    | { readonly reset: true; readonly handled?: boolean }
    /** So many bytes of the answer are sent. */
    | { readonly truncate: number }
    | { readonly rate_limit: { readonly retry_after: number | string } };
}

/** What may go wrong with a webhook. */
export interface DeliveryFault extends FaultCommon {
  readonly on: 'delivery';
  readonly match?: Omit<WebhookMatch<WebhookType>, 'sub_type'>;
  readonly do:
    /** So many copies beside the original. */
    | { readonly duplicate: number }
    /** Virtual time. */
    | { readonly delay: Duration }
    /** Sent after that one: out of order. */
    | { readonly hold_until: { readonly type: WebhookType; readonly state?: string } }
    | { readonly drop: true }
    | { readonly signature: 'wrong' | 'missing' | 'old_secret' }
    | { readonly corrupt: 'truncate' | 'invalid_json' | 'extra_field' | 'whitespace' }
    /** With `send`, the webhook is sent and handled, and the receiver's answer thrown away for the scripted one. */
    | { readonly answers: readonly (number | 'drop' | 'timeout')[]; readonly send?: boolean }
    /** Sent before the answer of the call that caused it. */
    | { readonly early: true };
}

export type Fault = RequestFault | DeliveryFault;

/** A rule that stands; `left` is how often it can still strike, `null` for ever. */
export type FaultRule = Fault & { readonly id: string; readonly left: number | null };

/** Everything that can go wrong on the way. */
export interface RoomFaults {
  /** @example await room.faults.add({ on: 'delivery', match: { state: 'ended' }, do: { duplicate: 1 } }); */
  readonly add: (fault: Fault) => Promise<FaultRule>;
  readonly list: () => Promise<{ readonly faults: readonly FaultRule[] }>;
  /** Removes one, or all. */
  readonly remove: (id?: string) => Promise<void>;
}

export const faultsOf = (channel: Channel): RoomFaults => ({
  add: (fault) => channel.post('/faults', fault),
  list: () => channel.get('/faults'),
  remove: (id) => channel.delete(id === undefined ? '/faults' : `/faults/${id}`),
});
