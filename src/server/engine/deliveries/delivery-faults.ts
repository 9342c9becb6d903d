import type { BodyCorruption, DeliveryFault, SignatureFault } from '../../../contracts/control/faults.js';
import type { Answer } from './attempt.js';
import { scriptedAnswer, type FaultRule } from '../faults.js';
import type { Delivery } from './outbox.js';
import type { Corruption } from './corruption.js';
import type { World } from '../world.js';

/** Whether a rule is about this webhook. */
export function matcherOf(world: World, delivery: Delivery): (rule: FaultRule<DeliveryFault>) => boolean {
  return ({ match: { subject, ...rest } = {} }) =>
    Object.entries(rest).every(([name, value]) => delivery[name as keyof typeof rest] === value) &&
    (subject === undefined || isAbout(world, delivery, subject));
}

/** A name of an agent is looked up now: the rule may be older than the agent. */
function isAbout(world: World, delivery: Delivery, subject: string | Readonly<Record<string, string>>): boolean {
  if (typeof subject === 'string') return delivery.subject === subject;
  return world.vendor(delivery.provider).findSubject(world, subject)?.id === delivery.subject;
}

/** Says in the timeline that a rule was applied, and marks the webhook. */
export function noteFault(world: World, { id }: FaultRule, delivery: Delivery, effect: string): void {
  delivery.fault = joinFaults(delivery.fault, id);
  world.log({ kind: 'fault', subject: delivery.subject, fault: id, target: delivery.id, effect });
}

/** Several faults of one message stand in one mark. */
export const joinFaults = (mark: string | undefined, id: string): string => (mark === undefined ? id : `${mark} ${id}`);

/** What the fault rules do to one attempt. */
interface AppliedFaults extends Corruption {
  /** What the vendor is to believe that the receiver answered. */
  readonly script?: { readonly answer: Answer; readonly send: boolean };
  /** The rules that were applied. */
  readonly faults?: string;
}

export function applyAttemptFaults(world: World, delivery: Delivery): AppliedFaults {
  if (world.faults.size === 0) return {};
  const matches = matcherOf(world, delivery);
  let faults: string | undefined;
  const apply = (effect: 'signature' | 'corrupt' | 'answers', tell: (rule: FaultRule<DeliveryFault>) => string) => {
    const rule = world.faults.applyToDelivery([effect], matches);
    if (!rule) return undefined;
    faults = joinFaults(faults, rule.id);
    noteFault(world, rule, delivery, tell(rule));
    return rule;
  };
  const { signature } = apply('signature', (rule) => SIGNATURES[rule.do.signature!])?.do ?? {};
  const { corrupt } = apply('corrupt', (rule) => CORRUPTIONS[rule.do.corrupt!])?.do ?? {};
  const scripting = apply('answers', tellScript);
  return {
    signature,
    corrupt,
    ...(scripting ? { script: { answer: scripted(scripting), send: scripting.do.send === true } } : {}),
    ...(faults === undefined ? {} : { faults }),
  };
}

const SIGNATURES: Readonly<Record<SignatureFault, string>> = {
  wrong: 'its signature is wrong',
  missing: 'its signature is missing',
  old_secret: 'it is signed with an old secret',
  rotation: 'it is signed with an old secret, too',
};

const CORRUPTIONS: Readonly<Record<BodyCorruption, string>> = {
  truncate: 'its body is cut in half',
  invalid_json: 'its body is not JSON',
  extra_field: 'its body has a field more',
  whitespace: 'its body has other whitespace',
};

function tellScript(rule: FaultRule<DeliveryFault>): string {
  const answer = String(scriptedAnswer(rule));
  return rule.do.send
    ? `it is sent, and the answer counts as ${answer}`
    : `it is not sent, and the answer is ${answer}`;
}

function scripted(rule: FaultRule<DeliveryFault>): Answer {
  const answer = scriptedAnswer(rule)!;
  if (typeof answer === 'number') return { outcome: 'answered', status: answer };
  return { outcome: answer === 'drop' ? 'dropped' : 'timeout' };
}

/** True if the next attempt needs nobody outside this world: it is captured, or its answer is scripted. */
export function staysInProcess(world: World, delivery: Delivery): boolean {
  if (world.transport.destinationOf(delivery.url).kind === 'captured') return true;
  if (world.faults.size === 0) return false;
  const script = world.faults.peek(['answers'], matcherOf(world, delivery));
  return script !== undefined && script.do.send !== true;
}
