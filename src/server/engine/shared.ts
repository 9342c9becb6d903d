const LONGEST = 16 * 1024;
/** How many characters are kept, with what the table needs for each text. */
const ROOM = 2 * 1024 * 1024;
const OVERHEAD = 100;

/** Values that many hold, by a text that says them. The last few thousand are known. */
class Pool<T> {
  readonly #known = new Map<string, T>();
  #used = 0;

  /** The value of this text that others hold already; else this one. */
  take(text: string, value: T): T {
    if (text.length > LONGEST) return value;
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (this.#used > ROOM) {
      this.#known.clear();
      this.#used = 0;
    }
    this.#used += text.length + OVERHEAD;
    this.#known.set(text, value);
    return value;
  }
}

const texts = new Pool<string>();
const data = new Pool<object>();

/** An equal text that others hold already, if there is one among the last few thousand: so it is in memory once. */
export const shared = (text: string): string => texts.take(text, text);

/** The same for plain data that nobody alters. */
export const sharedData = <T extends object>(value: T): T => data.take(JSON.stringify(value), value) as T;
