/// <reference lib="esnext.disposable" preserve="true" />
import { GreenroomError } from '../../errors.js';
import type { AppTimer, AppTimers } from './app-timers.js';
import { watchRequests } from '../rest/host-work.js';
import { formatInstant, type Micros } from '../instant.js';
import { nextTurn, turn } from '../real-time.js';
import { leadContexts } from './contexts.js';
import { syncImportedNames, wrapTimers } from './timer-globals.js';
import { TimerRefs, timersOf, type TimerMaker } from './timer-refs.js';
import { DISPOSE } from '../../disposal.js';

/** What of a clock of fake-timers is needed, be it sinon's own or one that Vitest or Jest installed. */
interface FakeClock extends TimerMaker {
  now: number;
  readonly next: () => number;
  readonly setSystemTime: (now: number) => void;
  readonly uninstall: () => void;
}

/** A clock that an app can move with. */
export interface Leader {
  readonly attach: (timers: AppTimers | undefined) => void;
  /** Runs what is due now, if nobody is at it. */
  readonly kick: () => void;
  /** Hears of each timer that is set for later. */
  readonly onSet?: () => void;
  /**
   * Timers that wait keep this process alive, as real ones do: another process moves the clock. Where this one moves it
   * itself, nobody would be left to do so.
   */
  readonly keeps?: boolean;
}

/** The app's `Date` and timers, moving with a clock. */
export interface Lockstep {
  /** Gives the process its real time back. Timers that wait are dropped, unless somebody else had faked them. */
  readonly release: () => void;
  readonly [Symbol.dispose]: () => void;
}

/** The same, for who has begun it. */
export interface Following extends Lockstep {
  /** True while timers that wait keep the process alive. */
  readonly keeps: boolean;
}

/** A process has one `Date`, so one clock leads it. */
let taken = false;

/** True while somebody has faked the timers of this process, and no clock of greenroom's leads them. */
export const standStill = (): boolean => !taken && 'clock' in globalThis.setTimeout;

const FAKED = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] as const;

/**
 * Makes `Date` and the timers of this process follow a clock: each fires in its turn when the clock is advanced. Fake
 * timers that are installed already (`vi.useFakeTimers()`) are taken over. Throws as {@link assertCanFollow} does.
 */
export function startLockstep(leader: Leader): Following {
  assertCanFollow();
  taken = true;
  try {
    return follow(leader);
  } catch (error) {
    taken = false;
    throw error;
  }
}

/** Throws FAKED_TIMERS and CONFLICT if the timers of this process cannot follow a clock. */
export function assertCanFollow(): void {
  installedClock();
  if (taken) {
    throw new GreenroomError(
      'CONFLICT',
      'Failed to go in lockstep: this process is in lockstep with a clock already. Release that first.',
    );
  }
}

function follow(leader: Leader): Following {
  const adopted = installedClock();
  const fake = adopted ?? install();
  const unwatch = watchRequests();
  const onSet = (delay: number): void => (delay > 0 ? leader.onSet?.() : nextTurn(() => leader.kick()));
  const refs = new TimerRefs(fake, { onSet, keeps: leader.keeps === true });
  const unwrap = wrapTimers(refs, adopted === undefined);
  const leaveContexts = leadContexts();
  const tellAtEnd = (): void => tellWhy(refs);
  process.once('exit', tellAtEnd);
  let released = false;
  const release = (): void => {
    if (released) return;
    released = true;
    taken = false;
    leader.attach(undefined);
    process.off('exit', tellAtEnd);
    unwrap();
    leaveContexts();
    refs.end();
    unwatch();
    if (!adopted) fake.uninstall();
    syncImportedNames();
  };
  syncImportedNames();
  try {
    leader.attach(new FakeTimers(fake, refs, globalThis.setTimeout));
  } catch (error) {
    release();
    throw error;
  }
  return {
    release,
    [DISPOSE]: release,
    get keeps() {
      return refs.keep;
    },
  };
}

/** The code of a process that ends while its main module waits for something that never comes. */
const WAITED_IN_VAIN = 13;

/** A process whose code waits for a timer ends without a word if nobody is left who could move time. */
function tellWhy(refs: TimerRefs): void {
  if (process.exitCode !== WAITED_IN_VAIN || !refs.wait) return;
  process.stderr.write(
    'greenroom: this process ends while its code waits for timers. They are in lockstep with the clock of a room, and nobody ' +
      'advances that: call room.clock.advance() while the code waits.\n',
  );
}

function install(): FakeClock {
  // Its CommonJS build: the other cannot reach node:timers and node:timers/promises.
  const load = process.getBuiltinModule('node:module').createRequire(import.meta.url);
  const sinon = load('sinon') as typeof import('sinon');
  // Loaded outside the context of node:vm that a runner may give a test, sinon knows other globals than the test.
  const config = { global: globalThis, toFake: [...FAKED], shouldClearNativeTimers: true };
  // A sandbox of its own: sinon.restore() of the user's tests leaves it alone.
  return sinon.createSandbox().useFakeTimers(config) as unknown as FakeClock;
}

/** The clock of fake timers that are installed; fake-timers leaves it on the functions that it puts in place. */
function installedClock(): FakeClock | undefined {
  const clockOf = (value: unknown): FakeClock | undefined => (value as { clock?: FakeClock }).clock;
  const refuse = (reason: string): never => {
    throw new GreenroomError('FAKED_TIMERS', `Failed to go in lockstep: ${reason}.`);
  };
  if ([queueMicrotask, Reflect.get(process, 'nextTick')].some(clockOf)) {
    refuse(
      'queueMicrotask or process.nextTick is faked, so the app would never come to rest. Leave them out of toFake (in Jest, name them in doNotFake)',
    );
  }
  const clock = clockOf(setTimeout);
  const faked = FAKED.filter((name) => clockOf(globalThis[name]) !== undefined);
  if (faked.length > 0 && faked.length < FAKED.length) {
    refuse(
      `only ${faked.join(', ')} ${faked.length === 1 ? 'is' : 'are'} faked. Fake ${FAKED.join(', ')} together, or none`,
    );
  }
  if (clock && typeof clock.next !== 'function')
    refuse('the timers are faked by something else than @sinonjs/fake-timers. Take that away first');
  return clock;
}

class FakeTimers implements AppTimers {
  readonly modes = ['frozen'] as const;
  readonly #clock: FakeClock;
  readonly #refs: TimerRefs;
  readonly #installed: unknown;
  #now = 0;

  constructor(clock: FakeClock, refs: TimerRefs, installed: unknown) {
    this.#clock = clock;
    this.#refs = refs;
    this.#installed = installed;
  }

  *all(): Iterable<AppTimer> {
    for (const { id, callAt, interval } of timersOf(this.#clock))
      yield { id, due: callAt * 1000, repeats: interval !== undefined };
  }

  assertInStep(): void {
    if (globalThis.setTimeout !== this.#installed) {
      throw broken('the fake timers were replaced or taken away (by vi.useRealTimers or sinon.restore?)');
    }
    if (this.#clock.now !== this.#now) {
      const [app, world] = [this.#clock.now, this.#now].map((ms) => formatInstant(ms * 1000));
      throw broken(`the app's clock was moved to ${app} by somebody else, and the room's stands at ${world}`);
    }
  }

  moveTo(now: Micros): void {
    // Not tick(): it would fire what is due now, and what the world does at this instant comes first.
    this.#clock.now = this.#now = Math.floor(now / 1000);
  }

  jumpTo(now: Micros): void {
    this.#now = Math.floor(now / 1000);
    this.#clock.setSystemTime(this.#now);
  }

  /** What the app throws is thrown in a turn of its own, as Node throws what its own timers do. */
  fire(): void | Promise<void> {
    try {
      this.#clock.next();
    } catch (error) {
      nextTurn(() => {
        throw error;
      });
      // It is heard of before the next timer fires.
      return turn();
    } finally {
      this.#refs.look();
      this.#now = this.#clock.now;
    }
  }
}

const broken = (reason: string): GreenroomError =>
  new GreenroomError(
    'LOCKSTEP_BROKEN',
    `Failed to advance in lockstep: ${reason}. Only room.clock may move time; vi.advanceTimersByTime, clock.tick and the ` +
      'like move the app alone.',
  );
