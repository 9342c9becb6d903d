import { coverageKey, type CoverageCounts } from './coverage.js';

/**
 * Counts what is exercised as it happens, so that a journal that forgets its oldest entries forgets no coverage. It holds
 * one number for each different thing, however long it counts.
 */
export class CoverageCounter {
  readonly #counts = new Map<string, number>();

  request(provider: string, operation: string, status: number): void {
    this.#count(coverageKey(provider, 'operations', operation, status));
  }

  webhook(provider: string, type: string, state?: string): void {
    this.#count(coverageKey(provider, 'webhooks', type, state));
  }

  transition(provider: string, event: string, from: string, subType?: string): void {
    this.#count(coverageKey(provider, 'transitions', event, from));
    if (subType !== undefined) this.#count(coverageKey(provider, 'sub_types', event, subType));
  }

  /** Adds what another sheet has counted. */
  add(other: CoverageCounter): void {
    for (const [key, count] of other.#counts) this.#count(key, count);
  }

  toJSON(): CoverageCounts {
    return Object.fromEntries(this.#counts);
  }

  #count(key: string, times = 1): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + times);
  }
}
