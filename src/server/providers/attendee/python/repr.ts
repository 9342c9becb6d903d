import { isPrintable } from '../../../../contracts/json/python-repr.js';

export { pythonRepr, pythonStr } from '../../../../contracts/json/python-repr.js';

/** What `str.isprintable` is true for, character by character. */
export const printable = (text: string): string => [...text].filter(isPrintable).join('');

/** Python's idea of white space, which is not JavaScript's: for a search in it, or a class of an expression. */
export const PYTHON_SPACE =
  '\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000';

/** `str.rstrip` of any of these characters, in one pass. */
export function stripEnd(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text[end - 1]!)) end--;
  return text.slice(0, end);
}

/** `str.strip`. */
export function pythonStrip(text: string): string {
  let start = 0;
  while (start < text.length && PYTHON_SPACE.includes(text[start]!)) start++;
  return stripEnd(text.slice(start), PYTHON_SPACE);
}
