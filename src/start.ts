import { assertKnown, GREENROOM_OPTIONS, LISTEN_OPTIONS } from './client/options.js';
import type { GreenroomOptions, ListenOptions } from './client/options.js';
import { enterRoom, type Greenroom, type Server } from './client/room.js';
import { assertCanFollow, startLockstep } from './clock/lockstep.js';
import { createRoom, listen, type ListeningRoom, type Room, type RoomOptions } from './server/server.js';
import { DEFAULT_WORKSPACE } from './server/workspace.js';
import { checkWorkspaceOptions } from './server/workspace-options.js';

/**
 * Starts a greenroom on a port of this machine. Throws PORT_IN_USE, and USAGE for an option that it does not know.
 *
 * @example await using room = await startGreenroom();
 */
export async function startGreenroom(options: ListenOptions = {}): Promise<Greenroom> {
  return enterListening(await listenFor(options), options);
}

/** The same, but it does not keep the process alive: for tests, whose runner decides when all is over. */
export async function startForTests(options: ListenOptions = {}): Promise<Greenroom> {
  const room = await listenFor(options);
  room.unref();
  return enterListening(room, options);
}

function listenFor(options: ListenOptions): Promise<ListeningRoom> {
  assertKnown('start greenroom', options, LISTEN_OPTIONS);
  const { port = 0, host = '127.0.0.1', controlToken, lockstep = false, ...rest } = options;
  if (lockstep) assertCanFollow();
  return listen({ ...roomOptions(rest), controlToken, port, host });
}

async function enterListening(
  room: ListeningRoom,
  { controlToken, lockstep = false }: ListenOptions,
): Promise<Greenroom> {
  const entered = await enterRoom(serverOf(room, room.url, controlToken), DEFAULT_WORKSPACE, () => room.stop());
  return lockstep ? inLockstep(entered) : entered;
}

/** Makes a greenroom without a socket: call it with `room.fetch`. */
export async function createGreenroom(options: GreenroomOptions = {}): Promise<Greenroom> {
  assertKnown('make a greenroom', options, GREENROOM_OPTIONS);
  const { lockstep = false, ...rest } = options;
  if (lockstep) assertCanFollow();
  const room = createRoom(roomOptions(rest));
  const server = serverOf(room, 'http://greenroom.localhost');
  const entered = await enterRoom(server, DEFAULT_WORKSPACE, async () => room.close());
  return lockstep ? inLockstep(entered) : entered;
}

async function inLockstep(room: Greenroom): Promise<Greenroom> {
  try {
    await room.clock.lockstep();
    return room;
  } catch (error) {
    await room.close();
    throw error;
  }
}

/** Which workspace of a running greenroom is meant, and how to get in. */
export interface ConnectOptions {
  /** `default` if nothing is said. */
  readonly workspace?: string;
  /** What the server was given as `--control-token`. */
  readonly token?: string;
}

/**
 * The handle of a greenroom that runs elsewhere: in another worker, or as `npx greenroom`. Throws UNREACHABLE and
 * UNKNOWN_WORKSPACE.
 *
 * @example const room = await (await connectGreenroom('http://127.0.0.1:4747')).workspace();
 */
export async function connectGreenroom(url: string | URL, options: ConnectOptions = {}): Promise<Greenroom> {
  assertKnown('connect to greenroom', options, ['workspace', 'token']);
  const { workspace = DEFAULT_WORKSPACE, token } = options;
  const server: Server = { url: new URL(url).origin, token, fetch: (request) => fetch(request) };
  return enterRoom(server, workspace, () => Promise.resolve());
}

function serverOf(room: Room, url: string, token?: string): Server {
  return {
    url,
    token,
    fetch: async (request) => {
      // There is no socket that would say so, and the control plane asks.
      request.headers.set('host', 'localhost');
      return room.app.fetch(request);
    },
    receive: (workspace, receivers) => room.workspaces.get(workspace).receive(receivers),
    lockstep: (id) => {
      const workspace = room.workspaces.get(id);
      return startLockstep({
        attach: (timers) => workspace.attach(timers),
        kick: () => workspace.world.clock.kick(),
      });
    },
  };
}

function roomOptions({
  receivers,
  allowHosts,
  forwardTo,
  scenarios,
  publicUrl,
  maxBody,
  ...workspace
}: Omit<GreenroomOptions, 'lockstep'>): RoomOptions {
  checkWorkspaceOptions(workspace);
  return {
    workspace,
    scenarios,
    publicUrl,
    forwardTo,
    ...(receivers === undefined ? {} : { receivers }),
    ...(allowHosts === undefined ? {} : { allowHosts }),
    ...(maxBody === undefined ? {} : { maxBody }),
  };
}
