import { replayOn } from '../../../src/explore/replay.js';
import type { ExploreFinding } from '../../../src/explore/report/report.js';
import { openStage } from '../../../src/explore/playing/stage.js';
import type { Story } from '../../../src/explore/stories/story.js';
import { explored, type MakeApp } from './explored.js';

const HAPPY = { version: 1, provider: 'attendee', scenario: 'happy-path', seed: 1, deviations: [] } as const;

/** What is wrong in one story. */
export async function foundIn(
  App: MakeApp,
  story: Partial<Story>,
  more: object = {},
): Promise<readonly ExploreFinding[]> {
  const options = { ...explored(App, story.provider === 'cronofy' ? 'cronofy' : 'attendee'), ...more };
  const stage = await openStage(options);
  const { findings } = await replayOn(stage, options, { ...HAPPY, deviations: [], ...story });
  await stage.close();
  return findings;
}
