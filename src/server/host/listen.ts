import type { AddressInfo, Socket } from 'node:net';
import { createServer, type IncomingMessage, type Server as HttpServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { andThen, type Awaitable } from '../../awaitable.js';
import { GreenroomError } from '../../errors.js';
import { isLoopback, listenAddress } from '../../loopback.js';
import { ALREADY_SENT, isComing } from '../http.js';
import { nameOfConnection } from '../../probe/wire.js';
import { noteServer } from '../probes/arrivals.js';
import type { Server, ServerOptions } from '../server.js';
import { openServer } from './open-server.js';
import { tellOtherProtocols } from './other-protocols.js';

export interface ListeningServer extends Server {
  /** Where it listens, `http://127.0.0.1:4747`. */
  readonly url: string;
  readonly port: number;
  /** Lets the process end while it listens and while connections are kept. */
  readonly unref: () => void;
  /** Stops listening and ends open connections. */
  readonly stop: () => Promise<void>;
}

/** Puts a server on a port; 0 takes a free one. Throws PORT_IN_USE, and USAGE for one that would be open to a network. */
export async function listen(
  options: ServerOptions & { readonly port: number; readonly host: string },
): Promise<ListeningServer> {
  assertCloses(options);
  const made = await openServer(options);
  // The globals of the process stay as they are: greenroom may live inside somebody's test suite.
  const answer = (request: Request, sockets: object): Awaitable<Response> =>
    andThen(made.app.fetch(request, sockets), (answer) => (answer === ALREADY_SENT ? nothingToSend() : answer));
  const serving = { overrideGlobalObjects: false, hostname: options.host };
  const serve = getRequestListener(answer, serving);
  const serveShort = getRequestListener(answer, { ...serving, autoCleanupIncoming: false });
  // By itself Node drops a second Authorization. Servers of vendors (gunicorn) and the fetch API make one value of both.
  const http = createServer({ keepAliveTimeout: IDLE_MS, joinDuplicateHeaders: true }, (request, response) => {
    if (hasSeveralHosts(request)) response.writeHead(400, { Connection: 'close' }).end();
    else void (isShort(request) ? serveShort : serve)(request, response);
  });
  const { port } = await bind(http, options.port, options.host).catch((error: unknown) => {
    made.close();
    throw error;
  });
  const url = `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`;
  const forget = noteServer(port, callsInHand(http));
  tellOtherProtocols(http, url, options.warn ?? (() => undefined));
  return {
    ...made,
    port,
    url,
    unref() {
      http.unref();
      // A client that keeps its connection must not keep this process.
      http.on('connection', (socket) => socket.unref());
    },
    async stop() {
      made.close();
      forget();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

/** Is never settled: @hono/node-server waits for it, sends nothing, and is forgotten together with it. */
const nothingToSend = (): Promise<Response> => new Promise(() => undefined);

/** Whoever may call the control plane has the keys of everything: without a token that is for this machine alone. */
function assertCloses({ controlToken, shared, host }: ServerOptions & { readonly host: string }): void {
  if (isLoopback(host) || shared !== undefined || (controlToken !== undefined && controlToken.trim() !== '')) return;
  throw new GreenroomError(
    'USAGE',
    `Failed to listen on ${host}: beyond this machine the control plane needs a token. Give --control-token, or the option controlToken.`,
  );
}

/** Tells of a connection whether a call over it is in hand: begun, and not answered whole. */
function callsInHand(http: HttpServer): (connection: string) => boolean {
  const sockets = new Map<string, Socket>();
  http.on('connection', (socket) => {
    const name = nameOfConnection(socket.remotePort, socket.localPort);
    sockets.set(name, socket);
    socket.once('close', () => sockets.delete(name));
  });
  return (connection) => {
    const socket = sockets.get(connection);
    // Node keeps there what it is to answer.
    return (
      socket !== undefined && (socket as { _httpMessage?: object | null })._httpMessage != null && !isComing(socket)
    );
  };
}

/** A client whose process is busy for Node's five seconds would find its connection closed when it sends the next call. */
const IDLE_MS = 60_000;

/** RFC 9112: a request with more than one Host line is refused, for it can be read in two ways. */
function hasSeveralHosts({ rawHeaders }: IncomingMessage): boolean {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (name.length === 4 && name.toLowerCase() === 'host') count++;
  }
  return count > 1;
}

/**
 * True for a body that is soon read, or left to Node, which drops what nobody has read. @hono/node-server sees to the end of the
 * others, which a client may send without one, and takes two timers and a dozen listeners to do so.
 */
const isShort = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] === undefined && Number(headers['content-length']) <= SHORT_BYTES;

const SHORT_BYTES = 64 * 1024;

function bind(server: HttpServer, port: number, host: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const busy = error.code === 'EADDRINUSE' || error.code === 'EACCES';
      reject(
        busy
          ? new GreenroomError(
              'PORT_IN_USE',
              `Failed to listen on ${host}:${port}: the port is ${error.code === 'EACCES' ? 'not allowed' : 'in use'}. Give another port (--port, or the option port), or 0 for a free one.`,
            )
          : new GreenroomError('USAGE', `Failed to listen on ${host}:${port}: ${error.message}.`),
      );
    });
    server.listen(port, listenAddress(host), () => resolve(server.address() as AddressInfo));
  });
}
