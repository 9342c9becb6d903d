import type { Greenroom } from './greenroom.js';

/** The rooms that were made while tests ran, and were not closed. */
const made = new Set<Greenroom>();
let tests = 0;

/** A test runs until the returned function is called. When none does, nobody asks for the rooms that they have made. */
export function beginTest(): () => void {
  tests++;
  return () => {
    if (--tests === 0) made.clear();
  };
}

/** Counts a room among those of the tests that run, until the returned function is called. */
export function noteHandle(room: Greenroom): () => void {
  if (tests > 0) made.add(room);
  return () => void made.delete(room);
}

export const handlesOfTests = (): Greenroom[] => [...made];
