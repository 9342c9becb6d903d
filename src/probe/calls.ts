import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { hostInstant } from '../clock/real-time.js';
import { nameOfConnection } from './wire.js';

/** Reads that begin later than this after the message are a loop. */
const CHAIN_MS = 2000;
const BEGINS = ['undici:request:create', 'http.client.request.start'];
const ENDS = [
  'undici:request:headers',
  'undici:request:error',
  'http.client.response.finish',
  'http.client.request.error',
];

/** By then a request has its connection, or waits for another to be over. */
const CONNECTING_MS = 1000;

/** A request that this process makes, of fetch or of node:http. */
interface Outgoing {
  readonly method?: string;
  readonly path?: string;
  readonly socket?: Socket | null;
  readonly aborted?: boolean;
  readonly destroyed?: boolean;
}

/** One that is not answered. */
interface Call {
  readonly at: number;
  /** It reads what greenroom itself tells, as a part of the work. */
  readonly isRead: boolean;
  /** Of fetch; one of node:http has it. */
  socket?: Socket;
}

/** There is no port yet while it connects. */
const nameOfSocket = (socket: Socket | null | undefined): string | undefined =>
  socket?.localPort === undefined ? undefined : nameOfConnection(socket.localPort, socket.remotePort);

/**
 * What this process asks of greenroom. Reads are those of the work on a request, or of a led timer: a test in the same process,
 * which wants to see what the app has made of a webhook, makes none.
 */
export class Calls {
  readonly #isWork = new AsyncLocalStorage<true>();
  readonly #open = new Map<Outgoing, Call>();

  constructor(isHome: (request: unknown) => boolean) {
    const begin = (message: unknown): void => {
      const { request } = message as { request: Outgoing };
      if (!isHome(request)) return;
      this.#open.set(request, { at: hostInstant(), isRead: this.#isWork.getStore() === true && isRead(request) });
    };
    const sent = (message: unknown): void => {
      const { request, socket } = message as { request: Outgoing; socket: Socket };
      const call = this.#open.get(request);
      if (call) call.socket = socket;
    };
    const end = (message: unknown): void => void this.#open.delete((message as { request: Outgoing }).request);
    for (const name of BEGINS) subscribe(name, begin);
    subscribe('undici:client:sendHeaders', sent);
    for (const name of ENDS) subscribe(name, end);
  }

  /**
   * What runs from here on is work, as is what it begins, and what hears the events of these: from Node 24 on, those run in
   * the context of their connection.
   */
  enter(...emitters: readonly EventEmitter[]): void {
    for (const emitter of emitters) {
      const emit = emitter.emit.bind(emitter) as (...args: unknown[]) => boolean;
      const value = (...args: unknown[]): boolean => this.#isWork.run(true, emit, ...args);
      // Whoever looks at a request need not see it.
      Object.defineProperty(emitter, 'emit', { value, configurable: true, writable: true });
    }
    this.#isWork.enterWith(true);
  }

  /** What this runs is work. */
  during(work: () => void): void {
    this.#isWork.run(true, work);
  }

  /** True if something reads since. */
  readSince(since: number): boolean {
    return this.#reads(since).length > 0;
  }

  /** The connections that it does so over. */
  readConnections(since: number): string[] {
    return this.#reads(since).flatMap(([name]) => name ?? []);
  }

  /** The connections of all that are not answered. */
  connections(): string[] {
    return this.#named().flatMap(([name]) => name ?? []);
  }

  /** True if one is about to have a connection. */
  connect(): boolean {
    const now = hostInstant();
    return this.#named().some(([name, { at }]) => name === undefined && now - at < CONNECTING_MS);
  }

  #reads(since: number): (readonly [string | undefined, Call])[] {
    return this.#named().filter(([, { at, isRead }]) => isRead && at >= since && at <= since + CHAIN_MS);
  }

  #named(): (readonly [string | undefined, Call])[] {
    for (const request of this.#open.keys()) if (request.aborted || request.destroyed) this.#open.delete(request);
    return [...this.#open].map(([request, call]) => [nameOfSocket(call.socket ?? request.socket), call] as const);
  }
}

const isRead = ({ method, path }: Outgoing): boolean => method === 'GET' && path?.startsWith('/_greenroom/') === true;
