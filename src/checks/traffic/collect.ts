import type { Finding } from '../finding.js';

/** How many different findings are kept; a recording of a million faults of one kind needs one. */
const KEPT = 5000;

/** Findings as they come: those that say the same of the same place are one, with how often. */
export class Findings {
  readonly #kept = new Map<string, { readonly finding: Finding; times: number }>();
  #dropped = 0;

  add(finding: Finding): void {
    const { rule, severity, message, where, was } = finding;
    const place = (where.pointer ?? '').replace(/\/\d+(?=\/|$)/g, '/*');
    const key = [rule, severity, where.provider, where.operation, place, place === '' ? message : '', was].join('\n');
    const known = this.#kept.get(key);
    if (known) known.times++;
    else if (this.#kept.size < KEPT) this.#kept.set(key, { finding, times: 1 });
    else this.#dropped++;
  }

  /** How many findings of further kinds there were. */
  get dropped(): number {
    return this.#dropped;
  }

  list(): Finding[] {
    return [...this.#kept.values()].map(({ finding, times }) => (times === 1 ? finding : { ...finding, times }));
  }
}
