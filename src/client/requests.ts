import type { Violation } from '../contracts/contract.js';
import type { Channel } from './channel.js';
import type { Instant, OperationId, PageOptions, VendorName, SubjectReference } from './words.js';

/** A call of a client as it came and was answered, whole but for its secrets. Bodies are the exact texts. */
export interface RecordedRequest {
  readonly id: string;
  readonly seq: number;
  readonly at: Instant;
  readonly provider: VendorName;
  /** `null` for a path that is no operation of the vendor. */
  readonly operation: OperationId | null;
  readonly subject: string | null;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly request: { readonly headers: Readonly<Record<string, string>>; readonly body: string };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  } | null;
  readonly violations: readonly Violation[];
  /** No workspace was found for its credential. */
  readonly unattributed?: true;
}

export interface RequestFilter extends PageOptions {
  readonly provider?: VendorName;
  readonly operation?: OperationId;
  readonly method?: string;
  readonly path?: string;
  readonly status?: number;
  readonly subject?: SubjectReference;
}

/** Which calls are meant; `body` is what the JSON body has at least. */
export interface RequestMatch {
  readonly provider?: VendorName;
  readonly operation?: OperationId;
  readonly method?: string;
  readonly path?: string;
  readonly body?: unknown;
}

/** How often: exactly, or within bounds. */
export type Times = number | { readonly at_least?: number; readonly at_most?: number };

/** Whether calls were made as often as wanted, and what the nearest of the others lack. */
export interface Verified {
  readonly ok: boolean;
  readonly count: number;
  readonly matched: readonly string[];
  readonly closest: readonly {
    readonly id: string;
    readonly differs: readonly { readonly pointer: string; readonly expected: unknown; readonly was: unknown }[];
  }[];
}

/** The calls that clients made of the vendors' APIs. */
export interface RoomRequests {
  readonly list: (
    filter?: RequestFilter,
  ) => Promise<{ readonly requests: readonly RecordedRequest[]; readonly settled?: false }>;
  /**
   * Asks whether calls were made; at least once if `times` is not said.
   *
   * @example const { ok, closest } = await room.requests.verify({ match: { operation: 'createBot' }, times: 1 });
   */
  readonly verify: (question: { readonly match: RequestMatch; readonly times?: Times }) => Promise<Verified>;
}

export const requestsOf = (channel: Channel): RoomRequests => ({
  list: (filter = {}) => channel.get('/requests', { ...filter }),
  verify: (question) => channel.post('/requests/verify', question),
});
