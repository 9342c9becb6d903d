import http from 'node:http';
import type { RequestOptions } from 'node:https';
import { leaveOutOwn } from '../../clock/rest/host-work.js';
import { isLoopback, lookupLoopback } from '../../loopback.js';
import type { Message } from '../engine/deliveries/attempt.js';
import { nameOfConnection } from '../../probe/wire.js';
import { RESPONSE_KEPT, type Connections, type Sender } from '../host.js';

/** The vendors make a connection for each message; so many are open to one receiver at a time. */
const CONNECTIONS = { keepAlive: false, maxSockets: 64 };

interface Agents {
  readonly 'http:': http.Agent;
  'https:'?: http.Agent;
}

/** Node's own: a mocking library that the app puts in its place is for what the app calls, not for what it is sent. */
const OwnRequest = http.ClientRequest.prototype.constructor as typeof http.ClientRequest;

/** Loaded when the first receiver wants it: few do, and each start would wait for it. */
const secure = () => process.getBuiltinModule('node:https');

/** Connections that can be told the address of a name. */
interface LedConnections extends Connections {
  readonly send: (...given: [...Parameters<Connections['send']>, address?: string]) => () => void;
}

/** See {@link Host.connect}. */
export function connect(): LedConnections {
  const agents: Agents = { 'http:': new http.Agent(CONNECTIONS) };
  return {
    send(url, message, sender, address) {
      // By the address alone Node would not know what the receiver is called.
      const headers = address === undefined ? message.headers : { Host: url.host, ...message.headers };
      return send(agents, addressOf(url, address), { ...message, headers }, sender);
    },
    close() {
      agents['http:'].destroy();
      agents['https:']?.destroy();
    },
  };
}

function send(
  agents: Agents,
  address: RequestOptions,
  { method, headers, body }: Message,
  { finish, connected }: Sender,
): () => void {
  const bytes = Buffer.from(body, 'utf8');
  const isSecure = address.protocol === 'https:';
  const request = new OwnRequest({
    ...address,
    method: method ?? 'POST',
    agent: isSecure ? (agents['https:'] ??= new (secure().Agent)(CONNECTIONS)) : agents['http:'],
    headers: method === 'GET' ? headers : { ...headers, 'Content-Length': bytes.length },
  });
  leaveOutOwn(request);
  request.on('socket', (socket) =>
    socket.once('connect', () => connected?.(nameOfConnection(socket.localPort, socket.remotePort))),
  );
  request.on('response', (response) => {
    let text = '';
    // All is read and written: it is closed in one step, where Node would take four. A receiver that answers before it has
    // read gets the rest of the message.
    if (!isSecure) response.prependOnceListener('end', () => request.writableFinished && response.socket.destroy());
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      if (text.length < RESPONSE_KEPT) text += chunk.slice(0, RESPONSE_KEPT - text.length);
    });
    response.on('end', () =>
      finish({
        outcome: 'answered',
        status: response.statusCode ?? 0,
        ...(text ? { response: text } : {}),
        ...(method === 'GET' ? { type: response.headers['content-type'] ?? '' } : {}),
      }),
    );
    response.on('error', (error) => finish({ outcome: 'dropped', error: error.message }));
  });
  request.on('error', (error: NodeJS.ErrnoException) => {
    const refused = error.code === 'ECONNREFUSED' || error.code === 'ENOTFOUND';
    finish({ outcome: refused ? 'refused' : 'dropped', error: error.code ?? error.message });
  });
  request.end(bytes);
  // A header of the vendor says keep-alive, and the next message in the line would get the same connection.
  request.shouldKeepAlive = false;
  return () => void request.destroy();
}

/** A URL as node:http takes it. The address that was judged is the one that is called. */
function addressOf(url: URL, address?: string): RequestOptions {
  const { protocol, hostname, port, pathname, search, username, password } = url;
  const isHere = address === undefined && isLoopback(hostname);
  const name = hostname.replace(/^\[|\]$/g, '');
  return {
    protocol,
    hostname: address ?? name,
    ...(address === undefined || address === name ? {} : { servername: name }),
    ...(port === '' ? {} : { port }),
    path: pathname + search,
    ...(username || password ? { auth: `${decoded(username)}:${decoded(password)}` } : {}),
    ...(isHere ? { lookup: lookupLoopback } : {}),
    // A receiver on this machine has a certificate of its own making, if any.
    rejectUnauthorized: !isHere,
  };
}

/** Percent-decoding that leaves alone what it cannot decode. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
