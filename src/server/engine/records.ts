/** A table of plain-data records in the order in which they were made. */
export class Collection<T extends object> {
  readonly #idOf: (record: T) => string;
  #records = new Map<string, T>();

  constructor(idOf: (record: T) => string, records: readonly T[] = []) {
    this.#idOf = idOf;
    this.load(records);
  }

  get size(): number {
    return this.#records.size;
  }

  get(id: string): T | undefined {
    return this.#records.get(id);
  }

  add(record: T): T {
    this.#records.set(this.#idOf(record), record);
    return record;
  }

  delete(id: string): boolean {
    return this.#records.delete(id);
  }

  ids(): IterableIterator<string> {
    return this.#records.keys();
  }

  values(): IterableIterator<T> {
    return this.#records.values();
  }

  find(test: (record: T) => boolean): T | undefined {
    for (const record of this.#records.values()) if (test(record)) return record;
    return undefined;
  }

  filter(test: (record: T) => boolean): T[] {
    return [...this.#records.values()].filter(test);
  }

  toJSON(): T[] {
    return [...this.#records.values()];
  }

  load(records: readonly T[]): void {
    this.#records = new Map(records.map((record) => [this.#idOf(record), record]));
  }
}

/**
 * What a vendor keeps in a world: collections and plain values, by name. Everything is plain data below, so that a
 * snapshot is a copy and nothing more.
 */
export type Slice = Record<string, unknown>;

/** How many records a slice has. */
export const countRecords = (slice: Slice): number =>
  Object.values(slice).reduce<number>((sum, table) => sum + (table instanceof Collection ? table.size : 0), 0);

/** Puts what a snapshot holds into a fresh slice of the same shape. */
export function loadSlice(slice: Slice, kept: Slice): void {
  for (const [name, value] of Object.entries(kept)) {
    const present = slice[name];
    if (present instanceof Collection) present.load(value as object[]);
    else slice[name] = value;
  }
}
