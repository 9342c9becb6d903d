import type { Finding, Severity } from '../finding.js';
import type { Identity } from '../identity.js';
import {
  commandOf,
  counted,
  groupByRule,
  atPlace,
  reaches,
  tellGone,
  verdictOf,
  type Mark,
  type Unmade,
} from '../report.js';
import type { Reporter } from './reporter.js';
import { visibleReport } from './visible.js';

const ESCAPES: Readonly<Record<Severity | 'bold' | 'dim' | 'good', string>> = {
  error: '31',
  warning: '33',
  note: '36',
  bold: '1',
  dim: '2',
  good: '32',
};

/** For people: findings by rule, each with its place, what was expected, what was there and what to do. */
export const render: Reporter = (told, { colors, failOn }) => {
  const report = visibleReport(told);
  const paint = (style: keyof typeof ESCAPES, text: string): string =>
    colors ? `\u001B[${ESCAPES[style]}m${text}\u001B[0m` : text;
  const groups = groupByRule(report).map(
    ({ rule, findings }) =>
      `${paint('bold', rule.name)}  ${rule.title}\n${findings.map((finding) => renderFinding(finding, paint)).join('')}`,
  );
  const { findings, rules, summary, subject, marks = [], unmade = [], gone = [] } = report;
  const failed = unmade.length > 0 || findings.some((finding) => reaches(finding, failOn));
  const tried = `${counted(rules.length, 'rule')} ${rules.length === 1 ? 'was' : 'were'} tried`;
  const verdict = `${failed ? '✗' : '✓'} ${verdictOf(report)}; ${tried}`;
  return [
    `${paint('bold', commandOf(report))} ${subject}\n${summary}\n`,
    ...(marks.length === 0 ? [] : [renderMarks(marks, paint)]),
    ...groups,
    ...(gone.length === 0 ? [] : [renderGone(gone, paint)]),
    ...(unmade.length === 0 ? [] : [renderUnmade(unmade, paint)]),
    `${paint(failed ? 'error' : 'good', verdict)}\n`,
  ].join('\n');
};

const renderGone = (gone: readonly Identity[], paint: (style: 'bold', text: string) => string): string =>
  `${paint('bold', 'not found any more')}  The baseline has it\n${gone.map((one) => `  ${tellGone(one)}\n`).join('')}` +
  '          → Write the baseline anew with --write-baseline, or take it out.\n';

const renderUnmade = (unmade: readonly Unmade[], paint: (style: 'bold' | 'error', text: string) => string): string =>
  `${paint('bold', 'not checked')}\n${unmade.map(({ message }) => `  ${paint('error', 'error')}   ${message}\n`).join('')}`;

/** The score card: each group with its marks, and each of its rules. */
function renderMarks(
  marks: readonly Mark[],
  paint: (style: 'bold' | 'good' | 'error' | 'dim', text: string) => string,
): string {
  const width = Math.max(...marks.map(({ name }) => name.length));
  const groups = [...new Set(marks.map(({ group }) => group))].map((group) => {
    const own = marks.filter((mark) => mark.group === group);
    const rows = together(own).map(
      (mark) => `  ${signOf(mark, paint)} ${mark.name.padEnd(width)}  ${tellMark(mark)}\n`,
    );
    return `${paint('bold', group.padEnd(width + 4))}  ${total(own)}\n${rows.join('')}`;
  });
  return `${groups.join('')}${paint('bold', 'total'.padEnd(width + 4))}  ${total(marks)}\n`;
}

const FEW = 2;

/** Many rules that were not judged for one reason are one row: where nothing could be judged, the finding that says why stands out. */
function together(marks: readonly Mark[]): readonly Mark[] {
  const alike = (one: Mark): readonly Mark[] =>
    marks.filter(({ of, unjudged }) => of === 0 && unjudged === one.unjudged);
  return marks.flatMap((mark) => {
    const all = mark.of === 0 ? alike(mark) : [];
    if (all.length <= FEW) return [mark];
    return all[0] === mark ? [{ ...mark, name: `${all.length} rules` }] : [];
  });
}

function signOf(
  { passed, of, unjudged }: Mark,
  paint: (style: 'good' | 'error' | 'dim', text: string) => string,
): string {
  if (passed < of) return paint('error', '✗');
  return unjudged === undefined ? paint('good', '✓') : paint('dim', '–');
}

function tellMark({ passed, of, unjudged }: Mark): string {
  if (unjudged === undefined) return `${passed} of ${of}`;
  return of === 0 ? `not judged: ${unjudged}` : `${passed} of ${of}, the rest not judged: ${unjudged}`;
}

const total = (marks: readonly Mark[]): string =>
  `${marks.reduce((sum, { passed }) => sum + passed, 0)} of ${marks.reduce((sum, { of }) => sum + of, 0)}`;

function renderFinding(finding: Finding, paint: (style: Severity | 'dim', text: string) => string): string {
  const { severity, known, message, expected, was, paste, advice, basis, times } = finding;
  const place = `${atPlace(finding, 'at ')}${times === undefined ? '' : `, ${times} times`}`;
  const lines = [
    `  ${known ? paint('dim', 'known  ') : paint(severity, severity.padEnd(7))} ${message}`,
    ...(place === '' ? [] : [`          ${paint('dim', place)}`]),
    ...(expected === undefined ? [] : [`          expected ${expected}, was ${was ?? 'missing'}`]),
    ...(paste === undefined ? [] : paste.split('\n').map((line) => `          ${line}`)),
    ...(basis === undefined ? [] : [`          ${paint('dim', `the rule is ${basis}`)}`]),
    ...(advice === undefined ? [] : [`          → ${advice}`]),
  ];
  return `${lines.join('\n')}\n`;
}
