const KEPT = 4096;
const LONGEST = 1024;
const texts = new Map<string, string>();

/** An equal text that others hold already, if there is one among the last few thousand: so it is in memory once. */
export function shared(text: string): string {
  if (text.length > LONGEST) return text;
  const known = texts.get(text);
  if (known !== undefined) return known;
  if (texts.size >= KEPT) texts.clear();
  texts.set(text, text);
  return text;
}
