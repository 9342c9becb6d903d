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
const rankOf = (job: Job): number => (job.urgent ? job.id : NOT_URGENT + job.id);

const FIRST_CAPACITY = 16;
/** Children of a node. Four stand in one line of the processor's cache. */
const WIDTH = 4;

/**
 * A heap of jobs in the order of (due, urgent first, id). The keys stand in arrays of their own: comparing them does not
 * touch the jobs, which with a hundred thousand waiting are all over the memory. A cancelled job leaves when it comes up.
 */
export class EventQueue {
  #jobs: Job[] = [];
  #dues = new Float64Array(FIRST_CAPACITY);
  #ranks = new Float64Array(FIRST_CAPACITY);
  readonly #waiting = new IdSet();

  get size(): number {
    return this.#waiting.size;
  }

  push(job: Job): void {
    this.#waiting.add(job.id);
    if (this.#jobs.length === this.#dues.length) this.#grow();
    this.#jobs.push(job);
    this.#siftUp(this.#jobs.length - 1, job);
  }

  peek(): Job | undefined {
    this.#dropCancelled();
    return this.#jobs[0];
  }

  pop(): Job | undefined {
    this.#dropCancelled();
    const top = this.#jobs[0];
    if (!top) return undefined;
    this.#waiting.delete(top.id);
    this.#removeTop();
    return top;
  }

  /** Takes a job out; false if it is not waiting (any more). */
  cancel(id: number): boolean {
    const found = this.#waiting.delete(id);
    if (this.#jobs.length > FIRST_CAPACITY && this.#jobs.length > 2 * this.#waiting.size) this.load(this.toJSON());
    return found;
  }

  /**
   * The first `limit` jobs in the order in which they would run, up to one that fails the test, without disturbing or
   * scanning the rest.
   */
  soonest(limit: number, test: (job: Job) => boolean = () => true): Job[] {
    const found: Job[] = [];
    const frontier = this.#jobs.length > 0 ? [0] : [];
    while (found.length < limit && frontier.length > 0) {
      let best = 0;
      for (let i = 1; i < frontier.length; i++) if (this.#isBefore(frontier[i]!, frontier[best]!)) best = i;
      const at = frontier[best]!;
      frontier[best] = frontier[frontier.length - 1]!;
      frontier.pop();
      const job = this.#jobs[at]!;
      // What was cancelled lies here until it would be next: it is not in the way of what comes after it.
      if (this.#waiting.has(job.id)) {
        if (!test(job)) break;
        found.push(job);
      }
      for (let child = WIDTH * at + 1; child <= WIDTH * at + WIDTH && child < this.#jobs.length; child++)
        frontier.push(child);
    }
    return found;
  }

  /** Every waiting job, in no particular order. */
  toJSON(): Job[] {
    return this.#jobs.filter((job) => this.#waiting.has(job.id));
  }

  load(jobs: readonly Job[]): void {
    this.#jobs = [];
    this.#waiting.clear();
    for (const job of jobs) this.push(job);
  }

  #isBefore(a: number, b: number): boolean {
    const dues = this.#dues;
    return dues[a]! < dues[b]! || (dues[a]! === dues[b]! && this.#ranks[a]! < this.#ranks[b]!);
  }

  #put(at: number, job: Job, due: number, rank: number): void {
    this.#jobs[at] = job;
    this.#dues[at] = due;
    this.#ranks[at] = rank;
  }

  #siftUp(from: number, job: Job): void {
    const dues = this.#dues;
    const ranks = this.#ranks;
    const { due } = job;
    const rank = rankOf(job);
    let at = from;
    while (at > 0) {
      const parent = ((at - 1) / WIDTH) | 0;
      if (dues[parent]! < due || (dues[parent]! === due && ranks[parent]! < rank)) break;
      this.#put(at, this.#jobs[parent]!, dues[parent]!, ranks[parent]!);
      at = parent;
    }
    this.#put(at, job, due, rank);
  }

  #removeTop(): void {
    const size = this.#jobs.length - 1;
    const last = this.#jobs.pop()!;
    if (size === 0) return;
    const dues = this.#dues;
    const ranks = this.#ranks;
    const due = dues[size]!;
    const rank = ranks[size]!;
    let at = 0;
    for (;;) {
      let best = WIDTH * at + 1;
      if (best >= size) break;
      const end = Math.min(best + WIDTH, size);
      for (let child = best + 1; child < end; child++) {
        if (dues[child]! < dues[best]! || (dues[child]! === dues[best]! && ranks[child]! < ranks[best]!)) best = child;
      }
      if (due < dues[best]! || (due === dues[best]! && rank < ranks[best]!)) break;
      this.#put(at, this.#jobs[best]!, dues[best]!, ranks[best]!);
      at = best;
    }
    this.#put(at, last, due, rank);
  }

  #dropCancelled(): void {
    while (this.#jobs.length > this.#waiting.size && !this.#waiting.has(this.#jobs[0]!.id)) this.#removeTop();
  }

  #grow(): void {
    const capacity = 2 * this.#dues.length;
    const [dues, ranks] = [this.#dues, this.#ranks];
    this.#dues = new Float64Array(capacity);
    this.#ranks = new Float64Array(capacity);
    this.#dues.set(dues);
    this.#ranks.set(ranks);
  }
}
