import type { Fault } from '../../client/faults.js';
import { kindOf } from './kinds.js';
import type { Withheld } from './plain.js';
import { isCall, isDelivery, type CallDeviation, type Deviation, type DeliveryDeviation } from './story.js';

/** The fault rule of a deviation; `undefined` for what is no rule. `subject` is the agent of its meeting, if others are there. */
export function ruleOf(deviation: Deviation, provider: string, subject?: string): Fault | undefined {
  if (isCall(deviation)) return ruleOfCall(deviation, provider);
  if (!isDelivery(deviation) || 'redeliver' in deviation.do) return undefined;
  return ruleOfDelivery(deviation, provider, subject);
}

function ruleOfCall({ at: { call }, do: effect, times = 1 }: CallDeviation, provider: string): Fault {
  const { operation, number = 1 } = call;
  // All the pages of a list are of one size.
  const limits = effect.page_size === undefined ? { times } : {};
  return { on: 'request', match: { provider, operation }, after: number - 1, ...limits, do: effect } as Fault;
}

function ruleOfDelivery(deviation: DeliveryDeviation, provider: string, subject?: string): Fault {
  const { type, state, number = 1 } = deviation.at.delivery;
  const match = {
    provider,
    type,
    ...(state === undefined ? {} : { state }),
    ...(subject === undefined ? {} : { subject }),
  };
  const times = kindOf(deviation).lasts || (deviation as Partial<Withheld>).lasts ? {} : { times: 1 };
  return { on: 'delivery', match, after: number - 1, ...times, do: deviation.do } as Fault;
}
