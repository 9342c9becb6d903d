/** The newest of a kind, in the order in which they came: each has a position that stays. */
export class Newest<T> {
  #items: (T | undefined)[] = [];
  #first = 0;
  /** The position of the first. */
  #start = 0;

  get size(): number {
    return this.#items.length - this.#first;
  }

  /** The position of the next. */
  get end(): number {
    return this.#start + this.size;
  }

  first(): T | undefined {
    return this.#items[this.#first];
  }

  /** The one after the first so many. */
  at(skipped: number): T {
    return this.#items[this.#first + skipped]!;
  }

  /** Gives the position. */
  push(item: T): number {
    this.#items.push(item);
    return this.end - 1;
  }

  /** Gaps are closed now and then, so that this costs the same however many there are. */
  shift(): T | undefined {
    if (this.size === 0) return undefined;
    const item = this.#items[this.#first];
    this.#items[this.#first++] = undefined;
    this.#start++;
    if (this.#first > 1000 && this.#first * 2 > this.#items.length) {
      this.#items.splice(0, this.#first);
      this.#first = 0;
    }
    return item;
  }

  /** Puts another in the place of one; false if that has gone. */
  replace(position: number, was: T, item: T): boolean {
    const index = this.#first + position - this.#start;
    if (position < this.#start || this.#items[index] !== was) return false;
    this.#items[index] = item;
    return true;
  }

  copyFrom(other: Newest<T>): void {
    this.#items = [...other.#items];
    this.#first = other.#first;
    this.#start = other.#start;
  }

  /** A copy of the list, without the first so many. */
  slice(skipped = 0): T[] {
    return this.#items.slice(this.#first + Math.max(skipped, 0)) as T[];
  }

  /** Without the first so many. */
  *values(skipped = 0): IterableIterator<T> {
    for (let i = this.#first + Math.max(skipped, 0); i < this.#items.length; i++) yield this.#items[i]!;
  }
}

/**
 * On how many somebody may still want to write, without that each of them has to say so. They are few: those that are still here
 * when the collector of garbage comes by are moved, and soon count as old.
 */
const RECENT = 8;

/** The last few of a kind as they are. Those before them are sealed as soon as nothing of them can change. */
export class Recent<T> {
  readonly #items = new Newest<T>();
  readonly #seal: (item: T) => boolean;

  /** `seal` is false for what may still change: it is asked again, later. */
  constructor(seal: (item: T) => boolean) {
    this.#seal = seal;
  }

  copyFrom(other: Recent<T>): void {
    this.#items.copyFrom(other.#items);
  }

  add(item: T): void {
    this.#items.push(item);
    for (let i = 0; i < 2 && this.#items.size > RECENT; i++) {
      const oldest = this.#items.shift()!;
      if (!this.#seal(oldest)) this.#items.push(oldest);
    }
  }
}
