import type { CoverageReport } from '../contracts/coverage/coverage.js';
import type { Workspace } from '../contracts/control/workspaces.js';
import type { RoomCalendar } from './calendar.js';
import type { RoomClock } from './clock.js';
import type { RoomDeliveries } from './deliveries.js';
import type { RoomFaults } from './faults.js';
import type { Changes, Checkpoint, RoomCheckpoints } from './history.js';
import type { Narrowed } from './narrowed.js';
import type { FetchReceiver, WorkspaceChanges, WorkspaceOptions } from './options.js';
import type { RoomRequests } from './requests.js';
import type { RoomCasting, RoomScenarios } from './scenarios.js';
import type { Subject, SubjectLike } from './subject.js';
import type { ReadTimeline } from './timeline.js';
import type { VendorAccess, VendorName } from './vendors.js';

/** A workspace as the control plane describes it. */
export interface WorkspaceDescription extends Narrowed<Workspace>, VendorAccess {}

/** Where a listener takes what comes. */
export interface ListenerOptions {
  /** Where webhooks for other hosts than this machine go; path and query are kept. */
  readonly forwardTo?: string;
  /** Receivers in this process, by origin. */
  readonly receivers?: Readonly<Record<string, FetchReceiver>>;
}

/** A line to a service, which is opened again whenever it is cut. */
export interface RoomListener {
  /** What the environment of an app needs for its processes to say when they are at rest; each webhook is followed by quiet time else. */
  readonly probeVariables: () => Promise<Readonly<Record<string, string>>>;
  /** Rejects with CONFLICT if another listener has taken its place, and with what the service says if it refuses. */
  readonly ended: Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * A workspace of a greenroom: the operations of the control plane, with the same names and the same shapes, and the
 * credentials of each vendor under its name.
 */
export interface Greenroom extends VendorAccess {
  /** The base URL of every vendor. */
  readonly url: string;
  /** The workspace: `default`, or one that {@link Greenroom.workspace} has made. */
  readonly id: string;
  /** The base URL and the credentials of a vendor, one of your own included. Throws USAGE for one that is not served. */
  readonly vendor: (name: string) => { readonly base_url: string; readonly [credential: string]: string };
  readonly clock: RoomClock;
  readonly timeline: ReadTimeline;
  readonly requests: RoomRequests;
  readonly deliveries: RoomDeliveries;
  readonly faults: RoomFaults;
  readonly casting: RoomCasting;
  readonly scenarios: RoomScenarios;
  readonly calendar: RoomCalendar;
  /**
   * Makes happen now what the vendor's own side would do. Throws REFUSED with the reason.
   *
   * @example await room.backstage({ kind: 'event', bot: bot.id, event: 'meeting_ended' });
   */
  readonly backstage: (action: { readonly kind: string; readonly [argument: string]: unknown }) => Promise<object>;
  /** How much of the vendors' contracts was exercised: in this workspace or, asked of `default`, in the whole server. */
  readonly coverage: (options?: { readonly provider?: VendorName }) => Promise<CoverageReport>;
  /**
   * An agent or a bot of this room, by a reference or by what its vendor answered.
   *
   * @example await expect(room.subject(bot)).toHaveReached('ended');
   */
  readonly subject: (given: SubjectLike) => Subject;
  /**
   * Takes the webhooks of a workspace of a service to this machine: to its own ports, to functions, or to where `forwardTo`
   * leads them. One listener of a workspace counts, the last. A workspace that {@link Greenroom.workspace} has made in a
   * service has one already. Throws USAGE where greenroom is on this machine.
   */
  readonly listen: (options?: ListenerOptions) => Promise<RoomListener>;
  /** Makes a workspace of this server, with credentials, clock and records of its own. Closing it deletes it. */
  readonly workspace: (options?: WorkspaceOptions) => Promise<Greenroom>;
  /** Changes scenario, strictness or settings. */
  readonly patch: (changes: WorkspaceChanges) => Promise<WorkspaceDescription>;
  /** The workspace as on its creation. */
  readonly reset: () => Promise<void>;
  /** The whole workspace as JSON. */
  readonly snapshot: () => Promise<Snapshot>;
  /** Puts a snapshot in the place of the workspace, deliveries and jobs in waiting included. */
  readonly restore: (snapshot: Snapshot) => Promise<void>;
  /**
   * What the workspace has lived so far, as the text of a file that `greenroom replay` reads. Throws CONFLICT where the
   * memory of the workspace did not hold all of it.
   *
   * @example await writeFile('failed.jsonl', await room.run());
   */
  readonly run: () => Promise<string>;
  /**
   * Marks the present as a place that `clock.rewind` can go back to. Throws CONFLICT for a name that is taken, CLOCK_BUSY.
   *
   * @example await room.checkpoint('booked');
   */
  readonly checkpoint: (name: string) => Promise<Checkpoint>;
  readonly checkpoints: RoomCheckpoints;
  /**
   * What changed since a checkpoint, and by whom; 100 records at the most if nothing is said. Throws NOT_FOUND, CLOCK_BUSY,
   * and CONFLICT for a checkpoint of another branch.
   *
   * @example const { changes } = await room.changes({ since: 'booked' });
   */
  readonly changes: (options: { readonly since: string; readonly limit?: number }) => Promise<Changes>;
  /**
   * Calls the vendors' APIs, in this process where the greenroom is in it. A path stands for one of this server.
   *
   * @example await room.fetch('/api/v1/bots', { headers: { authorization: `Token ${room.attendee.api_key}` } });
   */
  readonly fetch: (input: Request | URL | string, init?: RequestInit) => Promise<Response>;
  /** Stops the server; of a workspace that was made, deletes that alone; of a connection, nothing. */
  readonly close: () => Promise<void>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

/** A workspace as plain data. Its fields may differ from version to version. */
export type Snapshot = Readonly<Record<string, unknown>>;
