import type { TransitionEntry } from './journal.js';

/** Rows of a page: a power of two. */
const ROWS = 256;
const NUMBERS = 2;
const TEXTS = 6;

interface Page {
  /** Of each row the number of its line and its instant. */
  readonly numbers: Float64Array;
  /** Of each row vendor, subject, event, both states, and sub type. */
  readonly texts: (string | null | undefined)[];
  /** Others read these rows, too. */
  isLent: boolean;
}

const newPage = (): Page => ({
  numbers: new Float64Array(NUMBERS * ROWS),
  texts: Array.from({ length: TEXTS * ROWS }),
  isLent: false,
});

/**
 * The newest transitions of one world in columns, each by the number of its row. A long advance makes hundreds of thousands,
 * of which the timeline keeps the last few: as objects, the garbage collector would copy each of them twice before it goes.
 * The oldest row goes first.
 */
export class Transitions {
  #pages: Page[] = [];
  #spare: Page | undefined;
  /** The number of the oldest row that is left, and of the next one. */
  #first = 0;
  #next = 0;

  /** How many rows are left. */
  get size(): number {
    return this.#next - this.#first;
  }

  /** Gives the number of the row. */
  keep({ seq, at, provider, subject, event, from, to, sub_type }: TransitionEntry): number {
    const row = this.#next++;
    const place = row % ROWS;
    if (place === 0) {
      this.#pages.push(this.#spare ?? newPage());
      this.#spare = undefined;
    }
    const { numbers, texts } = this.#pages[this.#pages.length - 1]!;
    numbers[NUMBERS * place] = seq;
    numbers[NUMBERS * place + 1] = at;
    const start = TEXTS * place;
    texts[start] = provider;
    texts[start + 1] = subject;
    texts[start + 2] = event;
    texts[start + 3] = from;
    texts[start + 4] = to;
    texts[start + 5] = sub_type;
    return row;
  }

  read(row: number): TransitionEntry {
    return readIn(this.#pages, this.#firstPage, row);
  }

  /** Reads the rows that there are now, those that go later included. */
  lend(): (row: number) => TransitionEntry {
    const [pages, first] = [[...this.#pages], this.#firstPage];
    for (const page of pages) page.isLent = true;
    return (row) => readIn(pages, first, row);
  }

  dropOldest(): void {
    if (++this.#first % ROWS !== 0) return;
    const page = this.#pages.shift()!;
    if (!page.isLent) this.#spare = page;
  }

  /** Becomes a copy, with the same numbers. Full pages are shared. */
  copyFrom(other: Transitions): void {
    this.#pages = other.#pages.map((page, i) => {
      const isFull = i < other.#pages.length - 1;
      if (!isFull) return { numbers: page.numbers.slice(), texts: [...page.texts], isLent: false };
      page.isLent = true;
      return page;
    });
    this.#first = other.#first;
    this.#next = other.#next;
  }

  /** How many pages have gone. */
  get #firstPage(): number {
    return Math.floor(this.#first / ROWS);
  }
}

/** `first`: how many pages were there before these. */
function readIn(pages: readonly Page[], first: number, row: number): TransitionEntry {
  const { numbers, texts } = pages[Math.floor(row / ROWS) - first]!;
  const place = row % ROWS;
  const [provider, subject, event, from, to, sub_type] = texts.slice(TEXTS * place, TEXTS * place + TEXTS);
  return {
    kind: 'transition',
    provider: provider!,
    subject: subject ?? null,
    event: event!,
    from: from!,
    to: to!,
    ...(sub_type == null ? {} : { sub_type }),
    seq: numbers[NUMBERS * place]!,
    at: numbers[NUMBERS * place + 1]!,
  };
}
