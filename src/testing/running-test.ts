import { AsyncLocalStorage } from 'node:async_hooks';
import type { Greenroom } from '../client/greenroom.js';

/** Where the code of a test goes, this goes along: of tests that run beside one another nothing else says which one it is. */
const running = new AsyncLocalStorage<object>();
/** The test that was given each room, or has made it. Nobody knows so of a test that a runner gives a fixture, and of testRoom. */
const testOf = new WeakMap<Greenroom, object>();

/** Plays a test, from its room on. */
export const asTest = <T>(play: () => T): T => running.run({}, play);

/** Does what is for tests to come, too. */
export const asNoTest = <T>(work: () => T): T => running.exit(work);

/** Notes that a room is that of the test which runs now, as far as that is known. */
export function noteRoom(room: Greenroom): void {
  const test = running.getStore();
  if (test) testOf.set(room, test);
}

/** True for a room that is known to be that of the test which runs now. */
export const isOwn = (room: Greenroom): boolean => testOf.has(room) && testOf.get(room) === running.getStore();

/** True for a room that is known to be that of another. */
export function isOfAnother(room: Greenroom): boolean {
  const [of, now] = [testOf.get(room), running.getStore()];
  return of !== undefined && now !== undefined && of !== now;
}
