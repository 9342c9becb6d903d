import type { RE2JS } from 're2js';
import type { diagnose } from '../checks/signature/diagnose.js';
import type { learnFrom, suspectsOf } from '../checks/signature/evidence.js';
import type { Answer, Message } from './engine/deliveries/attempt.js';
import type { Probes } from './probes/probes.js';

/**
 * What greenroom asks of the runtime that it lives in. Whatever else is in `src/server` needs node:crypto, `Buffer` and what
 * browsers have too. Node's is `host/node.ts`; another takes its place when the code is bundled.
 */
export interface Host {
  /** A folder of what comes with greenroom, such as `wire/attendee`. */
  readonly fixtures: (name: string) => Folder;
  /** A folder of the user's. Throws USAGE if there is none. */
  readonly folder: (path: string) => Folder;
  /** Connections of one server to the receivers of webhooks. */
  readonly connect: () => Connections;
  /** Throws what the system says if it cannot. */
  readonly openProbeDoor: (apps: ProbedApps, warn: (text: string) => void) => Promise<ProbeDoor>;
  /** The engine of the expressions in casting rules: large, and wanted by few. */
  readonly loadExpressions: () => typeof RE2JS;
  /** What finds the mistake behind a signature: it unpacks bodies, and is wanted by few. */
  readonly loadDoctor: () => Promise<Doctor>;
  /** The page of the inspector as it was built. Throws USAGE if it was not. */
  readonly inspectorPage: () => InspectorPage;
  /** False if a connection cannot be ended without an answer, or in the midst of one. */
  readonly cutsConnections: boolean;
  /** A text that nobody can guess: 22 characters of base64url. */
  readonly nonce: () => string;
}

/** Finds the mistake behind a signature, or what a receiver's answers to others tell of one. */
export interface Doctor {
  readonly diagnose: typeof diagnose;
  readonly learnFrom: typeof learnFrom;
  readonly suspectsOf: typeof suspectsOf;
}

/** What a browser runs, and how it looks. */
export interface InspectorPage {
  readonly script: string;
  readonly style: string;
}

/** Files that are only read, by name. */
export interface Folder {
  /** Of every file; none of a folder that is not there. */
  readonly names: () => string[];
  readonly has: (name: string) => boolean;
  /** Throws for a file that cannot be read. */
  readonly text: (name: string) => string;
  /** Throws for a file that cannot be read. */
  readonly bytes: (name: string) => Uint8Array;
  /** Where a person finds the file. */
  readonly place: (name: string) => string;
}

/** So much of the text of an answer is kept. */
export const RESPONSE_KEPT = 2048;

/** Hears of a message that is sent. */
export interface Sender {
  readonly finish: (answer: Answer) => void;
  /** Of the connection that it goes over, by the name that `nameOfConnection` gives it at both ends. */
  readonly connected?: ((connection: string) => void) | undefined;
}

export interface Connections {
  /** Sends a message to where it was decided that it may go, and calls back; the returned function gives it up. */
  readonly send: (url: URL, message: Message, sender: Sender) => () => void;
  readonly close: () => void;
}

/** An app, by the id of its workspace. */
export interface ProbedApp {
  readonly id: string;
  readonly probes: Probes;
}
export type ProbedApps = (id: string) => ProbedApp | undefined;

/** Where the processes of apps tell whether they are at rest. */
export interface ProbeDoor {
  /** What the environment of an app has for it. */
  readonly variables: (app: ProbedApp) => Readonly<Record<string, string>>;
  /** The same, for an app whose time moves with the clock of its workspace. Throws CONFLICT. */
  readonly lead: (app: ProbedApp) => Readonly<Record<string, string>>;
  readonly close: () => void;
}
