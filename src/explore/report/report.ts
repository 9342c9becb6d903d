import type { Difference } from '../playing/state.js';
import type { Story } from '../stories/story.js';

/** One failure, with the smallest story that shows it. */
export interface ExploreFinding {
  readonly oracle: string;
  /** Oracle, edges and kinds: what tells it from other findings. */
  readonly signature: string;
  readonly sentence: string;
  readonly story: Story;
  readonly hash: string;
  /** Where the story was saved. */
  file?: string;
  /** Executions until it was found. */
  readonly found_after: number;
  /** Further executions until its story was this small. */
  readonly shrunk_in: number;
  /** It does not always fail. */
  readonly flaky: boolean;
  /** How often it failed, and was played: four times, unless time was up. */
  readonly failed: number;
  readonly played: number;
  readonly expected: string;
  readonly was: string;
  readonly differences: readonly Difference[];
  /** What the app printed meanwhile, as it did not when nothing went wrong: a few lines without ids, times and secrets. */
  readonly printed: readonly string[];
  readonly timeline: readonly string[];
  readonly quiet_timeline: readonly string[];
  /** The probable mistake in words, with what points to it. */
  readonly mistake: { readonly name: string; readonly words: string; readonly evidence: string };
  /** Other points or scenarios at which the same fails. */
  readonly also: string[];
}

/** What was tried. */
export interface Tried {
  readonly scenarios: number;
  readonly singles: number;
  readonly pairs: number;
  /** Pairs of a change that a webhook tells, or a call, and a kind of fault. */
  readonly edges: number;
}

export interface ExploreResult {
  readonly executions: number;
  readonly seconds: number;
  readonly tried: Tried;
  readonly findings: readonly ExploreFinding[];
  readonly blind: readonly string[];
  readonly notes: readonly string[];
  /** Pairs of edge and kind that were not struck, with the reason. */
  readonly not_tried: readonly string[];
  /** Why the search ended before its time. */
  readonly stopped?: string;
}

export interface ExploreReport extends ExploreResult {
  /** What the command prints: the same for the same seed. `words` follow the file in the command that replays a story. */
  readonly text: (words?: string) => string;
  /** The same as a page that opens without a server, with the recordings beside each other. Throws USAGE without `record`. */
  readonly html: (words?: string) => string;
}
