import { isDisbelief } from '../../contracts/signing.js';
import { reasonReader } from '../../contracts/reasons.js';
import { PATIENCE, type Contact } from './contact.js';
import type { Probe } from './probes.js';
import type { ReceiverRuleName } from './rules.js';
import type { Reaction } from './send.js';

/** What came of one probe; no reaction if nobody took it any more. */
export interface Trial {
  readonly probe: Probe;
  readonly reaction?: Reaction | undefined;
  /** Whether it changed the state; `undefined` if that was not looked at. */
  readonly changed?: boolean | undefined;
}

/** What one probe says of one rule. */
export interface Outcome {
  readonly rule: ReceiverRuleName;
  readonly label: string;
  readonly expected: string;
  readonly was: string;
  /** How the answer goes on after its status, in words of the app. */
  readonly words?: string;
  /** `undefined` where nothing can be said. */
  readonly fine: boolean | undefined;
  /** Why nothing can be said. */
  readonly why?: string;
  /** A finding of another rule tells of it. */
  readonly told?: boolean;
  /** The answer was a 5xx where a 2xx or a 4xx was expected, or a 401 or 403 where a 2xx was. */
  readonly how?: 'failed' | 'disbelieved';
}

/** The one thing that can be said of a receiver of which nothing else can. */
export interface Fate {
  readonly why: string;
  readonly message: string;
  readonly was: string;
  readonly advice: string;
}

/** Everything that is known when the last probe is through. */
export interface Evidence {
  readonly probes: readonly Probe[];
  readonly trials: readonly Trial[];
  readonly stops: Contact['stops'];
  readonly refusals: ReadonlySet<string>;
  readonly fate: Fate | undefined;
  /** Why no change of the state says anything. */
  readonly unread: string | undefined;
  /** The same, if no message has changed it. */
  readonly unknown: string;
}

const ANSWERS_SHOWN = 6;

const EXPECTED: Readonly<Record<Probe['expect'], string>> = {
  accept: 'a 2xx in time',
  refuse: 'a 4xx',
  survive: 'an answer below 500',
  prepare: 'nothing',
};

export const isAccepted = (reaction: Reaction | undefined): boolean =>
  reaction?.kind === 'answered' && reaction.status >= 200 && reaction.status < 300;

function isFine({ expect }: Probe, reaction: Reaction): boolean {
  if (reaction.kind !== 'answered') return false;
  const { status } = reaction;
  if (expect === 'accept') return isAccepted(reaction);
  return expect === 'refuse' ? status >= 400 && status < 500 : status < 500;
}

function describe(reaction: Reaction): string {
  if (reaction.kind === 'answered') return `${reaction.status}`;
  if (reaction.kind === 'silent') return `no answer within ${reaction.milliseconds} ms`;
  return `a connection that was closed (${reaction.error})`;
}

const readReason = reasonReader();

/** What a refusal says, in a line. */
const wordsOf = (reaction: Reaction): string | undefined =>
  reaction.kind === 'answered' && reaction.body !== undefined ? readReason(reaction.body) : undefined;

/** What was answered, each once, with the words of the first that has some. */
export function answersIn(answers: readonly Pick<Outcome, 'was' | 'words'>[]): string {
  const first = new Map<string, string | undefined>();
  for (const { was, words } of answers) first.set(was, first.get(was) ?? words);
  return [...first]
    .slice(0, ANSWERS_SHOWN)
    .map(([was, words]) => (words === undefined ? was : `${was} ${JSON.stringify(words)}`))
    .join(', ');
}

/** What makes two reactions alike. */
export const keyOf = (reaction: Reaction): string =>
  reaction.kind === 'answered' ? `${reaction.status}` : reaction.kind;

/** True for what only somebody without the secret sends. */
export const isForgery = ({ expect, rule }: Probe): boolean =>
  expect === 'refuse' && /^(signature|rotation)/.test(rule);

/** A receiver that leads elsewhere, or never answers: nothing more is asked of it. */
export function fateOf(trials: readonly Trial[], url: URL): Fate | undefined {
  const first = trials[0]?.reaction;
  if (first?.kind === 'answered' && first.status >= 300 && first.status < 400 && first.location !== undefined) {
    const { origin, pathname } = new URL(first.location, url);
    return {
      why: 'messages are redirected',
      message: `The endpoint answers ${first.status} to ${origin}${pathname}, and the vendor does not follow`,
      was: `${first.status}`,
      advice: 'Give the vendor, and this check, the URL to which the endpoint redirects.',
    };
  }
  if (trials.length < PATIENCE || !trials.every(({ reaction }) => reaction?.kind === 'silent')) return undefined;
  return {
    why: 'nothing is answered',
    message: `The endpoint never answers: ${trials.length} right messages were waited for in vain`,
    was: describe(first!),
    advice: 'End the response of every request, and do so before work that takes long.',
  };
}

/** How the receiver answers right messages, if it accepts none: whatever it answers likewise says nothing. */
export function refusalsOf(trials: readonly Trial[]): ReadonlySet<string> {
  const valid = trials.filter(({ probe }) => probe.rule === 'valid-accepted');
  const reactions = valid.flatMap(({ reaction }) => reaction ?? []);
  return new Set(reactions.some(isAccepted) ? [] : reactions.map(keyOf));
}

/** What the probes say of the rules. */
export function outcomesOf(evidence: Evidence): Outcome[] {
  const { probes, trials, fate } = evidence;
  const tried = new Map(trials.map((trial) => [trial.probe, trial]));
  const judged = probes.filter(({ expect }) => expect !== 'prepare');
  if (fate) {
    const { why, was } = fate;
    const found = { rule: 'valid-accepted', label: '', expected: EXPECTED.accept, was, fine: false } as const;
    return [found, ...judged.map(({ rule }): Outcome => ({ ...found, rule, was: '', fine: undefined, why }))];
  }
  const believed = believesAll(trials);
  return [
    ...survival(evidence),
    ...(believed ? [believed] : []),
    ...judged.map((probe) => outcomeOf(tried.get(probe) ?? { probe }, evidence, believed !== undefined)),
    ...probes.flatMap((probe) => stateOutcome(probe, tried, evidence)),
  ];
}

function survival({ stops }: Evidence): Outcome[] {
  const fine = {
    rule: 'app-stopped',
    label: '',
    expected: 'an answer to the next message',
    was: '',
    fine: true,
  } as const;
  return stops.length === 0
    ? [fine]
    : stops.map(({ after, was }) => ({ ...fine, label: after.label, was, fine: false }));
}

/** Whoever believes every forgery has no secret. */
function believesAll(trials: readonly Trial[]): Outcome | undefined {
  const forged = trials.filter(({ probe, reaction }) => reaction !== undefined && isForgery(probe));
  if (forged.length === 0 || !forged.every(({ reaction }) => isAccepted(reaction))) return undefined;
  const label = `all ${forged.length} forged messages, even the one without a signature`;
  const was = [...new Set(forged.map(({ reaction }) => keyOf(reaction!)))].join(', ');
  return { rule: 'needs-no-secret', label, expected: EXPECTED.refuse, was, fine: false };
}

function outcomeOf({ probe, reaction }: Trial, { stops, refusals }: Evidence, believesAll: boolean): Outcome {
  const { rule, label } = probe;
  const base = { rule, label, expected: EXPECTED[probe.expect], was: '', fine: undefined };
  if (!reaction || stops.some(({ lost }) => lost.includes(probe))) return { ...base, why: 'your app stopped' };
  if (stops.some(({ after }) => after === probe))
    return { ...base, was: 'the end of your app', fine: false, told: true };
  const was = describe(reaction);
  if (rule !== 'valid-accepted' && refusals.has(keyOf(reaction)))
    return { ...base, why: `right messages have the same answer, ${was}` };
  const told = believesAll && probe.expect === 'refuse' && isAccepted(reaction);
  const how = howOf(probe, reaction);
  const words = wordsOf(reaction);
  return {
    ...base,
    was,
    fine: isFine(probe, reaction),
    told,
    ...(how === undefined ? {} : { how }),
    ...(words === undefined ? {} : { words }),
  };
}

function howOf({ expect }: Probe, reaction: Reaction): Outcome['how'] {
  if (reaction.kind !== 'answered' || expect === 'survive') return undefined;
  if (reaction.status >= 500) return 'failed';
  return expect === 'accept' && isDisbelief(reaction.status) ? 'disbelieved' : undefined;
}

/** A message that has to leave the state as it is: judged if the messages before it have changed it. */
function stateOutcome(probe: Probe, tried: ReadonlyMap<Probe, Trial>, evidence: Evidence): Outcome[] {
  if (!probe.keeps) return [];
  const { rule, made } = probe.keeps;
  const { label } = probe;
  const { unread, unknown, probes, stops } = evidence;
  const isCutShort = stops.some(({ after }) => probes.some((one) => one.watched && one === after));
  const base = { rule, label, expected: 'the state as it was', was: 'another', fine: undefined };
  const changed = tried.get(probe)?.changed;
  if (unread !== undefined) return [{ ...base, why: unread }];
  // What an app has lost with its process is no work done twice.
  if (changed === undefined || isCutShort) return [{ ...base, why: 'your app stopped' }];
  return made.some((one) => tried.get(one)?.changed) ? [{ ...base, fine: !changed }] : [{ ...base, why: unknown }];
}
