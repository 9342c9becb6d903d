import { hostInstant } from '../clock/real-time.js';
import type { Testimony } from '../clock/rest/witness.js';
import { Probes } from '../server/probes/probes.js';
import type { Part } from './reports.js';

/** Knows when the app beside a listener is at rest, and says it. */
export class Rests {
  readonly probes: Probes;
  readonly #say: (part: Part) => void;
  #begun = 0;
  /** The number of the last message that the app has got. */
  #last = 0;
  #inHand = 0;
  /** Of those that nothing was said about yet: when the first went to the app, and how many they are. */
  #since = Number.POSITIVE_INFINITY;
  #count = 0;
  /** When the first of those went to the app of which it was asked last. */
  #asked = Number.POSITIVE_INFINITY;

  constructor(say: (part: Part) => void, warn: (text: string) => void) {
    this.#say = say;
    this.probes = new Probes({
      now: () => 0,
      // Shared time ends at this machine: see `exec`.
      attach: () => undefined,
      timersChanged: () => undefined,
      began: () => this.#begin(),
      changed: () => this.#showProbes(),
      tell(text) {
        warn(text);
        say({ notes: [text] });
      },
    });
  }

  /** Does work while the app has a message in hand. */
  async during<T>(n: number, work: () => Promise<T>): Promise<T> {
    this.#last = Math.max(this.#last, n);
    this.#since = Math.min(this.#since, hostInstant());
    this.#count++;
    this.#inHand++;
    try {
      return await work();
    } finally {
      this.#inHand--;
    }
  }

  /** Says when the app is at rest, if it has nothing more in hand and that can be known. */
  tell(): void {
    if (this.#inHand > 0 || this.#begun === 0) return;
    const [n, since, count] = [this.#last, this.#since, this.#count];
    this.#asked = since;
    this.#since = Number.POSITIVE_INFINITY;
    this.#count = 0;
    void this.#ask(n, since, count);
  }

  async #ask(n: number, since: number, count: number, sent = since): Promise<void> {
    const begun = this.#begun;
    const testimony: Testimony = await this.probes.rest(since, count, [], sent);
    this.#say({ rest: { n, begun, testimony } });
  }

  #begin(): void {
    this.#begun++;
    this.tellBegun();
  }

  /** Says that processes of the app have begun, if any have, and when they are at rest. */
  tellBegun(): void {
    if (this.#begun === 0) return;
    this.#say({ begun: this.#begun });
    void this.#ask(this.#last, 0, 0, Math.min(this.#since, this.#asked));
  }

  #showProbes(): void {
    this.#say({ probes: this.probes.list().map(({ pid, state }) => ({ pid, state })) });
  }
}
