import type { Finding } from '../finding.js';
import type { Mark } from '../report.js';
import type { ReceiverRule } from './rules.js';
import { isForgery, keyOf, type Fate, type Outcome, type Trial } from './verdict.js';

const SHOWN = 6;

/** One finding a rule: which of its probes failed, and with what. */
export function findingOf(rule: ReceiverRule, outcomes: readonly Outcome[], provider: string): Finding[] {
  const failed = outcomes.filter((outcome) => outcome.rule === rule.name && outcome.fine === false && !outcome.told);
  const [first] = failed;
  if (!first) return [];
  const labels = [...new Set(failed.map(({ label }) => label))];
  const more = labels.length > SHOWN ? `, and ${labels.length - SHOWN} more` : '';
  return [
    {
      rule: rule.name,
      severity: rule.severity,
      message: `${rule.title}: ${labels.slice(0, SHOWN).join('; ')}${more}`,
      where: { provider },
      expected: first.expected,
      was: [...new Set(failed.map(({ was }) => was))].slice(0, SHOWN).join(', '),
      advice: rule.advice,
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

const SECRET = 'is --secret the one that the app uses';

/** What can be said at once of a receiver that accepts no right message, but answers each with a status. */
export function wholeRefusal(
  trials: readonly Trial[],
  refusals: ReadonlySet<string>,
  bot: string | undefined,
): Omit<Fate, 'why'> | undefined {
  const statuses = [...refusals];
  if (statuses.length === 0 || !statuses.every((key) => /^\d+$/.test(key))) return undefined;
  const forged = trials.flatMap(({ probe, reaction }) => (reaction && isForgery(probe) ? [reaction] : []));
  const isAlike = forged.every((reaction) => refusals.has(keyOf(reaction)));
  const was = statuses.join(', ');
  const are = (...some: readonly string[]): boolean => statuses.every((status) => some.includes(status));
  if (are('401', '403')) {
    const advice = 'Give the check the secret that the app verifies with, whole and of the same environment.';
    const message = `The receiver refuses every message, right or wrong: ${SECRET}?`;
    return isAlike ? { message, was, advice } : undefined;
  }
  const knows = `does it know ${bot ?? 'the agents that the check has made up'}`;
  const questions = [...(isAlike ? ['is the path right', ...(are('404', '405') ? [] : [SECRET])] : []), knows];
  return {
    message: `The receiver answers ${was} to every ${isAlike ? '' : 'right '}message: ${questions.join(', ')}?`,
    was,
    advice:
      'Give the whole URL of the endpoint. An app that refuses what it does not know gets --bot ID, of one that it knows; its log may say more.',
  };
}
