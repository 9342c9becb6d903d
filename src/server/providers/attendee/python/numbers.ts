import { pythonStrip } from './repr.js';
import { PyFloat, type PyValue } from './json.js';

const DECIMAL = /\p{Nd}/u;
/** Python knows ten digits of each script, in their order, and scripts that stand side by side. */
const RADIX = 10;

function digitIn(character: string): string {
  const code = character.codePointAt(0)!;
  let before = 0;
  while (DECIMAL.test(String.fromCodePoint(code - before - 1))) before++;
  return String(before % RADIX);
}

/** The same text with the decimal digits of every script as ASCII ones: `int` and the `\d` of Python take them all. */
export const asciiDigits = (text: string): string =>
  /[\u0080-\uffff]/.test(text) ? text.replace(/\p{Nd}/gu, digitIn) : text;

/** White space to `int`: of the ASCII one less than elsewhere in Python. */
const SPACE = String.raw`[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*`;
const INT = new RegExp(String.raw`^${SPACE}([+-]?\d+(?:_\d+)*)${SPACE}$`);

/** `int(text)`: single underscores may stand between digits. `undefined` where it raises an error. */
export function pythonInt(text: string): number | undefined {
  const digits = INT.exec(asciiDigits(text))?.[1];
  return digits === undefined ? undefined : Number(digits.replaceAll('_', ''));
}

const FLOAT = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?$/i;

/** `float(value)`; NaN where it raises an error, and for what is no number. */
export function pythonFloat(value: PyValue | undefined): number {
  if (value instanceof PyFloat) return value.value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return Number(value);
  const text = typeof value === 'string' ? asciiDigits(pythonStrip(value)) : '';
  return FLOAT.test(text) ? Number(text.replaceAll('_', '')) : Number.NaN;
}

/** `round(number)`: halves go to the even neighbour. */
export function roundHalfEven(number: number): number {
  const rounded = Math.round(number);
  return rounded - number === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
