import type { ContractChange } from './changes.js';
import type { Evidence } from '../contract.js';

/**
 * How the boundary of a change is known: `exact`; `by` that version at the latest; `after` the version before it, whose
 * number is not known; `unproven`, public code whose release nobody has seen; `proposed`. The last two hold in no version
 * unless a workspace says so.
 */
export type Certainty = 'exact' | 'by' | 'after' | 'unproven' | 'proposed';

/** One difference between versions. */
export interface DatedChange {
  readonly id: string;
  /** It holds from this version on. */
  readonly since?: string;
  /** It holds in versions before this one. */
  readonly until?: string;
  readonly certainty: Certainty;
  /** The newest version that is known to be otherwise, where the boundary is not exact. */
  readonly notIn?: string;
  /** The newest version in which it is known to hold, where the boundary at its end is not exact. */
  readonly stillIn?: string;
  readonly evidence: Evidence;
  /** Sentences for an integrator: what is so from `since` on, and what is so from `until` on. */
  readonly says: string;
  readonly ends?: string;
  /** An app that was written before may fail. */
  readonly breaking?: true;
  readonly changes: readonly ContractChange[];
}

/** How the boundary of a change is known, in words; `at` is the one that is meant, of two. */
export function certaintyOf(change: DatedChange, at = change.since ?? change.until ?? ''): string {
  const { since, until, certainty, notIn, stillIn } = change;
  if (stillIn !== undefined && at === until && at !== since) return `after ${stillIn}, taken for ${at}`;
  const before = notIn === undefined ? '' : `, and not in ${notIn}`;
  switch (certainty) {
    case 'exact':
      return `with ${at}`;
    case 'by':
      return `by ${at}${before}`;
    case 'after':
      return `after ${notIn}, taken for ${at}`;
    case 'unproven':
      return 'its release is not proven';
    case 'proposed':
      return 'proposed';
  }
}

/** The versions in which a change holds, or those in which it does not. */
export function spanOf({ since, until }: DatedChange, holds: boolean): string {
  if (since === undefined && until === undefined) return 'in no version that is known';
  if (holds) return [since && `from ${since} on`, until && `before ${until}`].filter(Boolean).join(' and ');
  return [since && `before ${since}`, until && `from ${until} on`].filter(Boolean).join(' and ');
}

/** True if greenroom serves something of the change. */
export const isPlayed = ({ changes }: DatedChange): boolean => changes.some(({ kind }) => kind !== 'unplayed');
