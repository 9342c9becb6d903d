import type { PatchWorkspaceBody, CreateWorkspaceBody } from '../contracts/control/workspaces.js';
import { didYouMean, nearest } from '../contracts/nearest.js';
import { GreenroomError } from '../errors.js';
import type { FetchReceiver } from '../server/engine/deliveries/destination.js';
import type { Vendor } from '../server/providers/provider.js';
import type { Narrowed } from './narrowed.js';
import type { VendorSettings } from './vendors.js';
import type { ScenarioName } from './words.js';

export type { FetchReceiver } from '../server/engine/deliveries/destination.js';

/** Everything of a workspace that can change while it lives. */
export interface WorkspaceChanges extends Narrowed<PatchWorkspaceBody, { scenario: ScenarioName }>, VendorSettings {}

/** The options of a new workspace; everything is optional. `quiet`, `quiet_limit` and `delivery_guard` are real milliseconds. */
export interface WorkspaceOptions
  extends
    WorkspaceChanges,
    Narrowed<
      Omit<CreateWorkspaceBody, 'casting' | keyof PatchWorkspaceBody>,
      { quiet: number; quiet_limit: number; delivery_guard: number | 'off' }
    > {
  /**
   * Receivers in this process, by origin: webhooks for them need no port and no quiet time.
   *
   * @example { 'https://myapp.test': app.fetch }
   */
  readonly receivers?: Readonly<Record<string, FetchReceiver>>;
}

/** The options of a greenroom and of its workspace `default`. */
export interface GreenroomOptions extends Omit<WorkspaceOptions, 'id' | (typeof TERMS)[number]> {
  /** Hosts besides this machine that webhooks may be sent to. */
  readonly allowHosts?: readonly string[];
  /** Where webhooks for other hosts go instead; path and query are kept. */
  readonly forwardTo?: string;
  /** Vendors of your own, made with `defineVendor` of `greenroom/vendor`. */
  readonly vendors?: readonly Vendor[];
  /** A folder with scenario files of your own. */
  readonly scenarios?: string;
  /** The origin that callbacks, cursors and links carry instead of the one that was called. */
  readonly publicUrl?: string;
  /** Origins whose web pages may call the vendors' paths, such as `http://localhost:5173`; no others may. */
  readonly cors?: readonly string[];
  /** A folder in which the workspaces outlive the process, a crash included. One process at a time has it. */
  readonly data?: string;
  /** The file of a run, or a folder with one: the workspace `default` is as it was at its end. */
  readonly run?: string;
  /** Bytes; larger request bodies are answered 413. */
  readonly maxBody?: number;
  /** `Date` and the timers of this process move with the room's clock from the start; see `room.clock.lockstep`. */
  readonly lockstep?: boolean;
}

export interface ListenOptions extends GreenroomOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** 127.0.0.1 if nothing is said; another one needs a `controlToken`. */
  readonly host?: string;
  /** The token that callers of the control plane must show. */
  readonly controlToken?: string;
}

/** The names of options; vendors' settings stand under the names of the vendors. */
export const workspaceChanges = (vendors: readonly string[]): string[] => ['scenario', 'strict', ...vendors];
const WORKSPACE = [
  'seed',
  'ids_given',
  'clock',
  'quiet',
  'quiet_limit',
  'delivery_guard',
  'journal',
  'memory',
  'receivers',
] as const satisfies readonly (keyof GreenroomOptions)[];
/** What a shared service takes for each of its workspaces. */
const TERMS = ['owner', 'ttl', 'limits', 'allow_hosts'] as const satisfies readonly (keyof WorkspaceOptions)[];
const SERVER = [
  'allowHosts',
  'forwardTo',
  'vendors',
  'scenarios',
  'publicUrl',
  'cors',
  'data',
  'run',
  'maxBody',
  'lockstep',
] as const satisfies readonly (keyof GreenroomOptions)[];
const LISTENING = ['port', 'host', 'controlToken'] as const satisfies readonly (keyof ListenOptions)[];

export const workspaceOptions = (vendors: readonly string[]): string[] => [
  ...workspaceChanges(vendors),
  'id',
  ...WORKSPACE,
  ...TERMS,
];
export const greenroomOptions = (vendors: readonly string[]): string[] => [
  ...workspaceChanges(vendors),
  ...WORKSPACE,
  ...SERVER,
];
export const listenOptions = (vendors: readonly string[]): string[] => [...greenroomOptions(vendors), ...LISTENING];

/** Refuses what belongs to a server that listens. Throws USAGE. */
export function assertNoSocket(options: GreenroomOptions): void {
  const listening = Object.keys(Object(options) as object).find((name) => LISTENING.some((known) => known === name));
  if (listening === undefined) return;
  throw new GreenroomError(
    'USAGE',
    `Failed to make a greenroom: "${listening}" is an option of startGreenroom, which listens on a port. What createGreenroom makes has no socket.`,
    { pointer: `/${listening}`, was: listening },
  );
}

/** Who changes what a workspace was made with, and its `patch` does not. */
const CHANGED_BY: Readonly<Record<string, string>> = {
  clock: 'room.clock.patch(\u2026)',
  quiet: 'room.clock.patch(\u2026)',
  casting: 'room.casting.add(\u2026)',
};

/** Refuses a change of what stays as the workspace was made, or means nothing. Throws USAGE with the call that changes it. */
export function assertChanges(changes: object, vendors: readonly string[]): void {
  assertKnown('change the workspace', changes, workspaceChanges(vendors), (name) => {
    if (Object.hasOwn(CHANGED_BY, name)) return ` Write: await ${CHANGED_BY[name]}.`;
    return workspaceOptions(vendors).includes(name) ? ' That is said when the workspace is made, and stays.' : '';
  });
}

/** Refuses an option that means nothing. Throws USAGE with the nearest known word, or with what `hint` says of the name. */
export function assertKnown(
  what: string,
  options: object,
  known: readonly string[],
  hint: (name: string) => string = () => '',
): void {
  if (typeof options !== 'object' || options === null)
    throw new GreenroomError('USAGE', `Failed to ${what}: expected an object of options, was ${String(options)}.`);
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const told = hint(unknown);
  const meant = told === '' ? nearest(unknown, known) : undefined;
  throw new GreenroomError(
    'USAGE',
    `Failed to ${what}: expected the options ${known.join(', ')}, was "${unknown}".${told}${didYouMean(meant)}`,
    { pointer: `/${unknown}`, was: unknown, ...(meant === undefined ? {} : { nearest: meant }) },
  );
}
