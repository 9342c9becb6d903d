import type { Outcome } from '../playing/outcome.js';
import type { Story } from '../stories/story.js';
import type { Explorer } from './explorer.js';
import type { Problem } from '../judging/problem.js';

/** What has failed once is played so often more. */
const AGAIN = 3;

/** How often a failure came, of how many times. */
export interface Steadiness {
  readonly failed: number;
  readonly played: number;
  /** It does not always fail, or not with the same values. */
  readonly isUnsteady: boolean;
}

export const SEEN_ONCE: Steadiness = { failed: 1, played: 1, isUnsteady: false };

interface Confirmation extends Steadiness {
  /** The failure as it came again by itself; nothing if it never did. */
  readonly again?: { readonly problem: Problem; readonly outcome: Outcome };
}

/** Has what failed once fail by itself, as a replay does. When time is up, one more execution must do. */
export async function confirm<A>(explorer: Explorer<A>, story: Story, { family, was }: Problem): Promise<Confirmation> {
  let again: Confirmation['again'];
  let [failed, played] = [1, 1];
  const values = new Set([was]);
  while (played <= AGAIN && (played === 1 || !explorer.timeIsUp)) {
    const { outcome, problems } = await explorer.judgeAgain(story);
    const same = problems.find((problem) => problem.family === family);
    if (same) {
      failed++;
      values.add(same.was);
      again ??= { problem: same, outcome };
    }
    played++;
  }
  return { ...(again ? { again } : {}), failed, played, isUnsteady: failed < played || values.size > 1 };
}
