import { SEVERITIES, type Finding, type Severity } from './finding.js';
import type { Identity } from './identity.js';

/** What a check looks at under one name. */
export interface Rule {
  /** In kebab-case, as findings name it. */
  readonly name: string;
  /** One sentence: what is wrong when it finds something. */
  readonly title: string;
  /** The severity of its findings, unless what they rest on is only assumed. */
  readonly severity: Severity;
  /** One sentence: what to do about it. */
  readonly advice: string;
}

export const rule = <const Name extends string>(
  name: Name,
  severity: Severity,
  title: string,
  advice: string,
): Rule & { readonly name: Name } => ({ name, severity, title, advice });

/** What a check found. */
export interface Report {
  /** `traffic`, `receiver`, `provider`, `scenarios`. */
  readonly check: string;
  /** What made it, if not `greenroom check`. */
  readonly command?: string;
  /** What was checked: files, a URL, a folder. */
  readonly subject: string;
  /** One sentence: how much was looked at. */
  readonly summary: string;
  /** Every rule that was tried, also those that found nothing. */
  readonly rules: readonly Rule[];
  readonly findings: readonly Finding[];
  /** What could not be checked: then the findings are not all that there may be. */
  readonly unmade?: readonly Unmade[];
  /** What a baseline has and nobody found; there if there is a baseline. */
  readonly gone?: readonly Identity[];
  /** Rules that found nothing, and could not have, each with the reason. */
  readonly unjudged?: readonly { readonly rule: string; readonly why: string }[];
  /** The score card of a check that gives marks. */
  readonly marks?: readonly Mark[];
}

/** A part of a check, or the whole of it, that could not be made. */
export interface Unmade {
  /** The file that was to be checked, if it is known. */
  readonly file?: string;
  /** What failed, what was expected, what was there and what to do. */
  readonly message: string;
}

/** How much of a rule was met. */
export interface Mark {
  readonly group: string;
  /** The name of the rule. */
  readonly name: string;
  /** One sentence: what the rule can judge, and what it cannot. */
  readonly judges: string;
  readonly passed: number;
  readonly of: number;
  /** Why the rule, or a part of it, was not judged. */
  readonly unjudged?: string;
}

export const commandOf = ({ check, command }: Report): string => command ?? `greenroom check ${check}`;

export type Counts = Readonly<Record<Severity, number>>;

/** How many findings of each severity are not known. */
export function countFindings(findings: readonly Finding[]): Counts {
  const count = (level: Severity): number =>
    findings.filter(({ severity, known }) => severity === level && !known).length;
  return { error: count('error'), warning: count('warning'), note: count('note') };
}

/** True if a finding is as bad as the level, or worse, and not known. */
export const reaches = ({ severity, known }: Finding, level: Severity): boolean =>
  !known && SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(level);

/** The report without the rules that were switched off. */
export const withoutRules = (report: Report, off: readonly string[]): Report => ({
  ...report,
  rules: report.rules.filter(({ name }) => !off.includes(name)),
  findings: report.findings.filter(({ rule }) => !off.includes(rule)),
  ...(report.marks ? { marks: report.marks.filter(({ name }) => !off.includes(name)) } : {}),
});

/** The findings of each rule, the rules in their order, those without findings left out. */
export function groupByRule({ rules, findings }: Report): { readonly rule: Rule; readonly findings: Finding[] }[] {
  return rules
    .map((rule) => ({ rule, findings: findings.filter((finding) => finding.rule === rule.name) }))
    .filter((group) => group.findings.length > 0);
}

/** `1 scenario`, `2 scenarios`. */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** `2 errors, 1 warning, 3 known`; `nothing` if there is nothing, and `nothing new` if all is known. */
export function tell(findings: readonly Finding[]): string {
  const counts = countFindings(findings);
  const parts = SEVERITIES.filter((severity) => counts[severity] > 0).map((severity) =>
    counted(counts[severity], severity),
  );
  const known = findings.filter((finding) => finding.known).length;
  if (known === 0) return parts.length === 0 ? 'nothing' : parts.join(', ');
  return [...(parts.length === 0 ? ['nothing new'] : parts), `${known} known`].join(', ');
}

/** `error`, or `known error` of one that fails nothing. */
export const severityOf = ({ severity, known }: Finding): string => (known ? `known ${severity}` : severity);

/** What a baseline has and nobody found, in words. */
export const tellGone = ({ rule, about, ...place }: Identity): string =>
  `${rule} at ${[placeOf({ where: place }), about].filter((part) => part !== undefined && part !== '').join(', ')}`;

/** What was found, and that it may not be all: `Found nothing; the check could not be made`. */
export function verdictOf({ findings, rules, unmade = [] }: Report): string {
  const found = `Found ${tell(findings)}`;
  if (unmade.length === 0) return found;
  return rules.length === 0
    ? 'The check could not be made'
    : `${found}; ${counted(unmade.length, 'file')} could not be checked`;
}

/** What of a finding can be copied, below the rest of its text. */
export const pasted = (paste: Finding['paste']): string => (paste === undefined ? '' : `\n${paste}`);

/** The place of a finding after what is told of it; nothing where there is none to name, such as in standard input. */
export function atPlace(finding: Pick<Finding, 'where'>, at = ' at '): string {
  const place = placeOf(finding);
  return place === '' ? '' : at + place;
}

/** Where a finding was made, on one line: `app.har, exchange 3, createBot, /bot_name`. */
export function placeOf({ where }: Pick<Finding, 'where'>): string {
  const { file, line, exchange, provider, operation, pointer } = where;
  const parts = [
    file === undefined ? undefined : line === undefined ? file : `${file}:${line}`,
    exchange === undefined ? undefined : `exchange ${exchange}`,
    [provider, operation].filter((part) => part !== undefined).join(' '),
    pointer,
  ];
  return parts.filter((part) => part !== undefined && part !== '').join(', ');
}
