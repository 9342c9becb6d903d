import { touchesOf } from '../../contracts/versions/changes.js';
import type { VendorProfile } from '../../contracts/vendor.js';
import { certaintyOf, type DatedChange } from '../../contracts/versions/dated-change.js';
import type { Crossing } from '../../contracts/versions/versions.js';
import type { Finding } from '../finding.js';
import { counted, type Report } from '../report.js';
import { DRIFT_RULES, type DriftRule } from './rules.js';
import type { Usage } from './usage.js';

export interface DriftOptions {
  readonly vendor: VendorProfile;
  /** Versions in full. */
  readonly from: string;
  readonly to: string;
  /** Where something of the app is known. */
  readonly usage?: Usage | undefined;
  /** Also what no version has yet. */
  readonly unreleased: boolean;
}

/** Says in words what is otherwise for an integrator in another version, and what of it touches the app. */
export function checkDrift({ vendor, from, to, usage, unreleased }: DriftOptions): Report {
  const versions = vendor.versions!;
  const crossings = versions.between(from, to);
  const found = crossings.map((crossing) => judge(vendor, crossing, usage));
  const others = unreleased
    ? versions.unreleased.map((change) =>
        findingOf(vendor, 'unreleased', change, `${certaintyOf(change)}: ${change.says} [${change.id}]`),
      )
    : [];
  const touching = found.filter(({ rule }) => rule !== 'changed').length;
  const summary = `${counted(crossings.length, 'change')} of ${vendor.title} from ${from} to ${to}${usage ? `, ${touching} of them touch the app` : ''}.`;
  return { check: 'drift', subject: `${from}..${to}`, summary, rules: DRIFT_RULES, findings: [...found, ...others] };
}

function judge(vendor: VendorProfile, { change, at, says, isBack }: Crossing, usage: Usage | undefined): Finding {
  const when = certaintyOf(change, at);
  const message = `${isBack ? `Taken back (${when})` : when}: ${says} [${change.id}]`;
  if (!usage) return findingOf(vendor, 'changed', change, message);
  const seen = change.changes.flatMap(touchesOf).flatMap((touch) => usage.of(touch) ?? []);
  if (seen.length === 0) return findingOf(vendor, 'changed', change, `${message} The app was not seen to touch it.`);
  const rule = change.breaking ? 'may-break-app' : 'touches-app';
  return findingOf(vendor, rule, change, `${message} It touches the app: ${[...new Set(seen)].join('; ')}.`);
}

function findingOf(vendor: VendorProfile, rule: DriftRule, change: DatedChange, message: string): Finding {
  const { severity, advice } = DRIFT_RULES.find(({ name }) => name === rule)!;
  const [place = {}] = change.changes.flatMap(touchesOf);
  const { operation, pointer } = place;
  return {
    rule,
    severity,
    message,
    key: change.id,
    where: {
      provider: vendor.name,
      operation: operation ?? change.id,
      ...(pointer === undefined ? {} : { pointer }),
    },
    ...(change.evidence.note === undefined ? {} : { was: change.evidence.note }),
    ...(rule === 'changed' ? {} : { advice }),
    // What is only proposed rests on nothing that a vendor has done.
    ...(rule === 'unreleased' ? {} : { basis: change.evidence.basis }),
  };
}
