import type { Input, Position } from '../engine/inputs.js';

/** An input, and where in the life of the world it was taken. */
export interface Taken {
  readonly at: Position;
  readonly input: Input;
}

/** An input without its texts. */
const INPUT_BYTES = 1200;

function weight(input: Input): number {
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
}

/** The inputs of one branch of a history, in their order. More are added, and none is taken away. */
export class Inputs {
  readonly #taken: Taken[] = [];
  /** The bytes of all inputs up to each, with what was before the first. */
  readonly #sums: number[] = [];
  readonly #before: number;

  /** `before`: the bytes of what the world begins with. */
  constructor(before: number) {
    this.#before = before;
  }

  get taken(): readonly Taken[] {
    return this.#taken;
  }

  get bytes(): number {
    return this.bytesOf(this.#sums.length);
  }

  /** Of the first so many. */
  bytesOf(count: number): number {
    return this.#sums[count - 1] ?? this.#before;
  }

  /** Returns false, and adds nothing, if they had more bytes than the limit with it. */
  add(taken: Taken, limit = Number.POSITIVE_INFINITY): boolean {
    const sum = this.bytes + weight(taken.input);
    if (sum > limit) return false;
    this.#taken.push(taken);
    this.#sums.push(sum);
    return true;
  }

  /** How many of the first inputs another branch has, too: branches that have parted do not meet again. */
  shares(other: Inputs): number {
    let [low, high] = [0, Math.min(this.#taken.length, other.#taken.length)];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#taken[middle - 1]!.input === other.#taken[middle - 1]!.input) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
