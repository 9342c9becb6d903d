import { monotonic } from '../real-time.js';
import { ReceiverReads } from '../rest/receiver-reads.js';

/** A change that somebody who reads in a loop has not seen: until when that is waited for, and what then. */
interface Awaited {
  readonly until: number;
  readonly missed: () => void;
}

/** The clients that read in a loop: auto mode keeps time still until they have seen each change, or for so long at most. */
export class Readers {
  /** Real milliseconds. */
  wait = 0;
  readonly receivers = new ReceiverReads();
  readonly #awaited = new Map<string, Awaited>();

  /** The subjects whose change nobody has seen yet. */
  get unseen(): readonly string[] {
    return [...this.#awaited.keys()];
  }

  get areAwaited(): boolean {
    return this.#awaited.size > 0;
  }

  /** When the first of them has been waited for long enough. */
  get patience(): number {
    return Math.min(...[...this.#awaited.values()].map(({ until }) => until));
  }

  /** A subject has changed; `missed` is called if nobody sees it in time. */
  await(subject: string, missed: () => void): void {
    if (!this.#awaited.has(subject)) this.#awaited.set(subject, { until: monotonic() + this.wait, missed });
  }

  seen(subject: string): void {
    this.#awaited.delete(subject);
  }

  /** Waits no longer for those who have not come in time. */
  giveUp(): void {
    const now = monotonic();
    for (const [subject, { until, missed }] of this.#awaited) {
      if (until > now) continue;
      this.#awaited.delete(subject);
      missed();
    }
  }
}
