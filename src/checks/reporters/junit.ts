import type { Finding } from '../finding.js';
import { atPlace, commandOf, pasted, reaches, severityOf, tellGone, type Report, type Unmade } from '../report.js';
import type { Reporter, ReporterOptions } from './reporter.js';
import { visible, visibleReport, withTexts } from './visible.js';

/**
 * For CI servers: JUnit XML as Ant writes it and Jenkins reads it. A rule is a test case; it fails if it has findings that
 * count, and tells of the others in `system-out`; it is skipped if it could not have found anything, which Ant writes too, though
 * not in its first schema. What could not be checked is a test case with an error. Nothing is measured: the schema of Ant wants a time.
 */
export const render: Reporter = (told, options) => {
  const report = visibleReport(told);
  const { check, subject, rules, findings, gone = [], unjudged = [] } = report;
  // What stands in an element may have lines.
  const unmade = (told.unmade ?? []).map((one) => withTexts(one, visible));
  const reasons = new Map(unjudged.toReversed().map(({ rule, why }) => [rule, why]));
  const cases = rules.map(({ name, title }) =>
    renderCase({ name, title, why: reasons.get(name) }, check, failing(report, options, name)),
  );
  const failures = rules.filter(({ name }) => failing(report, options, name).length > 0).length;
  const attributes =
    `name="${escape(commandOf(report))}" package="greenroom" id="0" hostname="localhost" ` +
    `timestamp="${options.at.slice(0, 19)}" tests="${rules.length + unmade.length}" failures="${failures}" errors="${unmade.length}" time="0"`;
  const others = findings.filter((finding) => !reaches(finding, options.failOn));
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite ${attributes}>
    <properties>
      <property name="subject" value="${escape(subject)}"/>
    </properties>
${cases.join('')}${unmade.map((one) => renderUnmade(one, check)).join('')}    <system-out>${escape([...others.map(describe), ...gone.map((one) => `not found any more: ${tellGone(one)}`)].join('\n'))}</system-out>
    <system-err></system-err>
  </testsuite>
</testsuites>
`;
};

const failing = ({ findings }: Report, { failOn }: ReporterOptions, rule: string): Finding[] =>
  findings.filter((finding) => finding.rule === rule && reaches(finding, failOn));

interface Case {
  readonly name: string;
  readonly title: string;
  /** Why it could not have found anything. */
  readonly why: string | undefined;
}

function renderCase({ name, title, why }: Case, check: string, findings: readonly Finding[]): string {
  const opening = `    <testcase name="${escape(name)}" classname="greenroom.${escape(check)}" time="0"`;
  if (findings.length === 0 && why !== undefined)
    return `${opening}>\n      <skipped>${escape(why)}</skipped>\n    </testcase>\n`;
  if (findings.length === 0) return `${opening}/>\n`;
  const text = escape(findings.map(describe).join('\n'));
  return `${opening}>\n      <failure type="${escape(name)}" message="${escape(title)}">${text}</failure>\n    </testcase>\n`;
}

/** Several sentences stand one below the other. */
function renderUnmade({ file, message }: Unmade, check: string): string {
  const name = file === undefined ? 'check' : `check of ${file}`;
  const opening = `    <testcase name="${escape(name)}" classname="greenroom.${escape(check)}" time="0"`;
  return `${opening}>\n      <error type="not-checked" message="${escape(message.replaceAll('\n', ' '))}">${escape(message)}</error>\n    </testcase>\n`;
}

function describe(finding: Finding): string {
  const { message, expected, was, paste, times, advice } = finding;
  const facts = expected === undefined ? '' : ` (expected ${expected}, was ${was ?? 'missing'})`;
  return `${severityOf(finding)}: ${message}${facts}${atPlace(finding)}${times === undefined ? '' : `, ${times} times`}${advice === undefined ? '' : `. ${advice}`}${pasted(paste)}`;
}

const NAMED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as XML 1.0 can hold it: what it cannot is shown as a replacement character. */
const escape = (text: string): string =>
  text
    // oxlint-disable-next-line no-control-regex -- control characters are what XML cannot hold
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '\uFFFD')
    .replace(/[&<>"]/g, (sign) => NAMED[sign]!);
