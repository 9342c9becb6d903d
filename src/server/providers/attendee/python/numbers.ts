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
