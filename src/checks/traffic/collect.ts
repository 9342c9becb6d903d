import type { Finding } from '../finding.js';
import { placeOfAll } from '../identity.js';

/**
 * How many different findings of a rule and a severity are kept. What is kept decides whether a check passes, so no rule may take
 * the room of another: one that is switched off afterwards, or one that only finds notes.
 */
const KEPT_OF_A_KIND = 1000;

/** Findings as they come: those that say the same of the same place are one, with how often. */
export class Findings {
  readonly #kept = new Map<string, { readonly finding: Finding; times: number }>();
  readonly #numbers = new Map<string, number>();
  #dropped = 0;

  add(finding: Finding): void {
    const { rule, severity, message, where, was } = finding;
    const place = placeOfAll(where.pointer ?? '');
    const key = [rule, severity, where.provider, where.operation, place, place === '' ? message : '', was].join('\n');
    const known = this.#kept.get(key);
    if (known) return void known.times++;
    const kind = `${rule} ${severity}`;
    const number = this.#numbers.get(kind) ?? 0;
    if (number === KEPT_OF_A_KIND) return void this.#dropped++;
    this.#numbers.set(kind, number + 1);
    this.#kept.set(key, { finding, times: 1 });
  }

  /** How many further findings there were. */
  get dropped(): number {
    return this.#dropped;
  }

  list(): Finding[] {
    return [...this.#kept.values()].map(({ finding, times }) => (times === 1 ? finding : { ...finding, times }));
  }
}
