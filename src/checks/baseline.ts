import { isAbsolute, relative, resolve, sep } from 'node:path';
import { parseJsonFile } from '../contracts/json/file.js';
import type { Finding } from './finding.js';
import { identityOf, textOfIdentity, type Identity } from './identity.js';
import type { ProviderRule } from './provider/rules.js';
import type { Report, Rule } from './report.js';
import type { TrafficRule } from './traffic/rules.js';
import { isObject } from '../contracts/json/object.js';
import { messageOf } from '../errors.js';

/** Findings that are known: they are told, and fail nothing. */
export interface Baseline {
  /** What found them. */
  readonly check: string;
  readonly findings: readonly Identity[];
}

/** What says that a check has judged nothing, or has not come to its end: whoever knew that would have no check any more. */
const NEVER_KNOWN: ReadonlySet<string> = new Set<TrafficRule | ProviderRule>([
  'nothing-to-check',
  'nothing-judged',
  'interrupted',
  'key-refused',
  'not-cleaned-up',
  'rate-limited',
  'redirected',
  'turned-away',
  'unreachable',
]);

/** Everything that may fail a check now, as a baseline that lies in a folder. */
export function baselineOf({ check, findings }: Report, folder: string): Baseline {
  const counting = findings.filter(({ rule, severity }) => severity !== 'note' && !NEVER_KNOWN.has(rule));
  const all = new Map(counting.map((finding) => [textIn(finding, folder), identityIn(finding, folder)]));
  const texts = [...all.keys()].sort();
  return { check, findings: texts.map((text) => all.get(text)!) };
}

/**
 * The report with the findings marked that a baseline has, and with what of the baseline is not found any more. Of a rule that was
 * not tried, and where not everything could be checked, nobody can say that.
 */
export function against(
  report: Report,
  { findings: known }: Baseline,
  { folder, rules }: { readonly folder: string; readonly rules: readonly Rule[] },
): Report {
  const texts = new Set(known.map(textOfIdentity));
  const isKnown = (finding: Finding): boolean => !NEVER_KNOWN.has(finding.rule) && texts.has(textIn(finding, folder));
  const found = new Set(report.findings.map((finding) => textIn(finding, folder)));
  const untried = new Set(rules.map(({ name }) => name));
  for (const { name } of report.rules) untried.delete(name);
  const gone = known.filter((one) => !found.has(textOfIdentity(one)) && !untried.has(one.rule));
  return {
    ...report,
    findings: report.findings.map((finding) => (isKnown(finding) ? { ...finding, known: true as const } : finding)),
    gone: report.unmade ? [] : gone,
  };
}

const textIn = (finding: Finding, folder: string): string => textOfIdentity(identityIn(finding, folder));

/** Files are named from the folder of the baseline, so that it holds in whichever folder the command runs. */
function identityIn(finding: Finding, folder: string): Identity {
  const { file } = finding.where;
  if (file === undefined) return identityOf(finding);
  const path = relative(folder, resolve(file));
  const named = isAbsolute(path) ? path : path.replaceAll(sep, '/');
  return identityOf({ ...finding, where: { ...finding.where, file: named } });
}

/** A baseline as a file: a finding a line, in an order of their own, so that two branches seldom meet on one. */
export function writeBaseline({ check, findings }: Baseline): string {
  const lines = findings.map((one) => `    ${JSON.stringify(one)}`).join(',\n');
  return `{\n  "version": ${FORM},\n  "check": ${JSON.stringify(check)},\n  "findings": [${lines === '' ? '' : `\n${lines}\n  `}]\n}\n`;
}

const FORM = 1;
const FIELDS: readonly string[] = [
  'rule',
  'file',
  'provider',
  'operation',
  'pointer',
  'about',
] satisfies (keyof Identity)[];

/** Reads what was written; or gives why that is none, as the end of a sentence: `it is not JSON`. */
export function readBaseline(text: string, check: string): Baseline | string {
  let value: unknown;
  try {
    value = parseJsonFile(text);
  } catch (error) {
    return `it is not JSON (${messageOf(error)})`;
  }
  if (!isObject(value) || value['version'] !== FORM || !Array.isArray(value['findings']))
    return `it is no object with "version": ${FORM} and "findings"`;
  if (value['check'] !== check) return `it is one of check ${String(value['check'])}, not of check ${check}`;
  const wrong = value['findings'].findIndex((one) => !isIdentity(one));
  if (wrong >= 0)
    return `/findings/${wrong} has no rule, or something that is no text, or is none of ${FIELDS.join(', ')}`;
  return { check, findings: value['findings'] as Identity[] };
}

const isIdentity = (value: unknown): boolean =>
  isObject(value) &&
  typeof value['rule'] === 'string' &&
  Object.entries(value).every(([name, given]) => FIELDS.includes(name) && typeof given === 'string');
