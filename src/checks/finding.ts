import type { Basis } from '../contracts/contract.js';

/** Where a finding was made; every part that is known. */
export interface Place {
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  /** The number of the exchange in its file, from 1. */
  readonly exchange?: number;
  readonly provider?: string;
  readonly operation?: string;
  /** JSON pointer into the body, or into the file if there is no body. */
  readonly pointer?: string;
}

export const SEVERITIES = ['error', 'warning', 'note'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One thing that a check found wrong, or worth a look. */
export interface Finding {
  /** Stable and in kebab-case: what reporters group by, and what users switch off. */
  readonly rule: string;
  /** `error` breaks a contract, `warning` was surely not meant, `note` rests on an assumption or is only worth knowing. */
  readonly severity: Severity;
  /** One sentence: what is wrong. */
  readonly message: string;
  readonly where: Place;
  readonly expected?: string;
  readonly was?: string;
  /** What it is about, by a name that stays where its words may change. */
  readonly key?: string;
  /** Lines that can be copied to the place of the finding, or into what stands there. */
  readonly paste?: string;
  /** One sentence: what to do about it. */
  readonly advice?: string;
  /** How the rule of the vendor behind it is known. */
  readonly basis?: Basis;
  /** It is in the baseline: it is told, and fails nothing. */
  readonly known?: true;
  /** How often it was found, if more than once; `where` is the first of them. */
  readonly times?: number;
}
