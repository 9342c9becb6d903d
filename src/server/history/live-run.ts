import { formatInstant, type Micros } from '../../clock/instant.js';
import { GreenroomError, messageOf } from '../../errors.js';
import type { World } from '../engine/world.js';
import type { Vendor } from '../providers/provider.js';
import { transportOf } from '../engine/deliveries/transport.js';
import { checkWorkspaceOptions } from '../workspaces/options.js';
import { DEFAULT_WORKSPACE, type Workspace } from '../workspaces/workspace.js';
import type { Workspaces } from '../workspaces/workspaces.js';
import type { Frame } from './frames.js';
import { replay, type Stretch } from './replay.js';
import { stretchUpTo } from './rewind.js';
import type { Run, RunHead } from './run-file.js';

/** How a run that was made elsewhere is lived again. */
export interface RunView {
  /** Up to this instant; to its end if nothing is said. */
  readonly until?: Micros | undefined;
  /** What the clock does then: what it did in the run, if nothing is said. */
  readonly clock?: 'frozen' | 'stopped' | undefined;
}

/**
 * Makes the workspace `default` what another one was in its run. Returns why it could not become that to its end; then it is
 * what it was before. Throws USAGE for a run that cannot be lived here.
 */
export async function liveRun(
  workspaces: Workspaces,
  { head, frame, taken, end }: Run,
  { until, clock }: RunView,
): Promise<GreenroomError | undefined> {
  const { number, options } = head.workspace;
  const workspace = workspaces.revive({
    number,
    id: DEFAULT_WORKSPACE,
    options: { ...options, id: DEFAULT_WORKSPACE },
  });
  if (frame) workspace.beginWith(frame);
  const { first } = workspace.history;
  // What is received here and was not there must not be sent to here before the run is over.
  const transport = transportOf(head.server, {});
  const twin = workspace.twin(first, [], transport);
  const { world } = twin;
  const whole = { taken, end: Number.isNaN(end.now) ? world.position : end, later: [] };
  const stretch = until === undefined ? whole : cut(whole, first, until);
  let divergence: GreenroomError | undefined;
  try {
    await replay(twin, workspaces.doors!, { ...stretch, atEnd: () => pause(world, clock) });
  } catch (error) {
    if (!(error instanceof GreenroomError) || error.code !== 'DIVERGED') throw error;
    divergence = error;
  }
  workspaces.rewind(DEFAULT_WORKSPACE, twin);
  transport.close();
  return divergence;
}

/**
 * Begins the history with the world as it is: what led there went to other receivers than there are now, and would not lead
 * there again. Nothing may be on its way.
 */
export function beginHere(workspace: Workspace): void {
  const { frame, snapshot } = workspace.frame();
  workspace.beginWith({ ...frame, count: 0, snapshot: [...snapshot].join('') });
}

function cut({ taken, end }: Stretch, first: Frame, until: Micros): Stretch {
  if (until >= first.now && until <= end.now) return stretchUpTo({ taken, first }, end, until);
  const [begin, last] = [formatInstant(first.now), formatInstant(end.now)];
  throw usage(
    `expected an instant from ${begin}, when it begins, to ${last}, when it ends, was ${formatInstant(until)}`,
  );
}

function pause(world: World, to: RunView['clock']): void {
  if (to === 'stopped') world.clock.stop();
  if (to !== 'frozen' || world.clock.mode === 'frozen') return;
  const input = { kind: 'pace', mode: 'frozen' } as const;
  void world.take(input, () => world.clock.setPace(input));
}

/** Throws USAGE for a run that was made with what is not here. */
export function assertPlayable(head: RunHead, vendors: readonly Vendor[]): void {
  const missing = head.server.vendors.find((name) => vendors.every((vendor) => vendor.name !== name));
  if (missing !== undefined)
    throw usage(
      `it needs the vendor "${missing}". Give the settings file that has it with --config, or the option vendors`,
    );
  const { settings = {}, secret: _, terms: __, ...options } = head.workspace.options;
  checkWorkspaceOptions(vendors, { ...options, ...settings });
}

/** What is said of a run that cannot be lived here. */
export function cannotOpen({ greenroom }: RunHead, name: string, error: unknown): GreenroomError {
  const reason = messageOf(error);
  const isMissing = error instanceof GreenroomError && error.code === 'UNKNOWN_SCENARIO';
  const advice = isMissing ? ' Give the folder of its scenario files with --scenarios, or the option scenarios.' : '';
  const text = `Failed to open the run ${name}, which greenroom ${greenroom} wrote: ${reason.replace(/\.$/, '')}.${advice}`;
  return new GreenroomError(error instanceof GreenroomError && error.code === 'DIVERGED' ? 'DIVERGED' : 'USAGE', text);
}

const usage = (reason: string): GreenroomError => new GreenroomError('USAGE', reason);
