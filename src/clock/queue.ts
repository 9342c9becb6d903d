import type { Micros } from './instant.js';

/** Plain data that a job carries; a closure could not be in a snapshot. */
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

function before(a: Job, b: Job): boolean {
  if (a.due !== b.due) return a.due < b.due;
  if (a.urgent !== b.urgent) return a.urgent;
  return a.id < b.id;
}

/** A binary heap of jobs in the order of (due, urgent first, id). A cancelled job leaves it when it reaches the top. */
export class EventQueue {
  #heap: Job[] = [];
  readonly #waiting = new Set<number>();

  get size(): number {
    return this.#waiting.size;
  }

  push(job: Job): void {
    this.#waiting.add(job.id);
    const heap = this.#heap;
    let at = heap.length;
    heap.push(job);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const other = heap[parent]!;
      if (before(other, job)) break;
      heap[at] = other;
      at = parent;
    }
    heap[at] = job;
  }

  peek(): Job | undefined {
    this.#dropCancelled();
    return this.#heap[0];
  }

  pop(): Job | undefined {
    this.#dropCancelled();
    const top = this.#removeTop();
    if (top) this.#waiting.delete(top.id);
    return top;
  }

  /** Takes a job out; false if it is not waiting (any more). */
  cancel(id: number): boolean {
    const found = this.#waiting.delete(id);
    if (this.#heap.length > 64 && this.#heap.length > 2 * this.#waiting.size) this.load(this.toJSON());
    return found;
  }

  /** The first `limit` jobs in the order in which they would run, without disturbing or scanning the rest. */
  soonest(limit: number): Job[] {
    const found: Job[] = [];
    const frontier = [0];
    while (found.length < limit && frontier.length > 0) {
      let best = 0;
      for (let i = 1; i < frontier.length; i++) {
        if (this.#earlier(frontier[i]!, frontier[best]!)) best = i;
      }
      const at = frontier[best]!;
      frontier[best] = frontier[frontier.length - 1]!;
      frontier.pop();
      const job = this.#heap[at];
      if (!job) continue;
      if (this.#waiting.has(job.id)) found.push(job);
      frontier.push(2 * at + 1, 2 * at + 2);
    }
    return found;
  }

  /** Every waiting job, in no particular order. */
  toJSON(): Job[] {
    return this.#heap.filter((job) => this.#waiting.has(job.id));
  }

  load(jobs: readonly Job[]): void {
    this.#heap = [...jobs].sort((a, b) => (before(a, b) ? -1 : 1));
    this.#waiting.clear();
    for (const job of jobs) this.#waiting.add(job.id);
  }

  #earlier(a: number, b: number): boolean {
    const first = this.#heap[a];
    const second = this.#heap[b];
    if (!first || !second) return first !== undefined;
    return before(first, second);
  }

  #dropCancelled(): void {
    while (this.#heap.length > this.#waiting.size && !this.#waiting.has(this.#heap[0]!.id)) this.#removeTop();
  }

  #removeTop(): Job | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return top;
    const size = heap.length;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && before(heap[child + 1]!, heap[child]!)) child++;
      const other = heap[child]!;
      if (before(last, other)) break;
      heap[at] = other;
      at = child;
    }
    heap[at] = last;
    return top;
  }
}
