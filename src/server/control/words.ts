import type { Contract, Webhook } from '../../contracts/contract.js';
import type { Fault } from '../../contracts/control/faults.js';
import { nearest } from '../../contracts/nearest.js';
import type { VendorProfile } from '../../contracts/vendor.js';
import { contractIn } from '../engine/vendor.js';
import type { World } from '../engine/world.js';
import type { Vendor } from '../providers/provider.js';
import { unknownWord } from './query.js';

/** A vendor, and its contract in the version of a workspace: words are held to this one. */
export interface VersionedVendor {
  readonly profile: VendorProfile;
  readonly contract: Contract;
  readonly aliasOf?: Vendor['aliasOf'];
}

/** The vendors in the versions that a world has of them. */
export const versionedIn = (world: World, vendors: readonly Vendor[]): VersionedVendor[] =>
  vendors.map((vendor) => ({ ...vendor, contract: contractIn(world, vendor.name) }));

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
  readonly sub_type?: string | undefined;
}

/** A rule about something that no vendor has would never strike, and say nothing. Throws INVALID_BODY. */
export function assertFaultWords(vendors: readonly VersionedVendor[], fault: Fault, at: string): void {
  const place = { what: 'the fault', at: `${at}/match/` };
  const { provider } = fault.match ?? {};
  if (fault.on === 'request') return assertOperation(vendors, place, { ...fault.match, provider });
  assertWebhookWords(vendors, place, { ...fault.match });
  if (fault.do.hold_until)
    assertWebhookWords(vendors, { ...place, at: `${at}/do/hold_until/` }, { provider, ...fault.do.hold_until });
}

/** The same for a match of webhooks: it would find nothing, and a wait for it would never end. */
export function assertWebhookWords(
  vendors: readonly VersionedVendor[],
  place: Place,
  { provider, type, state, sub_type }: WebhookWords,
): void {
  const asked = askedOf(vendors, provider);
  const webhooks = asked.flatMap(({ contract }) => contract.webhooks);
  const types = webhooks.map((webhook) => webhook.type);
  assertWord(asked, { ...place, at: `${place.at}type` }, type, types);
  assertWord(asked, { ...place, at: `${place.at}state` }, state, statesOf(webhooks, type));
  assertReason(asked, { ...place, at: `${place.at}sub_type` }, sub_type);
}

/** The same for the calls of one operation. */
export function assertOperation(
  vendors: readonly VersionedVendor[],
  place: Place,
  { provider, operation }: { readonly provider?: string | undefined; readonly operation?: string | undefined },
): void {
  const asked = askedOf(vendors, provider);
  const operations = asked.flatMap(({ contract }) => contract.operations.map(({ id }) => id));
  assertWord(asked, { ...place, at: `${place.at}operation` }, operation, operations);
}

/** Throws INVALID_BODY for a word that is none of those known. */
export function assertWord(
  vendors: readonly VersionedVendor[],
  { what, at }: Place,
  word: string | undefined,
  known: readonly string[],
): void {
  if (word !== undefined && !known.includes(word))
    throw unknownWord({ what, pointer: at, because: spanOf(vendors, word) }, word, known);
}

/** Backstage can give reasons that no vendor has; one that another version has, or that is misspelt, comes never. */
function assertReason(vendors: readonly VersionedVendor[], { what, at }: Place, word: string | undefined): void {
  const known = [...new Set(vendors.flatMap(({ contract }) => Object.values(contract.lifecycle.subTypes).flat()))];
  if (word === undefined || known.includes(word)) return;
  const span = spanOf(vendors, word);
  if (span !== undefined || nearest(word, known) !== undefined)
    throw unknownWord({ what, pointer: at, because: span }, word, known);
}

/** In which versions of one of these vendors a word is known, as a sentence, if not in that of the workspace. */
function spanOf(vendors: readonly VersionedVendor[], word: string): string | undefined {
  for (const { profile, contract } of vendors) {
    const span = profile.versions?.spanOfWord(word);
    if (span !== undefined) return `${profile.title} has it ${span}; the workspace has ${contract.version}.`;
  }
  return undefined;
}

const askedOf = (vendors: readonly VersionedVendor[], provider: string | undefined): readonly VersionedVendor[] =>
  vendors.filter(({ profile }) => provider === undefined || provider === profile.name);

/** The states that webhooks of this type report, or any webhook. */
const statesOf = (webhooks: readonly Webhook[], wanted?: string): string[] => [
  ...new Set(webhooks.flatMap(({ type, states = [] }) => (wanted === undefined || type === wanted ? states : []))),
];
