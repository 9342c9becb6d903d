import type { TSchema } from '@sinclair/typebox';
import type { Operation } from '../../contracts/contract.js';
import type { RequestEntry } from '../engine/journal.js';
import type { VendorRuntime } from '../engine/vendor.js';
import type { LoggedRequest } from '../engine/requests.js';
import type { World } from '../engine/world.js';

/** A call of a client as it came over the wire. */
export interface VendorRequest {
  readonly method: string;
  readonly path: string;
  /** The raw query string, without `?`. */
  readonly query: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The exact text; empty if there was none. */
  readonly body: string;
  /** The origin that the client called, for links in answers. */
  readonly origin: string;
}

/** An answer. Without a body nothing is sent, and no content type. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** A call in the hands of its handler. */
export interface Call {
  readonly world: World;
  readonly request: VendorRequest;
  /** The parts of the path that the operation leaves open, by name. */
  readonly params: Readonly<Record<string, string>>;
  readonly credential: Credential;
  readonly entry: RequestEntry;
  readonly log: LoggedRequest;
}

export interface Credential {
  readonly value: string;
  /** False for a key of the user's own that `auth: "any"` let in. */
  readonly issued: boolean;
}

/** Names the agent that a call is about, in the timeline and in the list of requests. */
export function setSubject(call: Call, subject: string): void {
  call.entry.subject = subject;
  call.log.subject = subject;
}

export type Handler = (call: Call) => Reply | Promise<Reply>;

/** What a vendor says of a call that no handler sees. */
export interface Refusals {
  /** The credential is missing or has no form that the vendor knows. */
  readonly unauthenticated: (request: VendorRequest, operations: readonly Operation[]) => Reply;
  /** The credential is well formed, but nobody's. */
  readonly unknownCredential: (request: VendorRequest, operations: readonly Operation[]) => Reply;
  readonly unknownPath: (request: VendorRequest) => Reply;
  /** A known path, by one of its other methods; the credential is good. */
  readonly otherMethod: (call: Call, operations: readonly Operation[]) => Reply;
  readonly tooLarge: (request: VendorRequest, maxBytes: number) => Reply;
  /** Too many calls; the client may come again after so many seconds. */
  readonly rateLimited: (retryAfter: number) => Reply;
}

/** What came of a backstage action: which agent it was about, and why it was refused, if it was. */
export interface BackstageResult {
  readonly subject?: string;
  readonly refused?: string | undefined;
  /** What would have been allowed instead. */
  readonly legal?: readonly string[];
}

/** The backstage door, by kind of action: makes happen now what the vendor's own side would do. */
export type Backstage = Readonly<
  Record<
    string,
    {
      /** The body of the call, `kind` included. */
      readonly body: TSchema;
      /** The arguments are valid. */
      readonly act: (world: World, args: Readonly<Record<string, unknown>>) => BackstageResult;
    }
  >
>;

/** Puts the schemas and the code of a vendor's actions together. */
export function backstageOf<Kind extends string>(
  bodies: Readonly<Record<Kind, TSchema>>,
  actions: Readonly<Record<Kind, Backstage[string]['act']>>,
): Backstage {
  const kinds = Object.keys(bodies) as Kind[];
  return Object.fromEntries(kinds.map((kind) => [kind, { body: bodies[kind], act: actions[kind] }]));
}

/** How a vendor's settings are given and resolved. */
export interface SettingsContract {
  /** What a workspace may be given; every field is optional. */
  readonly schema: TSchema;
  /** Completes given settings. Throws INVALID_BODY for a value that makes no sense. */
  readonly resolve: (given: Readonly<Record<string, unknown>>, strict: boolean) => unknown;
  /** Credentials of workspace number n, for those that were not given. */
  readonly generate: (n: number) => Readonly<Record<string, string>>;
  /** The part of resolved settings that a client needs: base URL and credentials. */
  readonly describe: (settings: unknown, origin: string) => Readonly<Record<string, unknown>>;
  /** Every credential by which a request finds its workspace. */
  readonly credentials: (settings: unknown) => readonly string[];
  /** Settings that hold credentials besides those of {@link SettingsContract.generate}. */
  readonly moreCredentials?: readonly string[];
  /** True if a well-formed credential that is nobody's is let in. */
  readonly admitsUnknown: (settings: unknown) => boolean;
}

/** A word of scenarios that a vendor cannot render. */
export interface UnsupportedWord {
  /** JSON pointer into a scenario; what can stand there for all agents can stand in `/agents/{n}` too. */
  readonly word: string;
  /** Only this value of it. */
  readonly is?: string;
  /** The vendor cannot play such a story at all. */
  readonly never?: true;
  /** What the vendor does instead, or why there is nothing. */
  readonly why: string;
}

/** A vendor: everything that HTTP, the engine and the control plane need to know of it. */
export interface Provider extends VendorRuntime {
  /** True for the paths that are this vendor's, known or not. */
  readonly owns: (path: string) => boolean;
  /** Another path by which clients call an operation, though production does not serve it. */
  readonly aliasOf: (path: string) => string | undefined;
  /** True if the workspace's settings refuse {@link Provider.aliasOf}. */
  readonly refusesAliases: (settings: unknown) => boolean;
  readonly credentialOf: (request: VendorRequest) => string | undefined;
  /** True if this world gave the credential out while it ran (a token, a signed link), expired or not. */
  readonly issuedHere?: (world: World, credential: string) => boolean;
  /** All that {@link Provider.issuedHere} knows: with the world gone, they let nobody in. */
  readonly issuedCredentials?: (world: World) => readonly string[];
  readonly handlers: Readonly<Record<string, Handler>>;
  readonly refusals: Refusals;
  /** The vendor's last touch on every answer of a known path. */
  readonly finish?: (reply: Reply, operations: readonly Operation[]) => Reply;
  readonly settings: SettingsContract;
  readonly backstage: Backstage;
  /** What of a scenario this vendor has no word for. */
  readonly unsupported: readonly UnsupportedWord[];
}
