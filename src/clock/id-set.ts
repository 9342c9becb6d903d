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
  /** By number. A list with gaps: it is looked at for every job that comes, goes or is next. */
  #pages: (Page | undefined)[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(id: number): boolean {
    return this.#pages[Math.floor(id / PAGE_SIZE)]?.marks[id % PAGE_SIZE] === 1;
  }

  add(id: number): void {
    const number = Math.floor(id / PAGE_SIZE);
    let page = this.#pages[number];
    if (!page) {
      page = { marks: new Uint8Array(PAGE_SIZE), count: 0 };
      this.#pages[number] = page;
    }
    if (page.marks[id % PAGE_SIZE] === 1) return;
    page.marks[id % PAGE_SIZE] = 1;
    page.count++;
    this.#size++;
  }

  /** False if it was not there. */
  delete(id: number): boolean {
    const number = Math.floor(id / PAGE_SIZE);
    const page = this.#pages[number];
    if (page?.marks[id % PAGE_SIZE] !== 1) return false;
    page.marks[id % PAGE_SIZE] = 0;
    page.count--;
    this.#size--;
    if (page.count === 0) this.#pages[number] = undefined;
    return true;
  }

  clear(): void {
    this.#pages = [];
    this.#size = 0;
  }
}
