import type { Clock } from '../../clock/clock.js';

/** Has calls wait, and time stand, while a world is about to be another. */
export class Pause {
  #over: Promise<void> | undefined;

  /** Resolves when no call has to wait any more; `undefined` if none has to. */
  get over(): Promise<void> | undefined {
    return this.#over;
  }

  async during<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
    let end = (): void => undefined;
    this.#over = new Promise((resolve) => (end = resolve));
    clock.lead(true);
    try {
      return await work();
    } finally {
      clock.lead(false);
      this.#over = undefined;
      end();
    }
  }
}
