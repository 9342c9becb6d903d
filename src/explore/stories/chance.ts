import { Random } from '../../server/engine/random.js';

/** Chance that is a value of the seed: a choice depends on what it is for, and on how many were made for that. */
export class Chance {
  readonly #random: Random;
  readonly #made = new Map<string, number>();

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  /** From 0 up to, but not, 1. */
  number(purpose: string): number {
    const made = (this.#made.get(purpose) ?? 0) + 1;
    this.#made.set(purpose, made);
    return this.#random.seedFor(`${purpose}/${made}`) / 2 ** 32;
  }

  pick<T>(purpose: string, list: readonly T[]): T {
    return list[Math.floor(this.number(purpose) * list.length)]!;
  }

  /** Each with this probability. */
  some<T>(purpose: string, list: readonly T[], share: number): T[] {
    return list.filter(() => this.number(purpose) < share);
  }

  /** One of them, the heavier the likelier. */
  weighed<T>(purpose: string, list: readonly T[], weight: (one: T) => number): T {
    let rest = this.number(purpose) * list.reduce((sum, one) => sum + weight(one), 0);
    return list.find((one) => (rest -= weight(one)) < 0) ?? list.at(-1)!;
  }
}
