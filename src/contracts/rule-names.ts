import { CALL_SEVERITIES, type CallRule } from './calls/verdict.js';
import type { Violation } from './contract.js';

const OF_NO_CALL: Readonly<Record<Exclude<Violation['rule'], CallRule>, true>> = {
  'undocumented-status': true,
  'response-body': true,
  'response-not-empty': true,
  'webhook-body': true,
  'unknown-webhook': true,
  'unreachable-url': true,
  'unknown-scenario': true,
};

/** The names of all rules that can be violated. */
export const RULE_NAMES: readonly string[] = [...Object.keys(CALL_SEVERITIES), ...Object.keys(OF_NO_CALL)];
