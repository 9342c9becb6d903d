import type { NoteEntry, TransitionEntry } from './journal.js';

/** Lines that are all known when they are written, and are nothing but texts. */
export type RowEntry = TransitionEntry | NoteEntry;

export const isRowEntry = (entry: { readonly kind: string }): entry is RowEntry =>
  entry.kind === 'transition' || entry.kind === 'note';

/** What a line stands for in the memory of its world, beside long texts of its own. */
export const LINE_BYTES = 250;

/** Rows of a page: a power of two. */
const ROWS = 256;
const NUMBERS = 2;
const TEXTS = 6;
/** Where the text of a note stands. */
const NOTE_TEXT = 3;

interface Page {
  /** Of each row the number of its line and its instant. */
  readonly numbers: Float64Array;
  /** Of each row vendor, subject, event, both states, and sub type. A note has no vendor, and its topic and text for event and state. */
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
 * The newest transitions and notes of one world in columns, each by the number of its row. A long advance makes hundreds of
 * thousands, of which the timeline keeps the last few: as objects, the garbage collector would copy each of them twice before
 * it goes. The oldest row goes first.
 */
export class Rows {
  #pages: Page[] = [];
  #spare: Page | undefined;
  /** The number of the oldest row that is left, and of the next one. */
  #first = 0;
  #next = 0;
  /** What the rows stand for in the memory of the world, in bytes. */
  used = 0;

  /** Gives the number of the row. */
  keep(entry: RowEntry): number {
    const row = this.#next++;
    const place = row % ROWS;
    if (place === 0) {
      this.#pages.push(this.#spare ?? newPage());
      this.#spare = undefined;
    }
    const { numbers, texts } = this.#pages[this.#pages.length - 1]!;
    numbers[NUMBERS * place] = entry.seq;
    numbers[NUMBERS * place + 1] = entry.at;
    const start = TEXTS * place;
    texts[start + 1] = entry.subject;
    if (entry.kind === 'note') {
      texts[start] = undefined;
      texts[start + 2] = entry.topic;
      texts[start + NOTE_TEXT] = entry.text;
    } else {
      texts[start] = entry.provider;
      texts[start + 2] = entry.event;
      texts[start + 3] = entry.from;
      texts[start + 4] = entry.to;
      texts[start + 5] = entry.sub_type;
    }
    this.used += bytesIn(texts, start);
    return row;
  }

  read(row: number): RowEntry {
    return readIn(this.#pages, this.#firstPage, row);
  }

  /** Reads the rows that there are now, those that go later included. */
  lend(): (row: number) => RowEntry {
    const [pages, first] = [[...this.#pages], this.#firstPage];
    for (const page of pages) page.isLent = true;
    return (row) => readIn(pages, first, row);
  }

  dropOldest(): void {
    this.used -= bytesIn(this.#pages[0]!.texts, TEXTS * (this.#first % ROWS));
    if (++this.#first % ROWS !== 0) return;
    const page = this.#pages.shift()!;
    if (!page.isLent) this.#spare = page;
  }

  /** Becomes a copy, with the same numbers. Full pages are shared. */
  copyFrom(other: Rows): void {
    this.#pages = other.#pages.map((page, i) => {
      const isFull = i < other.#pages.length - 1;
      if (!isFull) return { numbers: page.numbers.slice(), texts: [...page.texts], isLent: false };
      page.isLent = true;
      return page;
    });
    this.#first = other.#first;
    this.#next = other.#next;
    this.used = other.used;
  }

  /** How many pages have gone. */
  get #firstPage(): number {
    return Math.floor(this.#first / ROWS);
  }
}

const bytesIn = (texts: Page['texts'], start: number): number =>
  LINE_BYTES + (texts[start] === undefined ? texts[start + NOTE_TEXT]!.length : 0);

/** `first`: how many pages were there before these. */
function readIn(pages: readonly Page[], first: number, row: number): RowEntry {
  const { numbers, texts } = pages[Math.floor(row / ROWS) - first]!;
  const place = row % ROWS;
  const [provider, subject = null, ...words] = texts.slice(TEXTS * place, TEXTS * place + TEXTS);
  const [seq, at] = numbers.subarray(NUMBERS * place, NUMBERS * place + NUMBERS) as unknown as [number, number];
  if (provider == null) return { kind: 'note', subject, topic: words[0]!, text: words[1]!, seq, at };
  const [event, from, to, sub_type] = words;
  return {
    kind: 'transition',
    provider,
    subject,
    event: event!,
    from: from!,
    to: to!,
    ...(sub_type == null ? {} : { sub_type }),
    seq,
    at,
  };
}
