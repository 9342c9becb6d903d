import type { Case } from './clues.js';
import { AGAIN, has, where, type Mistake } from './guess.js';

/** Numbers alone differ, as what is measured does. A message that comes again may be counted twice now and then by a race. */
export const isMeasured = (found: Case): boolean =>
  found.differences.length > 0 &&
  found.differences.every(({ expected, was }) => typeof expected === 'number' && typeof was === 'number') &&
  !has(found, ...AGAIN);

/** Tells of the clock before the mistake that it would be otherwise: what nobody leads says little. */
export function byOwnClock(found: Case, { name, words, evidence }: Mistake): Mistake {
  const place = where(found);
  const otherwise = name === 'unknown' ? '' : ` If it still fails there: ${words}`;
  return {
    name: 'own clock',
    words: `Perhaps none: the app keeps its own time, and ${place} is probably measured by its clock, such as from when a message arrives. Try --lockstep, in which the clock of a Node app is led, or leave the number out with --ignore ${place}.${otherwise}`,
    evidence: `${place} is not the same each time${otherwise && evidence ? `; otherwise ${evidence}` : ''}`,
  };
}
