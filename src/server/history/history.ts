import type { Micros } from '../../clock/instant.js';
import type { Input, Position } from '../engine/inputs.js';
import { Checkpoints, type Checkpoint } from './checkpoints.js';
import { Frames, type Frame } from './frames.js';
import { Inputs, type Taken } from './taken.js';

/**
 * The inputs of a world since it was made or restored: with them it can be made again as it was at any time. A history that
 * grows beyond its limit with its branches is let go as a whole, and begins anew with the next world that is made or restored.
 */
export class History {
  /** What the world was before its first input. */
  readonly first: Frame;
  /** Of all branches. */
  readonly checkpoints: Checkpoints;
  /** Of all branches. */
  readonly frames: Frames;
  readonly #limit: number;
  #inputs: Inputs;
  #lostAt: Micros | undefined;
  #isLivedAgain = false;

  /** `limit`: bytes. `trunk`: what this is a branch of. */
  constructor(limit: number, first: Frame, trunk?: Pick<History, 'checkpoints' | 'frames'>) {
    this.first = first;
    this.checkpoints = trunk?.checkpoints ?? new Checkpoints();
    this.frames = trunk?.frames ?? new Frames();
    this.#limit = limit;
    this.#inputs = this.#none();
    if (this.#inputs.bytes > limit) this.#lostAt = 0;
  }

  get taken(): readonly Taken[] {
    return this.#inputs.taken;
  }

  /** When it was let go; `undefined` if it is whole. */
  get lostAt(): Micros | undefined {
    return this.#lostAt;
  }

  add(at: Position, input: Input): void {
    if (this.#lostAt !== undefined) return;
    do {
      const limit = this.#isLivedAgain ? Number.POSITIVE_INFINITY : this.#limit - this.checkpoints.bytes;
      if (this.#inputs.add({ at, input }, limit)) return;
    } while (this.checkpoints.dropOldest(this.#inputs));
    this.#lostAt = at.now;
    this.#inputs = this.#none();
    this.checkpoints.clear();
  }

  /** Marks a place. Throws CONFLICT. */
  mark(name: string, at: Position, isBranch = false): Checkpoint {
    const checkpoint = { name, at, branch: this.#inputs, count: this.taken.length, isBranch };
    this.checkpoints.add(checkpoint);
    return checkpoint;
  }

  /** Forgets a place. */
  forget({ name }: Checkpoint): void {
    this.checkpoints.delete(name, this.#inputs);
  }

  /** The present is here from now on. */
  settle(): void {
    this.#isLivedAgain = false;
    this.checkpoints.settle(this.#inputs);
  }

  /** A branch that begins with these inputs. What is lived again is known already, and takes no more room. */
  branch(taken: readonly Taken[]): History {
    const branch = new History(this.#limit, this.first, this);
    branch.#isLivedAgain = true;
    for (const each of taken) branch.#inputs.add(each);
    return branch;
  }

  #none(): Inputs {
    return new Inputs(this.first.snapshot?.length ?? 0);
  }
}
