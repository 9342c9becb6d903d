import type { Lockstep } from '../clock/lockstep.js';
import type { CoverageReport } from '../contracts/coverage.js';
import { GreenroomError } from '../errors.js';
import type { AttendeeAccess, CronofyAccess, WorkspaceDescription } from './access.js';
import { openChannel, type Channel } from './channel.js';
import { clockOf, type RoomClock } from './clock.js';
import { deliveriesOf, type RoomDeliveries } from './deliveries.js';
import { faultsOf, type RoomFaults } from './faults.js';
import { assertKnown, WORKSPACE_CHANGES, WORKSPACE_OPTIONS } from './options.js';
import type { FetchReceiver, WorkspaceChanges, WorkspaceOptions } from './options.js';
import { requestsOf, type RoomRequests } from './requests.js';
import { castingOf, scenariosOf, type RoomCasting, type RoomScenarios } from './scenarios.js';
import { subjectOf, type Subject, type SubjectAnswer } from './subject.js';
import { timelineOf, type ReadTimeline } from './timeline.js';
import type { VendorName, SubjectReference } from './words.js';

/** A workspace of a greenroom: the operations of the control plane, with the same names and the same shapes. */
export interface Greenroom {
  /** The base URL of both vendors. */
  readonly url: string;
  /** The workspace: `default`, or one that {@link Greenroom.workspace} has made. */
  readonly id: string;
  readonly cronofy: CronofyAccess;
  readonly attendee: AttendeeAccess;
  readonly clock: RoomClock;
  readonly timeline: ReadTimeline;
  readonly requests: RoomRequests;
  readonly deliveries: RoomDeliveries;
  readonly faults: RoomFaults;
  readonly casting: RoomCasting;
  readonly scenarios: RoomScenarios;
  /**
   * Makes happen now what the vendor's own side would do. Throws REFUSED with the reason.
   *
   * @example await room.backstage({ kind: 'event', bot: bot.id, event: 'meeting_ended' });
   */
  readonly backstage: (action: { readonly kind: string; readonly [argument: string]: unknown }) => Promise<object>;
  /** What of the vendors' contracts was exercised: in this workspace, or, asked of `default`, in all of the server. */
  readonly coverage: (options?: { readonly provider?: VendorName }) => Promise<CoverageReport>;
  /**
   * An agent or a bot of this room, by a reference or by what its vendor answered.
   *
   * @example await expect(room.subject(bot)).toHaveReached('ended');
   */
  readonly subject: (given: SubjectReference | SubjectAnswer) => Subject;
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
   * Calls the vendors' APIs, in this process where the greenroom is in it. A path stands for one of this server.
   *
   * @example await room.fetch('/api/v1/bots', { headers: { authorization: `Token ${room.attendee.api_key}` } });
   */
  readonly fetch: (input: Request | URL | string, init?: RequestInit) => Promise<Response>;
  /** Stops the server; of a workspace that was made, deletes that alone; of a connection, nothing. */
  readonly close: () => Promise<void>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

/** A workspace as plain data. What is in it may differ from version to version. */
export type Snapshot = Readonly<Record<string, unknown>>;

/** A server as its handles know it. */
export interface Connection {
  readonly url: string;
  readonly token: string | undefined;
  readonly fetch: (request: Request) => Promise<Response>;
  /** Has a workspace's webhooks for these origins delivered to functions; absent where the server is not in this process. */
  readonly receive?: (workspace: string, receivers: Readonly<Record<string, FetchReceiver>>) => void;
  /** Has the timers of this process follow the clock of a workspace; absent likewise. */
  readonly lockstep?: (workspace: string) => Lockstep;
}

/** The handle of a workspace that is there. Throws UNKNOWN_WORKSPACE. */
export async function openGreenroom(
  server: Connection,
  workspace: string,
  close: () => Promise<void>,
): Promise<Greenroom> {
  const channel = openChannel({ ...server, workspace });
  return handleOf(server, channel, await channel.get(`/workspaces/${encodeURIComponent(workspace)}`), close);
}

async function makeWorkspace(server: Connection, channel: Channel, options: WorkspaceOptions): Promise<Greenroom> {
  assertKnown('make the workspace', options, WORKSPACE_OPTIONS);
  const { receivers, ...rest } = options;
  if (receivers !== undefined && !server.receive) {
    throw new GreenroomError(
      'USAGE',
      'Failed to make the workspace: receivers are functions of the process that greenroom runs in, and it runs in another. Give your app a port of this machine.',
    );
  }
  const made = await channel.post<WorkspaceDescription>('/workspaces', rest);
  if (receivers !== undefined) server.receive?.(made.id, receivers);
  const path = `/workspaces/${encodeURIComponent(made.id)}`;
  return handleOf(server, openChannel({ ...server, workspace: made.id }), made, () => channel.delete(path));
}

function handleOf(
  server: Connection,
  channel: Channel,
  { id, cronofy, attendee }: WorkspaceDescription,
  end: () => Promise<void>,
): Greenroom {
  const lockstep = lockstepOf(server, id);
  const close = once(async () => {
    lockstep.end();
    await end();
  });
  const room: Greenroom = {
    url: server.url,
    id,
    cronofy,
    attendee,
    clock: clockOf(channel, lockstep.begin),
    timeline: timelineOf(channel),
    requests: requestsOf(channel),
    deliveries: deliveriesOf(channel),
    faults: faultsOf(channel),
    casting: castingOf(channel),
    scenarios: scenariosOf(channel),
    backstage: (action) => channel.post('/backstage', action),
    coverage: (options = {}) => channel.get('/coverage', { ...options }),
    subject: (given) => subjectOf(room, given),
    workspace: (options = {}) => makeWorkspace(server, channel, options),
    patch: async (changes) => {
      assertKnown('change the workspace', changes, WORKSPACE_CHANGES);
      return channel.patch(`/workspaces/${encodeURIComponent(id)}`, changes);
    },
    reset: async () => {
      await channel.post('/reset');
    },
    snapshot: () => channel.get('/snapshot'),
    restore: async (snapshot) => {
      await channel.put('/snapshot', snapshot);
    },
    fetch: async (input, init) => server.fetch(requestOf(server.url, input, init)),
    close,
    [Symbol.asyncDispose]: close,
  };
  return room;
}

const requestOf = (url: string, input: Request | URL | string, init?: RequestInit): Request =>
  new Request(typeof input === 'string' ? new URL(input, url) : input, init);

/** Closing twice is closing once. */
function once(end: () => Promise<void>): () => Promise<void> {
  let ended: Promise<void> | undefined;
  return () => (ended ??= end());
}

/** At most one lockstep of a handle, which ends with it. */
function lockstepOf(server: Connection, workspace: string): { begin: () => Promise<Lockstep>; end: () => void } {
  let lockstep: Lockstep | undefined;
  return {
    begin: async () => {
      if (!server.lockstep) {
        throw new GreenroomError(
          'USAGE',
          'Failed to go in lockstep: greenroom runs in another process. Start it in the process whose timers are to follow.',
        );
      }
      lockstep = server.lockstep(workspace);
      return lockstep;
    },
    end: () => lockstep?.release(),
  };
}
