import { coverageKey, type CoverageCounts, type CoverageKind } from './coverage.js';

/**
 * Counts what is exercised as it happens, so that a journal that forgets its oldest entries forgets no coverage. It holds
 * one number for each different thing, however long it counts.
 */
export class CoverageCounter {
  readonly #counts = new Map<string, Count>();
  /** The same by their words: to make one text of them takes longer than all else that an event of a life takes. */
  readonly #operations: Known<number> = new Map();
  readonly #transitions: Known = new Map();
  readonly #subTypes: Known = new Map();

  request(provider: string, operation: string, status: number): void {
    const statuses = branchOf(branchOf(this.#operations, provider), operation);
    (statuses.get(status) ?? this.#in(statuses, status, [provider, 'operations', operation])).times++;
  }

  webhook(provider: string, type: string, state?: string): void {
    this.#of(coverageKey(provider, 'webhooks', type, state)).times++;
  }

  transition(provider: string, event: string, from: string, subType?: string): void {
    const edges = branchOf(branchOf(this.#transitions, provider), event);
    (edges.get(from) ?? this.#in(edges, from, [provider, 'transitions', event])).times++;
    if (subType === undefined) return;
    const reasons = branchOf(branchOf(this.#subTypes, provider), event);
    (reasons.get(subType) ?? this.#in(reasons, subType, [provider, 'sub_types', event])).times++;
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

  /** A count that is not known by its words yet. */
  #in<V extends string | number>(known: Map<V, Count>, variant: V, [provider, kind, name]: Words): Count {
    const count = this.#of(coverageKey(provider, kind, name, variant));
    known.set(variant, count);
    return count;
  }
}

interface Count {
  times: number;
}

/** What of a vendor is counted, but for its variant. */
type Words = readonly [provider: string, kind: CoverageKind, name: string];

/** By vendor, what happens and variant. */
type Known<V = string> = Map<string, Map<string, Map<V, Count>>>;

function branchOf<K, V>(tree: Map<string, Map<K, V>>, word: string): Map<K, V> {
  let branch = tree.get(word);
  if (!branch) tree.set(word, (branch = new Map<K, V>()));
  return branch;
}
