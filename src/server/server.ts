import type { AddressInfo } from 'node:net';
import { createServer, type IncomingMessage, type Server as HttpServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { assertRealTimers } from '../clock/real-time.js';
import type { ScenarioCoverage } from '../contracts/coverage.js';
import { GreenroomError } from '../errors.js';
import { isLoopback, listenAddress } from '../loopback.js';
import { createApp, type App } from './app.js';
import { readOrigins } from './callers.js';
import type { RunServer } from './history/run-file.js';
import type { RunFolderOptions } from './host/run-folder.js';
import { beforeAnswers } from './answers.js';
import type { DestinationOptions } from './engine/destination.js';
import { loadNames } from './engine/names.js';
import { createTransport } from './engine/transport.js';
import { assertApart } from './providers/assemble.js';
import type { Vendor } from './providers/provider.js';
import { PROVIDERS } from './providers/registry.js';
import { rehearse } from './rehearsal.js';
import { ScenarioLibrary } from './scenarios/library.js';
import { ScenarioPlayer } from './scenarios/player.js';
import { ScenarioStore } from './scenarios/store.js';
import { VERSION } from './version.js';
import type { WorkspaceOptions } from './workspace.js';
import { Workspaces } from './workspaces.js';

const MAX_BODY = 16 * 1024 * 1024;

export interface ServerOptions extends DestinationOptions {
  /** The workspace `default`. */
  readonly workspace?: Omit<WorkspaceOptions, 'id'>;
  /** Vendors of one's own, served beside those that come with greenroom. */
  readonly vendors?: readonly Vendor[] | undefined;
  /** A folder with the user's own scenarios. */
  readonly scenarios?: string | undefined;
  /** What callbacks, cursors and links carry instead of the origin that was called. */
  readonly publicUrl?: string | undefined;
  /** Bytes; larger request bodies are answered 413. */
  readonly maxBody?: number;
  /** A folder in which the workspaces outlive the process. */
  readonly data?: RunFolderOptions | undefined;
  /** What callers of the control plane must show; without it only this machine is served. */
  readonly controlToken?: string | undefined;
  /** Origins whose web pages may call the vendors' paths, such as `http://localhost:5173`. */
  readonly cors?: readonly string[] | undefined;
  /** Hears sentences for a person at the terminal. */
  readonly warn?: (text: string) => void;
}

/** The composition root: everything that makes a greenroom, without a socket. */
export interface Server {
  readonly app: App;
  readonly vendors: readonly Vendor[];
  readonly workspaces: Workspaces;
  readonly library: ScenarioLibrary;
  readonly close: () => void;
}

/** The vendors that come with greenroom, and `own`. Throws INVALID_VENDOR if two of them cannot be told apart. */
export function allVendors(own: readonly Vendor[] = []): readonly Vendor[] {
  const all = [...PROVIDERS, ...own];
  if (own.length > 0) assertApart(all);
  return all;
}

/** Makes a server without a socket. */
export function makeServer(options: ServerOptions & { readonly host?: string } = {}): Server {
  assertRealTimers();
  const vendors = allVendors(options.vendors);
  const library = new ScenarioLibrary(
    vendors.map(({ profile }) => profile),
    options.scenarios,
  );
  if (options.scenarios !== undefined) library.validate();
  const scenarios = new ScenarioStore(library);
  const transport = createTransport(options);
  const { workspace = {}, warn = () => undefined } = options;
  const workspaces = new Workspaces({ vendors, player: new ScenarioPlayer(scenarios), transport, warn }, workspace);
  let rehearsed: Promise<ScenarioCoverage> | undefined;
  const app = createApp(vendors, {
    workspaces,
    vendors,
    rehearsals: () => (rehearsed ??= rehearsalsOf(options)),
    scenarios,
    version: VERSION,
    publicOrigin: options.publicUrl === undefined ? undefined : new URL(options.publicUrl).origin,
    maxBody: options.maxBody ?? MAX_BODY,
    controlToken: options.controlToken,
    cors: readOrigins(options.cors ?? []),
    vendorHosts: vendors.flatMap(({ profile }) => profile.hosts.map(({ host }) => host)),
    loopbackOnly: options.host === undefined || isLoopback(options.host),
    warn,
  });
  return {
    app,
    vendors,
    workspaces,
    library,
    close() {
      workspaces.close();
      transport.close();
    },
  };
}

/** The coverage of the scenarios that come with greenroom is the same in every server of a process. */
let shipped: Promise<ScenarioCoverage> | undefined;

function rehearsalsOf({ scenarios, vendors }: ServerOptions): Promise<ScenarioCoverage> {
  if (scenarios !== undefined || vendors !== undefined) return rehearse(makeServer({ scenarios, vendors }));
  return (shipped ??= rehearse(makeServer()));
}

/** The same, with the workspaces of its data folder as they were. Throws USAGE and DIVERGED, see {@link recover}. */
export async function openServer(options: ServerOptions & { readonly host?: string } = {}): Promise<Server> {
  const made = makeServer(options);
  if (options.data === undefined) return made;
  const { openRunFolder } = await import('./host/run-folder.js');
  const { Keeper } = await import('./history/keeper.js');
  const { recover } = await import('./history/recover.js');
  const { warn = () => undefined } = options;
  const store = openRunFolder(options.data);
  const keeper = new Keeper(store, VERSION, runServerOf(options, made.vendors));
  try {
    await loadNames();
    await recover(made.workspaces, { store, keeper, warn });
  } catch (error) {
    made.close();
    store.close();
    throw error;
  }
  const release = beforeAnswers(() => keeper.flush());
  return {
    ...made,
    close() {
      made.close();
      release();
      keeper.close();
    },
  };
}

/** What a run is played with elsewhere. */
const runServerOf = (
  { maxBody = MAX_BODY, allowHosts = [], forwardTo, receivers = {} }: ServerOptions,
  vendors: readonly Vendor[],
): RunServer => ({
  vendors: vendors.map(({ name }) => name),
  maxBody,
  allowHosts,
  ...(forwardTo === undefined ? {} : { forwardTo }),
  receivers: Object.keys(receivers),
});

export interface ListeningServer extends Server {
  /** Where it listens, `http://127.0.0.1:4747`. */
  readonly url: string;
  readonly port: number;
  /** Lets the process end while it listens and while connections are kept. */
  readonly unref: () => void;
  /** Stops listening and ends open connections. */
  readonly stop: () => Promise<void>;
}

/** Puts a server on a port; 0 takes a free one. Throws PORT_IN_USE. */
export async function listen(
  options: ServerOptions & { readonly port: number; readonly host: string },
): Promise<ListeningServer> {
  const made = await openServer(options);
  // The globals of the process stay as they are: greenroom may live inside somebody's test suite.
  const serve = getRequestListener(made.app.fetch, { overrideGlobalObjects: false, hostname: options.host });
  const http = createServer((request, response) => {
    if (hasSeveralHosts(request)) response.writeHead(400, { Connection: 'close' }).end();
    else void serve(request, response);
  });
  const { port } = await bind(http, options.port, options.host).catch((error: unknown) => {
    made.close();
    throw error;
  });
  return {
    ...made,
    port,
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    unref() {
      http.unref();
      // A client that keeps its connection must not keep this process.
      http.on('connection', (socket) => socket.unref());
    },
    async stop() {
      made.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

/** RFC 9112: a request with more than one Host line is refused, for it can be read in two ways. */
const hasSeveralHosts = ({ rawHeaders }: IncomingMessage): boolean =>
  rawHeaders.filter((text, i) => i % 2 === 0 && text.toLowerCase() === 'host').length > 1;

function bind(server: HttpServer, port: number, host: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const busy = error.code === 'EADDRINUSE' || error.code === 'EACCES';
      reject(
        busy
          ? new GreenroomError(
              'PORT_IN_USE',
              `Failed to listen on ${host}:${port}: the port is ${error.code === 'EACCES' ? 'not allowed' : 'in use'}. Give another with --port, or --port 0 for a free one.`,
            )
          : new GreenroomError('USAGE', `Failed to listen on ${host}:${port}: ${error.message}.`),
      );
    });
    server.listen(port, listenAddress(host), () => resolve(server.address() as AddressInfo));
  });
}
