import { httpDate } from '../../clock/instant.js';
import { StallWatch } from '../../clock/stall.js';
import type { World } from '../engine/world.js';
import type { VendorRequest } from '../providers/provider.js';

const READS_KEPT = 1000;

/** Clients of one world that read in a loop. */
class PollingReaders {
  readonly stalls = new StallWatch();
  /** The state of the world at the last read of each path: auto mode moves on when a read can only repeat itself. */
  readonly #reads = new Map<string, number>();

  repeats(key: string, state: number): boolean {
    return this.#reads.get(key) === state;
  }

  note(key: string, state: number): void {
    if (this.#reads.size >= READS_KEPT) this.#reads.clear();
    this.#reads.set(key, state);
  }
}

/** The readers are no part of a world: they go with it, and are in no snapshot. */
const readersOf = new WeakMap<World, PollingReaders>();

/**
 * Helps a client that reads in a loop. In auto mode, a read that can only repeat the last answer moves time by one job
 * first; on a frozen clock, a loop of two seconds gets a hint, which is returned, that says what would move time.
 */
export async function paceReader(
  world: World,
  request: VendorRequest,
  warn: (text: string) => void,
): Promise<string | undefined> {
  const { clock } = world;
  if (request.method !== 'GET' || clock.mode === 'live') return undefined;
  let readers = readersOf.get(world);
  if (!readers) readersOf.set(world, (readers = new PollingReaders()));
  const key = `${request.path}?${request.query}`;
  if (clock.mode === 'frozen') return readers.stalls.stalls(key, world.state) ? hintAt(world, warn) : undefined;
  // While a receiver is at work, the reader may be the receiver: time would wait for the one that waits for it.
  if (readers.repeats(key, world.state) && !clock.activity.delivering) await clock.step();
  readers.note(key, world.state);
  return undefined;
}

/** Says which job is next and which call runs it, if there is one and nobody is at it. */
function hintAt(world: World, warn: (text: string) => void): string | undefined {
  const { clock } = world;
  const [next] = clock.pending(1);
  if (!next || clock.advancing) return undefined;
  const { label, due, subject } = world.describeJob(next);
  const hint =
    `The clock is frozen at ${httpDate(clock.now())} and nobody advances it. Next: ${label}${subject === null ? '' : ` (${subject})`} ` +
    `at ${due}. POST /_greenroom/clock/advance {"next":true} runs it.`;
  world.note('hint', subject, hint);
  warn(hint);
  return hint;
}
