import type { Contract, Webhook } from '../../contracts/contract.js';
import type { Fault } from '../../contracts/control/faults.js';
import { unknownWord } from './query.js';

/** Where words stand: `the fault` and `/match`, whose fields are `/match/type` and so on. */
export interface Place {
  readonly what: string;
  readonly at: string;
}

/** What webhooks are asked for by, in a match, a filter or a rule. */
interface WebhookWords {
  readonly provider?: string | undefined;
  readonly type?: string | undefined;
  readonly state?: string | undefined;
}

/** A rule about something that no vendor has would never strike, and say nothing. Throws INVALID_BODY. */
export function assertFaultWords(contracts: readonly Contract[], fault: Fault, at: string): void {
  const place = { what: 'the fault', at: `${at}/match/` };
  const { provider } = fault.match ?? {};
  if (fault.on === 'request') return assertOperation(contracts, place, { ...fault.match, provider });
  assertWebhookWords(contracts, place, { ...fault.match });
  if (fault.do.hold_until)
    assertWebhookWords(contracts, { ...place, at: `${at}/do/hold_until/` }, { provider, ...fault.do.hold_until });
}

/** The same for a match of webhooks: it would find nothing, and a wait for it would never end. */
export function assertWebhookWords(
  contracts: readonly Contract[],
  place: Place,
  { provider, type, state }: WebhookWords,
): void {
  const webhooks = askedOf(contracts, provider).flatMap((contract) => contract.webhooks);
  assertWord(
    { ...place, at: `${place.at}type` },
    type,
    webhooks.map((webhook) => webhook.type),
  );
  assertWord({ ...place, at: `${place.at}state` }, state, statesOf(webhooks, type));
}

/** The same for the calls of one operation. */
export function assertOperation(
  contracts: readonly Contract[],
  place: Place,
  { provider, operation }: { readonly provider?: string | undefined; readonly operation?: string | undefined },
): void {
  const operations = askedOf(contracts, provider).flatMap(({ operations }) => operations.map(({ id }) => id));
  assertWord({ ...place, at: `${place.at}operation` }, operation, operations);
}

/** Throws INVALID_BODY for a word that is none of those known. */
export function assertWord({ what, at }: Place, word: string | undefined, known: readonly string[]): void {
  if (word !== undefined && !known.includes(word)) throw unknownWord(what, at, word, known);
}

const askedOf = (contracts: readonly Contract[], provider: string | undefined): readonly Contract[] =>
  contracts.filter((contract) => provider === undefined || provider === contract.provider);

/** The states that webhooks of this type report, or any webhook. */
const statesOf = (webhooks: readonly Webhook[], wanted?: string): string[] => [
  ...new Set(webhooks.flatMap(({ type, states = [] }) => (wanted === undefined || type === wanted ? states : []))),
];
