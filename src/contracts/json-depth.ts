/** True if a JSON text has more levels of objects and lists than these. It is not parsed: a reader could run out of stack. */
export function isDeeperThan(levels: number, text: string): boolean {
  if (text.length <= levels) return false;
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '"') inString = !inString;
    else if (inString) i += char === '\\' ? 1 : 0;
    else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
    if (depth > levels) return true;
  }
  return false;
}

/** Parses JSON that is not deeper than these levels. Throws what `JSON.parse` throws, and RangeError. */
export function parseWithin(levels: number, text: string): unknown {
  if (isDeeperThan(levels, text)) throw new RangeError(`the JSON has more than ${levels} levels`);
  return JSON.parse(text);
}
