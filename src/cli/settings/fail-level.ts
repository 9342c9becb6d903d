import type { Flag, FlagValues } from './flags.js';
import { misread } from '../terminal/outlets.js';

/** From which severity on a finding makes the exit code 1. */
export type FailLevel = 'error' | 'warning';

export const FAIL_ON: Flag = {
  name: 'fail-on',
  value: 'LEVEL',
  help: 'error (the default) or warning: what makes the exit code 1',
};

export function readLevel(value: FlagValues[string]): FailLevel {
  if (value === undefined || value === 'error') return 'error';
  if (value === 'warning') return 'warning';
  throw misread(`expected error or warning for --fail-on, was "${String(value)}"`);
}

/** The flags of a command that fails for findings only if it is asked to. */
export const FAIL_FLAGS: readonly Flag[] = [
  {
    name: 'fail-on-violations',
    help: 'end with 1 if a call or a webhook broke a contract: the same as --fail-on error',
  },
  { name: 'fail-on', value: 'LEVEL', help: 'end with 1 for violations of this severity on: error or warning' },
];

interface Violation {
  readonly severity: FailLevel;
}

/** True if they make a command fail that is asked to. */
export function areFatal(violations: readonly Violation[], given: FlagValues): boolean {
  const { 'fail-on': level, 'fail-on-violations': isAsked } = given;
  if (level === undefined && isAsked !== true) return false;
  const failOn = readLevel(level);
  return violations.some(({ severity }) => failOn === 'warning' || severity === 'error');
}

/** `2 violations`, and how many of them are warnings. */
export function countViolations(violations: readonly Violation[]): string {
  const warnings = violations.filter(({ severity }) => severity === 'warning').length;
  const some = `${violations.length} ${violations.length === 1 ? 'violation' : 'violations'}`;
  return warnings === 0 ? some : `${some} (${warnings} ${warnings === 1 ? 'warning' : 'warnings'})`;
}
