import { formatInstant, type Micros } from '../../clock/instant.js';
import { didYouMean, nearest } from '../../contracts/nearest.js';
import { GreenroomError } from '../../errors.js';
import { controlCall, told } from '../../told.js';
import type { Position } from '../engine/inputs.js';
import type { Workspace } from '../workspaces/workspace.js';
import type { Workspaces } from '../workspaces/workspaces.js';
import type { Checkpoint } from './checkpoints.js';
import type { History } from './history.js';
import { replay, type Doors, type Stretch } from './replay.js';

/** Where to go back to: an instant, the moment before a call came, or a checkpoint. */
export type Target = { readonly to: Micros } | { readonly before: string } | { readonly checkpoint: string };

/** Marks a place that can be gone back to. Nothing may be on its way. Throws CONFLICT for a name that is taken, and where there are too many. */
export function addCheckpoint({ history, world }: Workspace, name: string): Checkpoint {
  assertWhole(history, world.now(), 'make the checkpoint');
  return history.mark(name, world.position);
}

/** Throws NOT_FOUND. */
export function demandCheckpoint({ checkpoints }: History, name: string): Checkpoint {
  const found = checkpoints.get(name);
  if (found) return found;
  const meant = nearest(
    name,
    checkpoints.list().map(({ name }) => name),
  );
  const gone = checkpoints.areOfNewProcess
    ? ' This greenroom has begun again on its data folder, which keeps no checkpoints and no branches: those of before are gone.'
    : '';
  throw new GreenroomError(
    'NOT_FOUND',
    told`Failed to find the checkpoint "${name}": there is none.${gone}${didYouMean(meant)} ${controlCall('GET', '/checkpoints')} lists them.`,
    meant === undefined ? {} : { nearest: meant },
  );
}

/**
 * Makes a workspace what it was, and keeps what came after as a branch, whose name is returned. Nothing is sent again. Throws
 * NOT_FOUND, CLOCK_BUSY, and CONFLICT where the history does not reach back so far.
 */
export function rewind(workspaces: Workspaces, workspace: Workspace, target: Target): Promise<Checkpoint> {
  const { history, world, pause } = workspace;
  assertWhole(history, world.now());
  const stretch = stretchTo(workspace, target);
  return pause.during(world.clock, () => rewindNow(workspaces, workspace, stretch));
}

async function rewindNow(workspaces: Workspaces, workspace: Workspace, stretch: Stretch): Promise<Checkpoint> {
  const { history, world } = workspace;
  const twin = await twinAt(workspace, workspaces.doors!, stretch);
  const left = world.position;
  // Back to the branch, nothing has to be lived again.
  workspace.frameMaker.keep();
  try {
    workspaces.rewind(workspace.id, twin);
  } catch (error) {
    twin.close();
    throw error;
  }
  const branch = history.mark(history.checkpoints.nextBranch(), left, true);
  workspace.history.settle();
  return branch;
}

/** A workspace that is as this one was at the end of a stretch. */
export async function twinAt(workspace: Workspace, doors: Doors, stretch: Stretch): Promise<Workspace> {
  const { frames, first } = workspace.history;
  const frame = frames.best(stretch.taken, stretch.end) ?? first;
  const twin = workspace.twin(frame, stretch.taken.slice(0, frame.count));
  try {
    await replay(twin, doors, stretch);
    return twin;
  } catch (error) {
    twin.close();
    throw error;
  }
}

function stretchTo({ history, world }: Workspace, target: Target): Stretch {
  const { taken } = history;
  if ('checkpoint' in target) {
    const { branch, count, at } = demandCheckpoint(history, target.checkpoint);
    return { taken: branch.taken.slice(0, count), end: at, later: [] };
  }
  if ('before' in target) {
    const count = indexOfCall(history, world.requests.count, target.before);
    return { taken: taken.slice(0, count), end: taken[count]!.at, later: taken.slice(count) };
  }
  return stretchUpTo(history, world.position, target.to);
}

/** Up to an instant, with everything that happens at it. Throws CLOCK_BACKWARDS for one that has not come, or came before. */
export function stretchUpTo(
  { taken, first }: Pick<History, 'taken' | 'first'>,
  present: Position,
  to: Micros,
): Stretch {
  if (to < first.now)
    throw new GreenroomError(
      'CLOCK_BACKWARDS',
      `Failed to rewind to ${formatInstant(to)}: the history of this world begins at ${formatInstant(first.now)}.`,
      { begins: formatInstant(first.now) },
    );
  if (to > present.now)
    throw new GreenroomError(
      'CLOCK_BACKWARDS',
      told`Failed to rewind to ${formatInstant(to)}: it is only ${formatInstant(present.now)}. ${controlCall('POST', '/clock/advance')} goes forwards.`,
      { now: formatInstant(present.now) },
    );
  const next = taken.findIndex(({ at }) => at.now > to);
  const count = next === -1 ? taken.length : next;
  const limit = taken[count]?.at.jobs ?? present.jobs;
  return { taken: taken.slice(0, count), end: { jobs: limit, now: to, seq: Number.NaN }, later: taken.slice(count) };
}

/** Calls are numbered in their order. */
function indexOfCall({ taken }: History, count: number, id: string): number {
  const calls = taken.flatMap(({ input }, i) => (input.kind === 'call' ? [i] : []));
  const number = Number(/^req_(\d+)$/.exec(id)?.[1] ?? Number.NaN);
  const found = calls[number - 1 - (count - calls.length)];
  if (found !== undefined) return found;
  const first = count - calls.length + 1;
  const known = calls.length === 0 ? 'there was no call yet' : `expected one of req_${first} to req_${count}`;
  throw new GreenroomError(
    'NOT_FOUND',
    told`Failed to rewind to before a call: ${known}, was "${id}". ${controlCall('GET', '/requests')} lists them.`,
  );
}

export function assertWhole({ lostAt }: History, now: Micros, what = 'go back in time'): void {
  if (lostAt === undefined) return;
  throw new GreenroomError(
    'CONFLICT',
    `Failed to ${what}: the history of this world was let go at ${formatInstant(Math.min(lostAt, now))}, when it had more bytes than a quarter of the memory of the workspace. Make the workspace with more --memory, or reset it now and then.`,
  );
}
