import { MEMORY_BYTES } from '../../contracts/control/workspaces.js';
import type { Workspace } from '../workspaces/workspace.js';
import type { RunLog, WrittenRun } from './store.js';

/** So many inputs or jobs take a fraction of a second to be replayed; after more of them a frame takes their place in a quiet moment. */
const LONG = 2000;
/** To write and to read so many characters of a frame takes as long as to replay one of them. */
const FRAME_COST = 2000;

/** A workspace whose run is kept. */
export interface Kept {
  readonly workspace: Workspace;
  readonly log: RunLog;
  /** Bytes that the past of its world may take. */
  readonly memory: number;
  /** The jobs that had begun when the run began. */
  jobs: number;
  /** The characters of the last frame. */
  frameSize: number;
  /** The characters of a run that does not wait for a quiet moment to be shortened; after a vain attempt it is more. */
  mostSize: number;
  /** Something of it is to be written. */
  isWaiting: boolean;
  /** Its run has to begin with the world as it is now. */
  isDue: boolean;
}

/** `written`: what the lines of its run hold already. */
export function keptOf(workspace: Workspace, log: RunLog, written?: WrittenRun): Kept {
  const { jobs = 0, frameSize = 0 } = written ?? {};
  const { memory = MEMORY_BYTES } = workspace.origin.options;
  const kept = { workspace, log, memory, jobs, frameSize, mostSize: 0, isWaiting: false, isDue: false };
  giveRoom(kept);
  return kept;
}

/** True if nothing is on its way in a world: a frame of it would not have it. */
export const isAtRest = ({ workspace: { world } }: Kept): boolean => world.isWhole && !world.clock.advancing;

/** True if a replay takes longer than to begin with a frame, or if most of a run is of a past that its world has let go. */
export const isLong = (kept: Kept): boolean =>
  lengthOf(kept) > Math.max(LONG, kept.frameSize / FRAME_COST) || growthOf(kept) > roomOf(kept) / 2;

/** Characters that are there beside the frame. */
const growthOf = ({ log, frameSize }: Kept): number => log.size - frameSize;

/** So many are reason enough for another frame: the past of a world is no longer than its memory, and a frame costs its length. */
export const roomOf = ({ memory, frameSize }: Kept): number => Math.max(memory, frameSize);

/** A stranger whose world never comes to rest has calls wait for it: its run could not be shortened, and would grow for ever. */
export const isOverfull = (kept: Kept): boolean =>
  kept.workspace.terms !== undefined && growthOf(kept) > 2 * roomOf(kept) && !isAtRest(kept);

/** Lets a run grow by so much before it is shortened, quiet moment or not. */
export function giveRoom(kept: Kept): void {
  kept.mostSize = kept.frameSize + roomOf(kept);
}

const lengthOf = ({ workspace, log, jobs }: Kept): number => log.count + workspace.world.clock.jobsRun - jobs;
