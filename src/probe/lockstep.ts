import { readFileSync } from 'node:fs';
import type { AppTimers } from '../clock/app-timers.js';
import { startLockstep } from '../clock/lockstep.js';
import { nextTurn } from '../clock/real-time.js';
import type { Timer } from './wire.js';

/** The soonest that are told of. */
const TOLD = 200;

/** The time of this process, which greenroom leads. */
export class LedTime {
  #timers: AppTimers | undefined;
  #isTelling = false;
  #now: number;
  /** Hears of the timers when they are others. */
  onChange: () => void = () => undefined;

  /** `file` says what time it is. */
  constructor(file: string) {
    this.#now = Number(readFileSync(file, 'utf8'));
    const change = (): void => {
      if (this.#isTelling) return;
      this.#isTelling = true;
      nextTurn(() => {
        this.#isTelling = false;
        this.onChange();
      });
    };
    startLockstep({ attach: (timers) => (this.#timers = timers), kick: change, onSet: change });
    this.#timers!.jumpTo(this.#now * 1000);
    const began = { real: performance.now(), now: this.#now };
    performance.now = () => began.real + Date.now() - began.now;
  }

  /** Another world may be earlier. */
  moveTo(now: number): void {
    if (now < this.#now) this.#timers!.jumpTo(now * 1000);
    else this.#timers!.moveTo(now * 1000);
    this.#now = now;
  }

  fire(): void {
    if (this.all().some(([, due]) => due <= this.#now)) void this.#timers!.fire();
  }

  all(): Timer[] {
    return [...this.#timers!.all()]
      .map(({ id, due, repeats }): Timer => [id, due / 1000, repeats ? 1 : 0])
      .sort(([, a], [, b]) => a - b)
      .slice(0, TOLD);
  }
}
