import type { Greenroom } from './greenroom.js';

/** The rooms that were made while tests ran, and were not closed. */
const made = new Set<Greenroom>();
/** Those that were made outside of tests and stand: a hook that runs before the tests makes one for all. Nobody else keeps them for this. */
const standing = new Map<object, WeakRef<Greenroom>>();
let tests = 0;
let isOfTests = false;
let noteMade: (room: Greenroom) => void = () => undefined;

/** Says that this process runs tests: somebody will ask for the rooms that stand, and hears of each that is made. */
export function beginTests(hear: typeof noteMade): void {
  isOfTests = true;
  noteMade = hear;
}

/** A test runs until the returned function is called. When none does, nobody asks for the rooms that they have made. */
export function beginTest(): () => void {
  tests++;
  return () => {
    if (--tests === 0) made.clear();
  };
}

/** Counts a room among those of the tests that run, until the returned function is called. */
export function noteHandle(room: Greenroom): () => void {
  const key = {};
  noteMade(room);
  if (tests > 0) made.add(room);
  else if (isOfTests) standing.set(key, new WeakRef(room));
  return () => {
    made.delete(room);
    standing.delete(key);
  };
}

export const handlesOfTests = (): Greenroom[] => [...made];

/** The rooms that stand beside the tests. */
export const standingHandles = (): Greenroom[] => [...standing.values()].flatMap((one) => one.deref() ?? []);
