import { attendee } from './attendee/index.js';
import type { Contract } from './contract.js';
import { coverage, type CoverageCounts, type CoverageReport, type ScenarioCoverage } from './coverage.js';
import { cronofy } from './cronofy/index.js';
import type { VendorProfile } from './vendor.js';

/** Every vendor that comes with greenroom. All lists of vendors, hosts, headers, flags and words derive from this one. */
export const VENDORS = { cronofy, attendee } as const satisfies Readonly<Record<string, VendorProfile>>;

/** The vendors that come with greenroom, as the wire names them. */
export type VendorName = keyof typeof VENDORS;

export const VENDOR_LIST: readonly VendorProfile[] = Object.values(VENDORS);

const NO_BACKSTAGE = { actions: {}, event: { kind: '', reason: '' } };

/** What of these contracts was exercised, and what to do next. */
export const coverageOfContracts = (
  contracts: readonly Contract[],
  counts: CoverageCounts,
  scenarios?: ScenarioCoverage,
): CoverageReport =>
  coverage(
    contracts.map((contract) => {
      const known = VENDOR_LIST.find(({ name }) => name === contract.provider);
      return { contract, backstage: known?.backstage ?? NO_BACKSTAGE };
    }),
    counts,
    scenarios,
  );
