import { hostInstant } from '../clock/real-time.js';

/** Node names its own kinds in capitals, but for some that are harmless. Add-ons hardly ever do. */
const OF_ADDON = /[^A-Z\d_]/;
/** By it other threads call a function of the app whenever they have something to tell. */
const TO_BE_CALLED = /thread.?safe.?function/i;
/** The names that one library gives to all, and Node where there is none. */
const SAYS_NOTHING = /^(generic|undefined)$/;
/** What is made to be called now and then may never be. Of a kind of which nothing has called back, that is not known before. */
const UNKNOWN_MS = 2000;
const PRUNE_AT = 1000;
const FORGOTTEN_MS = 60_000;

interface Operation {
  readonly at: number;
  readonly kind: string;
  /** Work that tells of its progress is two operations of one object: itself, and then one for the progress, which may never call. */
  readonly resource: object;
}

/** What add-ons in other languages do beside the loop: databases, pictures, passwords. */
export class Addons {
  readonly #operations = new Map<number, Operation>();
  /** The kinds of which something has called back. */
  readonly #known = new Set<string>();
  #pruneAt = PRUNE_AT;
  #isLoading = false;

  constructor() {
    const dlopen = process.dlopen.bind(process);
    process.dlopen = (...given: Parameters<typeof dlopen>): void => {
      this.#isLoading = true;
      try {
        dlopen(...given);
      } finally {
        this.#isLoading = false;
      }
    };
  }

  /** Notes an operation, if it is one of an add-on. What is made while that is loaded is for its whole life. */
  made(id: number, kind: string, resource: object): void {
    if (this.#isLoading || !OF_ADDON.test(kind) || TO_BE_CALLED.test(kind)) return;
    const now = hostInstant();
    this.#operations.set(id, { at: now, kind, resource });
    if (this.#operations.size < this.#pruneAt) return;
    for (const [old, { at }] of this.#operations) if (now - at > FORGOTTEN_MS) this.#operations.delete(old);
    this.#pruneAt = Math.max(PRUNE_AT, this.#operations.size * 2);
  }

  /** Something of this id calls back. */
  runs(id: number): void {
    const operation = this.#operations.get(id);
    if (!operation) return;
    this.#known.add(operation.kind);
    this.#operations.delete(id);
    for (const [other, { resource }] of this.#operations)
      if (other > id && resource === operation.resource) this.#operations.delete(other);
  }

  /** What was begun since and has not called back, in words. */
  inHand(since: number): string | undefined {
    const now = hostInstant();
    for (const { at, kind } of this.#operations.values())
      if (at >= since && (this.#known.has(kind) || now - at < UNKNOWN_MS))
        return SAYS_NOTHING.test(kind) ? 'work of an add-on' : `work of an add-on (${kind})`;
    return undefined;
  }
}
