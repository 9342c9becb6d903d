import { ByteRing } from './byte-ring.js';
import type { Memory, Past } from './memory.js';
import { Newest } from './newest.js';

/** What a past has to know of its items. */
interface Kind<T> {
  /** What an item stands for until it is a record. */
  readonly bytesOf: (item: T) => number;
  /** The line of the timeline at which the one in a slot came. */
  readonly seqOf: (slot: T | number) => number;
  /** Lets go what a number below zero stands for, and tells how many bytes it took here; none if not given. */
  readonly letGo?: (slot: number) => number;
}

/**
 * The newest of a kind in one world, and how many bytes they take of its memory. A slot has an item as it is, or the number of
 * its record of bytes; a number below zero stands for a record of another past.
 */
export class RecordedPast<T extends object> implements Past {
  readonly records = new ByteRing();
  readonly slots = new Newest<T | number>();
  readonly #limit: number;
  readonly #memory: Memory;
  readonly #kind: Kind<T>;
  #oldest: number | undefined;

  constructor(limit: number, memory: Memory, kind: Kind<T>) {
    this.#limit = limit;
    this.#memory = memory;
    this.#kind = kind;
    memory.share(this);
  }

  /** Gives the position. */
  add(item: T): number {
    return this.addSlot(item, this.#kind.bytesOf(item));
  }

  /** The same with a number below zero, for what takes so many bytes. */
  addSlot(slot: T | number, bytes: number): number {
    const position = this.slots.push(slot);
    if (this.slots.size > this.#limit) this.#memory.add(-this.dropOldest());
    this.#memory.add(bytes);
    return position;
  }

  /** An item takes so many bytes more than it did. */
  grow(bytes: number): void {
    this.#memory.add(bytes);
  }

  /** Makes an item a record of these texts; gives its number, or `undefined` if the item has gone. */
  seal(position: number, item: T, ...texts: Parameters<ByteRing['keep']>): number | undefined {
    const before = this.records.used;
    const number = this.records.keep(...texts);
    if (this.replace(position, item, number, this.records.used - before)) return number;
    this.records.drop(number);
    return undefined;
  }

  /** Puts a record that takes so many bytes in the place of an item; false if that has gone. */
  replace(position: number, item: T, number: number, bytes = 0): boolean {
    if (!this.slots.replace(position, item, number)) return false;
    this.#memory.add(bytes - this.#kind.bytesOf(item));
    return true;
  }

  /** Becomes a copy; the items are shared. */
  copyFrom(other: RecordedPast<T>): void {
    this.records.copyFrom(other.records);
    this.slots.copyFrom(other.slots);
  }

  /** Takes what a snapshot has: items, and the numbers of their records. */
  load(slots: Iterable<T | number>): void {
    let bytes = 0;
    for (const slot of slots) {
      this.slots.push(slot);
      if (typeof slot !== 'number') bytes += this.#kind.bytesOf(slot);
    }
    this.#memory.add(bytes + this.records.used);
  }

  oldest(): number | undefined {
    const first = this.slots.first();
    return (this.#oldest ??= first === undefined ? undefined : this.#kind.seqOf(first));
  }

  dropOldest(): number {
    const oldest = this.slots.shift()!;
    this.#oldest = undefined;
    if (typeof oldest !== 'number') return this.#kind.bytesOf(oldest);
    if (oldest < 0) return this.#kind.letGo?.(oldest) ?? 0;
    const before = this.records.used;
    this.records.drop(oldest);
    return before - this.records.used;
  }
}
