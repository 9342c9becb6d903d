import type { LibraryScenario } from '../contracts/control/scenario-names.js';

/** One of the scenarios that come with greenroom, or one of your own. */
export type ScenarioName = LibraryScenario | (string & {});

/** `"5m"`, `"90s"`, `"1h30m"`, `"PT5M"`, or a number of milliseconds. */
export type Duration = string | number;

/** An ISO 8601 instant with a zone: `"2026-01-01T09:00:00Z"`. */
export type Instant = string;

/** The part of a list that is wanted: from after this number of the timeline on, and at most this many. */
export interface PageOptions {
  /** Those with a greater `seq`. */
  readonly after?: number;
  /** Those with a smaller `seq`; without `after`, the last of them. */
  readonly before?: number;
  readonly limit?: number;
}
