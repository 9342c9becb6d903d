import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A webhook as it arrived: the exact bytes, and the headers by lower-case name. */
export interface Arrival {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Names and values as they stood on the wire. */
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/** What the receiver does with a webhook: a status, a closed connection, silence, or anything else. */
export type Answer = number | 'drop' | 'silence' | ((arrival: Arrival) => Reply | Promise<Reply>);
type Reply = number | { readonly status: number; readonly body: string };

export interface Receiver {
  readonly url: string;
  readonly arrivals: Arrival[];
  /** The answers to the next webhooks, in order; 200 afterwards. */
  readonly answerWith: (...answers: Answer[]) => void;
  /** Does this after every answer that has gone out. */
  afterAnswer: ((arrival: Arrival) => void) | undefined;
  /** How many connections were made to it. */
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

/** The user's app: a real HTTP server, on a free port if none is given, that remembers what it was sent. */
export async function startReceiver(port = 0): Promise<Receiver> {
  const arrivals: Arrival[] = [];
  const answers: Answer[] = [];
  let connections = 0;
  const receiver: Receiver = {
    url: '',
    arrivals,
    answerWith: (...next) => void answers.push(...next),
    afterAnswer: undefined,
    connections: () => connections,
    close: () => close(server),
  };
  const server = createServer((request, response) => {
    void read(request).then(async (arrival) => {
      if (!arrival) return;
      arrivals.push(arrival);
      await answer(answers.shift() ?? 200, arrival, response);
      receiver.afterAnswer?.(arrival);
    });
  });
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return Object.assign(receiver, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

async function answer(how: Answer, arrival: Arrival, response: ServerResponse): Promise<void> {
  if (how === 'silence') return;
  if (how === 'drop') {
    response.destroy();
    return;
  }
  const reply = typeof how === 'number' ? how : await how(arrival);
  const { status, body } = typeof reply === 'number' ? { status: reply, body: '' } : reply;
  await new Promise<void>((resolve) => response.writeHead(status).end(body, resolve));
}

/** Reads a webhook whole; `undefined` if its sender has given it up before its end. */
async function read(request: IncomingMessage): Promise<Arrival | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    return undefined;
  }
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  return {
    path: request.url ?? '',
    headers,
    rawHeaders: request.rawHeaders,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
