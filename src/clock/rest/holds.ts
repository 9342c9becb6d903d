import { GreenroomError } from '../../errors.js';
import { controlCall, told, type ToldCall } from '../../told.js';
import type { Micros } from '../instant.js';
import { monotonic } from '../real-time.js';

const HOLD_LIMIT_MS = 30_000;
const HOLDS_MAX = 1000;

export interface Hold {
  readonly id: string;
  readonly reason: string;
  /** The virtual instant at which it began. */
  readonly since: Micros;
  readonly begun: number;
}

/** The call that releases a hold. */
const releaseOf = (id: string): ToldCall => controlCall('DELETE', `/clock/hold/${id}`);

const nameOf = ({ id, reason }: Hold): string => `${id} (${reason})`;

/** CLOCK_BUSY: the app is at work, and its calls would come into another world. */
export const heldBy = (hold: Hold, what: string): GreenroomError =>
  new GreenroomError(
    'CLOCK_BUSY',
    told`Failed to ${what}: the hold ${nameOf(hold)} says that the app is at work, whose calls would come into another world. Release it first, with ${releaseOf(hold.id)}.`,
    { hold: hold.id, reason: hold.reason },
  );

/** The same error, with the hold for which the advance that is under way waits, if there is one. */
export function withHold(error: GreenroomError, holds: readonly Hold[]): GreenroomError {
  const [hold] = holds;
  if (!hold) return error;
  const others = holds.length === 1 ? '' : told` ${controlCall('GET', '/clock')} lists the ${holds.length} holds.`;
  return new GreenroomError(
    error.code,
    told`${error.sentence ?? error.message} That advance waits for the hold ${nameOf(hold)}, which ${releaseOf(hold.id)} releases.${others}`,
    { ...error.details, hold: hold.id, reason: hold.reason },
  );
}

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
  add(reason: string, since: Micros): string {
    if (this.#holds.size >= HOLDS_MAX)
      throw new GreenroomError(
        'CONFLICT',
        told`Failed to hold the clock: ${HOLDS_MAX} hold it already. ${releaseOf('ID')} releases one.`,
      );
    const id = `hold_${++this.#count}`;
    this.#holds.set(id, { id, reason, since, begun: monotonic() });
    return id;
  }

  /** False if there is no such hold. */
  release(id: string): boolean {
    return this.#holds.delete(id);
  }

  end(): void {
    this.#holds.clear();
  }

  /** Real milliseconds for which the oldest may still be held; `undefined` without one. `leads`: the time of the app is held, too. Throws HOLD_EXPIRED. */
  rest(leads: boolean): number | undefined {
    const [hold] = this.#holds.values();
    if (!hold) return undefined;
    const rest = hold.begun + HOLD_LIMIT_MS - monotonic();
    if (rest > 0) return rest;
    const why = leads ? ' In lockstep it also stops the timers of the app: what waits for one needs no hold.' : '';
    throw new GreenroomError(
      'HOLD_EXPIRED',
      told`Failed to move time: the hold ${nameOf(hold)} was not released within 30 s of real time. Release it with ${releaseOf(hold.id)}.${why}`,
      { hold: hold.id, reason: hold.reason },
    );
  }
}
