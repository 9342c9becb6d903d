import { getEnvironmentData, isMainThread, setEnvironmentData, threadId } from 'node:worker_threads';
import { hostInstant } from '../clock/real-time.js';

/** What the threads of a process share goes from each to those that it starts. */
const SHARED = 'greenroom.waits';
/** Threads that have been woken and have not gone on. */
const WOKEN = 0;
/** The highest slot of a thread that can wait. */
const HIGHEST = 1;
/** From here on, what each thread waits for. */
const FIRST = 2;
const THREADS = 1023;
/** What has been woken goes on by then, or it was none of these threads. */
const WAKE_MS = 1000;

type Wait = (cells: Int32Array, index: number, value: number, timeout?: number) => ReturnType<typeof Atomics.wait>;
type Notify = (cells: Int32Array, index: number, count?: number) => number;

/**
 * Threads that stand still in `Atomics.wait` until another has something for them to do, as the workers of a pool: no event
 * reaches them there, so they can answer nothing.
 */
export class Waits {
  readonly #shared: Int32Array;
  readonly #slot = FIRST + (threadId % THREADS);
  #wokenAt = 0;
  /** Hears that this thread stands still from now on. */
  onStand: (() => void) | undefined;
  /** Hears that it goes on. */
  onGo: (() => void) | undefined;

  constructor() {
    const shared = getEnvironmentData(SHARED) as unknown;
    const memory = shared instanceof SharedArrayBuffer ? shared : new SharedArrayBuffer(4 * (FIRST + THREADS));
    if (memory !== shared) setEnvironmentData(SHARED, memory);
    this.#shared = new Int32Array(memory);
    this.#watchNotify();
    // The main thread waits so for an answer alone, and is busy meanwhile.
    if (isMainThread) return;
    this.#watchWait();
    let highest = Atomics.load(this.#shared, HIGHEST);
    while (highest < this.#slot) {
      Atomics.compareExchange(this.#shared, HIGHEST, highest, this.#slot);
      highest = Atomics.load(this.#shared, HIGHEST);
    }
  }

  /** True while a thread of this process has been given something to do, and has not begun. */
  get areWaking(): boolean {
    if (this.#wokenAt === 0 || Atomics.load(this.#shared, WOKEN) === 0) return false;
    if (hostInstant() - this.#wokenAt < WAKE_MS) return true;
    Atomics.store(this.#shared, WOKEN, 0);
    return false;
  }

  #watchNotify(): void {
    const notify: Notify = Atomics.notify;
    const shared = this.#shared;
    const counted: Notify = (cells, index, count = Number.POSITIVE_INFINITY) => {
      const key = keyOf(cells, index);
      const waiting = Math.min(count, this.#countWaiting(key));
      if (!(waiting > 0)) return notify(cells, index, count);
      this.#wokenAt = hostInstant();
      // Before they are woken, so that none has gone on yet.
      Atomics.add(shared, WOKEN, waiting);
      const woken = notify(cells, index, count);
      if (woken < waiting) Atomics.sub(shared, WOKEN, waiting - woken);
      return woken;
    };
    Atomics.notify = counted as typeof Atomics.notify;
  }

  /** A program may notify for each of its tasks, and mostly has few threads: no more are looked at than there were. */
  #countWaiting(key: number): number {
    const shared = this.#shared;
    const end = Atomics.load(shared, HIGHEST);
    let count = 0;
    for (let slot = FIRST; slot <= end; slot++) if (Atomics.load(shared, slot) === key) count++;
    return count;
  }

  #watchWait(): void {
    const wait: Wait = Atomics.wait;
    const told: Wait = (cells, index, value, timeout) => {
      // One that waits for so long sleeps, and goes on by itself.
      const isTimed = timeout !== undefined && timeout < Number.POSITIVE_INFINITY;
      if (isTimed || Atomics.load(cells, index) !== value) return wait(cells, index, value, timeout);
      Atomics.store(this.#shared, this.#slot, keyOf(cells, index));
      this.onStand?.();
      const result = wait(cells, index, value, timeout);
      this.onGo?.();
      Atomics.store(this.#shared, this.#slot, 0);
      if (result === 'ok' && Atomics.sub(this.#shared, WOKEN, 1) <= 0) Atomics.add(this.#shared, WOKEN, 1);
      return result;
    };
    Atomics.wait = told as typeof Atomics.wait;
  }
}

/** Tells one place in shared memory from another, whichever thread looks at it, as well as that can be told. */
function keyOf(cells: Int32Array, index: number): number {
  const at = cells.byteOffset + index * cells.BYTES_PER_ELEMENT;
  return (cells.buffer.byteLength * 31 + at) | 0 || 1;
}
