import { createHash } from 'node:crypto';
import { masked } from '../mask.js';
import type { Finding } from './finding.js';

/**
 * What makes a finding the same one in another run: not the place at which a recording shows it, nor the value that was there,
 * nor an id that each run has anew.
 */
export interface Identity {
  readonly rule: string;
  /** Not of a recording: the same fault may be in another one. */
  readonly file?: string;
  readonly provider?: string;
  readonly operation?: string;
  readonly pointer?: string;
  /** Where no pointer says what the finding is about. */
  readonly about?: string;
}

/** A pointer in which any item of a list stands for all of them. */
export const placeOfAll = (pointer: string): string => pointer.replace(/\/\d+(?=\/|$)/g, '/*');

export function identityOf({ rule, message, key, where }: Finding): Identity {
  const { file, exchange, provider, operation, pointer } = where;
  const isRecorded = exchange !== undefined;
  const about = key ?? (pointer === undefined ? message : undefined);
  return {
    rule,
    ...(file === undefined || isRecorded ? {} : { file }),
    ...(provider === undefined ? {} : { provider }),
    ...(operation === undefined ? {} : { operation: masked(operation) }),
    ...(pointer === undefined ? {} : { pointer: masked(placeOfAll(pointer)) }),
    ...(about === undefined ? {} : { about: masked(about) }),
  };
}

const FIELDS = ['rule', 'file', 'provider', 'operation', 'pointer', 'about'] as const;

/** The same text for two identities that are equal, in whichever order they were written. */
export const textOfIdentity = (identity: Identity): string => JSON.stringify(FIELDS.map((field) => identity[field]));

/** A text for each finding by which it is found again in another run; of those that are alike each has its number. */
export function fingerprintsOf(findings: readonly Finding[]): readonly string[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const hash = createHash('sha256')
      .update(textOfIdentity(identityOf(finding)))
      .digest('hex')
      .slice(0, 32);
    const number = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, number);
    return `${hash}:${number}`;
  });
}
