import type { Severity } from '../finding.js';
import { commandOf, groupByRule, pasted, placeOf, tell, tellGone, verdictOf, type Report } from '../report.js';
import type { Reporter } from './reporter.js';
import { onOneLine, visible, withTexts } from './visible.js';

const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'notice' };

/** For GitHub Actions: an annotation a finding, as workflow commands. */
export const render: Reporter = (told) => {
  const report = withTexts(told, visible);
  const { findings, subject, summary, unmade = [], gone = [] } = report;
  const lines = findings.map((finding) => {
    const { severity, known, rule, message, where, expected, was, paste, advice } = finding;
    const facts = expected === undefined ? '' : ` Expected ${expected}, was ${was ?? 'missing'}.`;
    const place = placeOf(finding);
    const text = `${known ? 'Known: ' : ''}${message}${facts}${place === '' ? '' : ` At ${place}.`}${advice === undefined ? '' : ` ${advice}`}${pasted(paste)}`;
    return annotation(known ? 'notice' : COMMANDS[severity], where, rule, text);
  });
  const errors = unmade.map(({ file, message }) => annotation('error', { file }, commandOf(report), message));
  const rest = gone.map((one) => annotation('notice', {}, 'baseline', `Not found any more: ${tellGone(one)}.`));
  return `${errors.join('')}${lines.join('')}${rest.join('')}${onOneLine(`${commandOf(report)} ${subject}: ${summary}`)} ${verdictOf(report)}.\n`;
};

function annotation(
  command: string,
  { file, line }: { readonly file?: string | undefined; readonly line?: number | undefined },
  title: string,
  text: string,
): string {
  const place = [
    ...(file === undefined ? [] : [`file=${escapeProperty(file)}`]),
    ...(line === undefined ? [] : [`line=${line}`]),
    `title=${escapeProperty(title)}`,
  ];
  return `::${command} ${place.join(',')}::${escapeData(text)}\n`;
}

/** The page that a workflow run shows, in Markdown. */
export function renderSummary(told: Report): string {
  const report = withTexts(told, (text) => plain(onOneLine(text)));
  const { subject, summary, unmade = [], gone = [] } = report;
  const rows = groupByRule(report).map(
    ({ rule, findings: found }) => `| \`${rule.name}\` | ${rule.title} | ${tell(found)} | ${placeOf(found[0]!)} |\n`,
  );
  const table =
    rows.length === 0 ? '' : `\n| Rule | What | Found | First at |\n| --- | --- | --- | --- |\n${rows.join('')}`;
  const old = gone.length === 0 ? '' : `\nNot found any more:\n\n${gone.map((one) => `- ${tellGone(one)}\n`).join('')}`;
  const lost = unmade.length === 0 ? '' : `\n${unmade.map(({ message }) => `- ✗ ${message}\n`).join('')}`;
  return `### ${commandOf(report)}\n\n${subject}: ${summary} ${verdictOf(report)}.\n${lost}${table}${old}\n`;
}

/** A text in Markdown, of which nothing becomes a link, a picture, HTML, code or another cell. */
const plain = (text: string): string => text.replace(/[\\`[\]<>|!]/g, '\\$&');
const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapeProperty = (text: string): string => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
