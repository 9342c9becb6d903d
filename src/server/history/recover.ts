import { GreenroomError } from '../../errors.js';
import type { Workspaces } from '../workspaces.js';
import type { Keeper } from './keeper.js';
import { replay } from './replay.js';
import { readRun } from './run-file.js';
import type { RunStore } from './store.js';

/**
 * Makes the workspaces of a store what they were, and has all runs kept from then on. Throws USAGE for a run that cannot be
 * read, and DIVERGED.
 */
export async function recover(
  workspaces: Workspaces,
  { store, keeper, warn }: { readonly store: RunStore; readonly keeper: Keeper; readonly warn: (text: string) => void },
): Promise<void> {
  for (const id of store.ids()) {
    const name = `${store.name}, workspace ${id}`;
    const { head, frame, taken, end } = readRun(store.read(id, warn), name);
    const workspace = workspaces.revive(head.workspace);
    try {
      if (frame) workspace.beginWith(frame);
      const twin = workspace.twin(workspace.history.first, []);
      await replay(twin, workspaces.doors!, { taken, end, later: [] });
      workspace.become(twin);
    } catch (error) {
      if (!(error instanceof GreenroomError)) throw error;
      const advice = `Move ${store.name} away to begin anew, or start the version ${head.greenroom} that wrote it.`;
      throw new GreenroomError(error.code, `${error.message} It is the run of ${name}. ${advice}`, error.details);
    }
    keeper.keep(workspace, { count: taken.length, jobs: frame?.jobs ?? 0, end });
    // What was on its way when the process ended has its answer now.
    for (const { at, input } of workspace.history.taken.slice(taken.length)) keeper.take(id, at, input);
    keeper.moved(id, workspace.world.position);
  }
  workspaces.keepWith(keeper);
}
