import type { Position } from '../engine/inputs.js';
import { GreenroomError } from '../../errors.js';
import { controlCall, told, type Sentence } from '../../told.js';
import type { Inputs } from './taken.js';

/** A place in the life of a world that can be gone back to. */
export interface Checkpoint {
  readonly name: string;
  readonly at: Position;
  /** The inputs of its branch. */
  readonly branch: Inputs;
  /** So many of them lead there. */
  readonly count: number;
  /** True if a rewind made it, to keep what came after. */
  readonly isBranch: boolean;
}

/** Branches that nobody has named; the oldest goes first. */
const BRANCHES_KEPT = 20;
const NAMED_MAX = 1000;

/** The checkpoints of all branches of a history, and the bytes that are kept only for them. */
export class Checkpoints {
  /** The world was made by an earlier process, whose checkpoints and branches nobody has written down. */
  areOfNewProcess = false;
  readonly #byName = new Map<string, Checkpoint>();
  #bytes = 0;
  #branches = 0;

  /** Of inputs that do not lead to the present. */
  get bytes(): number {
    return this.#bytes;
  }

  /** A name that no branch has had. */
  nextBranch(): string {
    let name: string;
    do name = `branch_${++this.#branches}`;
    while (this.#byName.has(name));
    return name;
  }

  get(name: string): Checkpoint | undefined {
    return this.#byName.get(name);
  }

  list(): Checkpoint[] {
    return [...this.#byName.values()];
  }

  /** Throws CONFLICT for a name that is taken, and where there are too many. */
  add(checkpoint: Checkpoint): void {
    const { name } = checkpoint;
    if (this.#byName.has(name)) throw conflict(`there is one with the name "${name}" already.`);
    if (!checkpoint.isBranch && this.#byName.size - this.#unnamed.length >= NAMED_MAX)
      throw conflict(
        told`there are ${NAMED_MAX}, and may be no more. ${controlCall('DELETE', '/checkpoints/NAME')} takes one away.`,
      );
    this.#byName.set(name, checkpoint);
  }

  delete(name: string, present: Inputs): void {
    this.#byName.delete(name);
    this.#bytes = bytesBeside(present, this.list());
  }

  clear(): void {
    this.#byName.clear();
    this.#bytes = 0;
  }

  /** Other inputs lead to the present now. */
  settle(present: Inputs): void {
    for (const { name } of this.#unnamed.slice(0, -BRANCHES_KEPT)) this.#byName.delete(name);
    this.#bytes = bytesBeside(present, this.list());
  }

  /** Makes room: the oldest branch that nobody has named goes. Returns false if there is none. */
  dropOldest(present: Inputs): boolean {
    const [oldest] = this.#unnamed;
    if (oldest) this.delete(oldest.name, present);
    return oldest !== undefined;
  }

  get #unnamed(): Checkpoint[] {
    return this.list().filter(({ isBranch }) => isBranch);
  }
}

/** Bytes of the inputs of checkpoints that are not among those of the present, each once. */
function bytesBeside(present: Inputs, checkpoints: readonly Checkpoint[]): number {
  const known = [present];
  let bytes = 0;
  for (const branch of new Set(checkpoints.map(({ branch }) => branch))) {
    bytes += branch.bytes - branch.bytesOf(Math.max(...known.map((other) => branch.shares(other))));
    known.push(branch);
  }
  return bytes;
}

const conflict = (why: string | Sentence): GreenroomError =>
  new GreenroomError('CONFLICT', told`Failed to make the checkpoint: ${why}`);
