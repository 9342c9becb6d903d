import type { Violation } from '../contracts/contract.js';
import type * as control from '../contracts/control/requests.js';
import type { Channel } from './channel.js';
import type { Narrowed } from './narrowed.js';
import type { Naming, SubjectLike } from './subject.js';
import type { OperationId, VendorName } from './vendors.js';
import type { PageOptions } from './words.js';

/** A call of a client as it came and was answered, whole but for its secrets. Bodies are the exact texts. */
export type RecordedRequest = Narrowed<
  control.LoggedRequest,
  { provider: VendorName; operation: OperationId | null; violations: readonly Violation[] }
>;

/** Which calls are meant; `body` is what the JSON body has at least. */
export type RequestMatch = Narrowed<control.RequestMatch, { provider: VendorName; operation: OperationId }>;

export interface RequestFilter extends Omit<RequestMatch, 'body'>, PageOptions {
  readonly status?: number;
  readonly subject?: SubjectLike;
}

/** How often: exactly, or within bounds. */
export type Times = Narrowed<control.Times>;

/** Whether calls were made as often as wanted, and what the nearest of the others lack. */
export type Verified = Narrowed<control.Verification>;

/** The calls that clients made of the vendors' APIs. */
export interface RoomRequests {
  readonly list: (
    filter?: RequestFilter,
  ) => Promise<Narrowed<control.RequestList, { requests: readonly RecordedRequest[] }>>;
  /**
   * Asks whether calls were made; at least once if `times` is not said.
   *
   * @example const { ok, closest } = await room.requests.verify({ match: { operation: 'createBot' }, times: 1 });
   */
  readonly verify: (question: Narrowed<control.VerifyBody, { match: RequestMatch }>) => Promise<Verified>;
}

export const requestsOf = (channel: Channel, naming: Naming): RoomRequests => ({
  list: async (filter = {}) => channel.get('/requests', naming(filter)),
  verify: (question) => channel.post('/requests/verify', question),
});
