import type { Clock } from '../../../clock/clock.js';

/**
 * Receivers that let a delivery of the present advance time out, by origin and path. They are not tried again in real
 * time during it: an advance over a day would wait for each attempt. Another advance, a step of auto mode too, tries again.
 */
export class SilentReceivers {
  readonly #clock: Pick<Clock, 'advancing' | 'advances'>;
  readonly #receivers = new Set<string>();
  #advance = 0;

  constructor(clock: Pick<Clock, 'advancing' | 'advances'>) {
    this.#clock = clock;
  }

  has(receiver: string): boolean {
    return this.#clock.advancing && this.list().includes(receiver);
  }

  add(receiver: string): void {
    if (!this.#clock.advancing) return;
    this.list();
    this.#receivers.add(receiver);
  }

  /** Those of the present advance, or of the last one. */
  list(): readonly string[] {
    if (this.#advance !== this.#clock.advances) this.#receivers.clear();
    this.#advance = this.#clock.advances;
    return [...this.#receivers];
  }
}
