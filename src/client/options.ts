import { nearest } from '../contracts/nearest.js';
import { GreenroomError } from '../errors.js';
import type { FetchReceiver } from '../server/engine/transport.js';
import type { GivenAttendeeSettings } from '../server/providers/attendee/settings.js';
import type { GivenCronofySettings } from '../server/providers/cronofy/settings.js';
import type { ClockMode } from './clock.js';
import type { Instant, ScenarioName } from './words.js';

export type { FetchReceiver } from '../server/engine/transport.js';
export type CronofySettings = GivenCronofySettings;
export type AttendeeSettings = GivenAttendeeSettings;

/** What of a workspace can change while it lives. */
export interface WorkspaceChanges {
  /** The story that meetings play when nothing else is cast: `happy-path` if nothing is said. */
  readonly scenario?: ScenarioName;
  /** Enforces what production refuses and a mock could let pass. */
  readonly strict?: boolean;
  readonly cronofy?: CronofySettings;
  readonly attendee?: AttendeeSettings;
}

/** What a workspace may be made with; everything is optional. */
export interface WorkspaceOptions extends WorkspaceChanges {
  readonly id?: string;
  /** Of every id and name; 1 if nothing is said. */
  readonly seed?: number;
  /** Frozen at 2026-01-01T09:00:00Z if nothing is said. */
  readonly clock?: { readonly now?: Instant; readonly mode?: ClockMode; readonly speed?: number };
  /** Real milliseconds without a call that must follow a delivery over the network; 5 if nothing is said. */
  readonly quiet?: number;
  /** Real milliseconds after which a receiver that never answers is given up. */
  readonly delivery_guard?: number | 'off';
  /** How many timeline entries are kept. */
  readonly journal?: number;
  /**
   * Receivers in this process, by origin: webhooks for them need no port and no quiet time.
   *
   * @example { 'https://myapp.test': app.fetch }
   */
  readonly receivers?: Readonly<Record<string, FetchReceiver>>;
}

/** What a greenroom may be made with; the workspace is `default`. */
export interface GreenroomOptions extends Omit<WorkspaceOptions, 'id'> {
  /** Hosts besides this machine that webhooks may be sent to. */
  readonly allowHosts?: readonly string[];
  /** Where webhooks for other hosts go instead; path and query are kept. */
  readonly forwardTo?: string;
  /** A folder with scenario files of your own. */
  readonly scenarios?: string;
  /** What callbacks, cursors and links carry instead of the origin that was called. */
  readonly publicUrl?: string;
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
  /** What callers of the control plane must show. */
  readonly controlToken?: string;
}

export const WORKSPACE_CHANGES = ['scenario', 'strict', 'cronofy', 'attendee'] as const;
export const WORKSPACE_OPTIONS = [
  ...WORKSPACE_CHANGES,
  'id',
  'seed',
  'clock',
  'quiet',
  'delivery_guard',
  'journal',
  'receivers',
] as const satisfies readonly (keyof WorkspaceOptions)[];
export const GREENROOM_OPTIONS = [
  ...WORKSPACE_OPTIONS.filter((name) => name !== 'id'),
  'allowHosts',
  'forwardTo',
  'scenarios',
  'publicUrl',
  'maxBody',
  'lockstep',
] as const satisfies readonly (keyof GreenroomOptions)[];
export const LISTEN_OPTIONS = [
  ...GREENROOM_OPTIONS,
  'port',
  'host',
  'controlToken',
] as const satisfies readonly (keyof ListenOptions)[];

/** Refuses options that nobody would read. Throws USAGE with the nearest known word. */
export function assertKnown(what: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const meant = nearest(unknown, known);
  throw new GreenroomError(
    'USAGE',
    `Failed to ${what}: expected the options ${known.join(', ')}, was "${unknown}".` +
      (meant === undefined ? '' : ` Did you mean "${meant}"?`),
    { pointer: `/${unknown}`, was: unknown, ...(meant === undefined ? {} : { nearest: meant }) },
  );
}
