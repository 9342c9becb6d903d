import { IdSet } from './id-set.js';
import type { Micros } from './instant.js';

/** Plain data that a job carries; a closure could not be in a snapshot. Never changed, so that jobs may share it. */
export type JobArgs = Readonly<Record<string, string | number | boolean | null>>;

/**
 * Work that waits for its instant. `id` is also the sequence number: among jobs due at one instant the older runs first.
 * `urgent` marks a job that was due already when it was made (a first delivery): it belongs to what made it and runs
 * before every other job of that instant.
 */
export interface Job {
  readonly id: number;
  readonly due: Micros;
  readonly urgent: boolean;
  readonly kind: string;
  readonly subject: string | null;
  readonly args: JobArgs;
}

/** Above every id: what is not urgent comes after all that is. */
const NOT_URGENT = 2 ** 52;
const idOf = (rank: number): number => (rank >= NOT_URGENT ? rank - NOT_URGENT : rank);

const FIRST_CAPACITY = 16;
/** What a job says of its work: its kind, its subject and its arguments. */
const WORDS = 3;
/** Children of a node. The keys of four stand in one line of the processor's cache. */
const WIDTH = 4;

/**
 * A heap of jobs in the order of (due, urgent first, id). It moves numbers alone, two keys and a place a job: with a hundred
 * thousand waiting, objects would be all over the memory, and each of them one more for the garbage collector to copy and
 * to mark. A job becomes one when somebody asks for it. A cancelled job leaves when it comes up.
 */
export class EventQueue {
  /** The words of each job, by place. */
  #words: (string | JobArgs | null | undefined)[] = [];
  /** The next job, if somebody has asked for it. */
  #head: Job | undefined;
  /** Places of jobs that have gone. */
  #free: number[] = [];
  /** When a node is due, and its rank among what is due then. */
  #keys = new Float64Array(2 * FIRST_CAPACITY);
  #places = new Int32Array(FIRST_CAPACITY);
  /** How many nodes there are, with those of cancelled jobs. The first is never one of these. */
  #nodes = 0;
  readonly #waiting = new IdSet();

  get size(): number {
    return this.#waiting.size;
  }

  /** When the next job is due; infinite if there is none. */
  get nextDue(): Micros {
    return this.#nodes === 0 ? Number.POSITIVE_INFINITY : this.#keys[0]!;
  }

  /** True if the next job was due when it was made. */
  get nextIsUrgent(): boolean {
    return this.#nodes > 0 && this.#keys[1]! < NOT_URGENT;
  }

  push(job: Job): void {
    this.#waiting.add(job.id);
    if (this.#nodes === this.#places.length) this.#grow();
    const place = this.#free.pop() ?? this.#words.length / WORDS;
    const start = WORDS * place;
    this.#words[start] = job.kind;
    this.#words[start + 1] = job.subject;
    this.#words[start + 2] = job.args;
    this.#siftUp(this.#nodes++, job.due, job.urgent ? job.id : NOT_URGENT + job.id, place);
  }

  peek(): Job | undefined {
    if (this.#nodes === 0) return undefined;
    return (this.#head ??= this.#jobAt(0));
  }

  isNext({ id }: Job): boolean {
    return this.#nodes > 0 && idOf(this.#keys[1]!) === id;
  }

  pop(): Job | undefined {
    const top = this.peek();
    if (!top) return undefined;
    this.#waiting.delete(top.id);
    this.#removeTop();
    this.#dropCancelled();
    return top;
  }

  /** Takes a job out; false if it is not waiting (any more). */
  cancel(id: number): boolean {
    if (!this.#waiting.delete(id)) return false;
    if (this.#nodes > FIRST_CAPACITY && this.#nodes > 2 * this.#waiting.size) this.load(this.toJSON());
    else this.#dropCancelled();
    return true;
  }

  /**
   * The first `limit` jobs in the order in which they would run, up to one that fails the test, without disturbing or
   * scanning the rest.
   */
  soonest(limit: number, test: (job: Job) => boolean = () => true): Job[] {
    const found: Job[] = [];
    const frontier = this.#nodes > 0 ? [0] : [];
    while (found.length < limit && frontier.length > 0) {
      let best = 0;
      for (let i = 1; i < frontier.length; i++) if (this.#isBefore(frontier[i]!, frontier[best]!)) best = i;
      const at = frontier[best]!;
      frontier[best] = frontier[frontier.length - 1]!;
      frontier.pop();
      // What was cancelled lies here until it would be next: it is not in the way of what comes after it.
      if (this.#isWaiting(at)) {
        const job = this.#jobAt(at);
        if (!test(job)) break;
        found.push(job);
      }
      for (let child = WIDTH * at + 1; child <= WIDTH * at + WIDTH && child < this.#nodes; child++)
        frontier.push(child);
    }
    return found;
  }

  /** Every waiting job, in no particular order. */
  toJSON(): Job[] {
    const jobs: Job[] = [];
    for (let at = 0; at < this.#nodes; at++) if (this.#isWaiting(at)) jobs.push(this.#jobAt(at));
    return jobs;
  }

  load(jobs: readonly Job[]): void {
    this.#words = [];
    this.#head = undefined;
    this.#free = [];
    this.#nodes = 0;
    this.#waiting.clear();
    for (const job of jobs) this.push(job);
  }

  #jobAt(at: number): Job {
    const rank = this.#keys[2 * at + 1]!;
    const start = WORDS * this.#places[at]!;
    return {
      id: idOf(rank),
      due: this.#keys[2 * at]!,
      urgent: rank < NOT_URGENT,
      kind: this.#words[start] as string,
      subject: this.#words[start + 1] as string | null,
      args: this.#words[start + 2] as JobArgs,
    };
  }

  #isWaiting(at: number): boolean {
    return this.#waiting.has(idOf(this.#keys[2 * at + 1]!));
  }

  #isBefore(a: number, b: number): boolean {
    const keys = this.#keys;
    return keys[2 * a]! < keys[2 * b]! || (keys[2 * a]! === keys[2 * b]! && keys[2 * a + 1]! < keys[2 * b + 1]!);
  }

  #siftUp(from: number, due: Micros, rank: number, place: number): void {
    const keys = this.#keys;
    const places = this.#places;
    let at = from;
    while (at > 0) {
      const parent = ((at - 1) / WIDTH) | 0;
      const parentDue = keys[2 * parent]!;
      if (parentDue < due || (parentDue === due && keys[2 * parent + 1]! < rank)) break;
      keys[2 * at] = parentDue;
      keys[2 * at + 1] = keys[2 * parent + 1]!;
      places[at] = places[parent]!;
      at = parent;
    }
    keys[2 * at] = due;
    keys[2 * at + 1] = rank;
    places[at] = place;
    if (at === 0) this.#head = undefined;
  }

  #removeTop(): void {
    const keys = this.#keys;
    const places = this.#places;
    this.#head = undefined;
    this.#forget(places[0]!);
    const size = --this.#nodes;
    const due = keys[2 * size]!;
    const rank = keys[2 * size + 1]!;
    let at = 0;
    for (;;) {
      let best = WIDTH * at + 1;
      if (best >= size) break;
      const end = Math.min(best + WIDTH, size);
      let bestDue = keys[2 * best]!;
      for (let child = best + 1; child < end; child++) {
        const childDue = keys[2 * child]!;
        if (childDue > bestDue || (childDue === bestDue && keys[2 * child + 1]! > keys[2 * best + 1]!)) continue;
        best = child;
        bestDue = childDue;
      }
      if (due < bestDue || (due === bestDue && rank < keys[2 * best + 1]!)) break;
      keys[2 * at] = bestDue;
      keys[2 * at + 1] = keys[2 * best + 1]!;
      places[at] = places[best]!;
      at = best;
    }
    keys[2 * at] = due;
    keys[2 * at + 1] = rank;
    places[at] = places[size]!;
  }

  /** Its words may be long, and those of others. */
  #forget(place: number): void {
    this.#words[WORDS * place + 1] = undefined;
    this.#words[WORDS * place + 2] = undefined;
    this.#free.push(place);
  }

  #dropCancelled(): void {
    while (this.#nodes > this.#waiting.size && !this.#isWaiting(0)) this.#removeTop();
  }

  #grow(): void {
    const [keys, places] = [this.#keys, this.#places];
    this.#keys = new Float64Array(2 * keys.length);
    this.#places = new Int32Array(2 * places.length);
    this.#keys.set(keys);
    this.#places.set(places);
  }
}
