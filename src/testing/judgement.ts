import { inWordsOf } from '../client/closed.js';
import { onOneLine } from '../contracts/visible.js';

/** Whether something is so, in words for either case. */
export interface Judgement {
  readonly holds: boolean;
  /** The message when it was expected to hold, and does not. */
  readonly denied: string;
  /** The message when it was expected not to hold, and does. */
  readonly affirmed: string;
  readonly actual: unknown;
  readonly expected: unknown;
}

/** Judges for an assertion, which is what did not wait if the room is closed: the calls that judge are not the test's. */
export const judged = (assertion: string, judge: () => Promise<Judgement>): Promise<Judgement> =>
  inWordsOf(`Failed to finish ${assertion}`, judge);

/** Lines below a sentence, indented: the first of them up to a limit, and how many more there are. None can act on a terminal. */
export function lines(items: readonly string[], limit = 10): string {
  const shown = items.slice(0, limit).map((item) => `\n  ${onOneLine(item)}`);
  const rest = items.length - shown.length;
  return shown.join('') + (rest > 0 ? `\n  … and ${rest} more` : '');
}
