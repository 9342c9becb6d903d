/**
 * What is known of an app in other processes: `all` of the deliveries went to processes that are at rest now, `some` of them
 * did, or nothing is known.
 */
export type Testimony = 'all' | 'some' | 'none';

/** Knows processes of an app from inside. */
export interface Witness {
  /** Resolves when they are at rest after what went out at this instant of the host or later: so many deliveries. */
  readonly rest: (since: number, deliveries: number) => Promise<Testimony>;
  /** Resolves when they do nothing but wait, with a request in hand too. */
  readonly waits: () => Promise<void>;
  /** Resolves when their clocks are where the world's is; `undefined` if they are, or are not led. */
  readonly sync: () => Promise<void> | undefined;
  /** True if their timers move with the world. */
  readonly leads: boolean;
}

/** What an app in other processes may be working on, and what its witness says of that. */
export class Hearing {
  witness: Witness | undefined;
  #since = Number.POSITIVE_INFINITY;
  #deliveries = 0;
  #said: { readonly is: Testimony | 'asked'; readonly stirs: number } | undefined;

  get leads(): boolean {
    return this.witness?.leads === true;
  }

  /** So many deliveries go out at an instant of the host. */
  sent(since: number, deliveries: number): void {
    this.#since = Math.min(this.#since, since);
    this.#deliveries += deliveries;
  }

  /** Asks once for each thing that happens, as long as something is known. */
  ask(stirs: number, onAnswer: () => void): void {
    if (!this.witness || this.#said?.is === 'asked' || this.#said?.is === 'none' || this.#said?.stirs === stirs) return;
    const asked = (this.#said = { is: 'asked', stirs });
    void this.witness.rest(this.#since, this.#deliveries).then((is) => {
      if (this.#said === asked) this.#said = { is, stirs };
      onAnswer();
    });
  }

  /** The last answer, if nothing has happened since. */
  answer(stirs: number): Testimony | 'asked' | undefined {
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
    this.#deliveries = 0;
    this.#said = undefined;
  }
}
