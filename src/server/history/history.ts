import type { Micros } from '../../clock/instant.js';
import type { Input, Position } from '../engine/inputs.js';
import { Frames, type Frame } from './frames.js';

/** An input, and where in the life of the world it was taken. */
export interface Taken {
  readonly at: Position;
  readonly input: Input;
}

/** A place in the life of a world that can be gone back to. */
export interface Checkpoint {
  readonly name: string;
  readonly at: Position;
  /** The inputs that lead there. */
  readonly taken: readonly Taken[];
  /** True if a rewind made it, to keep what came after. */
  readonly isBranch: boolean;
}

/** An input without its texts. */
const INPUT_BYTES = 1200;

const bytesOf = (input: Input): number => {
  switch (input.kind) {
    case 'call':
      return INPUT_BYTES + input.request.body.length + input.request.query.length;
    case 'control':
      return INPUT_BYTES + input.body.length;
    case 'answer':
      return INPUT_BYTES + (input.answer.response?.length ?? 0);
    case 'settings':
    case 'pace':
    case 'note':
      return INPUT_BYTES;
  }
};

/**
 * The inputs of a world since it was made or restored: with them it can be made again as it was at any time. A history that
 * grows beyond its limit is let go as a whole, and begins anew with the next world that is made or restored.
 */
export class History {
  /** What the world was before its first input. */
  readonly first: Frame;
  /** Of all branches, by name. */
  readonly checkpoints: Map<string, Checkpoint>;
  /** Of all branches. */
  readonly frames: Frames;
  readonly #limit: number;
  #taken: Taken[] = [];
  #bytes: number;
  #lostAt: Micros | undefined;

  /** `limit`: bytes. `trunk`: what this is a branch of. */
  constructor(limit: number, first: Frame, trunk?: Pick<History, 'checkpoints' | 'frames'>) {
    this.first = first;
    this.checkpoints = trunk?.checkpoints ?? new Map<string, Checkpoint>();
    this.frames = trunk?.frames ?? new Frames();
    this.#limit = limit;
    this.#bytes = first.snapshot?.length ?? 0;
    if (this.#bytes > limit) this.#lostAt = 0;
  }

  get taken(): readonly Taken[] {
    return this.#taken;
  }

  /** When it was let go; `undefined` if it is whole. */
  get lostAt(): Micros | undefined {
    return this.#lostAt;
  }

  add(at: Position, input: Input): void {
    if (this.#lostAt !== undefined) return;
    this.#bytes += bytesOf(input);
    if (this.#bytes <= this.#limit) this.#taken.push({ at, input });
    else {
      this.#lostAt = at.now;
      this.#taken = [];
      this.checkpoints.clear();
    }
  }

  /** A branch that begins with these inputs. */
  branch(taken: readonly Taken[]): History {
    const branch = new History(this.#limit, this.first, this);
    for (const { at, input } of taken) branch.add(at, input);
    return branch;
  }
}
