import { countFindings } from '../report.js';
import type { Reporter } from './reporter.js';
import { visibleJson } from './visible.js';

/** For programs; docs/checks.md says what stands where. */
export const render: Reporter = ({ check, subject, summary, rules, findings, unmade, gone, marks }, { version }) => {
  const counted = rules.map((rule) => ({
    ...rule,
    findings: findings.filter((finding) => finding.rule === rule.name).length,
  }));
  const shown = {
    greenroom: version,
    check,
    subject,
    summary,
    counts: {
      ...countFindings(findings),
      ...(gone ? { known: findings.filter(({ known }) => known).length } : {}),
    },
    rules: counted,
    findings,
    unmade,
    gone,
    marks,
  };
  return visibleJson(shown);
};
