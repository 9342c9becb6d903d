import {
  EFFECTS,
  type DeliveryEffectName,
  type DeliveryFault,
  type Fault,
  type RequestEffectName,
  type RequestFault,
  type Scripted,
} from '../../contracts/control/faults.js';

/** A fault rule of a world, with what it has done. Plain data. */
export type FaultRule<F extends Fault = Fault> = F & {
  readonly id: string;
  /** How many calls or webhooks it was asked about and matched. */
  matched: number;
  /** How often it was applied. */
  struck: number;
};

export interface FaultsSnapshot {
  readonly count: number;
  readonly rules: readonly FaultRule[];
}

/**
 * What shall go wrong in a world. Rules are asked in the order in which they were made; of those that exclude one
 * another, the first that matches and has uses left is applied.
 */
export class FaultRules {
  #rules: FaultRule[] = [];
  #count = 0;

  get size(): number {
    return this.#rules.length;
  }

  add(fault: Fault): FaultRule {
    if (fault.on === 'delivery' && fault.do.answers !== undefined) this.dropScript(fault.match, fault.after);
    const rule: FaultRule = { id: `flt_${++this.#count}`, ...structuredClone(fault), matched: 0, struck: 0 };
    this.#rules.push(rule);
    return rule;
  }

  get(id: string): FaultRule | undefined {
    return this.#rules.find((rule) => rule.id === id);
  }

  list(): readonly FaultRule[] {
    return this.#rules;
  }

  /** False if there is no such rule. */
  remove(id: string): boolean {
    const at = this.#rules.findIndex((rule) => rule.id === id);
    if (at >= 0) this.#rules.splice(at, 1);
    return at >= 0;
  }

  clear(): void {
    this.#rules = [];
  }

  /** A second script for the same webhooks, from the same on, takes the place of the rest of the first. */
  dropScript(match: DeliveryFault['match'] = {}, after = 0): void {
    const same = (rule: FaultRule): boolean =>
      rule.on === 'delivery' &&
      rule.do.answers !== undefined &&
      (rule.after ?? 0) === after &&
      keyOf(rule.match ?? {}) === keyOf(match);
    this.#rules = this.#rules.filter((rule) => !same(rule));
  }

  /** Applies the rule for a call with one of these effects; every rule that matches counts the match. */
  applyToRequest(
    effects: readonly RequestEffectName[],
    matches: (rule: FaultRule<RequestFault>) => boolean,
  ): FaultRule<RequestFault> | undefined {
    return this.#apply('request', effects, matches);
  }

  /** The same for a webhook, or for one attempt to deliver it. */
  applyToDelivery(
    effects: readonly DeliveryEffectName[],
    matches: (rule: FaultRule<DeliveryFault>) => boolean,
  ): FaultRule<DeliveryFault> | undefined {
    return this.#apply('delivery', effects, matches);
  }

  /** The rule that would be applied next, with nothing counted. */
  peek(
    effects: readonly DeliveryEffectName[],
    matches: (rule: FaultRule<DeliveryFault>) => boolean,
  ): FaultRule<DeliveryFault> | undefined {
    return this.#of<FaultRule<DeliveryFault>>('delivery', effects).find(
      (rule) => matches(rule) && rule.matched >= (rule.after ?? 0) && usesLeft(rule) > 0,
    );
  }

  toJSON(): FaultsSnapshot {
    return { count: this.#count, rules: this.#rules };
  }

  load({ count, rules }: FaultsSnapshot): void {
    this.#count = count;
    this.#rules = [...rules];
  }

  #apply<R extends FaultRule>(
    on: Fault['on'],
    effects: readonly string[],
    matches: (rule: R) => boolean,
  ): R | undefined {
    let applied: R | undefined;
    for (const rule of this.#of<R>(on, effects)) {
      if (!matches(rule)) continue;
      rule.matched++;
      if (applied === undefined && rule.matched > (rule.after ?? 0) && usesLeft(rule) > 0) applied = rule;
    }
    if (applied) applied.struck++;
    return applied;
  }

  #of<R extends FaultRule>(on: Fault['on'], effects: readonly string[]): R[] {
    return this.#rules.filter((rule): rule is R => rule.on === on && effects.includes(effectOf(rule)));
  }
}

const keyOf = (match: object): string => JSON.stringify(Object.entries(match).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Which effect a rule has. */
export function effectOf({ on, do: effect }: Fault): RequestEffectName | DeliveryEffectName {
  const names = Object.keys(EFFECTS[on]) as (RequestEffectName | DeliveryEffectName)[];
  return names.find((name) => name in effect)!;
}

/** How often a rule may still be applied; infinite without a limit. */
export function usesLeft({ struck, times, ...rule }: FaultRule): number {
  const answers = rule.on === 'delivery' ? rule.do.answers?.length : undefined;
  const limit = answers === undefined ? times : answers * (times ?? 1);
  return limit === undefined ? Number.POSITIVE_INFINITY : limit - struck;
}

/** The answer that a script gives at its present use. */
export function scriptedAnswer({ struck, do: { answers } }: FaultRule<DeliveryFault>): Scripted | undefined {
  return answers?.[(struck - 1) % answers.length];
}
