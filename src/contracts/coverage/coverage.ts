/** What of a contract can be exercised: an operation's status, a webhook's state, an edge of the life cycle, a reason. */
export const COVERAGE_KINDS = ['operations', 'webhooks', 'transitions', 'sub_types'] as const;
export type CoverageKind = (typeof COVERAGE_KINDS)[number];

/** How often each thing was exercised, by {@link coverageKey}. Plain data. */
export type CoverageCounts = Readonly<Record<string, number>>;

/** One thing that a contract knows, and how often it was exercised. */
export interface CoverageItem {
  readonly kind: CoverageKind;
  readonly provider: string;
  /** Operation id, webhook type, or event of the life cycle. */
  readonly name: string;
  /** Status, state, state before the event, or sub type; empty for a webhook that tells of no state. */
  readonly variant: string;
  readonly count: number;
}

export interface Share {
  readonly covered: number;
  readonly total: number;
  /** Rounded down to a tenth, so that only what is whole is 100. */
  readonly percent: number;
}

export interface ProviderCoverage extends Share {
  readonly provider: string;
  /** Of the contract. */
  readonly version: string;
  readonly kinds: Readonly<Record<CoverageKind, Share & { readonly items: readonly CoverageItem[] }>>;
}

/** A step that would add to the coverage, the one that adds most first. */
export interface NextStep {
  readonly provider: string;
  /** The scenario to play, if one covers what is missing. */
  readonly scenario?: string;
  /** One sentence: what to do. */
  readonly how: string;
  /** The keys of what it covers; each missing thing stands in one step. */
  readonly covers: readonly string[];
}

export interface CoverageReport extends Share {
  readonly providers: readonly ProviderCoverage[];
  readonly next: readonly NextStep[];
}

/** What each scenario exercises when it is played for one agent, as keys. */
export type ScenarioCoverage = Readonly<Record<string, readonly string[]>>;

/** The words of a thing as one: `VENDOR operations createBot 201`. */
export const coverageKey = (
  provider: string,
  kind: CoverageKind,
  name: string,
  variant: string | number = '',
): string => `${provider} ${kind} ${name}${variant === '' ? '' : ` ${variant}`}`;
