import { assertKnown } from '../client/options.js';
import { isGreen } from './searching/blind.js';
import { Exploration } from './searching/exploration.js';
import type { ExploreOptions, RunningApp } from './options.js';
import type { ExploreReport } from './report/report.js';
import { openStage } from './playing/stage.js';

const OPTIONS = [
  'app',
  'act',
  'calendar',
  'state',
  'always',
  'sometimes',
  'provider',
  'scenarios',
  'executions',
  'time',
  'signal',
  'seed',
  'ignore',
  'without',
  'workers',
  'lockstep',
  'room',
  'vendors',
  'record',
  'progress',
] as const satisfies readonly (keyof ExploreOptions)[];

/**
 * Plays many worlds against an app, compares what the app made of them, and gives what went wrong in the smallest stories
 * that show it. Throws USAGE for an app that cannot be explored.
 *
 * @example const report = await explore({ app: (room) => startApp(room.attendee), state: (app, id) => app.meeting(id) });
 */
export async function explore<A extends RunningApp>(options: ExploreOptions<A>): Promise<ExploreReport> {
  assertKnown('explore', options, OPTIONS);
  const stage = await openStage(options);
  try {
    return await new Exploration(stage, options).run();
  } finally {
    await stage.close();
  }
}

/** The same, and throws with what was found, or why nothing could be: for a test. */
export async function expectExplored<A extends RunningApp>(options: ExploreOptions<A>): Promise<ExploreReport> {
  const report = await explore(options);
  if (!isGreen(report)) throw new Error(report.text());
  return report;
}
