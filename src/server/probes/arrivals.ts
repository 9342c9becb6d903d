import { monotonic } from '../../clock/real-time.js';
import type { Rest } from './probe.js';

/** What else answers on these ports, as a proxy, is not known: nobody waits for a call for longer than this. */
const PATIENCE_MS = 1000;

/** Of each port of this process, which connections of it have a call in hand. */
const servers = new Map<string, (connection: string) => boolean>();

/** Says of a server what it has in hand, until the returned function is called. */
export function noteServer(port: number, isInHand: (connection: string) => boolean): () => void {
  servers.set(String(port), isInHand);
  return () => servers.delete(String(port));
}

const isOnItsWay = (connection: string): boolean =>
  servers.get(connection.slice(connection.indexOf('-') + 1))?.(connection) === false;

/** Calls of the app, and their answers, that have left one side and not come to the other, as on a crowded machine. */
export class Arrivals {
  /** Since when each is on its way, in real milliseconds. */
  readonly #since = new Map<string, number>();

  /** True if none of those that the processes tell of is on its way. */
  areIn(rests: readonly (Rest | undefined)[]): boolean {
    const now = monotonic();
    const missing = new Set(rests.flatMap((rest) => rest?.calls ?? []).filter(isOnItsWay));
    for (const name of this.#since.keys()) if (!missing.has(name)) this.#since.delete(name);
    for (const name of missing) if (!this.#since.has(name)) this.#since.set(name, now);
    return [...this.#since.values()].every((since) => now - since > PATIENCE_MS);
  }
}
