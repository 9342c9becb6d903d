const LEAST = 16;
/** At least so many places for a record: half of them are free, and the next free one is near. */
const PLACES = 2;

/**
 * Records in the order in which they came, each found by its id. It does what a Map does, with numbers beside the list that no
 * collector of garbage has to read. Of a hundred thousand records, to add one takes a Map a twentieth of a call.
 */
export class IdTable<T extends object> {
  readonly #idOf: (record: T) => string;
  /** One that has gone leaves a gap. */
  #records: (T | undefined)[] = [];
  #gaps = 0;
  /** Of the id of each record. */
  #hashes = new Int32Array(0);
  /** Places of the list, from 1 on; 0 is free. Each stands at the hash of its record, or as soon after it as there was room. */
  #places = new Int32Array(1);
  /** How many walks over the list are under way, which shall find it as it was. */
  #walks = 0;

  constructor(idOf: (record: T) => string) {
    this.#idOf = idOf;
  }

  get size(): number {
    return this.#records.length - this.#gaps;
  }

  get(id: string): T | undefined {
    const index = this.#indexOf(id, hashOf(id));
    return index < 0 ? undefined : this.#records[index];
  }

  /** A record of the same id gives its place to this one. */
  set(record: T): void {
    const id = this.#idOf(record);
    const hash = hashOf(id);
    const known = this.#indexOf(id, hash);
    if (known >= 0) {
      this.#records[known] = record;
      return;
    }
    if (this.#records.length === this.#hashes.length) this.#makeRoom();
    const index = this.#records.push(record) - 1;
    this.#hashes[index] = hash;
    this.#place(index, hash);
  }

  delete(id: string): void {
    const index = this.#indexOf(id, hashOf(id));
    if (index < 0) return;
    this.#records[index] = undefined;
    this.#gaps++;
  }

  /** Also those that come meanwhile, as with a Map. */
  *values(): IterableIterator<T> {
    this.#walks++;
    try {
      for (let i = 0; i < this.#records.length; i++) {
        const record = this.#records[i];
        if (record !== undefined) yield record;
      }
    } finally {
      this.#walks--;
    }
  }

  *ids(): IterableIterator<string> {
    for (const record of this.values()) yield this.#idOf(record);
  }

  /** A list of its own. */
  list(): T[] {
    return this.#records.filter((record) => record !== undefined);
  }

  /** Below zero if there is none. */
  #indexOf(id: string, hash: number): number {
    const last = this.#places.length - 1;
    for (let at = hash & last; ; at = (at + 1) & last) {
      const index = this.#places[at]! - 1;
      if (index < 0) return index;
      const record = this.#hashes[index] === hash ? this.#records[index] : undefined;
      if (record !== undefined && this.#idOf(record) === id) return index;
    }
  }

  #place(index: number, hash: number): void {
    const last = this.#places.length - 1;
    let at = hash & last;
    while (this.#places[at] !== 0) at = (at + 1) & last;
    this.#places[at] = index + 1;
  }

  /** Closes the gaps if they are many, else takes twice the room. */
  #makeRoom(): void {
    const { length } = this.#records;
    const closes = this.#gaps * 2 > length && this.#walks === 0;
    const hashes = new Int32Array(closes ? length : Math.max(LEAST, length * 2));
    if (closes) {
      const kept = this.#hashes.filter((_, index) => this.#records[index] !== undefined);
      hashes.set(kept);
      this.#records = this.list();
      this.#gaps = 0;
    } else hashes.set(this.#hashes);
    this.#hashes = hashes;
    this.#places = new Int32Array(hashes.length * PLACES);
    for (let index = 0; index < this.#records.length; index++) this.#place(index, hashes[index]!);
  }
}

/** FNV-1a, its bits mixed once more: ids of a kind begin alike, and their last letters must decide. */
function hashOf(id: string): number {
  let hash = 0;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 12);
}
