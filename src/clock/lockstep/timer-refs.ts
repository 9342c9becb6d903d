import { keptAlive } from '../real-time.js';
import { DISPOSE } from '../../disposal.js';

type AnyFunction = (...args: unknown[]) => unknown;

/** A timer that waits. */
export interface FakeTimer {
  readonly id: number;
  readonly callAt: number;
  readonly interval?: number;
}

/** What of a clock of fake-timers makes timers, and takes them away: all ways to them lead over these functions. */
export interface TimerMaker {
  readonly timers?: ReadonlyMap<unknown, FakeTimer> | Readonly<Record<string, FakeTimer>>;
  setTimeout: AnyFunction;
  setInterval: AnyFunction;
  clearTimeout: AnyFunction;
  clearInterval: AnyFunction;
}

/** What `setTimeout` gives; in a browser's world it is a number. */
interface Handle {
  ref: () => Handle;
  unref: () => Handle;
  refresh: () => Handle;
  readonly hasRef: () => boolean;
  close?: () => Handle;
  [Symbol.dispose]?: () => void;
}

interface Options {
  /** Hears of each timer that is set, by its delay. */
  readonly onSet: (delay: number) => void;
  /** Timers keep the process alive, as real ones do. */
  readonly keeps: boolean;
}

/** By its shape: a runner's clock may be of another world, with a Map of its own. */
const isMap = (timers: object): timers is ReadonlyMap<unknown, FakeTimer> =>
  typeof (timers as { readonly get?: unknown }).get === 'function';

/** Those of a fake clock that wait. */
export const timersOf = ({ timers = {} }: TimerMaker): Iterable<FakeTimer> =>
  isMap(timers) ? timers.values() : Object.values(timers);

const timerIn = ({ timers = {} }: TimerMaker, id: number): FakeTimer => (isMap(timers) ? timers.get(id)! : timers[id]!);

/** Which faked timers a process would live for if they were real: those that wait, and are not unref'd. */
export class TimerRefs {
  readonly #clock: TimerMaker;
  readonly #options: Options;
  readonly #handles = new WeakMap<FakeTimer, Handle>();
  #isReferenced = true;
  #letGo: (() => void) | undefined;
  readonly #undo: () => void;

  constructor(clock: TimerMaker, options: Options) {
    this.#clock = clock;
    this.#options = options;
    const undo = [
      this.#replace('setTimeout', (set) => this.#noting(set)),
      this.#replace('setInterval', (set) => this.#noting(set)),
      this.#replace('clearTimeout', (clear) => this.#lookingAfter(clear)),
      this.#replace('clearInterval', (clear) => this.#lookingAfter(clear)),
    ];
    this.#undo = () => undo.forEach((put) => put());
  }

  /** True if one of them waits. */
  get wait(): boolean {
    for (const timer of timersOf(this.#clock)) if (this.#handles.get(timer)?.hasRef() ?? true) return true;
    return false;
  }

  /** True while they keep the process alive. */
  get keep(): boolean {
    return this.#letGo !== undefined;
  }

  /** Has timers that are set meanwhile be unref'd, if `ref` is false. */
  during<T>(ref: boolean, set: () => T): T {
    this.#isReferenced = ref;
    try {
      return set();
    } finally {
      this.#isReferenced = true;
    }
  }

  /** Timers may have fired. */
  look(): void {
    if (this.#options.keeps && this.wait) this.#letGo ??= keptAlive();
    else this.#free();
  }

  /** The clock is as it was, and nothing is kept alive. */
  end(): void {
    this.#undo();
    this.#free();
  }

  #free(): void {
    this.#letGo?.();
    this.#letGo = undefined;
  }

  #replace(name: Exclude<keyof TimerMaker, 'timers'>, wrap: (own: AnyFunction) => AnyFunction): () => void {
    const own = this.#clock[name];
    this.#clock[name] = Object.defineProperties(wrap(own), Object.getOwnPropertyDescriptors(own));
    return () => void (this.#clock[name] = own);
  }

  #lookingAfter(clear: AnyFunction): AnyFunction {
    return (timer) => {
      clear.call(this.#clock, timer);
      this.look();
    };
  }

  #noting(set: AnyFunction): AnyFunction {
    return (...args) => {
      const given = set.apply(this.#clock, args);
      if (typeof given === 'object' && given !== null) this.#watch(given as Handle, Number(args[1]));
      this.look();
      this.#options.onSet(Number(args[1]));
      return given;
    };
  }

  /** Whatever changes whether the process lives for this timer is looked at. */
  #watch(handle: Handle, delay: number): void {
    this.#handles.set(timerIn(this.#clock, Number(handle)), handle);
    const changing =
      (change: () => unknown, then: () => void = () => undefined) =>
      (): Handle => {
        change.call(handle);
        this.look();
        then();
        return handle;
      };
    if (!this.#isReferenced) handle.unref();
    handle.ref = changing(handle.ref);
    handle.unref = changing(handle.unref);
    handle.refresh = changing(handle.refresh, () => this.#options.onSet(delay));
    handle.close ??= changing(() => this.#clock.clearTimeout(handle));
    handle[DISPOSE] ??= () => void this.#clock.clearTimeout(handle);
  }
}
