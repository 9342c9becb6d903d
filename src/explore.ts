/// <reference lib="esnext.disposable" preserve="true" />
import './needs.js';
export { explore, expectExplored } from './explore/explore.js';
export type { Greenroom } from './index.js';
export type { Act, ActOn, Acts, ExploreOptions, Meeting, RunningApp } from './explore/options.js';
export type { ExploreFinding, ExploreReport, ExploreResult, Tried } from './explore/report/report.js';
export type { Difference } from './explore/playing/state.js';
export type { Deviation, Story } from './explore/stories/story.js';
