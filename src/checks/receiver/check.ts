import { counted, type Mark, type Report } from '../report.js';
import { findingOf, markOf, wholeRefusal } from './card.js';
import { Contact, type ContactOptions } from './contact.js';
import { findMistakes, type Mistakes } from './mistakes.js';
import { makeProbes, type Probe } from './probes.js';
import type { ProbeContext } from './request-factory.js';
import { RECEIVER_RULES, type ReceiverRule } from './rules.js';
import { changes, whyUnread, type ReadState } from './state.js';
import { fateOf, isAccepted, outcomesOf, refusalsOf, type Outcome, type Trial } from './verdict.js';

export interface ReceiverCheck extends ProbeContext, ContactOptions {
  readonly url: URL;
  /** Reads something that changes when a message is processed; without it duplicates are only half judged. */
  readonly readState?: ReadState | undefined;
}

/**
 * Probes a webhook endpoint as the vendor would, and as an attacker would. Throws USAGE if nothing answers there, or if
 * the vendor has no webhook.
 */
export async function checkReceiver(check: ReceiverCheck): Promise<Report> {
  const { url, vendor } = check;
  const contact = new Contact(url, check);
  const probes = makeProbes(check);
  const unread = await whyUnread(check.readState);
  const trials: Trial[] = [];
  for (const probe of probes) {
    if (fateOf(trials, url)) break;
    trials.push(await probeOnce(probe, contact, unread === undefined ? check.readState : undefined));
  }
  const fate = fateOf(trials, url);
  const mistakes = fate || !isRefusedAtTimes(trials) ? undefined : await findMistakes(check, contact);
  await contact.end();
  const refusals = refusalsOf(trials);
  const whole = fate ?? (mistakes && isWhole(mistakes) ? wholeRefusal(trials, refusals, check.bot) : undefined);
  const outcomes = outcomesOf({
    probes,
    trials,
    stops: contact.stops,
    refusals,
    fate,
    unread,
    unknown: `nothing that --state-url shows has changed: does the app know ${check.bot ?? 'the agents of the check'} (--bot)?`,
  });
  const marks = RECEIVER_RULES.flatMap((rule) => marksOf(rule, outcomes, mistakes));
  const rules = RECEIVER_RULES.filter(({ name }) => marks.some((mark) => mark.name === name && mark.of > 0));
  return {
    check: 'receiver',
    subject: hide(url),
    summary: summarize(check, trials, marks),
    rules,
    findings: rules.flatMap((rule) => {
      if (rule.name === 'verifies-otherwise') return [...(mistakes?.found ?? [])];
      const found = findingOf(rule, outcomes, { vendor, isNamed: (mistakes?.found.length ?? 0) > 0 });
      if (rule.name !== 'valid-accepted' || !whole) return found;
      const { message, advice } = whole;
      return found.map((finding) => ({ ...finding, message, advice }));
    }),
    marks,
  };
}

async function probeOnce(probe: Probe, contact: Contact, read: ReadState | undefined): Promise<Trial> {
  let reaction: Trial['reaction'];
  const send = async (): Promise<void> => {
    reaction = await contact.send(probe);
  };
  const changed = probe.watched && read ? await changes(read, send) : await send();
  return { probe, reaction, ...(changed === undefined || !reaction ? {} : { changed }) };
}

/** What is verified otherwise is only looked for where right messages are refused, be it those with unusual letters alone. */
const isRefusedAtTimes = (trials: readonly Trial[]): boolean =>
  trials.some(
    ({ probe: { rule }, reaction }) =>
      (rule === 'valid-accepted' || rule === 'unicode-body') && reaction && !isAccepted(reaction),
  );

/** All that are known were tried, and none was believed. */
const isWhole = ({ found, isCut }: Mistakes): boolean => found.length === 0 && !isCut;

const otherwiseOf = (mistakes: Mistakes): Pick<Mark, 'passed' | 'of' | 'unjudged'> =>
  mistakes.found.length === 0 && mistakes.isCut
    ? { passed: 0, of: 0, unjudged: 'your app stopped' }
    : { passed: isWhole(mistakes) ? 1 : 0, of: 1 };

function marksOf(rule: ReceiverRule, outcomes: readonly Outcome[], mistakes: Mistakes | undefined): Mark[] {
  const { name, group, judges } = rule;
  if (name === 'verifies-otherwise') return mistakes ? [{ name, group, judges, ...otherwiseOf(mistakes) }] : [];
  return outcomes.some((outcome) => outcome.rule === name) ? [markOf(rule, outcomes)] : [];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

function summarize({ vendor }: ReceiverCheck, trials: readonly Trial[], marks: readonly Mark[]): string {
  const sent = trials.filter(({ probe, reaction }) => reaction && probe.expect !== 'prepare').length;
  const left = marks.filter(({ unjudged }) => unjudged !== undefined).length;
  const [passed, of] = [sum(marks.map((mark) => mark.passed)), sum(marks.map((mark) => mark.of))];
  const rest = left === 0 ? '' : `; ${left} ${left === 1 ? 'rule' : 'rules'} not judged in whole`;
  return `${counted(sent, 'probe')} of ${vendor.name}; ${passed} of ${of} marks${rest}.`;
}

/** The address without the password that it may hold. */
function hide(url: URL): string {
  const shown = new URL(url);
  shown.username = shown.password = '';
  return shown.href;
}
