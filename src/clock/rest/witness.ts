import { monotonic } from '../real-time.js';

/**
 * What is known of an app in other processes: `all` of the deliveries went to processes that are at rest now, `some` of them
 * did, or nothing is known.
 */
export type Testimony = 'all' | 'some' | 'none';

/** Knows processes of an app from inside. */
export interface Witness {
  /**
   * Resolves when they are at rest after what went out at this instant of the host or later: so many deliveries. Where
   * nothing else has happened since, `connections` are those that these went over: what was said of them counts. A
   * process that has begun meanwhile makes `since` zero; the deliveries went out at `sent` or later all the same.
   */
  readonly rest: (
    since: number,
    deliveries: number,
    connections: readonly string[],
    sent: number,
  ) => Promise<Testimony>;
  /** Resolves when they do nothing but wait, with a request in hand too. */
  readonly waits: () => Promise<void>;
  /** Resolves when they have done what follows from their calls at this instant of the host or later, their timers apart; soon in any case. */
  readonly followed: (since: number) => Promise<void>;
  /** Resolves when their clocks are where the world's is; `undefined` if they are, or are not led. */
  readonly sync: () => Promise<void> | undefined;
  /** True if what they have in hand reads greenroom over this connection: neither goes on before it is answered. */
  readonly isReader: (connection: string) => boolean;
  /** True if their timers move with the world. */
  readonly leads: boolean;
}

/** Milliseconds in which a process that has said that it ends has ended: until then its ports may still be open. */
const ENDS_WITHIN_MS = 10_000;

/** What an app in other processes may be working on, and what its witness says of that. */
export class Hearing {
  witness: Witness | undefined;
  /** The instant of the host by which the last process of the app that has said so has ended. */
  lastEnd = Number.NEGATIVE_INFINITY;
  #since = Number.POSITIVE_INFINITY;
  #sent = Number.POSITIVE_INFINITY;
  #deliveries = 0;
  /** The count of what happens, before the first of this. */
  #from: number | undefined;
  #connections: string[] = [];
  /** The app has said that it is at rest after the last delivery, whatever has happened since. */
  #hasRested = false;
  /** All that has happened since is that it reads in a loop. */
  #readsInVain = false;
  #said: { readonly is: Testimony | 'asked'; readonly stirs: number } | undefined;

  get leads(): boolean {
    return this.witness?.leads === true;
  }

  /** So many deliveries go out at an instant of the host, or at zero a process begins; `stirs` counts what has happened. */
  sent(since: number, deliveries: number, stirs: number): void {
    this.#since = Math.min(this.#since, since);
    if (since > 0) this.#sent = Math.min(this.#sent, since);
    this.#deliveries += deliveries;
    if (deliveries > 0) this.#hasRested = this.#readsInVain = false;
    this.#from ??= stirs;
  }

  /** True if something went out of which it is not known yet that the app is at rest after it. */
  get isAwaited(): boolean {
    return Number.isFinite(this.#sent);
  }

  /** A process of the app says that it ends, or is gone: whoever runs it may call yet, and nobody takes webhooks meanwhile. */
  noteEnd(isGone: boolean): void {
    this.lastEnd = monotonic() + (isGone ? 0 : ENDS_WITHIN_MS);
  }

  /** A delivery goes over this connection. */
  connected(connection: string): void {
    this.#connections.push(connection);
  }

  /** The app reads in a loop what only time can change. If it has said that it is at rest, it is, whatever it goes on to read. */
  readInVain(): void {
    this.#readsInVain = this.#hasRested;
  }

  /** Asks once for each thing that happens, as long as something is known. */
  ask(stirs: number, onAnswer: () => void): void {
    if (
      !this.witness ||
      this.#readsInVain ||
      this.#said?.is === 'asked' ||
      this.#said?.is === 'none' ||
      this.#said?.stirs === stirs
    )
      return;
    const asked = (this.#said = { is: 'asked', stirs });
    // Else the app may have been answered after it had said that it was at rest.
    const isAlone = stirs - (this.#from ?? stirs) === this.#deliveries;
    const connections = isAlone ? this.#connections : [];
    void this.witness.rest(this.#since, this.#deliveries, connections, this.#sent).then((is) => {
      if (this.#said !== asked) return onAnswer();
      this.#said = { is, stirs };
      this.#hasRested ||= is !== 'none';
      onAnswer();
    });
  }

  /** The last answer, if nothing has happened since. */
  answer(stirs: number): Testimony | 'asked' | undefined {
    if (this.#readsInVain) return 'all';
    const { is, stirs: at } = this.#said ?? {};
    return is === 'asked' || at === stirs ? is : undefined;
  }

  /** This witness knows nothing any more. */
  forget(witness: Witness): void {
    if (this.witness === witness) this.witness = undefined;
  }

  /** The app is at rest, and this is over. */
  close(): void {
    this.#since = Number.POSITIVE_INFINITY;
    this.#sent = Number.POSITIVE_INFINITY;
    this.#deliveries = 0;
    this.#from = undefined;
    this.#connections = [];
    this.#hasRested = this.#readsInVain = false;
    this.#said = undefined;
  }
}
