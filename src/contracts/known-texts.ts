/** So many texts are known of each question. */
const KEPT = 2048;
/** Longer texts rarely come again, and take too much room. */
const LONGEST = 4096;

/**
 * Asks again only about a text that has not come before: clients that poll are told the same again and again, and what is
 * found depends on nothing but the text.
 */
export function askedOnce<T>(ask: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    if (text.length > LONGEST) return ask(text);
    const before = known.get(text);
    if (before !== undefined) return before;
    const found = ask(text);
    if (known.size >= KEPT) known.clear();
    known.set(text, found);
    return found;
  };
}

/** Makes one for each of these, when it is first needed. */
export function ofEach<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const made = new WeakMap<K, V>();
  return (key) => {
    let value = made.get(key);
    if (value === undefined) made.set(key, (value = make(key)));
    return value;
  };
}
