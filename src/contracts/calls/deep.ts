import { isDeeperThan } from '../json/depth.js';

/** Deeper than any message of a vendor, and not so deep that a reader runs out of stack: levels of objects and lists. */
export const DEEPEST = 1000;

/** A check that reads it could run out of stack. */
export const isTooDeep = (text: string): boolean => isDeeperThan(DEEPEST, text);

/** What is said of it. */
export const tooDeep = (what: string) => ({
  message: `${what} is nested too deeply, and was not judged.`,
  expected: `at most ${DEEPEST} levels of objects and lists`,
  was: 'more',
});
