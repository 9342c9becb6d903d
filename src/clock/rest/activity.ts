import { andThen, orElse, type Awaitable } from '../../awaitable.js';
import type { Flight, Place, Way } from './flight.js';
import { Holds } from './holds.js';
import { hostWork } from './host-work.js';
import type { Micros } from '../instant.js';
import type { Lateness } from './lateness.js';
import { after, hostInstant, monotonic, turn } from '../real-time.js';
import { Hearing } from './witness.js';

const QUIET_CAP_MS = 2000;
/**
 * Turns of the event loop that the quiet time lasts at least. On a busy machine five milliseconds can pass within one
 * turn, and an app in this process, which needs a few to call back, would have had no quiet time at all.
 */
const QUIET_TURNS = 12;
/** Of an app that says itself when it is at rest, nothing more is to come than what is on its way here. */
const KNOWN_QUIET_TURNS = 4;
/** What waits for something else than time is looked at again by then. */
const LOOK_AGAIN_MS = 30_000;

/**
 * What must come to rest before time may move: requests in hand, deliveries in flight, the quiet time that an app gets
 * after a delivery (it answers first and works afterwards), and holds. All of it is real time.
 */
export class Activity {
  /** Real milliseconds without a request that must follow a delivery which left the process. */
  quiet: number;
  readonly #requests = new Set<number>();
  #requestCount = 0;
  #flights = 0;
  #deadline = Number.POSITIVE_INFINITY;
  /** Counts what happens here: equal numbers mean that nothing did in between. */
  stirs = 0;
  /** When something last happened that may come from another process, or go to one. */
  #outsideAt = Number.NEGATIVE_INFINITY;
  /** The host's open operations before the app of this process was called; what is more is the app's. */
  #hostWork = Number.POSITIVE_INFINITY;
  #unrestSince: number | undefined;
  /** Whoever knows the processes of the app is asked before its quiet time is over. */
  readonly hearing = new Hearing();
  /** What is known of an app that nobody knows from inside. */
  readonly lateness: Lateness;
  readonly #holds = new Holds();
  #wakers: (() => void)[] = [];
  /** What gives up the deliveries in flight. */
  readonly #endings = new Set<() => void>();
  #ended = false;

  constructor(quiet: number, lateness: Lateness) {
    this.quiet = quiet;
    this.lateness = lateness;
  }

  /** True when the world is over: nothing begins any more. */
  get ended(): boolean {
    return this.#ended;
  }

  /** True while no request is in hand, nothing is in flight, and nobody is owed quiet time or holds the clock. */
  get atRest(): boolean {
    return this.#ended || (this.isStill && this.#holds.size === 0);
  }

  /** The same, but for holds: they end when somebody says so, and by nothing that happens here. */
  get isStill(): boolean {
    return this.#ended || (this.#requests.size === 0 && this.#flights === 0 && this.#unrestSince === undefined);
  }

  /** True while a receiver has a delivery in hand. */
  get delivering(): boolean {
    return this.#flights > 0;
  }

  get holds(): ReturnType<Holds['list']> {
    return this.#holds.list();
  }

  /** The virtual instant until which the deliveries in flight are waited for. */
  get deadline(): Micros {
    return this.#deadline;
  }

  /**
   * Does work while a request is in hand. It is over with the work, whether that returns or throws; work that hands the
   * request over ends it later, by the function that it got.
   */
  request<T>({ inProcess = false }: Place, work: (handOver: () => () => void) => Awaitable<T>): Awaitable<T> {
    const id = ++this.#requestCount;
    this.#requests.add(id);
    // What a client does next may be to set a timer, and the next event may be that.
    if (!inProcess && this.hearing.leads) this.#beginUnrest();
    this.#stir(inProcess);
    const end = (): void => {
      if (!this.#requests.delete(id)) return;
      this.#stir(inProcess);
      this.#wake();
    };
    let handedOver = false;
    const done = (): Awaitable<T> =>
      work(() => {
        handedOver = true;
        return end;
      });
    const failed = (error: unknown): never => {
      end();
      throw error;
    };
    return andThen(orElse(done, failed), (value) => {
      if (!handedOver) end();
      return value;
    });
  }

  /**
   * Does work while a delivery is on its way; then the quiet time begins, whether the work returns or throws. At the end
   * of the world the work gives up.
   */
  async flight<T>(
    { inProcess = false, deadline = Number.POSITIVE_INFINITY }: Flight,
    work: (way: Way) => Promise<T>,
  ): Promise<T> {
    if (inProcess) this.#watchHost();
    else this.hearing.sent(hostInstant(), 1, this.stirs);
    this.lateness.delivered(undefined);
    this.#flights++;
    this.#deadline = Math.min(this.#deadline, deadline);
    try {
      const synced = this.hearing.witness?.sync();
      if (synced) await synced;
      const onEnd: Way['onEnd'] = (callback) => {
        this.#endings.add(callback);
        return () => this.#endings.delete(callback);
      };
      return await work({ onEnd, onConnected: (connection) => this.hearing.connected(connection) });
    } finally {
      this.#flights--;
      if (this.#flights === 0) this.#deadline = Number.POSITIVE_INFINITY;
      this.#unrestSince ??= monotonic();
      if (!inProcess && this.#flights === 0) this.lateness.delivered(monotonic());
      this.#stir(inProcess);
      this.#wake();
    }
  }

  /** The app in this process is called, and may go on working when the call returns. */
  appCalled(): void {
    this.#watchHost();
    if (this.hearing.leads) this.#beginUnrest();
    this.#unrestSince ??= monotonic();
    this.#stir(true);
  }

  /** The app has got something to do at this instant of the host, or at zero a process of it has begun, and works until it says that it is at rest. */
  appBegan(at = 0): void {
    this.#beginUnrest(at);
    this.#stir(false);
    this.#wake();
  }

  /** True if the app of this process does nothing while a delivery is still open: it may be waiting for time to move. */
  async appWaits(): Promise<boolean> {
    this.#watchHost();
    if (!(await this.#calmTurns()) || this.#requests.size > 0) return false;
    await this.hearing.witness?.waits();
    return this.#requests.size === 0;
  }

  hold(reason: string, since: Micros): string {
    return this.#holds.add(reason, since);
  }

  /** False if there is no such hold. */
  release(id: string): boolean {
    const found = this.#holds.release(id);
    if (found) this.#wake();
    return found;
  }

  /** The world is over: nobody waits for anything in it any more, and what is in flight is given up. */
  end(): void {
    this.#ended = true;
    this.#holds.end();
    for (const giveUp of this.#endings) giveUp();
    this.#wake();
  }

  /** Resolves when every request that is in hand now has been answered; later ones are not waited for. */
  async answered(): Promise<void> {
    const last = this.#requestCount;
    while (!this.#ended && Math.min(...this.#requests) <= last) await this.#change();
  }

  /** Resolves when all is at rest, and time may move. Throws HOLD_EXPIRED. */
  async settled(): Promise<void> {
    for (;;) {
      await this.stilled();
      const wait = this.#ended ? undefined : this.#holds.rest(this.hearing.leads);
      if (wait === undefined) return;
      await this.#change(wait);
    }
  }

  /** Resolves when all but holds is at rest, or after `limit` real milliseconds with `false`. */
  async stilled(limit = Number.POSITIVE_INFINITY): Promise<boolean> {
    const deadline = monotonic() + limit;
    for (;;) {
      if (this.#owesQuiet) this.hearing.ask(this.stirs, () => this.#wake());
      if (this.#quietIsOver()) await this.#lastTurns();
      const wait = this.#nextCheck();
      if (wait === undefined) return true;
      const rest = deadline - monotonic();
      if (rest <= 0) return false;
      await this.#change(Math.min(wait, rest));
    }
  }

  #beginUnrest(since = hostInstant()): void {
    this.hearing.sent(since, 0, this.stirs);
    this.#unrestSince ??= monotonic();
  }

  /** True if nothing is awaited but the quiet time that is owed to somebody. */
  get #owesQuiet(): boolean {
    return this.#unrestSince !== undefined && this.#requests.size === 0 && this.#flights === 0;
  }

  /** True if somebody was owed quiet time and has had it, as far as the clock on the wall goes. */
  #quietIsOver(): boolean {
    return this.#owesQuiet && this.#quietEnd(this.#unrestSince!) <= monotonic();
  }

  #quietEnd(unrestSince: number): number {
    const answer = this.hearing.answer(this.stirs);
    if (answer === 'asked') return Number.POSITIVE_INFINITY;
    if (answer === 'all') return Number.NEGATIVE_INFINITY;
    return Math.min(this.#outsideAt + Math.max(this.quiet, this.lateness.quiet), unrestSince + QUIET_CAP_MS);
  }

  /** Ends the quiet time, unless something stirs in the last turns of the event loop that belong to it. */
  async #lastTurns(): Promise<void> {
    const since = this.#unrestSince!;
    const isKnown = this.hearing.answer(this.stirs) === 'all';
    // An app in this process is not among those that speak.
    const isAllKnown = isKnown && this.#hostWork === Number.POSITIVE_INFINITY;
    const isCalm = await this.#calmTurns(isAllKnown ? KNOWN_QUIET_TURNS : QUIET_TURNS);
    // Another who waits has ended it meanwhile, and something new may be on its way.
    if (this.#unrestSince !== since || !this.#owesQuiet) return;
    if (!isCalm && (isKnown || monotonic() < since + QUIET_CAP_MS)) return;
    this.#unrestSince = undefined;
    this.lateness.over(isKnown);
    this.hearing.close();
    this.#outsideAt = Number.NEGATIVE_INFINITY;
    this.#hostWork = Number.POSITIVE_INFINITY;
  }

  async #calmTurns(turns = QUIET_TURNS): Promise<boolean> {
    const stirs = this.stirs;
    for (let i = 0; i < turns; i++) {
      await turn();
      if (this.stirs !== stirs) return false;
    }
    return this.#hostWork === Number.POSITIVE_INFINITY || hostWork() <= this.#hostWork;
  }

  /** Real milliseconds until it is worth looking again; `undefined` when all but holds is at rest. */
  #nextCheck(): number | undefined {
    if (this.isStill) return undefined;
    return this.#owesQuiet ? Math.max(this.#quietEnd(this.#unrestSince!) - monotonic(), 0.1) : LOOK_AGAIN_MS;
  }

  #stir(inProcess: boolean): void {
    this.stirs++;
    if (!inProcess && this.#unrestSince !== undefined) this.#outsideAt = monotonic();
  }

  #watchHost(): void {
    if (this.#hostWork === Number.POSITIVE_INFINITY) this.#hostWork = hostWork();
  }

  #wake(): void {
    if (this.#wakers.length === 0) return;
    const wakers = this.#wakers;
    this.#wakers = [];
    for (const wake of wakers) wake();
  }

  #change(within = Number.POSITIVE_INFINITY): Promise<void> {
    return new Promise((resolve) => {
      let cancel: (() => void) | undefined;
      this.#wakers.push(() => {
        cancel?.();
        resolve();
      });
      if (within < Number.POSITIVE_INFINITY) cancel = after(within, () => this.#wake());
    });
  }
}
