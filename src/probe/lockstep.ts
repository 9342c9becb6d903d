import { readFileSync } from 'node:fs';
import type { AppTimers } from '../clock/lockstep/app-timers.js';
import { startLockstep, type Following } from '../clock/lockstep/lockstep.js';
import { nextTurn } from '../clock/real-time.js';
import { lifeNow } from './life.js';
import type { Life, Timer } from './wire.js';

/** The soonest that are told of. */
const TOLD = 200;

/** The time of this process, which greenroom leads. */
export class LedTime {
  #timers: AppTimers | undefined;
  readonly #lockstep: Following;
  readonly #file: string;
  #isTelling = false;
  #now: number;
  /** Hears of the timers when they are others. */
  onChange: () => void = () => undefined;

  /** `file` says what time it is. */
  constructor(file: string) {
    this.#file = file;
    this.#now = this.#read();
    const change = (): void => {
      if (this.#isTelling) return;
      this.#isTelling = true;
      nextTurn(() => {
        this.#isTelling = false;
        this.onChange();
      });
    };
    const attach = (timers: AppTimers | undefined): void => void (this.#timers = timers);
    this.#lockstep = startLockstep({ attach, kick: change, onSet: change, keeps: true });
    this.#timers!.jumpTo(this.#now * 1000);
    const began = { real: performance.now(), now: this.#now };
    performance.now = () => began.real + Date.now() - began.now;
  }

  /** Nobody leads it any more: it has its own time again, and no timer that waits keeps it alive. */
  end(): void {
    this.#lockstep.release();
    // Its own stands on the prototype.
    Reflect.deleteProperty(performance, 'now');
  }

  /** What keeps this process alive. */
  get life(): Life {
    return lifeNow(this.#lockstep.keeps);
  }

  /** Another world may be earlier. */
  moveTo(now: number): void {
    if (now < this.#now) this.#timers?.jumpTo(now * 1000);
    else this.#timers?.moveTo(now * 1000);
    this.#now = now;
  }

  /** A thread that stood still was not told. */
  catchUp(): void {
    this.moveTo(this.#read());
    this.onChange();
  }

  #read(): number {
    return Number(readFileSync(this.#file, 'utf8'));
  }

  fire(): void {
    if (this.all().some(([, due]) => due <= this.#now)) void this.#timers?.fire();
  }

  all(): Timer[] {
    return [...(this.#timers?.all() ?? [])]
      .map(({ id, due, repeats }): Timer => [id, due / 1000, repeats ? 1 : 0])
      .sort(([, a], [, b]) => a - b)
      .slice(0, TOLD);
  }
}
