const LONGEST = 16 * 1024;
/** How many characters are kept, with what the table needs for each text. */
const ROOM = 2 * 1024 * 1024;
const OVERHEAD = 100;
const texts = new Map<string, string>();
let used = 0;

/** An equal text that others hold already, if there is one among the last few thousand: so it is in memory once. */
export function shared(text: string): string {
  if (text.length > LONGEST) return text;
  const known = texts.get(text);
  if (known !== undefined) return known;
  if (used > ROOM) {
    texts.clear();
    used = 0;
  }
  used += text.length + OVERHEAD;
  texts.set(text, text);
  return text;
}
