import type { Greenroom } from '../client/greenroom.js';
import type { ViolationLine } from '../client/timeline.js';
import { lines, type Judgement } from './judgement.js';

export interface ViolationOptions {
  /** `error` lets warnings pass; a warning is what the vendor accepts and nobody can have meant. */
  readonly severity?: ViolationLine['severity'];
  /** Rules that are let pass. */
  readonly ignore?: readonly ViolationLine['rule'][];
}

/** Whether all that was said, by either side, is what the contracts allow. */
export async function judgeNoViolations(room: Greenroom, options: ViolationOptions = {}): Promise<Judgement> {
  const { severity = 'warning', ignore = [] } = options;
  const { entries } = await room.timeline({ kind: 'violation' });
  const found = entries.filter(
    (one) => (severity === 'warning' || one.severity === 'error') && !ignore.includes(one.rule),
  );
  return {
    holds: found.length === 0,
    denied: `Expected no violations of the contracts, but there ${found.length === 1 ? 'is 1' : `are ${found.length}`}:${lines(found.map(tell))}`,
    affirmed: 'Expected violations of the contracts, but there are none.',
    actual: found.map(({ summary }) => summary),
    expected: [],
  };
}

const tell = ({ severity, rule, provider, where, pointer, expected, was }: ViolationLine): string =>
  `${severity} ${rule}: ${provider} ${where}${pointer === '' ? '' : ` at ${pointer}`}: expected ${expected}, was ${was}`;
