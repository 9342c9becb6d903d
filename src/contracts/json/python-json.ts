/**
 * JSON as Python reads and writes it. JavaScript's own would lose what the vendor keeps: the order of keys
 * like "10", whole numbers beyond 2^53, and the difference between `1` and `1.0`, which goes into signatures.
 */

/** A Python float. Whole numbers are `number` when JavaScript holds them exactly, else `bigint`. */
export class PyFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

export type PyObject = Map<string, PyValue>;
export type PyValue = null | boolean | string | number | bigint | PyFloat | PyValue[] | PyObject;

export const isPyObject = (value: PyValue | undefined): value is PyObject => value instanceof Map;

/** CPython's `JSONDecodeError`: its message is part of the vendor's answer, and counts characters. */
export class PyJsonError extends Error {
  constructor(reason: string, text: string, position: number) {
    const before = text.slice(0, position);
    const line = before.split('\n').length;
    const column = characters(before.slice(before.lastIndexOf('\n') + 1)) + 1;
    super(`${reason}: line ${line} column ${column} (char ${characters(before)})`);
  }
}

const characters = (text: string): number => text.length - (text.match(/[\u{10000}-\u{10ffff}]/gu)?.length ?? 0);

/** CPython's `RecursionError`. It is no `ValueError`, so that whatever handles bad JSON lets it pass. */
export class PyRecursionError extends Error {}

/** CPython's limit is 1000 nested calls, of which the web server, the framework and the vendor's middlewares take these others. */
const MOST_LEVELS = 938;

const NUMBER = /(-?(?:0|[1-9]\d*))(\.\d+)?([eE][-+]?\d+)?/y;
const CONSTANT = /NaN|-?Infinity/y;
const SPACE = ' \t\n\r';
const WORDS = [
  ['null', null],
  ['true', true],
  ['false', false],
] as const;
/** What a text may hold as it is. */
// oxlint-disable-next-line no-control-regex -- JSON wants the others escaped
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPES = '"\\/bfnrt';
/** With its quotes: of a longer text, the host keeps a piece as a reference to the whole. */
const SHORT = 14;

/**
 * Reads JSON like Python's `json.loads` with `parse_constant` refused. Throws {@link PyJsonError}, {@link PyRecursionError}
 * or a plain Error.
 */
export function parsePython(text: string): PyValue {
  if (text.startsWith('\uFEFF')) throw new PyJsonError('Unexpected UTF-8 BOM (decode using utf-8-sig)', text, 0);
  const reader = new Reader(text);
  reader.skipSpace();
  const value = reader.value();
  reader.skipSpace();
  if (reader.at !== text.length) throw new PyJsonError('Extra data', text, reader.at);
  return value;
}

/** CPython's limit of the digits of an int. */
const MOST_DIGITS = 4300;

function assertShort(digits: number): void {
  if (digits <= MOST_DIGITS) return;
  throw new Error(
    `Exceeds the limit (${MOST_DIGITS} digits) for integer string conversion: value has ${digits} digits; use sys.set_int_max_str_digits() to increase the limit`,
  );
}

class Reader {
  at = 0;
  #depth = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  skipSpace(): void {
    while (this.at < this.#text.length && SPACE.includes(this.#text[this.at]!)) this.at++;
  }

  value(): PyValue {
    const text = this.#text;
    const first = text[this.at];
    if (first === '"') return this.#string();
    if (first === '{' || first === '[') {
      if (++this.#depth > MOST_LEVELS) throw new PyRecursionError('maximum recursion depth exceeded');
      const value = first === '{' ? this.#object() : this.#array();
      this.#depth--;
      return value;
    }
    for (const [word, value] of WORDS) {
      if (!text.startsWith(word, this.at)) continue;
      this.at += word.length;
      return value;
    }
    return this.#number();
  }

  #number(): PyValue {
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.#text);
    if (match) {
      this.at = NUMBER.lastIndex;
      if (match[2] !== undefined || match[3] !== undefined) return new PyFloat(Number(match[0]));
      assertShort(match[0].replace('-', '').length);
      const whole = Number(match[0]);
      return Number.isSafeInteger(whole) && !Object.is(whole, -0) ? whole : Object.is(whole, -0) ? 0 : BigInt(match[0]);
    }
    CONSTANT.lastIndex = this.at;
    const constant = CONSTANT.exec(this.#text);
    if (constant) throw new Error(`Out of range float values are not JSON compliant: '${constant[0]}'`);
    throw new PyJsonError('Expecting value', this.#text, this.at);
  }

  #object(): PyObject {
    const text = this.#text;
    const object: PyObject = new Map();
    this.at++;
    this.skipSpace();
    if (text[this.at] === '}') {
      this.at++;
      return object;
    }
    for (;;) {
      if (text[this.at] !== '"')
        throw new PyJsonError('Expecting property name enclosed in double quotes', text, this.at);
      const key = this.#string();
      this.skipSpace();
      if (text[this.at] !== ':') throw new PyJsonError("Expecting ':' delimiter", text, this.at);
      this.at++;
      this.skipSpace();
      // A repeated key keeps its first place and its last value, as in a Python dict.
      object.set(key, this.value());
      this.skipSpace();
      if (text[this.at] === '}') {
        this.at++;
        return object;
      }
      if (text[this.at] !== ',') throw new PyJsonError("Expecting ',' delimiter", text, this.at);
      this.at++;
      this.skipSpace();
    }
  }

  #array(): PyValue[] {
    const text = this.#text;
    const array: PyValue[] = [];
    this.at++;
    this.skipSpace();
    if (text[this.at] === ']') {
      this.at++;
      return array;
    }
    for (;;) {
      array.push(this.value());
      this.skipSpace();
      if (text[this.at] === ']') {
        this.at++;
        return array;
      }
      if (text[this.at] !== ',') throw new PyJsonError("Expecting ',' delimiter", text, this.at);
      this.at++;
      this.skipSpace();
    }
  }

  /** Checked here, for the sake of Python's messages, and decoded by JavaScript, which does it without a piece for each escape. */
  #string(): string {
    const text = this.#text;
    const begin = this.at;
    let end = begin + 1;
    let isPlain = true;
    for (;;) {
      PLAIN.lastIndex = end;
      PLAIN.test(text);
      end = PLAIN.lastIndex;
      if (text[end] === '"') {
        this.at = end + 1;
        const given = text.slice(begin, this.at);
        return isPlain && given.length <= SHORT ? given.slice(1, -1) : (JSON.parse(given) as string);
      }
      if (end < text.length && text[end] !== '\\') throw new PyJsonError('Invalid control character at', text, end);
      const escape = text[end + 1];
      if (escape === undefined) throw new PyJsonError('Unterminated string starting at', text, begin);
      const isCode = escape === 'u';
      // CPython wants a character behind the code, even before it looks for the end of the text.
      if (isCode && (end + 6 >= text.length || !/^[0-9a-fA-F]{4}$/.test(text.slice(end + 2, end + 6))))
        throw new PyJsonError('Invalid \\uXXXX escape', text, end + 1);
      if (!isCode && !ESCAPES.includes(escape)) throw new PyJsonError('Invalid \\escape', text, end);
      end += isCode ? 6 : 2;
      isPlain = false;
    }
  }
}

/** How to write JSON: separators, whether non-ASCII is escaped, in which order keys stand. */
export interface PyStyle {
  readonly item: string;
  readonly pair: string;
  readonly ascii: boolean;
  readonly sort: ((a: string, b: string) => number) | undefined;
}

/** What the vendor's API answers with. */
export const COMPACT: PyStyle = { item: ',', pair: ':', ascii: false, sort: undefined };
/** `json.dumps` as it comes: what webhooks look like on the wire. */
export const WIRE: PyStyle = { item: ', ', pair: ': ', ascii: true, sort: undefined };
/** What webhooks are signed over: keys in the order of their code points. */
export const CANONICAL: PyStyle = { item: ',', pair: ':', ascii: false, sort: byCodePoint };
/** Writes JSON as Python's `json.dumps` does in this style. */
export function writePython(value: PyValue, style: PyStyle): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return writeString(value, style.ascii);
  if (typeof value !== 'object') return String(value);
  if (value instanceof PyFloat) return floatRepr(value.value);
  if (Array.isArray(value)) return `[${value.map((item) => writePython(item, style)).join(style.item)}]`;
  const pairs = style.sort ? [...value].sort(([a], [b]) => style.sort!(a, b)) : value;
  let text = '';
  for (const [key, inner] of pairs)
    text += (text && style.item) + writeString(key, style.ascii) + style.pair + writePython(inner, style);
  return `{${text}}`;
}

// oxlint-disable-next-line no-control-regex -- JSON escapes exactly these
const SPECIAL = /["\\\u0000-\u001f]/g;
// oxlint-disable-next-line no-control-regex -- the same
const HAS_SPECIAL = /["\\\u0000-\u001f]/;
const NON_ASCII = /[\u007f-\uffff]/g;
/** Written as it is in each style, as nearly every text. */
const AS_IT_IS = /^[ !#-[\]-~]*$/;

function writeString(text: string, ascii: boolean): string {
  if (AS_IT_IS.test(text)) return `"${text}"`;
  const escaped = HAS_SPECIAL.test(text)
    ? text.replace(SPECIAL, (character) => JSON.stringify(character).slice(1, -1))
    : text;
  if (!ascii) return `"${escaped}"`;
  return `"${escaped.replace(NON_ASCII, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;
}

/** A float as Python's `repr` writes it: `1.0`, `1e-05`, `1e+16`. */
export function floatRepr(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    const [mantissa, exponent] = value.toExponential().split('e') as [string, string];
    return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
  }
  const text = String(value);
  return /[.]/.test(text) ? text : `${text}.0`;
}

/** The order of two texts by their code points, which is that of their bytes in UTF-8 too. */
export function byCodePoint(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  let at = 0;
  while (at < end && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  if (at === end) return a.length - b.length;
  const here = a.codePointAt(at)! - b.codePointAt(at)!;
  // The second half of a character says nothing alone.
  return at === 0 ? here : a.codePointAt(at - 1)! - b.codePointAt(at - 1)! || here;
}

/** A plain JavaScript value as Python would hold it: every number is whole, unless it is a {@link PyFloat}. */
export function toPython(value: unknown): PyValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'object' && !Array.isArray(value)) {
    if (value instanceof PyFloat || value instanceof Map) return value as PyValue;
    return new Map(Object.entries(value).map(([key, inner]) => [key, toPython(inner)]));
  }
  if (Array.isArray(value)) return value.map(toPython);
  if (typeof value === 'number') return Number.isInteger(value) ? value : new PyFloat(value);
  return value as string | boolean | bigint;
}
