import { formatInstant, type Micros } from '../../clock/instant.js';
import type { Job } from '../../clock/queue.js';
import type { Changes, RecordChange } from '../../contracts/control/history.js';
import { GreenroomError } from '../../errors.js';
import type { Input } from '../engine/inputs.js';
import type { Entry } from '../engine/past/journal.js';
import { summarize } from '../engine/past/sentences.js';
import type { VendorRuntime } from '../engine/vendor.js';
import type { World } from '../engine/world.js';
import type { Workspace } from '../workspaces/workspace.js';
import { differences, isSame, pointerOf, valueAt } from './differences.js';
import type { Checkpoint } from './checkpoints.js';
import { tablesOf, type Table } from './records.js';
import { nameOf, replay, type Doors, type Stretch } from './replay.js';
import { demandCheckpoint, assertWhole, twinAt } from './rewind.js';

/** How many fields of a record, and how many causes, are told at the most. */
const SHOWN = 50;

/** A record that is not what it was. */
interface Changed {
  readonly table: Table;
  readonly id: string | null;
  readonly was: unknown;
  readonly is: unknown;
  readonly causes: Step[];
}

/**
 * What is not as it was at a checkpoint, and what made it so: the life since then is lived again in a twin, and each record
 * looked at after each step. Nothing may be on its way. Throws NOT_FOUND, and CONFLICT where no way leads from there to here.
 */
export async function changesSince(
  workspace: Workspace,
  { doors, vendors }: { readonly doors: Doors; readonly vendors: readonly VendorRuntime[] },
  { since, limit }: { readonly since: string; readonly limit: number },
): Promise<Omit<Changes, 'since'> & { since: Checkpoint }> {
  const { history, world } = workspace;
  assertWhole(history, world.now());
  const checkpoint = demandCheckpoint(history, since);
  const [before, after] = stretchesFrom(workspace, checkpoint);
  const present = copyOf(tablesOf(workspace, vendors));
  const twin = await twinAt(workspace, doors, before);
  try {
    const changed = changesBetween(copyOf(tablesOf(twin, vendors)), present, tablesOf(twin, vendors));
    const page = changed.slice(0, limit);
    const watch = new Watch(twin.world, page);
    await replay(twin, doors, after, (step) => watch.begin(step));
    watch.end();
    return {
      since: checkpoint,
      now: formatInstant(after.end.now),
      lines: { after: before.end.seq, to: after.end.seq },
      total: changed.length,
      more: changed.length > limit,
      changes: page.map(describe),
    };
  } finally {
    twin.close();
  }
}

/** The way to a checkpoint, and from there on to the present. */
function stretchesFrom(
  { history: { taken }, world }: Workspace,
  { name, ...checkpoint }: Checkpoint,
): readonly [Stretch, Stretch] {
  const { at, branch, count } = checkpoint;
  const end = world.position;
  const next = taken[count]?.at ?? end;
  const isOnTheWay =
    count <= taken.length &&
    (count === 0 || taken[count - 1]!.input === branch.taken[count - 1]!.input) &&
    [next.jobs >= at.jobs, next.now >= at.now, next.seq >= at.seq].every(Boolean);
  if (!isOnTheWay)
    throw new GreenroomError(
      'CONFLICT',
      `Failed to compare with the checkpoint "${name}": expected one that this world has come from, was one of another branch. Rewind to that branch first.`,
    );
  return [
    { taken: taken.slice(0, count), end: at, later: [] },
    { taken, end, later: [] },
  ];
}

type Copy = Map<string, { readonly table: Table; readonly id: string | null; readonly record: unknown }>;

/** All records as they are now. */
function copyOf(tables: readonly Table[]): Copy {
  const copy: Copy = new Map();
  for (const table of tables)
    for (const id of table.ids())
      copy.set(JSON.stringify([table.provider, table.name, id]), { table, id, record: plain(table.get(id)) });
  return copy;
}

const plain = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

/** The records that differ, with the tables of the world in which their causes are looked for. */
function changesBetween(before: Copy, after: Copy, tables: readonly Table[]): Changed[] {
  const changed: Changed[] = [];
  for (const [key, { table, id }] of new Map([...before, ...after])) {
    const [was, is] = [before.get(key)?.record, after.get(key)?.record];
    const own = tables.find(({ provider, name }) => provider === table.provider && name === table.name)!;
    if (!isSame(was, is)) changed.push({ table: own, id, was, is, causes: [] });
  }
  return changed.sort((a, b) => tables.indexOf(a.table) - tables.indexOf(b.table));
}

/** A step of a life: an input that was taken, or a job that ran. */
interface Step {
  readonly at: Micros;
  readonly what: Input | Job;
  /** The line of the timeline that tells of it. */
  readonly line: Entry | undefined;
  readonly label: string;
}

/** Finds the steps that changed records. */
class Watch {
  readonly #world: World;
  readonly #rows: (Changed & { last: unknown })[];
  #step: (Omit<Step, 'line'> & { readonly seq: number }) | undefined;

  constructor(world: World, changed: readonly Changed[]) {
    this.#world = world;
    this.#rows = changed.map((row) => ({ ...row, last: row.was }));
  }

  begin(what: Input | Job): void {
    this.end();
    const { now, seq } = this.#world.position;
    this.#step = { at: now, seq, what, label: 'due' in what ? this.#world.labelOf(what) : nameOf(what) };
  }

  end(): void {
    const step = this.#step;
    if (!step) return;
    for (const row of this.#rows) {
      const record = row.table.get(row.id);
      if (isSame(record, row.last)) continue;
      row.last = plain(record);
      row.causes.push({ ...step, line: lineOf(this.#world, step.seq, row.id) });
    }
  }
}

/** Of the lines since then, the first about this record, or the first. */
function lineOf({ journal }: World, after: number, subject: string | null): Entry | undefined {
  const lines = [...journal.entries(after)];
  return lines.find((line) => line.subject === subject) ?? lines[0];
}

const whoOf = (step: Input | Job): RecordChange['by'][number]['who'] => {
  if ('due' in step) return 'vendor';
  switch (step.kind) {
    case 'call':
      return 'app';
    case 'control':
    case 'settings':
    case 'pace':
      return 'test';
    case 'answer':
    case 'note':
      return 'vendor';
  }
};

/** What the timeline says of a step. A call of the control plane has a line of its own only backstage. */
function wordsOf(step: Input | Job, line: Entry | undefined): string | undefined {
  if (!line || (whoOf(step) === 'test' && line.kind !== 'backstage')) return undefined;
  return line.kind === 'backstage' ? `backstage: ${summarize(line)}` : summarize(line);
}

function describe({ table, id, was, is, causes }: Changed): RecordChange {
  const shown = { was: table.show(was), is: table.show(is) };
  const paths = [...differences(was, is)];
  const only = <N extends string>(name: N, whole: unknown, path: readonly string[], value: unknown) =>
    whole === undefined || value === undefined ? {} : { [name]: valueAt(whole, path) ?? null };
  return {
    provider: table.provider,
    table: table.name,
    id: table.showId(id, is ?? was),
    change: was === undefined ? 'created' : is === undefined ? 'deleted' : 'changed',
    fields: paths.slice(0, SHOWN).map((path) => ({
      pointer: pointerOf(path),
      ...only('was', shown.was, path, valueAt(was, path)),
      ...only('is', shown.is, path, valueAt(is, path)),
    })),
    fields_total: paths.length,
    by: causes.slice(-SHOWN).map(({ at, what, line, label }) => ({
      who: whoOf(what),
      at: formatInstant(at),
      seq: line?.seq ?? null,
      what: wordsOf(what, line) ?? label,
    })),
    by_total: causes.length,
  };
}
