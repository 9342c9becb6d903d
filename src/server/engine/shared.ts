const LONGEST = 16 * 1024;
/** How many characters are kept, with what the table needs for each text. */
const ROOM = 2 * 1024 * 1024;
const OVERHEAD = 100;

/** Values that many hold, by a text that says or nearly says them. The last few thousand are known. */
class Pool<T> {
  readonly #known = new Map<string, T>();
  #used = 0;

  /** The value of this text that others hold already, if it is the same; else this one. */
  take(text: string, value: T, isSame: (known: T, value: T) => boolean = () => true): T {
    if (text.length > LONGEST) return value;
    const known = this.#known.get(text);
    if (known !== undefined && isSame(known, value)) return known;
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

/** An equal text that others hold already, if there is one among the last few thousand: so it is in memory once. */
export const shared = (text: string): string => texts.take(text, text);

/** The same for values that nobody alters, by a text that nearly says them. */
export function sharing<T extends object>(
  textOf: (value: T) => string,
  isSame: (a: T, b: T) => boolean,
): (value: T) => T {
  const values = new Pool<T>();
  return (value) => values.take(textOf(value), value, isSame);
}
