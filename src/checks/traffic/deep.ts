import { DEEPEST } from '../../contracts/check.js';
import { isDeeperThan } from '../../contracts/json-depth.js';
import type { Verdict } from './judge.js';

/** A check that reads it could run out of stack. */
export const isTooDeep = (text: string): boolean => isDeeperThan(DEEPEST, text);

export const tooDeep = (what: string): Verdict => ({
  rule: 'too-deep',
  message: `${what} is nested too deeply, and was not judged.`,
  expected: `at most ${DEEPEST} levels of objects and lists`,
  was: 'more',
});
