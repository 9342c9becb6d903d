import type { Greenroom } from '../client/greenroom.js';
import type { ViolationLine } from '../client/timeline.js';
import { assertKnown } from '../client/options.js';
import { show } from '../client/show.js';
import { RULE_NAMES } from '../contracts/rule-names.js';
import { didYouMean, nearest } from '../contracts/nearest.js';
import { GreenroomError } from '../errors.js';
import { lines, type Judgement } from './judgement.js';

export interface ViolationOptions {
  /** `error` lets warnings pass: the vendor accepts those, but they are surely not meant. */
  readonly severity?: ViolationLine['severity'];
  /** Rules that may be broken. */
  readonly ignore?: readonly ViolationLine['rule'][];
}

/** Whether every call, answer and webhook is as the contracts allow. */
export async function judgeNoViolations(room: Greenroom, options: ViolationOptions = {}): Promise<Judgement> {
  assertOptions(options);
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

/** What means nothing would let violations pass, or none. Throws USAGE. */
function assertOptions(options: ViolationOptions): void {
  assertKnown('look for violations', options, ['severity', 'ignore']);
  const { severity, ignore } = options as { readonly severity?: unknown; readonly ignore?: unknown };
  const fail = (expected: string, was: unknown, meant?: string): never => {
    throw new GreenroomError(
      'USAGE',
      `Failed to look for violations: expected ${expected}, was ${show(was)}.${didYouMean(meant)}`,
    );
  };
  if (severity !== undefined && severity !== 'error' && severity !== 'warning')
    fail('the severity "error" or "warning"', severity);
  if (ignore !== undefined && !Array.isArray(ignore)) fail('a list of rules to ignore', ignore);
  const unknown = ((ignore ?? []) as readonly unknown[]).find((rule) => !RULE_NAMES.includes(rule as string));
  if (unknown !== undefined)
    fail(
      `rules to ignore among ${RULE_NAMES.join(', ')}`,
      unknown,
      typeof unknown === 'string' ? nearest(unknown, RULE_NAMES) : undefined,
    );
}

const tell = ({ severity, rule, provider, where, pointer, expected, was }: ViolationLine): string =>
  `${severity} ${rule}: ${provider} ${where}${pointer === '' ? '' : ` at ${pointer}`}: expected ${expected}, was ${was}`;
