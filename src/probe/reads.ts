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

/** A request that this process makes, of fetch or of node:http. */
interface Outgoing {
  readonly method?: string;
  readonly path?: string;
  readonly socket?: Socket | null;
}

interface Read {
  readonly at: number;
  connection: string | undefined;
}

const nameOfSocket = (socket: Socket | null | undefined): string | undefined =>
  socket ? nameOfConnection(socket.localPort, socket.remotePort) : undefined;

/**
 * What the work on a request, or a led timer, reads of greenroom. A test in the same process, which wants to see what the app has
 * made of a webhook, is none of these.
 */
export class Reads {
  readonly #isWork = new AsyncLocalStorage<true>();
  readonly #open = new Map<unknown, Read>();

  constructor(isHome: (request: unknown) => boolean) {
    const begin = (message: unknown): void => {
      const { request } = message as { request: Outgoing };
      if (!this.#isWork.getStore() || !isRead(request) || !isHome(request)) return;
      this.#open.set(request, { at: hostInstant(), connection: nameOfSocket(request.socket) });
    };
    const sent = (message: unknown): void => {
      const { request, socket } = message as { request: unknown; socket: Socket };
      const read = this.#open.get(request);
      if (read) read.connection = nameOfSocket(socket);
    };
    const end = (message: unknown): void => void this.#open.delete((message as { request: unknown }).request);
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
  goOn(since: number): boolean {
    return this.#since(since).length > 0;
  }

  /** The connections that it does so over. */
  connections(since: number): string[] {
    return this.#since(since).flatMap(({ connection }) => connection ?? []);
  }

  #since(since: number): Read[] {
    return [...this.#open.values()].filter(({ at }) => at >= since && at <= since + CHAIN_MS);
  }
}

const isRead = ({ method, path }: Outgoing): boolean => method === 'GET' && path?.startsWith('/_greenroom/') === true;
