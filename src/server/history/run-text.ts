import type { Part } from '../../json-pieces.js';
import type { Position } from '../engine/inputs.js';
import type { Workspace } from '../workspaces/workspace.js';
import type { Taken } from './taken.js';
import { assertWhole } from './rewind.js';
import { RUN_FORMAT, type RunHead, type RunServer } from './run-file.js';
import { RunWriter } from './run-writer.js';

/** The server whose run it is. */
export interface RunMaker {
  readonly version: string;
  readonly server: RunServer;
}

export function headOf({ origin, receivers }: Workspace, { version, server }: RunMaker): RunHead {
  const all = new Set([...server.receivers, ...receivers]);
  return { greenroom: version, format: RUN_FORMAT, workspace: origin, server: { ...server, receivers: [...all] } };
}

/** The run of a workspace so far: what it begins with, and its inputs line by line. Throws CONFLICT if its history was let go. */
export function* linesOf(workspace: Workspace, maker: RunMaker): Generator<Part> {
  const { history, world } = workspace;
  assertWhole(history, world.now(), 'write the run down');
  const writer = new RunWriter();
  yield writer.head(headOf(workspace, maker));
  const { first } = history;
  if (first.snapshot !== undefined) yield* writer.frame(first, [first.snapshot]);
  yield inputLines(writer, history.taken, world.position);
}

/** An input stays as it was taken. */
function* inputLines(
  writer: RunWriter,
  inputs: readonly Taken[],
  end: Position,
  count = inputs.length,
): Generator<string> {
  for (let i = 0; i < count; i++) yield writer.input(inputs[i]!.at, inputs[i]!.input);
  yield writer.position(end);
}
