import { after } from './real-time.js';

/**
 * What is known of an app in other processes: `all` of the deliveries went to processes that are at rest now, `some` of them
 * did, or nothing is known.
 */
export type Testimony = 'all' | 'some' | 'none';

/** Knows processes of an app from inside. */
export interface Witness {
  /** Resolves when they are at rest after what went out at this instant of the host or later: so many deliveries. */
  readonly rest: (since: number, deliveries: number) => Promise<Testimony>;
  /**
   * The same, asked ahead, while the last of the deliveries is on its way: resolves with true when one process has had them
   * all and is at rest. With false if that is not to be had; it may never resolve, and another question ends it.
   */
  readonly restAfter: (since: number, deliveries: number) => Promise<boolean>;
  /** Resolves when they do nothing but wait, with a request in hand too. */
  readonly waits: () => Promise<void>;
  /** Resolves when their clocks are where the world's is; `undefined` if they are, or are not led. */
  readonly sync: () => Promise<void> | undefined;
  /** True if their timers move with the world. */
  readonly leads: boolean;
}

/** An app that was asked ahead says that it is at rest soon after it has answered, unless it goes on working: then it is asked again. */
const AHEAD_MS = 5;

interface Said {
  is: Testimony | 'asked';
  stirs: number;
  /** The deliveries that it was asked about, if it was asked ahead. */
  readonly ahead?: number;
}

/** What an app in other processes may be working on, and what its witness says of that. */
export class Hearing {
  witness: Witness | undefined;
  #since = Number.POSITIVE_INFINITY;
  #deliveries = 0;
  #said: Said | undefined;
  /** The last deliveries went to processes that the witness knows: so will the next. */
  #isTrusted = false;

  readonly #onAnswer: () => void;

  /** `onAnswer` hears when the witness has answered. */
  constructor(onAnswer: () => void) {
    this.#onAnswer = onAnswer;
  }

  get leads(): boolean {
    return this.witness?.leads === true;
  }

  /** So many deliveries go out at an instant of the host. */
  sent(since: number, deliveries: number): void {
    this.#since = Math.min(this.#since, since);
    this.#deliveries += deliveries;
  }

  /** Asks once for each thing that happens, as long as something is known. */
  ask(stirs: number): void {
    if (!this.witness || this.#said?.is === 'asked' || this.#said?.is === 'none' || this.#said?.stirs === stirs) return;
    const asked: Said = (this.#said = { is: 'asked', stirs });
    void this.witness.rest(this.#since, this.#deliveries).then((is) => {
      if (this.#said === asked) asked.is = is;
      this.#isTrusted = is === 'all';
      this.#onAnswer();
    });
  }

  /** Asks while one delivery is on its way: so the answer is here with that of the receiver. An app whose time is led may wait for other questions meanwhile. */
  askAhead(stirs: number): void {
    if (!this.witness || !this.#isTrusted || this.leads || this.#said) return;
    const asked: Said = (this.#said = { is: 'asked', stirs, ahead: this.#deliveries });
    void this.witness.restAfter(this.#since, this.#deliveries).then((isAtRest) => {
      if (this.#said !== asked) return;
      if (isAtRest) asked.is = 'all';
      else this.#said = undefined;
      this.#onAnswer();
    });
  }

  /** The receiver has answered, which is the last of what has happened. */
  landed(stirs: number): void {
    const said = this.#said;
    if (said?.ahead === undefined) return;
    if (said.stirs !== stirs - 1 || said.ahead !== this.#deliveries) return void (this.#said = undefined);
    said.stirs = stirs;
    if (said.is !== 'asked') return;
    after(AHEAD_MS, () => {
      if (this.#said !== said || said.is !== 'asked') return;
      this.#said = undefined;
      this.#isTrusted = false;
      this.#onAnswer();
    });
  }

  /** The last answer, if nothing has happened since. */
  answer(stirs: number): Testimony | 'asked' | undefined {
    const { is, stirs: at } = this.#said ?? {};
    return is === 'asked' || at === stirs ? is : undefined;
  }

  /** The app is at rest, and this is over. */
  close(): void {
    this.#since = Number.POSITIVE_INFINITY;
    this.#deliveries = 0;
    this.#said = undefined;
  }
}
