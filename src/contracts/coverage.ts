import type { Contract } from './contract.js';
import type { VendorProfile } from './vendor.js';

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

const keyOf = ({ provider, kind, name, variant }: CoverageItem): string => coverageKey(provider, kind, name, variant);

/** A vendor whose contract is covered: its profile, or as much of one. */
export type Covered = Pick<VendorProfile, 'contract' | 'backstage'>;

/** What of the vendors' contracts was exercised, and what to do next. */
export function coverage(
  vendors: readonly Covered[],
  counts: CoverageCounts,
  scenarios: ScenarioCoverage = {},
): CoverageReport {
  const providers = vendors.map(({ contract }) => coverageOf(contract, counts));
  const items = providers.flatMap(itemsOf);
  const next = providers.flatMap((one, i) => nextSteps(one, vendors[i]!, scenarios));
  return { ...shareOf(items), providers, next: next.sort(byGain) };
}

function coverageOf(contract: Contract, tally: CoverageCounts): ProviderCoverage {
  const items = listItems(contract, tally);
  const section = (kind: CoverageKind) => {
    const own = items.filter((item) => item.kind === kind);
    return { ...shareOf(own), items: own };
  };
  return {
    provider: contract.provider,
    version: contract.version,
    ...shareOf(items),
    kinds: {
      operations: section('operations'),
      webhooks: section('webhooks'),
      transitions: section('transitions'),
      sub_types: section('sub_types'),
    },
  };
}

const itemsOf = ({ kinds }: ProviderCoverage): CoverageItem[] => COVERAGE_KINDS.flatMap((kind) => kinds[kind].items);

/** Everything that a contract knows. Statuses that are only assumed are nobody's duty to test. */
function listItems({ provider, operations, webhooks, lifecycle }: Contract, tally: CoverageCounts): CoverageItem[] {
  const item = (kind: CoverageKind, name: string, variant = ''): CoverageItem => {
    const count = tally[coverageKey(provider, kind, name, variant)] ?? 0;
    return { kind, provider, name, variant, count };
  };
  return [
    ...operations.flatMap(({ id, responses }) =>
      Object.entries(responses)
        .filter(([, { evidence }]) => evidence.basis !== 'assumed')
        .map(([status]) => item('operations', id, status)),
    ),
    ...webhooks.flatMap(({ type, states = [''] }) => states.map((state) => item('webhooks', type, state))),
    ...Object.entries(lifecycle.events).flatMap(([event, { from }]) =>
      from.map((state) => item('transitions', event, state)),
    ),
    ...Object.entries(lifecycle.subTypes).flatMap(([event, reasons]) =>
      reasons.map((reason) => item('sub_types', event, reason)),
    ),
  ];
}

function shareOf(items: readonly CoverageItem[]): Share {
  const covered = items.filter(({ count }) => count > 0).length;
  const total = items.length;
  return { covered, total, percent: total === 0 ? 100 : Math.floor((1000 * covered) / total) / 10 };
}

const byGain = (a: NextStep, b: NextStep): number =>
  Number(b.scenario !== undefined) - Number(a.scenario !== undefined) || b.covers.length - a.covers.length;

/** The scenarios that together cover what they can, the one that adds most first; then the rest, a step for each name. */
function nextSteps(covered: ProviderCoverage, vendor: Covered, scenarios: ScenarioCoverage): NextStep[] {
  const { provider } = covered;
  const missing = new Map(
    itemsOf(covered)
      .filter(({ count }) => count === 0)
      .map((item) => [keyOf(item), item]),
  );
  const steps: NextStep[] = [];
  for (;;) {
    const best = bestScenario(scenarios, missing);
    if (!best) break;
    const [scenario, covers] = best;
    for (const key of covers) missing.delete(key);
    steps.push({ provider, scenario, how: `Play the scenario "${scenario}".`, covers });
  }
  for (const items of groupByStep(missing.values())) {
    steps.push({ provider, how: advise(items[0]!, vendor), covers: items.map(keyOf) });
  }
  return steps;
}

function bestScenario(
  scenarios: ScenarioCoverage,
  missing: ReadonlyMap<string, CoverageItem>,
): [string, string[]] | undefined {
  let best: [string, string[]] | undefined;
  for (const [name, keys] of Object.entries(scenarios)) {
    const gain = keys.filter((key) => missing.has(key));
    if (gain.length > (best?.[1].length ?? 0)) best = [name, gain];
  }
  return best;
}

/** Statuses are one step each over all operations, reasons and edges one for each event. */
function groupByStep(items: Iterable<CoverageItem>): CoverageItem[][] {
  const groups = new Map<string, CoverageItem[]>();
  for (const item of items) {
    const { kind, name, variant } = item;
    const step = kind === 'operations' && Number(variant) >= 400 ? `${kind} ${variant}` : `${kind} ${name}`;
    groups.set(step, [...(groups.get(step) ?? []), item]);
  }
  return [...groups.values()];
}

const BY_STATUS: Readonly<Record<string, string>> = {
  400: 'Send a body that the vendor refuses, or call in a state that does not allow it.',
  401: 'Call with a wrong key.',
  402: 'Call with the feature turned off in the settings of the workspace.',
  403: 'Call with a credential whose scope is not enough.',
  404: 'Ask for an id that there is not.',
  406: 'Ask for something else than JSON in Accept.',
  415: 'Send a body with another content type.',
  422: 'Send a body with an invalid parameter.',
  423: 'Disconnect the profile through the backstage door, then call.',
  429: 'Turn the rate limits on, or add a fault with "rate_limit", and call.',
  500: 'Send what the real server fails on.',
};

function advise({ kind, name, variant }: CoverageItem, { backstage: { event } }: Covered): string {
  switch (kind) {
    case 'operations':
      return BY_STATUS[variant] ?? `Call ${name} so that it answers ${variant}.`;
    case 'webhooks':
      return `Subscribe to ${name}${variant === '' ? '' : `, and bring about "${variant}"`}.`;
    case 'transitions':
    case 'sub_types': {
      const reason = kind === 'sub_types' ? `, "${event.reason}": "${variant}"` : '';
      return event.kind === ''
        ? `Bring about "${name}"${kind === 'sub_types' ? ` for "${variant}"` : ''}.`
        : `POST /_greenroom/backstage {"kind": "${event.kind}", "event": "${name}"${reason}, …}.`;
    }
  }
}
