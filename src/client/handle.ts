import { pathOf } from './path.js';
import type { Lockstep } from '../clock/lockstep/lockstep.js';
import { didYouMean, nearest } from '../contracts/nearest.js';
import { GreenroomError } from '../errors.js';
import { calendarOf } from './calendar.js';
import { openChannel, type Channel, type ChannelOptions } from './channel.js';
import { clockOf } from './clock.js';
import { callsUntilClosed } from './closed.js';
import { deliveriesOf } from './deliveries.js';
import { faultsOf } from './faults.js';
import type { Greenroom, ListenerOptions, RoomListener, WorkspaceDescription } from './greenroom.js';
import { assertChanges, assertKnown, workspaceOptions } from './options.js';
import { checkpointsOf } from './history.js';
import type { FetchReceiver, WorkspaceOptions } from './options.js';
import { noteHandle } from './open-handles.js';
import { promisedRoom } from './promised.js';
import { requestsOf } from './requests.js';
import { castingOf, scenariosOf } from './scenarios.js';
import { namingFor, stateOf, subjectOf } from './subject.js';
import { noteStandstill } from './standstill.js';
import { timelineOf } from './timeline.js';
import { noteCalls, OpenCalls } from './unheard.js';
import type { VendorAccess, VendorName } from './vendors.js';
import { ASYNC_DISPOSE } from '../disposal.js';

/** A server as its handles know it. */
export interface Connection extends Omit<ChannelOptions, 'workspace'> {
  /** Has a workspace's webhooks for these origins delivered to functions; absent where the server is not in this process. */
  readonly receive?: (workspace: string, receivers: Readonly<Record<string, FetchReceiver>>) => void;
  /** Takes what a workspace sends to this machine, where the server is a service that cannot reach it. */
  readonly listen?: (workspace: string, options: ListenerOptions) => Promise<RoomListener>;
  /** Has the timers of this process follow the clock of a workspace; absent likewise. */
  readonly lockstep?: (workspace: string) => Lockstep;
  /** True while fake timers of this process wait for somebody to move them; absent likewise. */
  readonly timersStandStill?: () => boolean;
  /** True once the server was stopped by its handle. */
  readonly isStopped?: () => boolean;
}

/** The handle of a workspace that is there. Closing it does nothing if nothing is to `stop`. Throws UNKNOWN_WORKSPACE. */
export async function openGreenroom(
  server: Connection,
  workspace: string,
  stop?: () => Promise<void>,
): Promise<Greenroom> {
  const channel = openChannel({ ...server, workspace });
  const description = await channel.get<WorkspaceDescription>(pathOf`/workspaces/${workspace}`);
  let stopped = false;
  const isStopped = (): boolean => stopped;
  const end = async (): Promise<void> => {
    stopped = stop !== undefined;
    await stop?.();
  };
  return handleOf({ ...server, isStopped }, channel, description, { isClosed: isStopped, end });
}

async function makeWorkspace(
  server: Connection,
  channel: Channel,
  vendors: readonly string[],
  options: WorkspaceOptions,
): Promise<Greenroom> {
  assertKnown('make the workspace', options, workspaceOptions(vendors));
  const { receivers, ...rest } = options;
  const made = await channel.post<WorkspaceDescription>('/workspaces', rest);
  const path = pathOf`/workspaces/${made.id}`;
  let listener: RoomListener | undefined;
  try {
    // Nobody else can listen yet: what is for this machine comes here.
    if (made.shared) listener = await listenTo(server, made.id, receivers === undefined ? {} : { receivers });
    else if (receivers !== undefined) receiveIn(server, made.id, receivers);
  } catch (error) {
    await channel.delete(path);
    throw error;
  }
  let closed = false;
  const isClosed = (): boolean => closed || server.isStopped?.() === true;
  const end = async (): Promise<void> => {
    closed = true;
    await listener?.close();
    await channel.delete(path);
  };
  return handleOf(server, openChannel({ ...server, workspace: made.id }), made, { isClosed, end });
}

function receiveIn({ receive }: Connection, workspace: string, receivers: NonNullable<WorkspaceOptions['receivers']>) {
  if (receive) return receive(workspace, receivers);
  throw new GreenroomError(
    'USAGE',
    'Failed to make the workspace: receivers are functions of the process that greenroom runs in, and it runs in another. Give your app a port of this machine.',
  );
}

function listenTo({ listen }: Connection, workspace: string, options: ListenerOptions): Promise<RoomListener> {
  if (listen) return listen(workspace, options);
  throw new GreenroomError(
    'USAGE',
    'Failed to listen: this greenroom is on the machine of its apps and reaches them itself. Only a service, `greenroom serve --shared`, has listeners.',
  );
}

function handleOf(
  server: Connection,
  channel: Channel,
  description: WorkspaceDescription,
  { isClosed, end }: { readonly isClosed: () => boolean; readonly end: () => Promise<void> },
): Greenroom {
  const { id } = description;
  const access = accessIn(description);
  const naming = namingFor(Object.keys(access));
  const lockstep = lockstepOf(server, id);
  const close = once(async () => {
    lockstep.end();
    forget();
    await end();
  });
  const onAdvance = (): void => {
    if (server.timersStandStill?.() === true) noteStandstill(guarded);
  };
  const clock = clockOf(channel, naming, { lockstep: lockstep.begin, isClosed, onAdvance });
  const calls = { clock, ...callsOf(server, channel, access) };
  const open = new OpenCalls();
  const life = { room: () => room, isClosed, open };
  const guarded = callsUntilClosed(life, 'room', calls);
  const { state } = callsUntilClosed(life, 'room.subject(\u2026)', { state: stateOf(channel) });
  noteCalls(guarded, open);
  const room: Greenroom = {
    ...access,
    url: server.url,
    id,
    vendor: (name) => accessOf(access, name),
    subject: (given) => subjectOf(room, naming({ subject: given }).subject, state),
    ...guarded,
    workspace: (...given) => promisedRoom('room.workspace(…)', guarded.workspace(...given)),
    close,
    [ASYNC_DISPOSE]: close,
  };
  const forget = noteHandle(room);
  return room;
}

/** What a room has to call, but for its clock. */
function callsOf(server: Connection, channel: Channel, access: VendorAccess): Calls {
  const { workspace: id } = channel;
  const vendors = Object.keys(access);
  const naming = namingFor(vendors);
  return {
    timeline: timelineOf(channel, naming),
    requests: requestsOf(channel, naming),
    deliveries: deliveriesOf(channel, naming),
    faults: faultsOf(channel, naming),
    casting: castingOf(channel),
    scenarios: scenariosOf(channel),
    calendar: calendarOf(channel),
    backstage: (action) => channel.post('/backstage', action),
    coverage: (options = {}) => channel.get('/coverage', { ...options }),
    listen: async (options = {}) => {
      assertKnown('listen', options, ['forwardTo', 'receivers']);
      return listenTo(server, id, options);
    },
    workspace: (options = {}) => makeWorkspace(server, channel, vendors, options),
    patch: async (changes) => {
      assertChanges(changes, vendors);
      return channel.patch(pathOf`/workspaces/${id}`, changes);
    },
    reset: async () => {
      await channel.post('/reset');
    },
    snapshot: () => channel.get('/snapshot'),
    restore: async (snapshot) => {
      await channel.put('/snapshot', snapshot);
    },
    run: () => channel.getText('/run'),
    checkpoint: (name) => channel.post('/checkpoints', { name }),
    checkpoints: checkpointsOf(channel),
    changes: (options) => channel.get('/changes', options),
    fetch: async (input, init) => server.fetch(requestOf(server.url, input, init)),
  };
}

type Calls = Omit<Greenroom, keyof VendorAccess | 'url' | 'id' | 'vendor' | 'subject' | 'clock' | 'close' | symbol>;

/** The vendors of a workspace, whose credentials stand under their names among its other fields. */
function accessIn(description: WorkspaceDescription): VendorAccess {
  const fields = Object.entries(description as object);
  return Object.fromEntries(
    fields.filter(([, field]) => typeof field === 'object' && 'base_url' in field),
  ) as unknown as VendorAccess;
}

function accessOf(
  access: Readonly<Record<string, VendorAccess[VendorName]>>,
  name: string,
): ReturnType<Greenroom['vendor']> {
  if (Object.hasOwn(access, name)) return { ...access[name]! };
  const known = Object.keys(access);
  throw new GreenroomError(
    'USAGE',
    `Failed to find the vendor: expected one of ${known.join(', ')}, was "${name}".${didYouMean(nearest(name, known))}`,
  );
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
