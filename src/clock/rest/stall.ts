import { monotonic } from '../real-time.js';

const READS = 3;
const STALL_MS = 2000;
const WATCHES_KEPT = 1000;

interface Watch {
  state: number;
  reads: number;
  since: number;
}

/**
 * Notices somebody who waits for time that nobody moves: the same thing read three times over two real seconds, with
 * nothing happening in between.
 */
export class StallWatch {
  readonly #watches = new Map<string, Watch>();

  /** True when this read of a key (of a thousand, then they begin anew) shows that the reader waits in vain. `state` changes when anything happens. */
  stalls(key: string, state: number): boolean {
    const now = monotonic();
    const watch = this.#watches.get(key);
    if (!watch || watch.state !== state) {
      if (this.#watches.size >= WATCHES_KEPT) this.#watches.clear();
      this.#watches.set(key, { state, reads: 1, since: now });
      return false;
    }
    watch.reads++;
    return watch.reads >= READS && now - watch.since >= STALL_MS;
  }
}
