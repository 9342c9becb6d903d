import { andThen, type Awaitable } from '../../awaitable.js';
import { httpDate, type Micros } from '../../clock/instant.js';
import { StallWatch } from '../../clock/rest/stall.js';
import type { World } from '../engine/world.js';
import type { Call, Reply, VendorRequest } from '../providers/provider.js';

const READS_KEPT = 1000;
/** So many reads that can only repeat an answer are a loop, which goes on until time does. */
const READS_IN_VAIN = 20;

/** Clients of one world that read in a loop. */
class PollingReaders {
  readonly #stalls = new StallWatch();
  /** When they were told that the clock stands still. */
  #toldAt: Micros | undefined;
  /** The state of the world at the last read of each path: auto mode moves on when a read can only repeat itself. */
  readonly #reads = new Map<string, number>();
  /** What was read in the last state in which an advance was under way, and how many more reads there were. */
  readonly #inVain = { state: Number.NaN, keys: new Set<string>(), count: 0 };
  /** Agents that a client has been shown. */
  readonly #shown = new Set<string>();

  constructor(world: World) {
    world.journal.listen((entry) => {
      if (entry.kind !== 'transition' || world.clock.mode !== 'auto') return;
      const { provider, subject } = entry;
      // A webhook of this change is made after its line.
      if (subject !== null && this.#shown.has(subject))
        queueMicrotask(() => needsReading(world, provider, subject) && this.#await(world, subject));
    });
  }

  /** What would move time, once for all who wait for it, until it moves. */
  hint(key: string, world: World): string | undefined {
    const now = world.now();
    if (this.#toldAt === now || !this.#stalls.stalls(key, world.state)) return undefined;
    const hint = hintAt(world);
    if (hint !== undefined) this.#toldAt = now;
    return hint;
  }

  /** True if reads while time is to move are a loop. */
  areLoop(key: string, state: number): boolean {
    const inVain = this.#inVain;
    if (inVain.state !== state) {
      inVain.state = state;
      inVain.keys.clear();
      inVain.count = 0;
    }
    if (inVain.keys.has(key)) inVain.count++;
    else if (inVain.keys.size < READS_KEPT) inVain.keys.add(key);
    return inVain.count >= READS_IN_VAIN;
  }

  repeats(key: string, state: number): boolean {
    return this.#reads.get(key) === state;
  }

  note(key: string, state: number): void {
    if (this.#reads.size >= READS_KEPT) this.#reads.clear();
    this.#reads.set(key, state);
  }

  show(subject: string): void {
    this.#shown.add(subject);
  }

  #await(world: World, subject: string): void {
    const { readers } = world.clock;
    readers.await(subject, () => {
      // Its client reads no more, and is waited for again when it does.
      this.#shown.delete(subject);
      const waited = `Nobody has read ${subject} for ${readers.wait / 1000} s since it changed, so time moves on`;
      world.remark(
        'pace',
        subject,
        `${waited}. A client that sleeps longer between two reads needs a longer reader_wait.`,
      );
    });
  }
}

/** The readers are no part of a world: they go with it, and are in no snapshot. */
const readersOf = new WeakMap<World, PollingReaders>();

function readersIn(world: World): PollingReaders {
  let readers = readersOf.get(world);
  if (!readers) readersOf.set(world, (readers = new PollingReaders(world)));
  return readers;
}

/** True if a client sees only by reading what becomes of an agent. */
function needsReading(world: World, provider: string, subject: string): boolean {
  const vendor = world.vendor(provider);
  if (vendor.needsReading) return vendor.needsReading(world, subject);
  return !world.outbox.hasToldOf(subject);
}

/**
 * Helps a client that reads in a loop. In auto mode, a read that can only repeat the last answer moves time by one job
 * first; on a frozen clock, a loop of two seconds gets a hint, which is returned, that says what would move time.
 */
export function paceReader(
  world: World,
  request: VendorRequest,
  warn: (text: string) => void,
): Awaitable<string | undefined> {
  const { clock } = world;
  if (request.method !== 'GET' || clock.mode === 'live') return undefined;
  const readers = readersIn(world);
  const key = `${request.path}?${request.query}`;
  // An app that is waited for, and waits for time itself, would be waited for for ever.
  if (clock.advancing && readers.areLoop(key, world.state)) clock.activity.hearing.readInVain();
  if (clock.mode === 'frozen') {
    const hint = readers.hint(key, world);
    if (hint !== undefined) warn(hint);
    return hint;
  }
  // While a receiver is at work, the reader may be the receiver: time would wait for the one that waits for it.
  const waits = clock.activity.delivering || clock.readers.areAwaited;
  return andThen(readers.repeats(key, world.state) && !waits && clock.step(), () => {
    readers.note(key, world.state);
    return undefined;
  });
}

/** A client has got this answer: it has seen the agent that it asked about, and those that are named in a list. */
export function noteShown({ world, request, entry, log }: Call, reply: Reply | 'reset'): void {
  const { readers, mode } = world.clock;
  if (mode !== 'auto' || entry.unattributed || log.lost_answer || reply === 'reset') return;
  const { provider, subject } = entry;
  const text = typeof reply.body === 'string' ? reply.body : '';
  const isRead = request.method === 'GET';
  // Whoever makes an agent or acts on it has seen it if the answer says in which state it is.
  const state = subject === null || isRead ? '' : world.vendor(provider).findSubject(world, subject)?.state;
  if (subject !== null && state !== undefined && text.includes(state)) {
    readersIn(world).show(subject);
    readers.seen(subject);
  }
  for (const unseen of isRead ? readers.unseen : []) if (text.includes(unseen)) readers.seen(unseen);
}

/** Says which job is next and which call runs it, if there is one and nobody is at it. */
function hintAt(world: World): string | undefined {
  const { clock } = world;
  const [next] = clock.pending(1);
  if (!next || clock.advancing) return undefined;
  const { label, due, subject } = world.describeJob(next);
  const hint =
    `The clock is frozen at ${httpDate(clock.now())} and nobody advances it. Next: ${label}${subject === null ? '' : ` (${subject})`} ` +
    `at ${due}. POST /_greenroom/clock/advance {"next":true} runs it.`;
  world.remark('hint', subject, hint);
  return hint;
}
