import type { Contract } from '../contract.js';
import type { CoverageCounts, CoverageReport, ScenarioCoverage } from './coverage.js';
import { coverage } from './report.js';
import { VENDOR_LIST } from '../vendors.js';

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
