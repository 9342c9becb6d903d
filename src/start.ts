import { assertKnown, assertNoSocket, greenroomOptions, listenOptions } from './client/options.js';
import type { GreenroomOptions, ListenOptions } from './client/options.js';
import type { Greenroom } from './client/greenroom.js';
import { openGreenroom, type Connection } from './client/handle.js';
import { promisedRoom } from './client/promised.js';
import { VENDOR_LIST } from './contracts/vendors.js';
import { GreenroomError } from './errors.js';
import { assertCanFollow, standStill, startLockstep } from './clock/lockstep/lockstep.js';
import { keptAlive, turn } from './clock/real-time.js';
import { readUrl } from './read-url.js';
import { listen, type ListeningServer } from './server/host/listen.js';
import { plainRequest, type Plain } from './server/http.js';
import { openServer } from './server/host/open-server.js';
import { readOwnVendors } from './server/providers/own-vendors.js';
import { allVendors, type Server, type ServerOptions } from './server/server.js';
import { DEFAULT_WORKSPACE } from './server/workspaces/workspace.js';
import { checkWorkspaceOptions, gatherSettings } from './server/workspaces/options.js';

/**
 * Starts a greenroom on a port of this machine. Throws PORT_IN_USE, and USAGE for an option that it does not know.
 *
 * @example await using room = await startGreenroom();
 */
export function startGreenroom(options: ListenOptions = {}): Promise<Greenroom> {
  return promisedRoom('startGreenroom(…)', start(options));
}

const start = async (options: ListenOptions): Promise<Greenroom> => enterListening(await listenFor(options), options);

/** Real time for tests, whatever timers of their process are faked. */
export { after as inRealTime } from './clock/real-time.js';

/**
 * The same for tests: it does not keep the process alive, for their runner decides when all is over, and lets no key in that
 * nobody has. With one of its own for each test, a call with another key would be made in none of them.
 */
export async function startForTests(options: ListenOptions = {}): Promise<Greenroom> {
  const server = await listenFor(options.run === undefined ? { ...options, ...strictKeys(options) } : options);
  server.unref();
  return enterListening(server, options);
}

const strictKeys = (options: ListenOptions): Partial<ListenOptions> =>
  Object.fromEntries(
    vendorsOf('start greenroom', options).map((name) => [
      name,
      { auth: 'strict', ...(options as Readonly<Record<string, object | undefined>>)[name] },
    ]),
  );

/** The names under which these options may hold settings. */
const vendorsOf = (doing: string, options: GreenroomOptions | null): string[] =>
  [...VENDOR_LIST, ...readOwnVendors(doing, options?.vendors)].map(({ name }) => name);

function listenFor(options: ListenOptions): Promise<ListeningServer> {
  assertKnown('start greenroom', options, listenOptions(vendorsOf('start greenroom', options)));
  const { port = 0, host = '127.0.0.1', controlToken, lockstep = false, ...rest } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new GreenroomError(
      'USAGE',
      `Failed to start greenroom: expected a port between 0 and 65535, was ${JSON.stringify(port)}.`,
      { pointer: '/port' },
    );
  }
  if (lockstep) assertCanFollow();
  return listen({ ...serverOptions(rest), controlToken, port, host });
}

async function enterListening(
  server: ListeningServer,
  { controlToken, lockstep = false }: ListenOptions,
): Promise<Greenroom> {
  const entered = await openGreenroom(connectionTo(server, server.url, controlToken), DEFAULT_WORKSPACE, () =>
    server.stop(),
  );
  return lockstep ? inLockstep(entered) : entered;
}

/** Makes a greenroom without a socket: call it with `room.fetch`. A process lives for its calls that are awaited, and not for the room. */
export function createGreenroom(options: GreenroomOptions = {}): Promise<Greenroom> {
  return promisedRoom('createGreenroom(…)', create(options));
}

async function create(options: GreenroomOptions): Promise<Greenroom> {
  assertNoSocket(options);
  assertKnown('make a greenroom', options, greenroomOptions(vendorsOf('make a greenroom', options)));
  const { lockstep = false, ...rest } = options;
  if (lockstep) assertCanFollow();
  const server = await openServer(serverOptions(rest));
  const connection = connectionTo(server, 'http://greenroom.localhost');
  const entered = await openGreenroom(connection, DEFAULT_WORKSPACE, async () => server.close());
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
  /** The `--control-token` of the server. */
  readonly token?: string;
}

/**
 * The handle of a greenroom that runs elsewhere: in another worker, or as `npx greenroom`. Throws UNREACHABLE,
 * UNKNOWN_WORKSPACE, and USAGE for what is no URL of a server.
 *
 * @example const room = await (await connectGreenroom('http://127.0.0.1:4747')).workspace();
 */
export function connectGreenroom(url: string | URL, options: ConnectOptions = {}): Promise<Greenroom> {
  return promisedRoom('connectGreenroom(…)', connect(url, options));
}

async function connect(url: string | URL, options: ConnectOptions): Promise<Greenroom> {
  assertKnown('connect to greenroom', options, ['workspace', 'token']);
  const { workspace = DEFAULT_WORKSPACE, token } = options;
  const connection: Connection = {
    url: originOf(url),
    token,
    fetch: (request) => fetch(request),
    listen: async (workspace, given) => {
      const { openListener } = await import('./listen/listener.js');
      const warn = (text: string): void => process.emitWarning(text, 'GreenroomWarning');
      return openListener({ ...connection, workspace, ...given, warn });
    },
  };
  return openGreenroom(connection, workspace);
}

/** There is no socket that would say so, and the control plane asks. */
const HOST = 'localhost';

function originOf(url: string | URL): string {
  const read = readUrl(String(url));
  if (read && /^https?:$/.test(read.protocol)) return read.origin;
  throw new GreenroomError(
    'USAGE',
    `Failed to connect to greenroom: expected its URL, such as http://127.0.0.1:4747, was ${JSON.stringify(String(url))}.`,
  );
}

/** Calls without a socket between two turns of the event loop: a client that calls without end must not stop the process. */
const CALLS_PER_TURN = 500;

function connectionTo(server: Server, url: string, token?: string): Connection {
  let calls = 0;
  const answer = async (request: Request, plain?: Plain): Promise<Response> => {
    // As a socket would: what is waited for may be held up by nothing but greenroom's own timers, which keep no process alive.
    const letGo = keptAlive();
    try {
      if (++calls % CALLS_PER_TURN === 0) await turn();
      return await server.app.fetch(request, plain && { plain });
    } finally {
      letGo();
    }
  };
  return {
    url,
    token,
    fetch: (request) => {
      request.headers.set('host', HOST);
      return answer(request);
    },
    exchange: async (to, { method, headers, body = '' }) => {
      const plain: Plain = { headers: { host: HOST, ...headers }, body };
      const response = await answer(plainRequest(method, to), plain);
      return plain.answered ?? { status: response.status, text: await response.text() };
    },
    receive: (workspace, receivers) => server.workspaces.get(workspace).receive(receivers),
    timersStandStill: standStill,
    lockstep: (id) => {
      const workspace = server.workspaces.get(id);
      return startLockstep({
        attach: (timers) => workspace.probes.attach(timers),
        kick: () => workspace.world.clock.kick(),
      });
    },
  };
}

function serverOptions({
  receivers,
  allowHosts,
  forwardTo,
  scenarios,
  publicUrl,
  maxBody,
  cors,
  data,
  run,
  vendors,
  ...workspace
}: Omit<GreenroomOptions, 'lockstep'>): ServerOptions {
  const served = allVendors(vendors);
  checkWorkspaceOptions(served, workspace);
  if (run !== undefined) assertFree(run, { ...workspace, data, forwardTo });
  return {
    workspace: gatherSettings(served, workspace),
    vendors,
    scenarios,
    publicUrl,
    forwardTo,
    cors,
    data: data === undefined ? undefined : { dir: data },
    run: run === undefined ? undefined : { path: run },
    ...(receivers === undefined ? {} : { receivers }),
    ...(allowHosts === undefined ? {} : { allowHosts }),
    ...(maxBody === undefined ? {} : { maxBody }),
  };
}

/** Refuses what a run says itself. */
function assertFree(run: string, options: object): void {
  const [decided] = Object.entries(options).find(([, value]) => value !== undefined) ?? [];
  if (decided === undefined) return;
  throw new GreenroomError(
    'USAGE',
    `Failed to go on with the run ${run}: expected no option "${decided}", for the run says what it is. Leave it out, or change it afterwards.`,
  );
}
