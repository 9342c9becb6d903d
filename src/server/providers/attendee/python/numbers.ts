/** `int(text)` of what is ASCII: single underscores may stand between digits. `undefined` where it raises an error. */
export const pythonInt = (text: string): number | undefined =>
  /^\s*[+-]?\d+(?:_\d+)*\s*$/.test(text) ? Number(text.replaceAll('_', '')) : undefined;
