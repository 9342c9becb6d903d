import type { VendorProfile } from '../../contracts/vendor.js';
import type { Finding } from '../finding.js';
import type { Mark } from '../report.js';
import { adviceOf, FAILED, failureAdviceOf, type ReceiverRule } from './rules.js';
import { answersIn, isForgery, keyOf, type Fate, type Outcome, type Trial } from './verdict.js';

const SHOWN = 6;

const ASK =
  'The app does not believe its signature: ask `greenroom doctor signature` about the one that your code has computed.';
const MEND = 'Mend what verifies-otherwise says, and check again.';

/** A card on which findings stand: whose messages were sent, and whether verifies-otherwise names the mistake. */
export interface Card {
  readonly vendor: VendorProfile;
  readonly isNamed: boolean;
}

/** One finding a rule, and one more for those of its probes at which the app itself failed, which is no answer to the question. */
export function findingOf(rule: ReceiverRule, outcomes: readonly Outcome[], card: Card): Finding[] {
  const bad = outcomes.filter((outcome) => outcome.rule === rule.name && outcome.fine === false && !outcome.told);
  const failed = bad.filter(({ how }) => how === 'failed');
  const others = bad.filter(({ how }) => how !== 'failed');
  return [
    ...tell(others, { rule, card, title: rule.title, advice: remedyFor(rule, others, card) }),
    ...tell(failed, { rule, card, title: 'The app failed at', advice: failureAdviceOf(rule) }),
  ];
}

function remedyFor(rule: ReceiverRule, bad: readonly Outcome[], { vendor, isNamed }: Card): string {
  const isDisbelieved = bad.length > 0 && bad.every(({ how }) => how === 'disbelieved');
  if (isDisbelieved && isNamed && (rule.name === 'valid-accepted' || rule.group === 'bodies')) return MEND;
  return isDisbelieved && rule.name === 'valid-accepted' ? ASK : adviceOf(rule, vendor.signing);
}

interface Told {
  readonly rule: ReceiverRule;
  readonly card: Card;
  readonly title: string;
  readonly advice: string;
}

function tell(failed: readonly Outcome[], { rule, card, title, advice }: Told): Finding[] {
  const [first] = failed;
  if (!first) return [];
  const labels = [...new Set(failed.map(({ label }) => label))];
  const more = labels.length > SHOWN ? `, and ${labels.length - SHOWN} more` : '';
  return [
    {
      rule: rule.name,
      severity: rule.severity,
      message: `${title}: ${labels.slice(0, SHOWN).join('; ')}${more}`,
      where: { provider: card.vendor.name },
      expected: first.expected,
      was: answersIn(failed),
      advice,
      ...(failed.length > 1 ? { times: failed.length } : {}),
    },
  ];
}

/** One mark a probe; none for what could not be judged. */
export function markOf({ name, group, judges }: ReceiverRule, outcomes: readonly Outcome[]): Mark {
  const own = outcomes.filter(({ rule }) => rule === name);
  const unjudged = own.find(({ fine }) => fine === undefined)?.why;
  return {
    group,
    name,
    judges,
    passed: own.filter(({ fine }) => fine).length,
    of: own.filter(({ fine }) => fine !== undefined).length,
    ...(unjudged === undefined ? {} : { unjudged }),
  };
}

const ADDRESS =
  'Give the whole URL of the endpoint. An app that refuses what it does not know gets --bot ID, of one that it knows; its log may say more.';
/** Frameworks protect the forms of their own pages by a token, which no vendor has. */
const FRAMEWORK =
  ' Or the framework refuses before your code runs, for want of its CSRF token: Django has @csrf_exempt for the view, Rails skip_forgery_protection.';
const SECRET = 'is --secret the one that the app uses';

/** What can be said at once of a receiver that accepts no right message, but answers each with a status. */
export function wholeRefusal(
  trials: readonly Trial[],
  refusals: ReadonlySet<string>,
  bot: string | undefined,
): Pick<Fate, 'message' | 'advice'> | undefined {
  const statuses = [...refusals];
  if (statuses.length === 0 || !statuses.every((key) => /^\d+$/.test(key))) return undefined;
  const forged = trials.flatMap(({ probe, reaction }) => (reaction && isForgery(probe) ? [reaction] : []));
  const isAlike = forged.every((reaction) => refusals.has(keyOf(reaction)));
  const was = statuses.join(', ');
  const are = (...some: readonly string[]): boolean => statuses.every((status) => some.includes(status));
  if (are('401', '403')) {
    const advice =
      'Give the check the secret that the app verifies with, whole and of the same environment. If it is that one, ask `greenroom doctor signature` about what your code computes; ' +
      'if that is right, look at what it is compared with: is the header found by its name, and is no Python bytes compared with a str?' +
      (statuses.includes('403') ? FRAMEWORK : '');
    const message = `The receiver refuses every message, right or wrong, and no known mistake explains it: ${SECRET}?`;
    return isAlike ? { message, advice } : undefined;
  }
  const knows = `does it know ${bot ?? 'the agents that the check has made up'}`;
  const questions = [...(isAlike ? ['is the path right', ...(are('404', '405') ? [] : [SECRET])] : []), knows];
  return {
    message: `The receiver answers ${was} to every ${isAlike ? '' : 'right '}message: ${questions.join(', ')}?`,
    advice: statuses.some((status) => Number(status) >= 500) ? `${FAILED} ${ADDRESS}` : ADDRESS,
  };
}
