import { coverageKey, type CoverageCounts } from './coverage.js';

/**
 * Counts what is exercised as it happens, so that a journal that forgets its oldest entries forgets no coverage. It holds
 * one number for each different thing, however long it counts.
 */
export class CoverageCounter {
  readonly #counts = new Map<string, Count>();
  /** The same by their words: to make one text of them takes longer than all else that an event of a life takes. */
  readonly #transitions: Known = new Map();
  readonly #subTypes: Known = new Map();

  request(provider: string, operation: string, status: number): void {
    this.#of(coverageKey(provider, 'operations', operation, status)).times++;
  }

  webhook(provider: string, type: string, state?: string): void {
    this.#of(coverageKey(provider, 'webhooks', type, state)).times++;
  }

  transition(provider: string, event: string, from: string, subType?: string): void {
    const edges = branchOf(branchOf(this.#transitions, provider), event);
    this.#in(edges, from, () => coverageKey(provider, 'transitions', event, from)).times++;
    if (subType === undefined) return;
    const reasons = branchOf(branchOf(this.#subTypes, provider), event);
    this.#in(reasons, subType, () => coverageKey(provider, 'sub_types', event, subType)).times++;
  }

  /** Adds what another sheet has counted. */
  add(other: CoverageCounter): void {
    for (const [key, { times }] of other.#counts) this.#of(key).times += times;
  }

  toJSON(): CoverageCounts {
    return Object.fromEntries([...this.#counts].map(([key, { times }]) => [key, times]));
  }

  #of(key: string): Count {
    let count = this.#counts.get(key);
    if (!count) this.#counts.set(key, (count = { times: 0 }));
    return count;
  }

  #in(known: Map<string, Count>, word: string, key: () => string): Count {
    let count = known.get(word);
    if (!count) known.set(word, (count = this.#of(key())));
    return count;
  }
}

interface Count {
  times: number;
}

/** By vendor, event and variant. */
type Known = Map<string, Map<string, Map<string, Count>>>;

function branchOf<V>(tree: Map<string, Map<string, V>>, word: string): Map<string, V> {
  let branch = tree.get(word);
  if (!branch) tree.set(word, (branch = new Map<string, V>()));
  return branch;
}
