import { formatInstant, parseInstant } from '../../clock/instant.js';
import { GreenroomError, reasonOf } from '../../errors.js';
import { transportOf } from '../engine/deliveries/transport.js';
import { DEFAULT_WORKSPACE, type Workspace, type WorkspaceOptions } from '../workspaces/workspace.js';
import type { Workspaces } from '../workspaces/workspaces.js';
import { isOver } from '../shared/life.js';
import { readDirectory } from './directory.js';
import type { Keeper } from './keeper.js';
import { beginHere } from './live-run.js';
import { replay } from './replay.js';
import { readHead, readRun, type RunHead, type RunServer } from './run-file.js';
import type { RunStore } from './store.js';

interface Recovery {
  readonly store: RunStore;
  readonly keeper: Keeper;
  /** As this process is. */
  readonly server: RunServer;
  /** What the workspace `default` would be made with if there were none. */
  readonly given?: WorkspaceOptions | undefined;
  readonly warn: (text: string) => void;
}

/**
 * Makes the workspaces of a store what they were, and has all runs kept from then on. Throws USAGE for a run that cannot be
 * read, and DIVERGED.
 */
export async function recover(workspaces: Workspaces, recovery: Recovery): Promise<void> {
  const { store, keeper, given = {}, warn } = recovery;
  workspaces.remember(readDirectory(store.directory.read(warn), store.directory.name));
  const all = store.ids().map((id) => explained(recovery, id, () => headOf(recovery, id)));
  const heads = all.filter(({ workspace }) => !isOver(workspace.options.terms));
  for (const { workspace } of all) if (isOver(workspace.options.terms)) store.remove(workspace.id);
  heads.sort((a, b) => a.workspace.number - b.workspace.number);
  const found = heads.map((head) => {
    const { id } = head.workspace;
    return { id, head, workspace: explained(recovery, id, () => workspaces.revive(head.workspace)) };
  });
  for (const { id, head, workspace } of found) {
    if (id === DEFAULT_WORKSPACE) tellOfOthers(store.name, { given, kept: head.workspace.options }, warn);
    try {
      await liveAgain(workspaces, workspace, recovery);
    } catch (error) {
      throw explain(recovery, id, error);
    }
    workspaces.revived(workspace);
  }
  workspaces.keepWith(keeper);
}

/** Throws USAGE for a run of another workspace, and for one with vendors that are not there. */
function headOf({ store, server }: Recovery, id: string): RunHead {
  const head = readHead(
    store.read(id, () => undefined),
    store.nameOf(id),
  );
  const fault = (text: string): GreenroomError => new GreenroomError('USAGE', `Failed to read the run: ${text}.`);
  if (head.workspace.id !== id) throw fault(`it is of the workspace ${head.workspace.id}, and its name is not`);
  if (head.server.shared !== server.shared) {
    const [was, is] = server.shared ? ['alone', 'shared'] : ['shared', 'alone'];
    throw fault(`it is of a server that was ${was}, and this one is ${is}: keys and times to live differ`);
  }
  const missing = head.server.vendors.filter((name) => !server.vendors.includes(name));
  if (missing.length > 0) throw fault(`expected the vendors ${missing.join(', ')} of its own, was none of that name`);
  return head;
}

async function liveAgain(workspaces: Workspaces, workspace: Workspace, recovery: Recovery): Promise<void> {
  const { store, keeper, server, warn } = recovery;
  const { id } = workspace;
  const lines = new Measured(store.read(id, warn));
  const { head, frame, taken, end } = readRun(lines, store.nameOf(id));
  if (frame) workspace.beginWith(frame);
  const { first } = workspace.history;
  const transport = transportOf(head.server, {});
  const twin = workspace.twin(first, [], transport);
  // Nobody waits for a rewind.
  twin.frameMaker.stop();
  const whole = { taken, end: Number.isNaN(end.now) ? twin.world.position : end, later: [] };
  const answers = await replay(twin, workspaces.doors!, whole);
  workspace.become(twin);
  workspace.history.checkpoints.areOfNewProcess = true;
  transport.close();
  const frameSize = first.snapshot?.length ?? 0;
  keeper.keep(workspace, { head, count: taken.length, jobs: first.jobs, end, size: lines.size, frameSize });
  // What was on its way when the process ended has its answer now.
  for (const { at, input } of answers) keeper.take(id, at, input);
  keeper.moved(id, workspace.world.position);
  // From now on messages go where this process sends them.
  if (JSON.stringify(head.server) === JSON.stringify(server)) return;
  beginHere(workspace);
  keeper.renew(id);
}

/** Lines that are counted while they are read. */
class Measured implements Iterable<string> {
  readonly #lines: Iterable<string>;
  /** Characters, with the ends of the lines. */
  size = 0;

  constructor(lines: Iterable<string>) {
    this.#lines = lines;
  }

  *[Symbol.iterator](): Generator<string> {
    for (const line of this.#lines) {
      this.size += line.length + 1;
      yield line;
    }
  }
}

function explained<T>(recovery: Recovery, id: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explain(recovery, id, error);
  }
}

/** What to do about a run that cannot be lived again. */
function explain({ store }: Recovery, id: string, error: unknown): GreenroomError {
  const isTold = error instanceof GreenroomError;
  const [code, details] = isTold ? [error.code, error.details] : ['DIVERGED' as const, {}];
  const cause = reasonOf(error);
  const reason = isTold ? cause : `Failed to read a run: ${cause}.`;
  return new GreenroomError(
    code,
    `${reason} It is the run of the workspace ${id} in ${store.nameOf(id)}. Give greenroom the version, the scenario files and the vendors that wrote it; or move that file away to go on without the workspace, or give another folder with --data.`,
    details,
  );
}

interface Terms {
  readonly given: WorkspaceOptions;
  readonly kept: WorkspaceOptions;
}

/** The workspace of the folder stays as it is: says which options have no effect. */
function tellOfOthers(name: string, { given, kept }: Terms, warn: (text: string) => void): void {
  const present = new Map(leaves(kept));
  const others = leaves(given).filter(([path, value]) => (present.get(path) ?? 'false') !== value);
  if (others.length === 0) return;
  const told = others.map(([path]) => {
    const value = SECRET.test(path) ? 'another' : (present.get(path) ?? 'as it is by default');
    return `${path} is ${value}`;
  });
  warn(
    `${name} holds the workspace default already, and it stays as it is: ${told.join(', ')}. The options of this start have no effect there; change the workspace while it runs, or give another folder with --data.`,
  );
}

/** What vendors' settings hold is not to be printed. */
const SECRET = /^settings\./;

/** The values of options, by their paths, as JSON. */
function leaves(value: unknown, path = ''): [path: string, value: string][] {
  if (path === 'clock.now' && typeof value === 'string') {
    const instant = parseInstant(value);
    return [[path, instant === undefined ? value : formatInstant(instant)]];
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return value === undefined ? [] : [[path, JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, one]) => leaves(one, path === '' ? key : `${path}.${key}`));
}
