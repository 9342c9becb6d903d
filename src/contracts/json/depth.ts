/** True if a JSON text has more levels of objects and lists than these. It is not parsed: a reader could run out of stack. */
export function isDeeperThan(levels: number, text: string): boolean {
  if (text.length <= levels || openings(text, levels) <= levels) return false;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '"') i = endOfString(text, i);
    else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
    if (depth > levels) return true;
  }
  return false;
}

/** How many objects and lists may begin in a text, counted up to one more than `most`. */
function openings(text: string, most: number): number {
  let count = 0;
  for (const char of '{[')
    for (let at = text.indexOf(char); at >= 0 && count <= most; at = text.indexOf(char, at + 1)) count++;
  return count;
}

/** Where the string that begins here ends: at the next quote with an even number of backslashes before it. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let first = end;
    while (text[first - 1] === '\\') first--;
    if ((end - first) % 2 === 0) return end;
  }
  return text.length;
}

/** Parses JSON that is not deeper than these levels. Throws what `JSON.parse` throws, and RangeError. */
export function parseWithin(levels: number, text: string): unknown {
  if (isDeeperThan(levels, text)) throw new RangeError(`the JSON has more than ${levels} levels`);
  return JSON.parse(text);
}
