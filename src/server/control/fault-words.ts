import type { Contract, Webhook } from '../../contracts/contract.js';
import type { DeliveryFault, Fault } from '../../contracts/control/faults.js';
import { unknownWord } from './query.js';

/** A rule about something that no vendor has would never strike, and say nothing. Throws INVALID_BODY. */
export function assertKnownWords(contracts: readonly Contract[], fault: Fault): void {
  const provider = fault.match?.provider;
  const asked = contracts.filter((contract) => provider === undefined || provider === contract.provider);
  if (fault.on === 'delivery') assertWebhookWords(asked, fault);
  else {
    const operations = asked.flatMap(({ operations }) => operations.map(({ id }) => id));
    assertWord('/match/operation', fault.match?.operation, operations);
  }
}

function assertWebhookWords(asked: readonly Contract[], { match, do: { hold_until: awaited } }: DeliveryFault): void {
  const webhooks = asked.flatMap((contract) => contract.webhooks);
  const types = webhooks.map(({ type }) => type);
  assertWord('/match/type', match?.type, types);
  assertWord('/match/state', match?.state, statesOf(webhooks, match?.type));
  assertWord('/do/hold_until/type', awaited?.type, types);
  assertWord('/do/hold_until/state', awaited?.state, statesOf(webhooks, awaited?.type));
}

/** The states that webhooks of this type report, or any webhook. */
const statesOf = (webhooks: readonly Webhook[], wanted?: string): string[] => [
  ...new Set(webhooks.flatMap(({ type, states = [] }) => (wanted === undefined || type === wanted ? states : []))),
];

function assertWord(pointer: string, word: string | undefined, known: readonly string[]): void {
  if (word !== undefined && !known.includes(word)) throw unknownWord('the fault', pointer, word, known);
}
