const PAGE_BITS = 12;
const PAGE_SIZE = 2 ** PAGE_BITS;

interface Page {
  readonly marks: Uint8Array;
  count: number;
}

/**
 * A set of whole numbers that are given out in a row and soon taken back: the ids of waiting jobs. Pages of marks beat a
 * hash table here by far, and a page that is empty is let go.
 */
export class IdSet {
  readonly #pages = new Map<number, Page>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(id: number): boolean {
    return this.#pages.get(Math.floor(id / PAGE_SIZE))?.marks[id % PAGE_SIZE] === 1;
  }

  add(id: number): void {
    const number = Math.floor(id / PAGE_SIZE);
    let page = this.#pages.get(number);
    if (!page) {
      page = { marks: new Uint8Array(PAGE_SIZE), count: 0 };
      this.#pages.set(number, page);
    }
    if (page.marks[id % PAGE_SIZE] === 1) return;
    page.marks[id % PAGE_SIZE] = 1;
    page.count++;
    this.#size++;
  }

  /** False if it was not there. */
  delete(id: number): boolean {
    const number = Math.floor(id / PAGE_SIZE);
    const page = this.#pages.get(number);
    if (page?.marks[id % PAGE_SIZE] !== 1) return false;
    page.marks[id % PAGE_SIZE] = 0;
    page.count--;
    this.#size--;
    if (page.count === 0) this.#pages.delete(number);
    return true;
  }

  clear(): void {
    this.#pages.clear();
    this.#size = 0;
  }
}
