import { GreenroomError } from '../errors.js';
import { monotonic } from './real-time.js';

const HOLD_LIMIT_MS = 30_000;
const HOLDS_MAX = 1000;

interface Hold {
  readonly id: string;
  readonly reason: string;
  readonly since: number;
}

/** CLOCK_BUSY: the app is at work, and its calls would come into another world. */
export const heldBy = ({ id, reason }: Hold, what: string): GreenroomError =>
  new GreenroomError(
    'CLOCK_BUSY',
    `Failed to ${what}: the hold ${id} (${reason}) says that the app is at work, whose calls would come into another world. ` +
      `Release it first, with DELETE /_greenroom/clock/hold/${id}.`,
    { hold: id, reason },
  );

/** What keeps time from moving because somebody says so. */
export class Holds {
  readonly #holds = new Map<string, Hold>();
  #count = 0;

  get size(): number {
    return this.#holds.size;
  }

  list(): readonly Hold[] {
    return [...this.#holds.values()];
  }

  /** Throws CONFLICT where there are too many. */
  add(reason: string): string {
    if (this.#holds.size >= HOLDS_MAX)
      throw new GreenroomError(
        'CONFLICT',
        `Failed to hold the clock: ${HOLDS_MAX} hold it already. DELETE /_greenroom/clock/hold/ID releases one.`,
      );
    const id = `hold_${++this.#count}`;
    this.#holds.set(id, { id, reason, since: monotonic() });
    return id;
  }

  /** False if there is no such hold. */
  release(id: string): boolean {
    return this.#holds.delete(id);
  }

  end(): void {
    this.#holds.clear();
  }

  /** Real milliseconds for which the oldest may still be held; `undefined` without one. Throws HOLD_EXPIRED. */
  rest(): number | undefined {
    const [hold] = this.#holds.values();
    if (!hold) return undefined;
    const rest = hold.since + HOLD_LIMIT_MS - monotonic();
    if (rest > 0) return rest;
    throw new GreenroomError(
      'HOLD_EXPIRED',
      `Failed to move time: the hold ${hold.id} (${hold.reason}) was not released within 30 s of real time. ` +
        `Release it with DELETE /_greenroom/clock/hold/${hold.id}.`,
      { hold: hold.id, reason: hold.reason },
    );
  }
}
