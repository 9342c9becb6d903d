import type { Micros } from '../../clock/instant.js';
import type { Input, Position } from '../engine/inputs.js';
import type { World } from '../engine/world.js';
import type { Given } from '../workspaces/settings.js';
import type { Taken } from './taken.js';

/** A world as it was after a number of inputs, to begin a replay with. */
export interface Frame {
  readonly count: number;
  /** The jobs that had begun by then. */
  readonly jobs: number;
  readonly now: Micros;
  /** As JSON; without it and without a world, it is as its workspace makes it. */
  readonly snapshot?: string;
  /** A copy, in which nothing ever happens. */
  readonly world?: World;
  /** All settings, with credentials, which neither of the two has. */
  readonly given?: Given;
}

interface Kept {
  readonly frame: Frame;
  readonly at: Position;
  readonly size: number;
  /** The last input before it: with it, all before are the same, too. */
  readonly last: Input | undefined;
}

/** Characters of the records of all frames, and of one of them. */
const ROOM = 8 * 2 ** 20;
export const FRAME_MAX = ROOM / 4;
const KEPT_MAX = 64;

/** Frames on the way through a history and its branches, made while they are lived: a replay is short. */
export class Frames {
  #kept: Kept[] = [];
  #size = 0;

  /** Keeps one; `size` is the number of characters of its records. */
  keep(kept: Kept): void {
    if (kept.size > FRAME_MAX) return;
    this.#kept.push(kept);
    this.#size += kept.size;
    while (this.#size > ROOM || this.#kept.length > KEPT_MAX) this.#thinOut();
  }

  /** True if there is one of this place already. */
  has(at: Position, last: Input | undefined): boolean {
    return this.#kept.some((kept) => kept.last === last && kept.at.jobs === at.jobs && kept.at.now === at.now);
  }

  clear(): void {
    this.#kept = [];
    this.#size = 0;
  }

  /** The last one on the way to where these inputs lead. */
  best(taken: readonly Taken[], end: Position): Frame | undefined {
    let best: Kept | undefined;
    for (const kept of this.#kept)
      if (isOnTheWay(kept, taken, end) && kept.at.jobs >= (best?.at.jobs ?? 0)) best = kept;
    return best?.frame;
  }

  /** Every other one goes. */
  #thinOut(): void {
    this.#kept = this.#kept.filter((_, i) => i % 2 === 1);
    this.#size = this.#kept.reduce((sum, { size }) => sum + size, 0);
  }
}

/** True if these inputs lead through a frame: it is before the next of them, and before the end. */
function isOnTheWay({ frame: { count }, at, last }: Kept, taken: readonly Taken[], end: Position): boolean {
  if (count > taken.length || taken[count - 1]?.input !== last) return false;
  const next = taken[count]?.at ?? end;
  return at.jobs <= next.jobs && at.now <= next.now && at.now <= end.now;
}
