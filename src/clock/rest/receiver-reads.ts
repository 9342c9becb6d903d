import type { Activity } from './activity.js';
import { after, monotonic } from '../real-time.js';

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
 * Who reads may be the app that is waited for: the receiver of the delivery in hand, which answers once it has read, or what
 * goes on after that has answered. If the read waited for the app, both would wait for each other.
 */
export class ReceiverReads {
  #patience = PATIENCE_MS;
  /** What looks again whether the app makes a read. */
  readonly #looks = new Set<() => void>();

  /**
   * {@link Clock.settled}, for a read over this connection: false, too, if what the app has in hand makes it, and where a
   * delivery is in hand and nothing else happens for a while.
   */
  async settled(clock: Settling, limit: number, connection?: string): Promise<boolean> {
    if (connection === undefined) return this.#patiently(clock, limit);
    let [look, isAnswered] = [(): void => undefined, false];
    const isOfApp = new Promise<false>((resolve) => {
      look = () => void (clock.activity.hearing.witness?.isReader(connection) && resolve(false));
    });
    this.#looks.add(look);
    look();
    try {
      return await Promise.race([isOfApp, this.#patiently(clock, limit, () => isAnswered)]);
    } finally {
      isAnswered = true;
      this.#looks.delete(look);
    }
  }

  /** Processes of the app say other connections over which they read. */
  look(): void {
    for (const look of this.#looks) look();
  }

  async #patiently(clock: Settling, limit: number, isAnswered = (): boolean => false): Promise<boolean> {
    const { activity } = clock;
    const deadline = monotonic() + limit;
    for (;;) {
      const { stirs } = activity;
      const isSettled = await clock.settled(Math.min(this.#patience, deadline - monotonic()));
      if (isSettled || isAnswered() || activity.isStill || monotonic() >= deadline) return isSettled;
      if (!activity.delivering || activity.stirs !== stirs) continue;
      this.#patience = KNOWN_PATIENCE_MS;
      after(SOON_MS, () => {
        if (activity.stirs === stirs) this.#patience = PATIENCE_MS;
      });
      return false;
    }
  }
}
