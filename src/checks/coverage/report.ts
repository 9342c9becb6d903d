import type { CoverageReport, NextStep } from '../../contracts/coverage/coverage.js';
import type { Finding } from '../finding.js';
import { rule, type Report } from '../report.js';
import { labelOf } from './labels.js';

const TOO_LITTLE = rule(
  'too-little-exercised',
  'error',
  'Less of the contracts is exercised than --min asks for',
  'Take the steps of not-exercised, or ask for less.',
);
const MISSING = rule(
  'not-exercised',
  'note',
  'Something that a contract knows is not exercised',
  'Take the step: it exercises all that the finding names.',
);

const LABELS_SHOWN = 20;

/** Coverage as the report of a check; `min` is the share that is asked for in percent, and 0 if none is. */
export function coverageCheck({ providers, next, ...all }: CoverageReport, subject: string, min: number): Report {
  const { covered, total, percent } = all;
  const rows = providers.map((one) => ({ ...one, title: `${one.provider} ${one.version}` }));
  const shares = [...rows, ...(rows.length === 1 ? [] : [{ title: 'all', covered, total, percent }])];
  const lacks: Finding[] =
    percent >= min
      ? []
      : [
          {
            rule: TOO_LITTLE.name,
            severity: TOO_LITTLE.severity,
            message: `${TOO_LITTLE.title}.`,
            where: { provider: providers.map(({ provider }) => provider).join(' and ') },
            expected: `${min} % at least`,
            was: `${percent} %`,
          },
        ];
  return {
    check: 'coverage',
    command: 'greenroom coverage',
    subject,
    summary: `${shares.map((one) => `${one.title}: ${one.covered} of ${one.total} (${one.percent} %)`).join(', ')}.`,
    rules: [TOO_LITTLE, MISSING],
    findings: [...lacks, ...next.map(missing)],
    ...(min > 0 ? {} : { unjudged: [{ rule: TOO_LITTLE.name, why: 'No --min asks for a share.' }] }),
  };
}

function missing({ provider, how, covers }: NextStep): Finding {
  const named = covers.slice(0, LABELS_SHOWN).map(labelOf).join('; ');
  const rest = covers.length - LABELS_SHOWN;
  return {
    rule: MISSING.name,
    severity: MISSING.severity,
    message: `Not exercised: ${named}${rest > 0 ? `; and ${rest} others` : ''}.`,
    where: { provider },
    advice: how,
  };
}
