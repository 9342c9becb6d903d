import { COVERAGE_KINDS, type CoverageReport, type NextStep, type Share } from '../../contracts/coverage/coverage.js';
import { KIND_TITLES, labelOf } from './labels.js';

const STEPS_SHOWN = 10;
const LABELS_SHOWN = 3;

/** Coverage for people: shares, and what to do next. */
export function renderCoverage(report: CoverageReport): string {
  const rows = report.providers.flatMap(({ provider, version, kinds, ...share }) => [
    row(`${provider} ${version}`, share),
    ...COVERAGE_KINDS.map((kind) => row(`  ${KIND_TITLES[kind]}`, kinds[kind])),
    '',
  ]);
  const steps = report.next.slice(0, STEPS_SHOWN).map((step, i) => `${String(i + 1).padStart(3)}. ${describe(step)}\n`);
  const more = report.next.length - steps.length;
  return [
    ...rows.map((line) => `${line}\n`),
    `${row('all', report)}\n`,
    ...(steps.length === 0 ? [] : ['\nNext:\n', ...steps]),
    ...(more > 0 ? [`     and ${more} more: --json and --html list them\n`] : []),
  ].join('');
}

const row = (title: string, { covered, total, percent }: Share): string =>
  `${title.padEnd(26)} ${String(covered).padStart(4)} of ${String(total).padStart(4)}  ${percent.toFixed(1).padStart(5)} %`;

function describe({ provider, how, covers }: NextStep): string {
  const named = covers.slice(0, LABELS_SHOWN).map(labelOf).join('; ');
  const rest = covers.length - LABELS_SHOWN;
  return `${how} (${provider}, ${covers.length} more)\n     ${named}${rest > 0 ? `; and ${rest} others` : ''}`;
}
