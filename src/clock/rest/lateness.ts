/** Deliveries that are followed by a longer quiet time, to see whether the app is late, before it is taken for one that is not. */
const TRIALS = 8;

/** The connections on which the control plane was called: who moves time is not the app. */
const drivers = new WeakSet<object>();

/** What time does as a call comes: somebody moves it, it stands until somebody does, or it moves by itself. */
type Motion = 'moved' | 'still' | 'own';

/**
 * How late after a delivery an app calls, in real milliseconds. A call that comes when time stands again may be the app's, late, or the next one
 * of a test. So for some deliveries the quiet time is as long as that call would have needed: if one comes then, while
 * whoever moves time waits for its end, it was the app.
 */
export class Lateness {
  /** How long quiet time may become by itself. */
  readonly limit: number;
  #longest = 0;
  #trial = 0;
  #trials = TRIALS;
  #deliveredAt: number | undefined;
  /** False if this process calls the control plane itself: its calls cannot be told from those of an app. */
  #isDrivenFromOutside = false;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** The quiet time that this app needs. */
  get quiet(): number {
    return Math.min(Math.max(2 * this.#longest, this.#trial), this.limit);
  }

  /** Somebody calls the control plane; on a connection, or in this process. */
  driven(connection: object | undefined): void {
    this.#isDrivenFromOutside = connection !== undefined;
    if (connection) drivers.add(connection);
  }

  /** When a receiver in another process has answered; `undefined` while one has a delivery in hand. */
  delivered(at: number | undefined): void {
    this.#deliveredAt = at;
  }

  /** A client in another process calls. True if that says for the first time that the app calls later than this quiet time. */
  called(at: number, { connection, motion, quiet }: { connection: object; motion: Motion; quiet: number }): boolean {
    const late = at - (this.#deliveredAt ?? Number.POSITIVE_INFINITY);
    if (late <= quiet || !this.#isDrivenFromOutside || drivers.has(connection)) return false;
    this.#deliveredAt = undefined;
    if (motion === 'moved') return this.#learn(late);
    // What this waits itself counts for nothing: the next call of a test comes after that, however long it is.
    const trial = 2 * (late - Math.max(0, this.quiet - quiet));
    if (motion === 'still' && this.#trials > 0 && trial <= this.limit) this.#trial = Math.max(this.#trial, trial);
    return false;
  }

  /** The quiet time after a delivery is over: nobody has called, or the app is known to be at rest. */
  over(isKnown: boolean): void {
    if (isKnown) this.#deliveredAt = undefined;
    else if (this.#trial > 0 && this.#deliveredAt !== undefined && --this.#trials === 0) this.#trial = 0;
  }

  #learn(late: number): boolean {
    const isFirst = this.#longest === 0 && this.limit > 0;
    this.#longest = Math.max(this.#longest, late);
    [this.#trial, this.#trials] = [0, TRIALS];
    return isFirst;
  }
}
