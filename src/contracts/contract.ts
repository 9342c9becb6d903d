import type { TObject, TSchema } from '@sinclair/typebox';
import type { CallRule } from './calls/verdict.js';
import type { Rules } from './rules.js';

/** How a claim about a vendor is known: read in its documentation, seen on the wire or in public code, or a guess. */
export type Basis = 'documented' | 'observed' | 'assumed';

export interface Evidence {
  readonly basis: Basis;
  /** A page, a recording, a public repository. */
  readonly source: string;
  /** The day on which the source was read or recorded, `YYYY-MM-DD`. */
  readonly date?: string;
  /** What exactly the source says, where the claim is not obvious from it. */
  readonly note?: string;
  /** The setting that changes the behaviour, for what is assumed. */
  readonly setting?: string;
}

/** What an answer with one status looks like. Without `body` the answer is empty: no bytes, no content type. */
export interface ResponseContract {
  readonly description: string;
  readonly body?: TSchema;
  /** The body is only there if the request asks for it. */
  readonly bodyIsOptional?: boolean;
  readonly contentType?: string;
  readonly evidence: Evidence;
  /** How the body, or that there is none, is known, where that differs from the status. */
  readonly bodyBasis?: Basis;
}

export interface Operation {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With parameters in braces, as OpenAPI writes them: `/api/v1/bots/{id}`. */
  readonly path: string;
  readonly summary: string;
  /** Which credential the vendor wants. */
  readonly auth: 'api_key' | 'access_token' | 'any_bearer' | 'token' | 'none';
  readonly body?: TSchema;
  /** An object of the parameters; one that may be repeated is an array. Without it, nothing is known of them. */
  readonly query?: TObject;
  /** The vendor serves it, but its published API does not have it. */
  readonly undocumented?: true;
  /** It is served by another host than the API: an object store, a site for browsers. */
  readonly elsewhere?: true;
  readonly responses: Readonly<Record<number, ResponseContract>>;
  readonly evidence: readonly Evidence[];
}

/** A call that the vendor has, and greenroom does not serve. */
export interface KnownCall extends Pick<Operation, 'method' | 'path'> {
  readonly evidence: Evidence;
}

export interface Webhook {
  readonly type: string;
  readonly summary: string;
  readonly body: TSchema;
  /** The states that it tells of, where it tells of one. */
  readonly states?: readonly string[];
  /** It goes to a URL of its own, not to those that hear of agents: checks of a receiver leave it out. */
  readonly apart?: true;
  readonly evidence: readonly Evidence[];
}

/** The states that what a vendor's API is about goes through, and why it says that it did. */
export interface LifecycleContract {
  /** Every state, in the vendor's order. */
  readonly states: readonly string[];
  /** For each event: in which states it is allowed, and where it leads; `only` names the reasons that a state allows. */
  readonly events: Readonly<
    Record<
      string,
      {
        readonly from: readonly string[];
        readonly to: string;
        readonly only?: Readonly<Partial<Record<string, readonly string[]>>>;
      }
    >
  >;
  /** The reasons that an event can give. */
  readonly subTypes: Readonly<Record<string, readonly string[]>>;
}

/** How the vendor signs its webhooks. */
export interface Signature {
  readonly header: string;
  /** One sentence: what is signed, with which key, in which encoding. */
  readonly summary: string;
  readonly evidence: Evidence;
}

export interface Contract {
  /** The vendor, as the wire names it. */
  readonly provider: string;
  readonly title: string;
  readonly version: string;
  /** The vendor's own origins. */
  readonly servers: readonly string[];
  readonly operations: readonly Operation[];
  readonly known?: readonly KnownCall[];
  readonly webhooks: readonly Webhook[];
  readonly lifecycle: LifecycleContract;
  readonly signature: Signature;
  /** Everything else in which versions can differ. */
  readonly rules?: Rules;
  /** Shapes that have a name of their own in exported documents. */
  readonly shapes: Readonly<Record<string, unknown>>;
}

/** The names of a contract's operations. */
export type OperationId<C extends { readonly operations: readonly Operation[] }> = C['operations'][number]['id'];

/** One disagreement between what was said and what the contract says. */
export interface Violation {
  readonly rule:
    | CallRule
    | 'undocumented-status'
    | 'response-body'
    | 'response-not-empty'
    | 'webhook-body'
    | 'unknown-webhook'
    | 'unreachable-url'
    | 'unknown-scenario';
  /** `error` breaks the contract; `warning` is accepted by the vendor but surely not meant. */
  readonly severity: 'error' | 'warning';
  /** JSON pointer into the body that is wrong; empty for the whole. */
  readonly pointer: string;
  readonly expected: string;
  readonly was: string;
  /** The known name that was probably meant. */
  readonly nearest?: string;
}

/** Checks literals against {@link Contract} without widening them, so that operation ids stay a union. */
export const defineContract = <const C extends Contract>(contract: C): C => contract;

/** The same for a part of a contract that stands in a file of its own. */
export const defineOperations = <const O extends readonly Operation[]>(operations: O): O => operations;
