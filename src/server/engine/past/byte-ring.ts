const FIRST_PAGE = 4 * 1024;
const PAGE = 256 * 1024;
/** The engine knows without a look that a text of one byte a character has none of these. */
const WIDE = /[^\0-\u00ff]/;

/** Of the place of a text that records share. */
const PLACE_BYTES = 2;

interface Page {
  readonly bytes: Buffer;
  /** The number of its first text. */
  readonly first: number;
  /** Where each text ends, doubled; odd for one of two bytes a character. */
  readonly ends: number[];
  /** The bytes of texts that records share. */
  shared: number;
  /** The records that were not let go. */
  left: number;
  /** Others read these bytes, too. */
  isLent: boolean;
}

/** A record as it is read, with texts that it shares with others. */
interface Read {
  readonly text: string;
  readonly shared: readonly string[];
}

/**
 * Records as bytes outside the JavaScript heap: nothing for the garbage collector to copy or to mark. A record is a text, with
 * others that it may have in common with its neighbours. A page goes when all of its records have gone, so these should go in
 * about the order in which they came.
 */
export class ByteRing {
  readonly #pages: Page[] = [];
  /** The texts of the last page that may be shared, with their places. */
  readonly #known = new Map<string, number>();
  #spare: Buffer | undefined;
  /** The last page belongs to the ring that this one is a copy of. */
  #isCopy = false;
  #next = 0;
  #used = 0;

  /** Bytes of all records that were not let go. */
  get used(): number {
    return this.#used;
  }

  /** Becomes a copy of another, with the same numbers. The bytes there are shared, and what is added later is not. */
  copyFrom(other: ByteRing): void {
    for (const page of other.#pages) {
      page.isLent = true;
      this.#pages.push({ ...page, ends: [...page.ends] });
    }
    this.#next = other.#next;
    this.#used = other.#used;
    this.#isCopy = true;
  }

  /** Gives the number by which a record is read and let go. */
  keep(text: string, shared: readonly string[] = []): number {
    let size = sizeOf(text) + PLACE_BYTES * shared.length;
    for (const one of shared) size += sizeOf(one);
    const page = this.#pageFor(size);
    const places = shared.map((one) => this.#known.get(one) ?? this.#share(page, one));
    page.left++;
    this.#append(page, text, places);
    return this.#next - 1;
  }

  /** The text of a record, and as many that it shares. */
  read(number: number, shared = 0): Read {
    return readIn(this.#pages, number, shared);
  }

  /** The first characters of the text of a record. */
  beginning(number: number, length: number, shared = 0): string {
    const page = this.#pages[indexIn(this.#pages, number)]!;
    return textAt(page, number - page.first, PLACE_BYTES * shared, length);
  }

  /** Reads the records that there are now, those that are let go later included. */
  lend(): (number: number, shared?: number) => Read {
    const pages = [...this.#pages];
    for (const page of pages) page.isLent = true;
    return (number, shared = 0) => readIn(pages, number, shared);
  }

  drop(number: number): void {
    const index = indexIn(this.#pages, number);
    const page = this.#pages[index]!;
    const place = number - page.first;
    this.#used -= endOf(page, place) - endOf(page, place - 1);
    if (--page.left > 0 || index === this.#pages.length - 1) return;
    this.#used -= page.shared;
    if (page.bytes.length === PAGE && !page.isLent) this.#spare = page.bytes;
    this.#pages.splice(index, 1);
  }

  /** The last page if there is room for so many bytes, else a new one. */
  #pageFor(size: number): Page {
    const last = this.#pages.at(-1);
    const isOwn = !this.#isCopy;
    this.#isCopy = false;
    if (last && isOwn && endOf(last) + size <= last.bytes.length && last.ends.length < 0xff00) return last;
    if (last?.left === 0) this.#used -= this.#pages.pop()!.shared;
    const usual = last ? Math.min(PAGE, last.bytes.length * 4) : FIRST_PAGE;
    let bytes = size <= PAGE && usual === PAGE ? this.#spare : undefined;
    if (bytes) this.#spare = undefined;
    else bytes = Buffer.allocUnsafeSlow(Math.max(usual, size));
    this.#known.clear();
    const page = { bytes, first: this.#next, ends: [], shared: 0, left: 0, isLent: false };
    this.#pages.push(page);
    return page;
  }

  #share(page: Page, text: string): number {
    const place = page.ends.length;
    page.shared += this.#append(page, text);
    this.#known.set(text, place);
    return place;
  }

  /** Writes the places of texts that are shared, and a text. Gives the number of bytes. */
  #append(page: Page, text: string, places: readonly number[] = []): number {
    const start = endOf(page);
    let end = start;
    for (const place of places) end = page.bytes.writeUInt16BE(place, end);
    const isWide = WIDE.test(text);
    end += page.bytes.write(text, end, isWide ? 'utf16le' : 'latin1');
    page.ends.push(end * 2 + (isWide ? 1 : 0));
    this.#next++;
    this.#used += end - start;
    return end - start;
  }
}

/** How many bytes a text takes. */
export const sizeOf = (text: string): number => (WIDE.test(text) ? 2 : 1) * text.length;

/** Where the text at this place of a page ends; the last one's, if none is named. */
const endOf = ({ ends }: Page, place = ends.length - 1): number => (place < 0 ? 0 : ends[place]! >>> 1);

/** `skipped`: how many bytes of it are no text; of that, no more than `length` characters are read. */
function textAt(page: Page, place: number, skipped = 0, length = Number.POSITIVE_INFINITY): string {
  const isWide = (page.ends[place]! & 1) === 1;
  const start = endOf(page, place - 1) + skipped;
  const end = Math.min(endOf(page, place), start + length * (isWide ? 2 : 1));
  return page.bytes.toString(isWide ? 'utf16le' : 'latin1', start, end);
}

/** Which of these pages has a record. */
function indexIn(pages: readonly Page[], number: number): number {
  let [low, high] = [0, pages.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (pages[middle]!.first <= number) low = middle;
    else high = middle - 1;
  }
  return low;
}

function readIn(pages: readonly Page[], number: number, shared: number): Read {
  const page = pages[indexIn(pages, number)]!;
  const record = number - page.first;
  const start = endOf(page, record - 1);
  return {
    text: textAt(page, record, PLACE_BYTES * shared),
    get shared() {
      return Array.from({ length: shared }, (_, i) => textAt(page, page.bytes.readUInt16BE(start + PLACE_BYTES * i)));
    },
  };
}
