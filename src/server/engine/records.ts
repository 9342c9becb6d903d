import { IdTable } from './id-table.js';

/** How many records some collections have together. */
export interface Tally {
  count: number;
}

/** A table of plain-data records in the order in which they were made. */
export class Collection<T extends object> {
  readonly #idOf: (record: T) => string;
  #records: IdTable<T>;
  #tally: Tally | undefined;
  /** The last that was asked for: a job asks for the same one again and again. */
  #last: T | undefined;
  #lastId: string | undefined;

  constructor(idOf: (record: T) => string, records: readonly T[] = []) {
    this.#idOf = idOf;
    this.#records = new IdTable(idOf);
    this.load(records);
  }

  get size(): number {
    return this.#records.size;
  }

  get(id: string): T | undefined {
    if (id === this.#lastId) return this.#last;
    const found = this.#records.get(id);
    this.#lastId = id;
    this.#last = found;
    return found;
  }

  /** From now on its records are counted in the tally, too. */
  countIn(tally: Tally): void {
    this.#tally = tally;
    tally.count += this.size;
  }

  add(record: T): T {
    this.#lastId = this.#last = undefined;
    const { size } = this;
    this.#records.set(record);
    this.#count(size);
    return record;
  }

  delete(id: string): boolean {
    this.#lastId = this.#last = undefined;
    const { size } = this;
    this.#records.delete(id);
    this.#count(size);
    return this.size < size;
  }

  ids(): IterableIterator<string> {
    return this.#records.ids();
  }

  values(): IterableIterator<T> {
    return this.#records.values();
  }

  find(test: (record: T) => boolean): T | undefined {
    for (const record of this.#records.values()) if (test(record)) return record;
    return undefined;
  }

  filter(test: (record: T) => boolean): T[] {
    return this.#records.list().filter(test);
  }

  toJSON(): T[] {
    return this.#records.list();
  }

  load(records: readonly T[]): void {
    this.#lastId = this.#last = undefined;
    const { size } = this;
    this.#records = new IdTable(this.#idOf);
    for (const record of records) this.#records.set(record);
    this.#count(size);
  }

  /** `before`: how many records there were. */
  #count(before: number): void {
    if (this.#tally) this.#tally.count += this.size - before;
  }
}

/**
 * What a vendor keeps in a world: collections and plain values, by name. Everything is plain data below, so that a
 * snapshot is a copy and nothing more.
 */
export type Slice = Record<string, unknown>;

/** Has the records of a slice counted: to ask all of its collections at each call would touch a hundred places of the memory. */
export function countIn(tally: Tally, slice: Slice): void {
  for (const table of Object.values(slice)) if (table instanceof Collection) table.countIn(tally);
}

/** Puts what a snapshot holds into a fresh slice of the same shape. */
export function loadSlice(slice: Slice, kept: Slice): void {
  for (const [name, value] of Object.entries(kept)) {
    const present = slice[name];
    if (present instanceof Collection) present.load(value as object[]);
    else slice[name] = value;
  }
}
