import type { Contract } from '../contract.js';
import {
  COVERAGE_KINDS,
  coverageKey,
  type CoverageCounts,
  type CoverageItem,
  type CoverageKind,
  type CoverageReport,
  type NextStep,
  type ProviderCoverage,
  type ScenarioCoverage,
  type Share,
} from './coverage.js';
import type { VendorProfile } from '../vendor.js';

/** What of contracts was exercised, and what to do next. Few servers are asked for it. */

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

/** What a report says of those of its vendors that were called, and nothing of the others. */
export function coverageOfCalled(report: CoverageReport): CoverageReport {
  const providers = report.providers.filter((one) => itemsOf(one).some(({ count }) => count > 0));
  const names = providers.map(({ provider }) => provider);
  const next = report.next.filter(({ provider }) => names.includes(provider));
  return { ...shareOf(providers.flatMap(itemsOf)), providers, next };
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
