import type { Severity } from '../finding.js';
import type { Report } from '../report.js';

export interface ReporterOptions {
  readonly version: string;
  /** The first severity that counts as a failure. */
  readonly failOn: Severity;
  /** When the check ran, in ISO 8601. */
  readonly at: string;
  /** True for a terminal that shows colours. */
  readonly colors: boolean;
}

/** Writes a report for somebody: a person, a program, a CI server. */
export type Reporter = (report: Report, options: ReporterOptions) => string;

/** How reports can be written, each loaded when it is used. */
export const REPORTERS: Readonly<Record<string, () => Promise<{ readonly render: Reporter }>>> = {
  pretty: () => import('./pretty.js'),
  json: () => import('./json.js'),
  junit: () => import('./junit.js'),
  sarif: () => import('./sarif.js'),
  github: () => import('./github.js'),
};
