import type { Static } from '@sinclair/typebox';
import type { BackstageActions } from '../../contracts/control/backstage.js';
import type { Operation } from '../../contracts/contract.js';
import type { RequestEntry } from '../engine/past/journal.js';
import type { VendorRuntime } from '../engine/vendor.js';
import type { VendorRequest } from '../engine/inputs.js';
import type { LoggedRequest } from '../engine/past/requests.js';
import type { World } from '../engine/world.js';

export type { VendorRequest };

/** An answer. Without a body nothing is sent, and no content type. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Why the call is refused, where the body does not say it well: for the timeline, and for a header that the vendor does not know. */
  readonly reason?: string;
}

/** A call in the hands of its handler. */
export interface Call {
  readonly world: World;
  readonly vendor: Vendor;
  readonly request: VendorRequest;
  /** The parts of the path that the operation leaves open, by name. */
  readonly params: Readonly<Record<string, string>>;
  readonly credential: Credential;
  readonly entry: RequestEntry;
  readonly log: LoggedRequest;
  /** The size that a fault rule gives the pages of a list: whoever cuts it asks, for only then has the rule struck. */
  pageSize?: () => number | undefined;
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
  /** The credential is well formed but unknown. */
  readonly unknownCredential: (request: VendorRequest, operations: readonly Operation[]) => Reply;
  readonly unknownPath: (request: VendorRequest) => Reply;
  /** A known path, by one of its other methods; the credential is good. */
  readonly otherMethod: (call: Call, operations: readonly Operation[]) => Reply;
  readonly tooLarge: (request: VendorRequest, maxBytes: number) => Reply;
  /** Too many calls; the client may try again after this number of seconds. */
  readonly rateLimited: (retryAfter: number) => Reply;
}

/** What came of a backstage action: which agent it was about, and why it was refused, if it was. */
export interface BackstageResult {
  readonly subject?: string;
  readonly refused?: string | undefined;
  /** What would have been allowed instead. */
  readonly legal?: readonly string[];
}

/** Makes happen now what the vendor's own side would do. The arguments are valid. */
export type BackstageAct = (world: World, args: Readonly<Record<string, unknown>>) => BackstageResult;

/** The code of a vendor's backstage actions. One without code does not compile. */
export type BackstageActs<A extends BackstageActions> = {
  readonly [K in keyof A]: (world: World, args: Omit<Static<A[K]>, 'kind'>) => BackstageResult;
};

/** Gives backstage actions their code, whose arguments are typed by their schemas: calls are held to them before. */
export const defineBackstage = <A extends BackstageActions>(
  acts: BackstageActs<A>,
): Readonly<Record<keyof A, BackstageAct>> => acts as Readonly<Record<keyof A, BackstageAct>>;

/** How a vendor's settings are completed, and which of them open the door. */
export interface SettingsResolver<Settings = unknown> {
  /**
   * Completes given settings; `contract`, if there is one among them, is that of the workspace's version. Throws
   * INVALID_BODY for a value that makes no sense.
   */
  resolve(given: Readonly<Record<string, unknown>>, strict: boolean): Settings;
  /**
   * Credentials of workspace number n, for those that were not given. With a `secret` nobody can guess them, and those by
   * which calls find the workspace begin with its tag, after one of {@link SettingsResolver.prefixes} if there are any.
   */
  generate(n: number, secret?: string): Readonly<Record<string, string>>;
  /** What stands before the tag in credentials. */
  readonly prefixes?: readonly string[];
  /** Every credential by which a request finds its workspace. */
  credentials(settings: Settings): readonly string[];
  /** Settings that hold credentials besides those of {@link SettingsResolver.generate}. */
  readonly moreCredentials?: readonly string[];
}

/** The server side of a vendor: everything that happens. {@link assembleVendor} joins it to the vendor's profile. */
export interface Provider extends Omit<VendorRuntime, 'name' | 'profile'> {
  /** True for the paths that are this vendor's, known or not. */
  readonly owns: (path: string) => boolean;
  /** The end of a path by which clients call an operation, though production does not serve it without the beginning. */
  readonly aliasOf?: (path: string) => string | undefined;
  /** True if the workspace's settings refuse {@link Provider.aliasOf}. */
  refusesAliases?(settings: unknown): boolean;
  /** True for paths that are open to everybody: a call with an unknown credential is one of the workspace `default`. */
  readonly isOpen?: (path: string) => boolean;
  readonly credentialOf: (request: VendorRequest) => string | undefined;
  /** True if this world gave the credential out while it ran (a signed link), expired or not. Each world is asked. */
  readonly issuedHere?: (world: World, credential: string) => boolean;
  /**
   * All credentials that this world gave out, expired or not: with the world gone, they let nobody in. Those of which the vendor
   * tells {@link World.onIssue} when it makes them are known without asking.
   */
  readonly issuedCredentials?: (world: World) => readonly string[];
  /** The code of each operation, by its id. */
  readonly handlers: Readonly<Record<string, Handler>>;
  readonly refusals: Refusals;
  /** The vendor's last touch on every answer of a known path. */
  readonly finish?: (reply: Reply, operations: readonly Operation[]) => Reply;
  readonly settings: SettingsResolver;
  /** How many agents a world has, and the operations by which clients make some: a service that is shared sets a limit. */
  readonly agents?: { readonly count: (world: World) => number; readonly makers: readonly string[] };
  /** The code of each backstage action, by its kind. */
  readonly backstage: Readonly<Record<string, BackstageAct>>;
}

/** A vendor as the server uses it: its facts and its code. */
export interface Vendor extends Provider, VendorRuntime {}
