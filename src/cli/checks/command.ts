import type { Report, Rule } from '../../checks/report.js';
import type { Vendor } from '../../server/providers/provider.js';
import type { Flag, FlagValues } from '../settings/flags.js';

/** One kind of `greenroom check`: its own flags, and what it does with them and the words. */
export interface CheckCommand {
  /** Its usage, and a sentence that says what it does. */
  readonly usage: string;
  /** Besides those of every check. */
  readonly flags: readonly Flag[];
  /** Every rule that it can try, for `--off`. */
  readonly rules: readonly Rule[];
  /** `own` are the vendors of the settings file. Throws USAGE for words and flags that make no sense. */
  readonly check: (
    words: readonly string[],
    values: FlagValues,
    own?: readonly Vendor[],
    signal?: AbortSignal,
  ) => Promise<Report>;
  /** Present if it has something to put in order when it is interrupted, and heeds the signal. */
  readonly isInterruptible?: true;
}
