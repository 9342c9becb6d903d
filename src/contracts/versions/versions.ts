import { applyChange, wordsOf } from './changes.js';
import type { Contract, Evidence, Operation } from '../contract.js';
import { isPlayed, spanOf, type DatedChange } from './dated-change.js';
import { didYouMean, nearest } from '../nearest.js';

/**
 * Versions of a vendor, as data: a base, and dated changes. This is the only module that compares versions; all others ask
 * the contract of their workspace.
 */

/** A version of which something is known. */
export interface KnownVersion {
  readonly version: string;
  /** The day of its release, `YYYY-MM-DD`, or about that day. */
  readonly day: string;
  readonly evidence: Evidence;
}

/** Which changes hold in a workspace whatever its version, and which do not, by their ids. */
export type ChangeChoices = Readonly<Record<string, boolean>>;

/** A change that begins, or ends, on the way from one version to another. */
export interface Crossing {
  readonly change: DatedChange;
  /** The way leads back in time. */
  readonly isBack: boolean;
  /** The version in which it begins or ends. */
  readonly at: string;
  /** What is so on the other side. */
  readonly says: string;
}

export interface VersionsDraft<C extends Contract> {
  readonly contract: C;
  /** The version of that contract. */
  readonly base: string;
  /** Oldest first; the base is one of them. */
  readonly known: readonly KnownVersion[];
  readonly changes: readonly DatedChange[];
  /** The call by which a live server says its version. */
  readonly live?: { readonly path: string; readonly read: (body: unknown) => string | undefined };
}

/** Contracts that are kept: workspaces of a suite have few versions. */
const MOST_KEPT = 32;

export class Versions<C extends Contract = Contract> {
  readonly base: string;
  readonly known: readonly KnownVersion[];
  readonly changes: readonly DatedChange[];
  readonly live: VersionsDraft<C>['live'];
  readonly #contract: C;
  readonly #kept = new Map<string, C>();
  /** Settings that only some versions have. */
  readonly switches: ReadonlySet<string>;

  constructor({ contract, base, known, changes, live }: VersionsDraft<C>) {
    this.base = base;
    this.known = known;
    this.changes = changes;
    this.live = live;
    this.#contract = contract;
    this.switches = new Set(
      changes.flatMap((change) => change.changes.flatMap((one) => (one.kind === 'switch' ? [one.setting] : []))),
    );
  }

  get oldest(): string {
    return this.known[0]!.version;
  }

  get newest(): string {
    return this.known.at(-1)!.version;
  }

  /** The version that a text means, in full: `1.81` is the newest known of 1.81. A fault is the end of an error. */
  read(given: string): { readonly version: string } | { readonly fault: string } {
    if (given === 'latest') return { version: this.newest };
    // As most workspaces give it: to read it as below takes as long as an eighth of a workspace.
    if (this.known.some(({ version }) => version === given)) return { version: given };
    const expected = `expected "latest" or a version from ${this.oldest} to ${this.newest}, such as "${this.base}", was ${JSON.stringify(given)}`;
    const parts = partsOf(given);
    if (!parts || parts.length > partsOf(this.base)!.length) return { fault: `${expected}.` };
    const version = this.#inFull(given, parts);
    if (isBefore(this.newest, version)) return { fault: `${expected}, which is newer than what greenroom knows.` };
    if (isBefore(version, this.oldest)) return { fault: `${expected}, which is older than what greenroom knows.` };
    return { version };
  }

  /** True for a version that a live server may say, and of which nothing is known yet. */
  isNewer(version: string): boolean {
    return partsOf(version) !== undefined && isBefore(this.newest, version);
  }

  /** The contract of a version in full; the same object while it is kept, and the base's own for the base. */
  at(version: string, choices: ChangeChoices = {}): C {
    const chosen = Object.entries(choices).filter(([id, holds]) => holds !== this.#holds(this.#change(id), version));
    if (version === this.base && chosen.length === 0) return this.#contract;
    const key = JSON.stringify([version, Object.fromEntries(chosen)]);
    const kept = this.#kept.get(key);
    if (kept) return kept;
    const contract = this.#make(version, Object.fromEntries(chosen));
    if (this.#kept.size >= MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    this.#kept.set(key, contract);
    return contract;
  }

  /** Why no workspace can have such choices, as the end of an error; `undefined` if one can. */
  choicesFault(choices: ChangeChoices): string | undefined {
    const ids = this.changes.map(({ id }) => id);
    const unplayed = Object.keys(choices).find((id) => ids.includes(id) && !isPlayed(this.#change(id)));
    if (unplayed !== undefined)
      return `expected changes that greenroom plays, was "${unplayed}", of which it plays nothing.`;
    const unknown = Object.keys(choices).find((id) => !ids.includes(id));
    if (unknown === undefined) return undefined;
    return `expected ids of changes (greenroom check drift lists them), was "${unknown}".${didYouMean(nearest(unknown, ids))}`;
  }

  /** When a setting of the operator came: `from 1.80.0 on`. */
  switchedBy(setting: string): string {
    const change = this.changes.find(({ changes }) =>
      changes.some((one) => one.kind === 'switch' && one.setting === setting),
    )!;
    return spanOf(change, true);
  }

  /** Which versions have a word that not all have (an operation, a reason of an event): `from 1.80.0 on`. */
  spanOfWord(word: string): string | undefined {
    for (const change of this.changes)
      for (const { adds, lacks } of change.changes.map(wordsOf)) {
        if (adds?.includes(word)) return spanOf(change, true);
        if (lacks?.includes(word)) return spanOf(change, false);
      }
    return undefined;
  }

  /** The changes on the way between two versions in full, in the order of their boundaries; also back in time. */
  between(from: string, to: string): Crossing[] {
    const isBack = isBefore(to, from);
    const [lower, upper] = isBack ? [to, from] : [from, to];
    const crossings = this.changes.flatMap((change) => {
      const { since, until, certainty } = change;
      if (certainty === 'unproven' || certainty === 'proposed') return [];
      return [
        ...(isWithin(lower, since, upper) ? [{ change, isBack, at: since!, says: change.says }] : []),
        ...(isWithin(lower, until, upper) ? [{ change, isBack, at: until!, says: change.ends ?? change.says }] : []),
      ];
    });
    return crossings.sort((a, b) => compare(a.at, b.at));
  }

  /** Changes that no version has, as far as anybody knows. */
  get unreleased(): readonly DatedChange[] {
    return this.changes.filter(({ certainty }) => certainty === 'unproven' || certainty === 'proposed');
  }

  /** Operations that not every version has. */
  get moreOperations(): readonly Operation[] {
    return this.changes.flatMap(({ changes }) =>
      changes.flatMap((one) => (one.kind === 'endpoint' && 'operation' in one ? [one.operation] : [])),
    );
  }

  /** True for the contract that these versions are versions of. */
  areOf(contract: Contract): boolean {
    return contract === this.#contract;
  }

  #holds({ since, until, certainty }: DatedChange, version: string): boolean {
    if (certainty === 'unproven' || certainty === 'proposed') return false;
    return (since === undefined || !isBefore(version, since)) && (until === undefined || isBefore(version, until));
  }

  #change(id: string): DatedChange {
    return this.changes.find((change) => change.id === id)!;
  }

  #make(version: string, choices: ChangeChoices): C {
    const held = this.changes.filter((change) => choices[change.id] ?? this.#holds(change, version));
    const changed = held.flatMap(({ changes }) => changes).reduce<Contract>(applyChange, this.#contract);
    // A change alters values, and no names: the contract has still the form of the base's.
    return { ...changed, version } as C;
  }

  /** The newest known of a line, or its first. */
  #inFull(given: string, parts: readonly number[]): string {
    const ofLine = this.known.findLast(({ version }) => parts.every((part, i) => partsOf(version)![i] === part));
    if (ofLine) return ofLine.version;
    const model = this.base.split(/([.-])/);
    const own = given.replace(/^v/, '').split(/([.-])/);
    return model.map((piece, i) => own[i] ?? (/[.-]/.test(piece) ? piece : '0')).join('');
  }
}

/** A vendor's contract in a version, in any form; the base without one, and for one that is not known. */
export function contractAt(
  { contract, versions }: { readonly contract: Contract; readonly versions?: Versions },
  version: string | undefined,
): Contract {
  const read = version === undefined ? undefined : versions?.read(version);
  return versions && read && 'version' in read ? versions.at(read.version) : contract;
}

/** The operations that a vendor has in any of its versions: all of them need code and a path. */
export function operationsOf({
  contract,
  versions,
}: {
  readonly contract: Contract;
  readonly versions?: Versions;
}): readonly Operation[] {
  const own = new Set(contract.operations.map(({ id }) => id));
  return [...contract.operations, ...(versions?.moreOperations ?? []).filter(({ id }) => !own.has(id))];
}

/** A range of versions: `1.64.1`, `>=1.81`. */
export const RANGE = /^(<|<=|>=|>)?\s*v?(\d+(?:[.-]\d+)*)$/;

/** What a range of versions looks like, for people. */
export const RANGE_FORM = 'a version, or "<", "<=", ">=" or ">" and one';

/** True if a version lies in a range: `1.64.1`, `>=1.81`. */
export function fitsRange(version: string, range: string): boolean {
  const [, sign = '', bound = ''] = RANGE.exec(range) ?? [];
  const order = compare(version, bound);
  switch (sign) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>=':
      return order >= 0;
    case '>':
      return order > 0;
    default:
      return order === 0;
  }
}

/** `1.64.1` as numbers; `undefined` for what is no version. */
function partsOf(version: string): readonly number[] | undefined {
  return /^v?\d{1,6}([.-]\d{1,6})*$/.test(version) ? version.replace(/^v/, '').split(/[.-]/).map(Number) : undefined;
}

/** Below zero if `a` is older than `b`; what is left out is 0. */
function compare(a: string, b: string): number {
  const [left, right] = [partsOf(a) ?? [], partsOf(b) ?? []];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const order = (left[i] ?? 0) - (right[i] ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}

const isBefore = (a: string, b: string): boolean => compare(a, b) < 0;

/** True for a boundary that one crosses from `lower` to `upper`. */
const isWithin = (lower: string, at: string | undefined, upper: string): boolean =>
  at !== undefined && isBefore(lower, at) && !isBefore(upper, at);
