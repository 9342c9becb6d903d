import type { Greenroom } from '../client/greenroom.js';
import type { ViolationLine } from '../client/timeline.js';
import { lines, type Judgement } from './judgement.js';

export interface ViolationOptions {
  /** `error` lets warnings pass: the vendor accepts those, but they are surely not meant. */
  readonly severity?: ViolationLine['severity'];
  /** Rules that may be broken. */
  readonly ignore?: readonly ViolationLine['rule'][];
}

/** Whether every call, answer and webhook is as the contracts allow. */
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
