import { GreenroomError } from '../../errors.js';
import type { Finding } from '../finding.js';
import type { Mark, Report } from '../report.js';
import { makeMistakes, makeProbes, type Probe } from './probes.js';
import type { ProbeContext } from './request-factory.js';
import { RECEIVER_RULES, type ReceiverRule, type ReceiverRuleName } from './rules.js';
import { sendProbe, type Reaction } from './send.js';

export interface ReceiverCheck extends ProbeContext {
  readonly url: URL;
  /** Real milliseconds in which the vendor wants an answer. */
  readonly timeoutMs: number;
  /** Reads something that changes when a message is processed; without it duplicates are only half judged. */
  readonly readState?: (() => Promise<string>) | undefined;
}

interface Outcome {
  readonly probe: Probe;
  readonly was: string;
  readonly fine: boolean;
}

/** After this number of silent answers the rest is not waited for as long. */
const PATIENCE = 3;
const IMPATIENT_MS = 1000;

/**
 * Probes a webhook endpoint as the vendor would, and as an attacker would. Throws USAGE if nothing answers there, or if
 * the vendor has no webhook.
 */
export async function checkReceiver(check: ReceiverCheck): Promise<Report> {
  const { url, readState } = check;
  const outcomes: Outcome[] = [];
  const extra: Finding[] = [];
  let silent = 0;
  const wait = (): number => (silent >= PATIENCE ? Math.min(IMPATIENT_MS, check.timeoutMs) : check.timeoutMs);
  let processedTwice = 0;
  for (const probe of makeProbes(check)) {
    const before = probe.watched ? await readState?.() : undefined;
    const reaction = await sendProbe(url, probe.request, wait());
    if (reaction.kind === 'unreachable') throw unreachable(url, reaction.error);
    if (reaction.kind === 'silent') silent++;
    if (probe.expect === 'prepare') continue;
    outcomes.push({ probe, was: describe(reaction), fine: isFine(probe, reaction) });
    if (probe.watched && readState && (await readState()) !== before) processedTwice++;
  }
  if (outcomes.some(({ probe, fine }) => probe.rule === 'valid-accepted' && !fine))
    extra.push(...(await findMistakes(check, wait)));
  const refusesAll = extra.length === 0 && isRefusedWhole(outcomes);
  const judged = refusesAll ? outcomes.filter((outcome) => !isRefusal(outcome)) : outcomes;
  if (processedTwice > 0) extra.push(twice(check));
  const rules = RECEIVER_RULES.filter(({ name }) => isTried(name, check, outcomes));
  const findings = [
    ...(refusesAll ? [refusal(check, outcomes.filter(isRefusal))] : []),
    ...rules.flatMap((rule) => findingOf(rule, judged, check)),
    ...extra,
  ];
  const marks = marksOf(rules, outcomes, extra);
  const [passed, of] = [sum(marks.map((mark) => mark.passed)), sum(marks.map((mark) => mark.of))];
  return {
    check: 'receiver',
    subject: url.href,
    summary: `${outcomes.length} probes of ${check.vendor.name}; ${passed} of ${of} marks.`,
    rules,
    findings,
    marks,
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

function isTried(name: ReceiverRuleName, { readState }: ReceiverCheck, outcomes: readonly Outcome[]): boolean {
  if (name === 'duplicate-processed-twice') return readState !== undefined;
  if (name === 'verifies-otherwise')
    return outcomes.some(({ probe, fine }) => probe.rule === 'valid-accepted' && !fine);
  return outcomes.some(({ probe }) => probe.rule === name);
}

function isFine({ expect }: Probe, reaction: Reaction): boolean {
  if (reaction.kind !== 'answered') return false;
  const { status } = reaction;
  if (expect === 'accept') return status >= 200 && status < 300;
  return expect === 'refuse' ? status >= 400 && status < 500 : status < 500;
}

function describe(reaction: Reaction): string {
  if (reaction.kind === 'answered') return `${reaction.status}`;
  if (reaction.kind === 'silent') return `no answer within ${reaction.milliseconds} ms`;
  return `a connection that was closed (${reaction.error})`;
}

const EXPECTED: Readonly<Record<Probe['expect'], string>> = {
  accept: 'a 2xx in time',
  refuse: 'a 4xx',
  survive: 'an answer below 500',
  prepare: 'nothing',
};

const SHOWN = 6;

/** One finding a rule: which of its probes failed, and with what. */
function findingOf(rule: ReceiverRule, outcomes: readonly Outcome[], { vendor }: ReceiverCheck): Finding[] {
  const tried = outcomes.filter(({ probe }) => probe.rule === rule.name);
  const failed = tried.filter(({ fine }) => !fine);
  const [first] = failed;
  if (!first) return [];
  const labels = failed.map(({ probe }) => probe.label);
  const more = labels.length > SHOWN ? `, and ${labels.length - SHOWN} more` : '';
  return [
    {
      rule: rule.name,
      severity: rule.severity,
      message: `${rule.title}: ${labels.slice(0, SHOWN).join('; ')}${more}`,
      where: { provider: vendor.name },
      expected: EXPECTED[first.probe.expect],
      was: [...new Set(failed.map(({ was }) => was))].slice(0, SHOWN).join(', '),
      advice: rule.advice,
      ...(failed.length > 1 ? { times: failed.length } : {}),
    },
  ];
}

const isRefusal = ({ probe, was }: Outcome): boolean => probe.expect === 'accept' && (was === '401' || was === '403');

/** Whether right messages are refused as wrong ones are: then the secrets differ, and all else follows from that. */
function isRefusedWhole(outcomes: readonly Outcome[]): boolean {
  const valid = outcomes.filter(({ probe }) => probe.rule === 'valid-accepted');
  const forged = outcomes.filter(({ probe }) => probe.expect === 'refuse');
  return valid.length > 0 && valid.every(isRefusal) && forged.every(({ fine }) => fine);
}

const refusal = ({ vendor }: ReceiverCheck, refused: readonly Outcome[]): Finding => ({
  rule: 'valid-accepted',
  severity: 'error',
  message: 'The receiver refuses every message, right or wrong: is --secret the one that the app uses?',
  where: { provider: vendor.name },
  expected: EXPECTED.accept,
  was: [...new Set(refused.map(({ was }) => was))].join(', '),
  advice: 'Give the check the secret that the app verifies with, whole and of the same environment.',
  ...(refused.length > 1 ? { times: refused.length } : {}),
});

/** Makes each known mistake on purpose: the receiver that believes one makes it too. */
async function findMistakes(check: ReceiverCheck, wait: () => number): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const { deviation, request } of makeMistakes(check)) {
    const reaction = await sendProbe(check.url, request, wait());
    if (reaction.kind !== 'answered' || reaction.status >= 300) continue;
    found.push({
      rule: 'verifies-otherwise',
      severity: 'error',
      message: `${deviation.name}: ${deviation.title}; such a message was believed`,
      where: { provider: check.vendor.name },
      expected: 'a 4xx',
      was: String(reaction.status),
      advice: deviation.advice,
    });
  }
  return found;
}

const twice = ({ vendor }: ReceiverCheck): Finding => {
  const { title, severity, advice } = RECEIVER_RULES.find(({ name }) => name === 'duplicate-processed-twice')!;
  return { rule: 'duplicate-processed-twice', severity, message: title, where: { provider: vendor.name }, advice };
};

/** One mark a probe; one for each rule that is judged by more than its probes. */
function marksOf(rules: readonly ReceiverRule[], outcomes: readonly Outcome[], extra: readonly Finding[]): Mark[] {
  return rules.map(({ name, group, judges }) => {
    const tried = outcomes.filter(({ probe }) => probe.rule === name);
    if (tried.length > 0)
      return { group, name, judges, passed: tried.filter(({ fine }) => fine).length, of: tried.length };
    return { group, name, judges, passed: extra.some((finding) => finding.rule === name) ? 0 : 1, of: 1 };
  });
}

const unreachable = (url: URL, error: string): GreenroomError =>
  new GreenroomError(
    'USAGE',
    `Failed to check the receiver: expected somebody to answer at ${url.href}, nobody does (${error}). Start your app first.`,
  );
