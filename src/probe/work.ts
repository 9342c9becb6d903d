import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Worker } from 'node:worker_threads';
import { leaveOut, leaveOutSent, operations, requestSince, watchRequests } from '../clock/rest/host-work.js';
import { hostInstant } from '../clock/real-time.js';
import type { Jobs } from './queues/jobs.js';
import { Calls } from './calls.js';
import { Resources } from './resources.js';
import { Round } from './round.js';
import { Sockets } from './sockets.js';
import { Waits } from './waits.js';
import { nameOf, UNANSWERED } from './wire.js';

/** A worker that runs code, and has not spoken by then, has no probe; on a busy machine, where it took long to begin, it may take so many times that. */
const WORKER_START_MS = 1000;
const WORKER_START_TIMES = 10;

/** What stands in no URL. */
const PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** What this process has in hand. */
export class Work {
  readonly resources = new Resources();
  /** The requests that are in hand now. */
  readonly round = new Round(this);
  /** The threads that are given something to do while they stand still. */
  readonly waits = new Waits();
  readonly #sockets: Sockets;
  /** What is asked of greenroom, unless that is far. */
  readonly calls: Calls | undefined;
  /** When the requests came that are not answered yet. */
  readonly #incoming = new Map<unknown, number>();
  /** When the last requests came. */
  #seen: number[] = [];
  readonly #workers = new Map<Worker, { readonly name: string; readonly at: number; online: number }>();

  /** What goes to `home`, the address of greenroom, is seen there; if that is far, as soon as it is on its way. */
  constructor(
    home: URL | undefined,
    readonly isFar: boolean,
    readonly jobs: Jobs,
  ) {
    const port = home ? Number(home.port || PORTS[home.protocol]) : Number.NaN;
    const { resources, round } = this;
    this.#sockets = new Sockets(
      ({ remotePort }) => resources.isOwn || remotePort === port,
      () => void (resources.begun += resources.isOwn ? 0 : 1),
    );
    const isHome = (request: unknown): boolean => originOf(request) === home?.host;
    if (isFar) leaveOutSent(isHome);
    leaveOut((request) => isHome(request) && !(isFar && isFetched(request)));
    watchRequests();
    // An app that is far is told of by another, who does not know its connections.
    if (home && !isFar) this.calls = new Calls(isHome);
    subscribe('http.server.request.start', (message) => {
      const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
      const at = hostInstant();
      this.#seen.push(at);
      this.#incoming.set(request, at);
      round.begin(request.socket, at);
      this.calls?.enter(request, response);
      resources.own(() =>
        response.once('close', () => {
          this.#incoming.delete(request);
          round.end();
        }),
      );
    });
    process.on('worker', (worker) => {
      const at = hostInstant();
      const begun = { name: nameOf(process.pid, worker.threadId), at, online: Number.POSITIVE_INFINITY };
      this.#workers.set(worker, begun);
      worker.once('online', () => (begun.online = hostInstant()));
      worker.once('exit', () => this.#workers.delete(worker));
    });
  }

  /** Why this process is not at rest after a message of this instant, in words; `waits`: requests in hand apart; `timers`: or a timer. */
  reason(since: number, { waits = false, timers = true } = {}): string | undefined {
    const { resources } = this;
    if (!waits && [...this.#incoming.values()].some((at) => at >= since)) return UNANSWERED;
    const job = waits ? undefined : this.jobs.inHand(since);
    if (job) return job;
    if (this.waits.areWaking) return 'a worker that it has woken';
    const call = this.#call(since, waits);
    if (call) return call;
    if (this.#isServed()) return 'files, names or connections that the host has in hand for it';
    return (timers ? resources.timer(since) : undefined) ?? resources.operation(since) ?? this.#sockets.question(since);
  }

  #call(since: number, waits: boolean): string | undefined {
    const outgoing = requestSince(since);
    if (outgoing !== undefined) return `a request that it makes to ${originOf(outgoing) ?? 'some host'}`;
    if (this.calls?.connect()) return 'a request that it is about to make';
    return !waits && this.calls?.readSince(since) ? 'an answer of greenroom' : undefined;
  }

  /** True if the host has something in hand for it. Promises of files that are kept stay in its list when they are over. */
  #isServed(): boolean {
    const { filesInHand } = this.resources;
    return operations().some((name) => filesInHand > 0 || !/^(FSReq|CloseReq)/.test(name));
  }

  /** How many requests have come since. */
  seen(since: number): number {
    this.#seen = this.#seen.filter((at) => at >= since);
    return this.#seen.length;
  }

  /** The processes and workers that were started since and may not have had the time to speak for themselves. */
  started(since: number): string[] {
    const now = hostInstant();
    const workers = [...this.#workers.values()].filter(
      ({ at, online }) => at >= since && now - online < Math.max(WORKER_START_MS, WORKER_START_TIMES * (online - at)),
    );
    return [...this.resources.children(since).map((pid) => nameOf(pid)), ...workers.map(({ name }) => name)];
  }
}

/** True for a request of fetch, of which it is known when it goes out; one of node:http is written with its connection. */
const isFetched = (request: unknown): boolean => !Reflect.has(request as object, 'getHeader');

/** The host that a request of fetch or of node:http goes to. */
function originOf(request: unknown): string | undefined {
  const { origin, getHeader } = request as { origin?: string | URL; getHeader?: (name: string) => unknown };
  if (getHeader) return String(getHeader.call(request, 'host'));
  return origin === undefined ? undefined : new URL(origin).host;
}
