import type { TObject } from '@sinclair/typebox';
import type { BackstageActions } from './control/backstage.js';
import type { Moment } from './control/scenario-parts.js';
import type { Contract } from './contract.js';
import type { ReasonReader } from './reasons.js';
import type { Signing } from './signing.js';
import type { Versions } from './versions/versions.js';

/** An origin of the vendor. */
export interface VendorHost {
  readonly host: string;
  /** The API, the pages for users' consent, or files. */
  readonly serves: readonly ('api' | 'oauth' | 'files')[];
}

/** The credentials of a workspace, as the control plane hands them out beside `base_url`. */
export type Credentials = Readonly<Record<string, string>>;

/** How an app gets at the vendor: its credentials, and the names under which people give and read them. */
export interface Access {
  /** The credentials that are handed out, all of them texts. */
  readonly schema: TObject;
  /** The value of `Authorization` that opens the vendor's main calls. */
  readonly authorization: (credentials: Credentials) => string;
  /** The credentials that `check provider` takes, and the operations that each opens. */
  readonly keys: { readonly key: string; readonly accessToken?: string };
  /** Environment variables that SDKs and clients read: `url`, or the credential that each holds. */
  readonly environment: Readonly<Record<string, string>>;
  /** Flags of `greenroom start` for settings of this vendor. */
  readonly flags: readonly AccessFlag[];
  /** The path below the origin that people give to clients as the base URL. */
  readonly basePath: string;
  /** Credentials as the banner names them. */
  readonly banner: readonly (readonly [label: string, credential: string])[];
}

export interface AccessFlag {
  readonly name: string;
  readonly value: string;
  readonly help: string;
  /** The setting that the flag gives. Its schema judges the value. */
  readonly setting: string;
  /** Makes the setting of what the flag says; without it they are the same. */
  readonly read?: (text: string) => unknown;
}

/** A wish for one agent in a meeting. */
export interface AgentWish {
  readonly meetingUrl: string;
  readonly name: string;
  /** An instant; without it the agent joins now. */
  readonly joinAt?: string;
  /** A name by which the agent is found again, see {@link Sample.foundBy}. */
  readonly key?: string;
  /** Receives every webhook that tells of the agent, or those of its states alone. */
  readonly webhookUrl?: string;
  readonly statesOnly?: true;
  /** The vendor's own block of the scenario that the agent plays. */
  readonly block?: Readonly<Record<string, unknown>> | undefined;
}

/** A call that any HTTP client can make. */
export interface SampleCall {
  readonly method: string;
  readonly path: string;
  readonly authorization: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** How to ask the vendor for one agent. */
export interface Sample {
  readonly agent: (wish: AgentWish, credentials: Credentials) => SampleCall;
  /** The subject key by which the agent of a wish is found: `scheduling_key`. */
  readonly foundBy: (wish: AgentWish) => string;
  /** A meeting in whose lobby the vendor reports an agent that waits, if only some platforms have that. */
  readonly lobbyMeeting: string;
  /** Calls that together bring about webhooks of every type, and settings under which to make them. */
  readonly every: (credentials: Credentials, webhookUrl: string) => readonly SampleCall[];
  readonly everySettings: readonly Readonly<Record<string, unknown>>[];
  /** Settings under which webhooks go to this URL though no call asks for them, where the vendor has such subscriptions. */
  readonly subscription?: (webhookUrl: string) => Readonly<Record<string, unknown>>;
  /** Settings of a world that goes through many lives: what one of them spoils would be spoilt for all others. */
  readonly livingSettings?: Readonly<Record<string, unknown>>;
  /** The same beside an app that keeps its own time, by which it knows how long something holds. */
  readonly unledSettings?: Readonly<Record<string, unknown>>;
}

/** The contents of a webhook that greenroom lists and waits for. */
export interface WebhookReading {
  readonly type: string;
  readonly state?: string;
  readonly sub_type?: string;
}

/** The vendor's webhooks as texts, read and varied. */
export interface WebhookMessages {
  readonly read: (body: object) => WebhookReading;
  /** The same message about another subject, so that no receiver takes it for one that it knows. `run` is 12 hex digits. */
  readonly renew: (text: string, run: string, number: number) => string;
  /** The same message about this agent. */
  readonly about: (text: string, agent: string) => string;
  /** Bodies that only a receiver which verifies rightly accepts. */
  readonly variants: (text: string) => readonly MessageVariant[];
  readonly unknownType: (text: string) => string;
  /** With a new field before everything else. */
  readonly unknownField: (text: string) => string;
}

export interface MessageVariant {
  /** The rule of `check receiver` that the variant is for. */
  readonly rule:
    | 'whitespace-body'
    | 'unicode-body'
    | 'escaped-body'
    | 'float-body'
    | 'key-order'
    | 'integer-like-keys'
    | 'astral-keys';
  readonly label: string;
  readonly text: string;
}

/** One step of a life that `check provider --allow-writes` makes and ends, made from the answer to the first. */
export interface ProviderWrite {
  readonly operation: string;
  /** What is tried, in a few words. */
  readonly what: string;
  readonly path: string;
  readonly expected: readonly number[];
  readonly body?: Readonly<Record<string, unknown>>;
  /** The field of the answer that must hold this text. */
  readonly keeps?: readonly [field: string, value: string];
}

export interface ProviderLife {
  readonly steps: readonly ((first: unknown) => ProviderWrite)[];
  /** The removal of what the first step made; `undefined` if its answer says that nothing was made. */
  readonly remove: (
    answer: { readonly status: number; readonly body: unknown } | undefined,
  ) => { readonly id: string; readonly write: ProviderWrite } | undefined;
}

/** What `check provider` may ask of a live server. */
export interface ProviderProbes {
  /** A well-formed id that nothing has, as far as chance allows. */
  readonly unknownId: string;
  /** Values of path parameters that are no ids. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Queries without which a read is refused, by operation. */
  readonly queries: Readonly<Record<string, string>>;
  /** Where an id that the credentials lead to is found, by the parameter of paths that takes it. */
  readonly known?: {
    readonly parameter: string;
    readonly path: string;
    readonly read: (body: unknown) => string | undefined;
  };
  /** A life that can be taken back. `example` gives the body of the vendor's own example of an operation. */
  readonly life: (context: {
    readonly name: string;
    /** Instants a month after the vendor's now, and an hour later. */
    readonly joinAt: string;
    readonly later: string;
    readonly example: (operation: string) => Readonly<Record<string, unknown>>;
  }) => ProviderLife;
}

/** A word of scenarios that a vendor cannot render. */
export interface UnsupportedWord {
  /** JSON pointer into a scenario; a word for all agents can stand in `/agents/{n}` too. */
  readonly word: string;
  /** Only this value of it. */
  readonly is?: string;
  /** The vendor cannot play such a scenario at all. */
  readonly never?: true;
  /** The vendor's behaviour instead, or the reason that there is none. */
  readonly why: string;
}

/** The vendor's side of a scenario file. */
export interface ScenarioBlock {
  /** The block under the vendor's name. */
  readonly schema: TObject;
  readonly unsupported: readonly UnsupportedWord[];
  /** True if a webhook reports the move of an agent to a state. */
  readonly reports: (webhook: WebhookReading, state: string) => boolean;
  /** Events of the block, each at a moment of its own, with a pointer into the block. */
  readonly events?: (block: object) => readonly {
    readonly at: Moment;
    readonly pointer: string;
    readonly event: Readonly<Record<string, unknown>>;
  }[];
}

/** The backstage door of the vendor. */
export interface BackstageFacts {
  readonly actions: BackstageActions;
  /** The kind of action that applies an event of the life cycle, and its argument for the reason. */
  readonly event: { readonly kind: string; readonly reason: string };
}

/** Everything that is known of a vendor and needs no world: pure facts. */
export interface VendorProfile {
  /** The word of the wire: in settings, filters and reports. */
  readonly name: string;
  /** The name for people. */
  readonly title: string;
  /** The vendor's word for what joins a meeting. */
  readonly agent: string;
  /** Of the version that is served if nothing is said. */
  readonly contract: Contract;
  /** The versions of a vendor that has several. A workspace chooses one by the setting `version`. */
  readonly versions?: Versions;
  readonly hosts: readonly VendorHost[];
  /** True if its server decodes a path before it takes it apart, `%2F` included, and leaves dot segments where they are. */
  readonly decodesPaths?: boolean;
  readonly signing: Signing;
  readonly messages: WebhookMessages;
  /** How the vendor's refusals say why. */
  readonly reasonIn: ReasonReader;
  readonly access: Access;
  /** The settings that a workspace may be given, with their defaults. */
  readonly settings: TObject;
  /** Names of fields, in lower case, whose values are secrets beside those that are everywhere (tokens, keys, passwords). */
  readonly secretFields?: readonly string[];
  /** Names besides its id by which a client finds an agent. */
  readonly subjectKeys: readonly string[];
  readonly sample: Sample;
  readonly probes: ProviderProbes;
  readonly scenario: ScenarioBlock;
  readonly backstage: BackstageFacts;
}
