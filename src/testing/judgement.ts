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

/** Lines below a sentence, indented: the first of them up to a limit, and how many more there are. None can act on a terminal. */
export function lines(items: readonly string[], limit = 10): string {
  const shown = items.slice(0, limit).map((item) => `\n  ${onOneLine(item)}`);
  const rest = items.length - shown.length;
  return shown.join('') + (rest > 0 ? `\n  … and ${rest} more` : '');
}
