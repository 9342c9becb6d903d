import { afterAll, expect } from 'vitest';
import { jsonPieces } from '../../src/json-pieces.js';
import { replay, type Doors, type Stretch } from '../../src/server/history/replay.js';
import type { Workspace } from '../../src/server/workspaces/workspace.js';
import { Workspaces } from '../../src/server/workspaces/workspaces.js';

/**
 * Has every world of every test lived again from its inputs, once it is over: it must be what it was, byte for byte. What
 * was on its way when a world ended has no answer in its history; such worlds are left out.
 */

/** A world that is over. */
interface Life {
  readonly test: string;
  readonly workspace: Workspace;
  readonly history: Workspace['history'];
  readonly doors: Doors;
  readonly stretch: Stretch;
  readonly everything: string;
}

const KEY = Symbol.for('greenroom.test.lived-again');
const shared = globalThis as { [KEY]?: Life[] };
/** Files that share a process share the list. */
const lives = (shared[KEY] ??= setUp());

afterAll(async () => {
  const over = lives.splice(0);
  const wrong: string[] = [];
  for (const life of over) {
    const reason = await liveAgain(life);
    if (reason !== undefined) wrong.push(`${life.test}: ${reason}`);
  }
  expect(wrong).toEqual([]);
});

async function liveAgain({ workspace, history, doors, stretch, everything }: Life): Promise<string | undefined> {
  const twin = workspace.twin(history.first, []);
  try {
    await replay(twin, doors, stretch);
    twin.world.clock.lead(true);
    const again = everythingOf(twin, stretch.end.now);
    return again === everything ? undefined : firstDifference(everything, again);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    twin.close();
  }
}

function firstDifference(lived: string, again: string): string {
  let at = 0;
  while (lived[at] === again[at]) at++;
  const part = (text: string): string => text.slice(Math.max(0, at - 120), at + 120);
  return `lived …${part(lived)}…, lived again …${part(again)}…`;
}

/** The instant of a clock that runs is the one of its end. */
function everythingOf(workspace: Workspace, now: number): string {
  const { clock, ...rest } = workspace.snapshot();
  return [...jsonPieces({ ...rest, clock: { ...clock, now } })].join('');
}

function setUp(): Life[] {
  const lives: Life[] = [];
  const end = (workspaces: Workspaces, workspace: Workspace): void => {
    const { history, world } = workspace;
    const { clock } = world;
    if (history.lostAt !== undefined || clock.advancing || clock.activity.delivering || clock.activity.ended) return;
    const end = world.position;
    lives.push({
      test: expect.getState().currentTestName ?? 'no test',
      workspace,
      history,
      doors: workspaces.doors!,
      stretch: { taken: [...history.taken], end, later: [] },
      everything: everythingOf(workspace, end.now),
    });
  };
  for (const name of ['close', 'reset', 'restore', 'rewind', 'delete'] as const) {
    const work: unknown = Reflect.get(Workspaces.prototype, name);
    Reflect.set(Workspaces.prototype, name, function (this: Workspaces, ...args: readonly unknown[]) {
      const [id] = args;
      for (const workspace of typeof id === 'string' ? [this.get(id)] : this.list()) end(this, workspace);
      return Reflect.apply(work as () => void, this, args);
    });
  }
  return lives;
}
