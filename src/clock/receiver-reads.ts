import type { Activity } from './activity.js';
import { after, monotonic } from './real-time.js';

/** Real milliseconds for which a read waits for a delivery in hand while nothing else happens. */
const PATIENCE_MS = 1000;
/** The same, once a read was answered so, or a receiver was seen to read. */
const KNOWN_PATIENCE_MS = 20;
/** A receiver that goes on so soon after its read was waiting for it. */
const SOON_MS = 200;

interface Settling {
  readonly activity: Activity;
  readonly settled: (limit: number) => Promise<boolean>;
}

/**
 * Who reads may be the receiver of the delivery in hand, which answers once it has read: if the read waited for the delivery,
 * both would wait until the delivery timed out.
 */
export class ReceiverReads {
  #patience = PATIENCE_MS;

  /** {@link Clock.settled}, for a read: false, too, where a delivery is in hand and nothing else happens for a while. */
  async settled(clock: Settling, limit: number): Promise<boolean> {
    const { activity } = clock;
    const deadline = monotonic() + limit;
    for (;;) {
      const { stirs } = activity;
      const isSettled = await clock.settled(Math.min(this.#patience, deadline - monotonic()));
      if (isSettled || activity.isStill || monotonic() >= deadline) return isSettled;
      if (!activity.delivering || activity.stirs !== stirs) continue;
      this.#patience = KNOWN_PATIENCE_MS;
      after(SOON_MS, () => {
        if (activity.stirs === stirs) this.#patience = PATIENCE_MS;
      });
      return false;
    }
  }
}
