import { AsyncResource, createHook, executionAsyncId } from 'node:async_hooks';
import type { Wake } from '../clock/lockstep/app-timers.js';
import { hostInstant } from '../clock/real-time.js';
import { Addons } from './addons.js';

/** A timer that lasts longer is no work that follows a message. */
const LONGEST_TIMER_MS = 2000;
/** Timers that are set later than this after the message, each by the one before, are a loop. */
const CHAIN_MS = 2000;
const PRUNE_AT = 1000;
const WAKES_TOLD = 100;
const OWN_KEPT = 10_000;
/** A handle of a file that is closed with a promise is closed beside the loop, too. */
const FILE = /^(FSREQ|FILEHANDLECLOSEREQ)/;
/** A process of another runtime never speaks for itself, and Node takes a while to start. */
const SILENT_START_MS = 1000;
const NODE_START_MS = 5000;
const CRYPTO =
  /^(PBKDF2|SCRYPT|RANDOMBYTES|RANDOMPRIME|CHECKPRIME|KEYPAIRGEN|KEYGEN|HASH|SIGN|VERIFY|CIPHER|DERIVEBITS)REQUEST$/;

/** What a request is made of that is only answered, and what is over when nothing runs any more. Timers are looked at one by one. */
const HARMLESS = new Set([
  'HTTPINCOMINGMESSAGE',
  'Immediate',
  'Microtask',
  'PROMISE',
  'SHUTDOWNWRAP',
  'TCPWRAP',
  'TickObject',
  'Timeout',
  'WRITEWRAP',
]);

/** What Node's own object for a timer is, as far as it is looked at. */
interface TimerResource {
  readonly _idleTimeout: number;
  readonly _destroyed?: boolean;
  readonly _repeat: number | null;
  readonly hasRef: () => boolean;
}

interface Since<T> {
  readonly resource: T;
  readonly at: number;
}

/** How it was when a connection was made. */
interface Start {
  readonly at: number;
  readonly begun: number;
}

interface ProcessResource {
  readonly pid?: number;
}

/** What packs or unpacks for a stream, or for one text. */
interface ZlibResource {
  /** What it works on now. */
  readonly buffer?: unknown;
}

interface CryptoResource {
  /** Only of those that nobody waits for. */
  readonly ondone?: unknown;
}

/** The timers, children and operations of this process, as Node makes them. */
export class Resources {
  /** Counts what runs: equal numbers mean that nothing did in between. */
  stirs = 0;
  /** Counts what was begun that may go on while nothing runs. */
  begun = 0;
  readonly #timers = new Set<Since<TimerResource>>();
  /** Those that last longer, and intervals. */
  readonly #alarms = new Set<Since<TimerResource>>();
  #pruneAt = PRUNE_AT;
  readonly #operations = new Map<number, Since<CryptoResource>>();
  readonly #files = new Set<number>();
  /** Many of them are kept for the next text, and none tells that it is over. */
  readonly #packers = new Set<WeakRef<ZlibResource>>();
  #packersPruneAt = PRUNE_AT;
  readonly #children = new Map<number, Since<ProcessResource>>();
  readonly #addons = new Addons();
  /** Of connections over which nothing has come yet. */
  readonly #starts = new WeakMap<object, Start>();
  /** Ids of what the probe itself made. */
  readonly #own = new Set<number>();
  #connection: number | undefined;
  #isOwn = false;

  constructor() {
    createHook({
      init: (id, type, _trigger, resource) => this.#made(id, type, resource),
      before: (id) => this.#runs(id),
    }).enable();
  }

  /** Does something that is no work of the app. */
  own<T>(work: () => T): T {
    const outer = this.#isOwn;
    this.#isOwn = true;
    try {
      return work();
    } finally {
      this.#isOwn = outer;
    }
  }

  /** Does something that is the app's, while the probe does something. */
  not(work: () => void): void {
    this.#isOwn = false;
    try {
      work();
    } finally {
      this.#isOwn = true;
    }
  }

  /** True while the probe itself does something. */
  get isOwn(): boolean {
    return this.#isOwn;
  }

  /** The probe's own connection, which runs again and again. */
  set connection(id: number) {
    this.#connection = id;
  }

  /** The shortest timer that may be work that follows a message of this instant, in words. */
  timer(since: number): string | undefined {
    const now = hostInstant();
    for (const timer of this.#timers) {
      if (isOver(timer, now)) this.#timers.delete(timer);
      else if (timer.at >= since && timer.at <= since + CHAIN_MS && timer.resource.hasRef())
        return `a timer of ${timer.resource._idleTimeout} ms`;
    }
    return undefined;
  }

  /** The timers that keep this process alive, the soonest first. */
  wakes(): Wake[] {
    const now = hostInstant();
    const once = [...this.#timers].filter(({ resource }) => resource._repeat === null);
    return [...once, ...this.#alarms]
      .filter(({ resource }) => resource._destroyed !== true && resource.hasRef())
      .map((timer) => wakeOf(timer, now))
      .sort((a, b) => a.due - b.due)
      .slice(0, WAKES_TOLD);
  }

  /** How it was when this connection was made, if nobody has asked before. */
  startOf(socket: object): Start | undefined {
    const { _handle: handle } = socket as { readonly _handle?: object | null };
    const start = handle ? this.#starts.get(handle) : undefined;
    if (handle && start) this.#starts.delete(handle);
    return start;
  }

  /** How many operations on files have not called back. */
  get filesInHand(): number {
    return this.#files.size;
  }

  operation(since: number): string | undefined {
    for (const packer of this.#packers) if (packer.deref()?.buffer) return 'a compression';
    for (const { resource, at } of this.#operations.values())
      if (at >= since && resource.ondone !== undefined) return 'a cryptographic operation';
    return this.#addons.inHand(since);
  }

  /** The child processes that were started since and have not had the time to speak for themselves. */
  children(since: number): number[] {
    const now = hostInstant();
    return [...this.#children.values()].flatMap(({ resource, at }) => {
      const patience = /node(\.exe)?$/.test(fileOf(resource)) ? NODE_START_MS : SILENT_START_MS;
      return resource.pid !== undefined && at >= since && now - at < patience ? resource.pid : [];
    });
  }

  #made(id: number, type: string, resource: object): void {
    if (this.#isOwn || executionAsyncId() === this.#connection) {
      // Some of it never runs.
      if (this.#own.size >= OWN_KEPT) this.#own.clear();
      this.#own.add(id);
      return;
    }
    if (type === 'Timeout') this.#addTimer(resource as TimerResource);
    else if (type === 'TCPWRAP') this.#starts.set(resource, { at: hostInstant(), begun: this.begun });
    // Those of libraries keep what belongs to a call together, and do nothing.
    if (HARMLESS.has(type) || resource instanceof AsyncResource) return;
    this.begun++;
    if (type === 'PROCESSWRAP') this.#children.set(id, { resource, at: hostInstant() });
    else if (FILE.test(type)) this.#files.add(id);
    else if (type === 'ZLIB') this.#addPacker(resource);
    else if (CRYPTO.test(type)) this.#operations.set(id, { resource, at: hostInstant() });
    else this.#addons.made(id, type, resource);
  }

  #addPacker(resource: ZlibResource): void {
    this.#packers.add(new WeakRef(resource));
    if (this.#packers.size < this.#packersPruneAt) return;
    for (const packer of this.#packers) if (!packer.deref()) this.#packers.delete(packer);
    this.#packersPruneAt = Math.max(PRUNE_AT, this.#packers.size * 2);
  }

  #addTimer(resource: TimerResource): void {
    const at = hostInstant();
    const isLong = resource._idleTimeout >= LONGEST_TIMER_MS;
    if (isLong || resource._repeat !== null) this.#alarms.add({ resource, at });
    if (!isLong) this.#timers.add({ resource, at });
    if (this.#timers.size + this.#alarms.size < this.#pruneAt) return;
    for (const timer of this.#timers) if (isOver(timer, at)) this.#timers.delete(timer);
    for (const timer of this.#alarms) if (timer.resource._destroyed === true) this.#alarms.delete(timer);
    this.#pruneAt = Math.max(PRUNE_AT, (this.#timers.size + this.#alarms.size) * 2);
  }

  #runs(id: number): void {
    if (this.#own.delete(id) || id === this.#connection) return;
    this.stirs++;
    if (this.#children.size > 0) this.#children.delete(id);
    if (this.#files.size > 0) this.#files.delete(id);
    if (this.#operations.size > 0) this.#operations.delete(id);
    this.#addons.runs(id);
  }
}

/** The program of a child process, which Node keeps behind a symbol. */
function fileOf(resource: ProcessResource): string {
  const owner = Object.getOwnPropertySymbols(resource).find(({ description }) => description === 'owner_symbol');
  const child = owner && (Reflect.get(resource, owner) as { readonly spawnfile?: string } | undefined);
  return child?.spawnfile ?? '';
}

/** An interval goes off again and again, and so may a timer that is set anew. */
function wakeOf({ resource, at }: Since<TimerResource>, now: number): Wake {
  const after = Math.max(1, resource._idleTimeout);
  return { due: at + after * Math.max(1, Math.ceil((now - at) / after)), after, repeats: resource._repeat !== null };
}

/** An interval counts until it goes off first. */
const isOver = ({ resource, at }: Since<TimerResource>, now: number): boolean =>
  resource._destroyed === true || (resource._repeat !== null && now > at + resource._idleTimeout + 1);
