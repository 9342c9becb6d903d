import { rule, type Rule } from '../report.js';

/** Everything that `check drift` says of a change between two versions. */
export const DRIFT_RULES = [
  rule(
    'changed',
    'note',
    'Something is otherwise in the other version',
    'Nothing is to be done unless the app relies on it.',
  ),
  rule(
    'touches-app',
    'warning',
    'A change is about something that the app does',
    'Run the tests of the app with the other version: attendee: { version }, or --attendee-version.',
  ),
  rule(
    'may-break-app',
    'error',
    'A change may break something that the app does',
    'Make the app ready for both versions, and run its tests with each.',
  ),
  rule(
    'unreleased',
    'note',
    'A change is proposed, or its release is not proven',
    'Watch for it; no version has it yet, as far as anybody knows.',
  ),
] as const satisfies readonly Rule[];

export type DriftRule = (typeof DRIFT_RULES)[number]['name'];
