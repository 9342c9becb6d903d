import { isUtf8 } from 'node:buffer';
// oxlint-disable-next-line import/no-nodejs-modules -- types alone
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HonoRequest } from 'hono';
import { andThen, type Awaitable } from '../awaitable.js';
import { atEndOfTurn, keepAll, refusalOf } from './answers.js';
import { nextTurn } from '../clock/real-time.js';
import { nameOfConnection } from '../probe/wire.js';
import type { Reply, VendorRequest } from './providers/provider.js';

/** What @hono/node-server hands in; absent when the app is called in this process. */
export interface Bindings {
  readonly incoming?: IncomingMessage;
  readonly outgoing?: ServerResponse;
  /** Stands for the connection of a client outside this process, where the host has no sockets. */
  readonly connection?: { readonly written: (callback: () => void) => void };
  readonly plain?: Plain;
}

/** A call that is made in this process, past the objects of the fetch API: they take longer to make than most calls to answer. */
export interface Plain {
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Stands here instead of in the answer that is returned, where it is known whole. */
  answered?: PlainAnswer;
}

export interface PlainAnswer {
  readonly status: number;
  readonly text: string;
}

/** As much of the request as Hono looks at where a plain call stands beside it. */
export const plainRequest = (method: string, url: string): Request => ({ method, url }) as Request;

/**
 * What is returned where the answer is sent, or will be, past the one who called. Of what Hono serves, it makes a true answer
 * from it for a HEAD, and @hono/node-server then knows it by its header.
 */
export const ALREADY_SENT = Object.freeze({
  status: 200,
  headers: { 'x-hono-already-sent': 'true' },
}) as unknown as Response;

/** As much of Hono's context as a call needs: to make a whole one takes longer than to find the way of the call. */
export interface AppContext {
  readonly env: Bindings;
  readonly req: Pick<HonoRequest, 'raw' | 'url' | 'method' | 'path'>;
}

/** The connection of a client outside this process. */
export const connectionOf = ({ env }: AppContext): object | undefined => env?.incoming?.socket ?? env?.connection;

/** The same, by the name that a probe of the client has for it. */
export function connectionNameOf({ env }: AppContext): string | undefined {
  const { socket } = env?.incoming ?? {};
  return socket && nameOfConnection(socket.remotePort, socket.localPort);
}

/** Connections over which a call has begun to come that is not in hand yet. */
const coming = new WeakSet<object>();

export const isComing = (connection: object): boolean => coming.has(connection);

/** Does what takes turns of the event loop before a call can be taken. */
export function whileComing<T>(connection: object | undefined, work: Promise<T>): Promise<T> {
  if (!connection) return work;
  coming.add(connection);
  return work.finally(() => coming.delete(connection));
}

export const TOO_LARGE = Symbol('the body is larger than allowed');
const NOTHING = Buffer.alloc(0);

/** Reads a request whole, the body of a GET included, which the fetch API would drop. */
export function readRequest(
  c: AppContext,
  publicOrigin: string | undefined,
  maxBytes: number,
): Awaitable<{ readonly request: VendorRequest; readonly tooLarge: boolean }> {
  const { incoming, plain } = c.env ?? {};
  const url = c.req.url;
  const start = url.indexOf('?');
  const method = incoming?.method ?? c.req.raw.method;
  const { path } = c.req;
  const query = start < 0 ? '' : url.slice(start + 1);
  const headers = headersOf(c);
  const origin = publicOrigin ?? originOf(url);
  const sent = plain ? within(Buffer.from(plain.body), maxBytes) : undefined;
  const body = incoming ? readIncoming(incoming, maxBytes) : (sent ?? readFetch(c.req.raw, maxBytes));
  return andThen(body, (body) => {
    const tooLarge = body === TOO_LARGE;
    const text = tooLarge ? '' : body.toString('utf8');
    const bytes = tooLarge || isUtf8(body) ? undefined : body;
    return { request: { method, path, query, headers, origin, body: text, bytes }, tooLarge };
  });
}

/** The headers of a request, by lower-case name. */
export const headersOf = ({ env, req }: AppContext): Readonly<Record<string, string>> =>
  env?.incoming ? flatten(env.incoming) : (env?.plain?.headers ?? Object.fromEntries(req.raw.headers));

export const originOf = (url: string): string => url.slice(0, url.indexOf('/', url.indexOf('//') + 2));

/** Headers with their names in the order in which they came. */
interface Sent {
  readonly names: readonly string[];
  readonly flat: Readonly<Record<string, string>>;
}

/**
 * Headers that were sent, by the credential and the length of the body: clients send the same ones again and again, over all of
 * their connections. Who keeps them keeps one object of them, and knows them by it.
 */
const sent = new Map<string, Sent[]>();
/** Of a thousand clients, each with a few lengths. */
const KEPT = 4000;
/** So many programs may call by turns with the same credential and length. */
const KEPT_OF_A_KIND = 8;
let keptCount = 0;

function flatten({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  const { 'content-length': length = '', authorization = '' } = headers;
  const kind = `${length} ${authorization}`;
  const known = sent.get(kind) ?? [];
  for (const one of known) if (areSame(one, headers)) return one.flat;
  const flat: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  if (keptCount >= KEPT) {
    sent.clear();
    keptCount = 0;
  }
  if (known.unshift({ names: Object.keys(flat), flat: Object.freeze(flat) }) > KEPT_OF_A_KIND) known.pop();
  else keptCount++;
  sent.set(kind, known);
  return flat;
}

function areSame({ names, flat }: Sent, headers: IncomingMessage['headers']): boolean {
  let count = 0;
  for (const name in headers) if (names[count++] !== name || flat[name] !== headers[name]) return false;
  return count === names.length;
}

const within = (bytes: Buffer, maxBytes: number): Buffer | typeof TOO_LARGE =>
  bytes.length > maxBytes ? TOO_LARGE : bytes;

const readFetch = async (request: Request, maxBytes: number): Promise<Buffer | typeof TOO_LARGE> =>
  within(Buffer.from(await request.arrayBuffer()), maxBytes);

function readIncoming(incoming: IncomingMessage, maxBytes: number): Awaitable<Buffer | typeof TOO_LARGE> {
  const { 'content-length': length, 'transfer-encoding': encoding } = incoming.headers;
  if (encoding === undefined && (length === undefined || length === '0')) return NOTHING;
  if (Number(length) > maxBytes) return TOO_LARGE;
  // A short body comes with its headers, and is there once these have been parsed: to listen for it takes longer than to read
  // it. Node calls the request complete only after those who wait for its body.
  return Promise.resolve().then(() =>
    incoming.complete || incoming.readableLength === Number(length)
      ? within((incoming.read() as Buffer | null) ?? NOTHING, maxBytes)
      : whileComing(incoming.socket, collect(incoming, maxBytes)),
  );
}

function collect(incoming: IncomingMessage, maxBytes: number): Promise<Buffer | typeof TOO_LARGE> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
      else resolve(TOO_LARGE);
    });
    incoming.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    incoming.on('error', () => reject(new ClientGone(`${incoming.method} ${incoming.url}`)));
    // A client that goes away in the middle of its body never gets to 'end'.
    incoming.on('close', () => {
      if (!incoming.readableEnded) resolve(NOTHING);
    });
  });
}

/** A client broke off in the middle of its body. */
export class ClientGone extends Error {
  constructor(call: string) {
    super(`A client broke off in the body of ${call}.`);
  }
}

interface Answer extends Reply {
  /** What is answered instead where a change cannot be kept. */
  readonly refusal?: (failure: Error) => Reply;
}

/**
 * Sends an answer and calls back once it is written. Over a socket it goes out as it is: the fetch API would add a
 * content type and lose the case of header names.
 */
export function send(c: AppContext, answer: Answer, date: string, written: () => void): Response {
  const { outgoing } = c.env ?? {};
  // Who only reads is told of nothing that must be kept.
  const isRead = c.req.method === 'GET' || c.req.method === 'HEAD';
  const replyAfter = (failure: Error | undefined): Reply =>
    failure && !isRead ? (answer.refusal ?? refusalOf)(failure) : answer;
  if (!outgoing) {
    (c.env?.connection?.written ?? nextTurn)(written);
    const { status, headers, body } = replyAfter(keepAll());
    const bodiless = status === 204 || status === 304;
    const all = { ...headers, Date: date, 'Content-Length': String(lengthOf(body)) };
    return respond(c, bodiless ? undefined : body, { status, headers: all });
  }
  // That comes once: when the answer is out, or the client is gone.
  outgoing.on('close', written);
  atEndOfTurn((failure) => {
    const { status, headers = {}, body } = replyAfter(failure);
    // Names and values by turns: Node writes them down as they stand.
    const lines: string[] = [];
    for (const name in headers) lines.push(name, headers[name]!);
    lines.push('Date', date);
    const length = lengthOf(body);
    if (status !== 204) lines.push('Content-Length', String(length));
    outgoing.writeHead(status, lines);
    // A text of as many bytes as letters is plain: Node copies it as it stands where it need not look for others.
    outgoing.end(c.req.method === 'HEAD' ? undefined : body, length === body?.length ? 'latin1' : 'utf8');
  });
  return ALREADY_SENT;
}

/** Answers a client in this process, whole. */
export function respond(
  { env }: AppContext,
  body: Reply['body'],
  init: ResponseInit & { readonly status: number },
): Response {
  if (!env?.plain) return new Response(typeof body === 'object' ? Buffer.from(body) : (body ?? null), init);
  const text = typeof body === 'object' ? Buffer.from(body).toString() : (body ?? '');
  env.plain.answered = { status: init.status, text };
  return ALREADY_SENT;
}

const lengthOf = (body: Reply['body']): number => (body === undefined ? 0 : Buffer.byteLength(body));

/** Ends the connection instead of answering. Without a socket the call fails as `fetch` does. */
export function resetConnection(c: AppContext, written: () => void): Response {
  const { outgoing } = c.env ?? {};
  keepAll();
  if (!outgoing) {
    (c.env?.connection?.written ?? nextTurn)(written);
    throw new ConnectionLost('fetch failed', 'ECONNRESET');
  }
  outgoing.on('close', written);
  outgoing.socket?.resetAndDestroy();
  return ALREADY_SENT;
}

/** Announces a whole answer and ends the connection after the given number of bytes of its body. */
export function sendCut(
  c: AppContext,
  { reply, bytes }: { readonly reply: Reply; readonly bytes: number },
  date: string,
  written: () => void,
): Response {
  const { status, headers = {}, body = '' } = reply;
  const { outgoing } = c.env ?? {};
  const whole = Buffer.from(body);
  const all = { ...headers, Date: date, 'Content-Length': String(whole.length) };
  const part = whole.subarray(0, bytes);
  keepAll();
  if (!outgoing) {
    (c.env?.connection?.written ?? nextTurn)(written);
    return new Response(endsEarly(part), { status, headers: all });
  }
  outgoing.on('close', written);
  outgoing.writeHead(status, all);
  outgoing.flushHeaders();
  outgoing.write(part, () => outgoing.socket?.destroySoon());
  return ALREADY_SENT;
}

/** A body that breaks off. */
function endsEarly(part: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      if (part.length > 0) controller.enqueue(part);
      controller.error(new ConnectionLost('terminated', 'UND_ERR_SOCKET'));
    },
  });
}

/** What a client in this process sees of a connection that is lost: the error that `fetch` would throw. */
export class ConnectionLost extends TypeError {
  constructor(message: string, code: string) {
    super(message, { cause: Object.assign(new Error('the connection was lost'), { code }) });
  }
}
