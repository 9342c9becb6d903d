import { floatRepr, isPyObject, PyFloat, type PyValue } from './python-json.js';

/** A value as Python's `repr` shows it in the framework's messages. */
export function pythonRepr(value: PyValue): string {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'string') return reprString(value);
  if (value instanceof PyFloat) return Number.isFinite(value.value) ? floatRepr(value.value) : infinite(value.value);
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`;
  if (isPyObject(value))
    return `{${[...value].map(([key, inner]) => `${reprString(key)}: ${pythonRepr(inner)}`).join(', ')}}`;
  return String(value);
}

/** JSON has no word for it but Python's parser makes one of `1e999`. */
const infinite = (value: number): string => (value > 0 ? 'inf' : '-inf');

/** A value as Python's `str` shows it: like `repr`, but a text stays as it is. */
export const pythonStr = (value: PyValue): string => (typeof value === 'string' ? value : pythonRepr(value));

/** False for separators, controls, surrogates and what Unicode has not assigned. The expression takes a while to make. */
export const isPrintable = (character: string): boolean =>
  (character >= ' ' && character <= '~') || !/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Zs}]/u.test(character);
const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Most texts are shown as they are. */
const PLAIN = /^[ !#-&(-[\]-~]*$/;

function reprString(text: string): string {
  if (PLAIN.test(text)) return `'${text}'`;
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let escaped = '';
  for (const character of text) escaped += character === quote ? `\\${quote}` : escapeCharacter(character);
  return quote + escaped + quote;
}

function escapeCharacter(character: string): string {
  const short = SHORT_ESCAPES[character];
  if (short !== undefined) return short;
  if (isPrintable(character)) return character;
  const code = character.codePointAt(0)!;
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
