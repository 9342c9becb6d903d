import type { Micros } from '../../clock/instant.js';
import type { Input, Position } from '../engine/inputs.js';
import type { Given } from '../workspace-settings.js';

/** An input, and where in the life of the world it was taken. */
export interface Taken {
  readonly at: Position;
  readonly input: Input;
}

/** A world as it was after a number of inputs, to begin a replay with. */
export interface Frame {
  readonly count: number;
  /** The jobs that had begun by then. */
  readonly jobs: number;
  /** As JSON; without it, the world is as its workspace makes it. */
  readonly snapshot?: string;
  /** All settings, with credentials, which a snapshot does not have. */
  readonly given?: Given;
}

/** A place in the life of a world that can be gone back to. */
export interface Checkpoint {
  readonly name: string;
  readonly at: Position;
  /** The inputs that lead there, and perhaps further ones. */
  readonly taken: readonly Taken[];
  readonly count: number;
  /** True if a rewind made it, to keep what came after. */
  readonly isBranch: boolean;
}

export const BEGINNING: Frame = { count: 0, jobs: 0 };
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
 * grows beyond its limit is let go as a whole, and begins anew with the next frame.
 */
export class History {
  readonly #limit: number;
  #frames: Frame[];
  #taken: Taken[] = [];
  #bytes: number;
  #lostAt: Micros | undefined;
  /** By name. */
  readonly checkpoints: Map<string, Checkpoint>;

  /** `limit`: bytes. */
  constructor(limit: number, first: Frame = BEGINNING, checkpoints: ReadonlyMap<string, Checkpoint> = new Map()) {
    this.#limit = limit;
    this.#frames = [first];
    this.#bytes = first.snapshot?.length ?? 0;
    this.checkpoints = new Map(checkpoints);
    if (this.#bytes > limit) this.#letGo(0);
  }

  get taken(): readonly Taken[] {
    return this.#taken;
  }

  get frames(): readonly Frame[] {
    return this.#frames;
  }

  /** When it was let go; `undefined` if it is whole. */
  get lostAt(): Micros | undefined {
    return this.#lostAt;
  }

  add(at: Position, input: Input): void {
    if (this.#lostAt !== undefined) return;
    this.#bytes += bytesOf(input);
    if (this.#bytes <= this.#limit) this.#taken.push({ at, input });
    else this.#letGo(at.now);
  }

  /** Keeps a frame, if there is room for it. */
  keep(frame: Frame): void {
    const bytes = frame.snapshot?.length ?? 0;
    if (this.#bytes + bytes > this.#limit) return;
    this.#bytes += bytes;
    this.#frames.push(frame);
  }

  /** The same up to a frame, which may be another beginning of it. */
  upTo(frame: Frame): History {
    const copy = new History(this.#limit, this.#taken.length === 0 ? frame : this.#frames[0], this.checkpoints);
    for (const { at, input } of this.#taken.slice(0, frame.count)) copy.add(at, input);
    for (const known of this.#frames.slice(1)) if (known.count <= frame.count) copy.keep(known);
    return copy;
  }

  #letGo(at: Micros): void {
    this.#lostAt = at;
    this.#taken = [];
    this.#frames = [];
    this.checkpoints.clear();
  }
}
