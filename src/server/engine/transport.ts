import http from 'node:http';
import https from 'node:https';
import { afterAwake } from '../../clock/real-time.js';
import type { Answer, Message, Patience, Transport } from './attempt.js';
import { destinations, type Destination, type DestinationOptions, type FetchReceiver } from './destination.js';
import { isLoopback, lookupLoopback } from '../../loopback.js';
import { readUrl } from '../../read-url.js';

const RESPONSE_KEPT = 2048;
/** The vendors make a connection for each message; so many are open to one receiver at a time. */
const CONNECTIONS = { keepAlive: false, maxSockets: 64 };

interface Agents {
  readonly 'http:': http.Agent;
  readonly 'https:': https.Agent;
}

/** Sends to this machine and to receivers in this process; everything else stays here. Throws USAGE, see {@link destinations}. */
export function createTransport(options: DestinationOptions = {}): Transport & { close: () => void } {
  const agents: Agents = { 'http:': new http.Agent(CONNECTIONS), 'https:': new https.Agent(CONNECTIONS) };
  return {
    destinationOf: destinations(options),
    send: (destination, message, patience) =>
      firstAnswer(patience, (finish) => {
        if (destination.kind === 'network') return post(destination.url, agents, message, finish);
        if (destination.kind === 'function') void ask(destination, message).then(finish);
        else finish({ outcome: 'dropped', error: destination.reason });
        return () => undefined;
      }),
    close() {
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };
}

/** The same transport, but what is for these origins goes to functions of this process. */
export function withReceivers(transport: Transport, receivers: ReadonlyMap<string, FetchReceiver>): Transport {
  return {
    ...transport,
    destinationOf(target) {
      const url = receivers.size > 0 ? readUrl(target) : undefined;
      const receiver = url && receivers.get(url.origin);
      return receiver ? { kind: 'function', url, receiver } : transport.destinationOf(target);
    },
  };
}

type Finish = (answer: Answer) => void;

/** Resolves with the first of these: the answer, the end of the guard's time, the end of the world. */
function firstAnswer({ guardMs, onEnd }: Patience, start: (finish: Finish) => () => void): Promise<Answer> {
  return new Promise((resolve) => {
    let abandon = (): void => undefined;
    const ends: (() => void)[] = [];
    const finish: Finish = (answer) => {
      for (const end of ends) end();
      resolve(answer);
    };
    const giveUp = (answer: Answer): void => {
      finish(answer);
      abandon();
    };
    const silent: Answer = { outcome: 'timeout', error: `no answer within ${guardMs} ms of real time` };
    if (guardMs !== undefined) ends.push(afterAwake(guardMs, () => giveUp(silent)));
    ends.push(onEnd(() => giveUp({ outcome: 'dropped', error: 'the world has ended' })));
    try {
      abandon = start(finish);
    } catch (error) {
      finish({ outcome: 'dropped', error: messageOf(error) });
    }
  });
}

/** Sends over a connection of its own; the returned function gives it up. */
function post(url: URL, agents: Agents, { method, headers, body }: Message, finish: Finish): () => void {
  const bytes = Buffer.from(body, 'utf8');
  const protocol = url.protocol === 'https:' ? 'https:' : 'http:';
  const request = (protocol === 'https:' ? https : http).request({
    ...addressOf(url),
    method: method ?? 'POST',
    agent: agents[protocol],
    headers: method === 'GET' ? headers : { ...headers, 'Content-Length': bytes.length },
  });
  request.on('response', (response) => {
    let text = '';
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

/** A URL as node:http takes it. Of this machine, the address that was judged is the one that is called. */
function addressOf({ protocol, hostname, port, pathname, search, username, password }: URL): https.RequestOptions {
  const isHere = isLoopback(hostname);
  return {
    protocol,
    hostname: hostname.replace(/^\[|\]$/g, ''),
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

async function ask({ url, receiver }: Extract<Destination, { kind: 'function' }>, message: Message): Promise<Answer> {
  try {
    const response = await receiver(
      new Request(withoutCredentials(url), {
        method: message.method ?? 'POST',
        headers: message.headers,
        ...(message.method === 'GET' ? {} : { body: message.body }),
      }),
    );
    const text = (await response.text()).slice(0, RESPONSE_KEPT);
    return {
      outcome: 'answered',
      status: response.status,
      ...(text ? { response: text } : {}),
      ...(message.method === 'GET' ? { type: response.headers.get('content-type') ?? '' } : {}),
    };
  } catch (error) {
    return { outcome: 'dropped', error: messageOf(error) };
  }
}

/** The fetch API refuses to make a request for a URL with a user name. */
const withoutCredentials = (url: URL): URL => Object.assign(new URL(url), { username: '', password: '' });

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
