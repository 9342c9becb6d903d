import type { Deviation } from '../../contracts/signing.js';
import { PyFloat, writePython, type PyStyle, type PyValue } from '../../contracts/json/python-json.js';

/** What writers of JSON in other languages do otherwise than `json.dumps(…, ensure_ascii=False)` of Python. */
export interface Habit extends Deviation {
  /** What is done to a value before it is written. */
  readonly read?: (value: PyValue) => PyValue;
  /** What is done to the JSON. */
  readonly write?: (json: string) => string;
}

const code = (letter: string): string => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A value with each of its parts read otherwise. */
function each(value: PyValue, read: (part: PyValue) => PyValue): PyValue {
  if (Array.isArray(value)) return value.map((item) => each(item, read));
  if (value instanceof Map) return read(new Map([...value].map(([key, inner]) => [key, each(inner, read)])));
  return read(value);
}

export const ESCAPES: Habit = {
  name: 'canonical-with-escapes',
  title: 'The JSON that was signed was made with \\u escapes (ensure_ascii)',
  advice:
    'Write letters as they are, and encode them as UTF-8: ensure_ascii=False in Python, JSON_UNESCAPED_UNICODE in PHP.',
  write: (json) => json.replace(/[\u007f-\uffff]/g, code),
};

export const SEPARATORS: Habit = {
  name: 'separators-escaped',
  title:
    'The characters U+2028 and U+2029 were written as \\u escapes, as Go does even with SetEscapeHTML(false), and PHP even with JSON_UNESCAPED_UNICODE',
  advice:
    'Write them as they are: replace both escapes in what Go has written, and add JSON_UNESCAPED_LINE_TERMINATORS in PHP.',
  write: (json) => json.replace(/[\u2028\u2029]/g, code),
};

export const HTML: Habit = {
  name: 'html-escaped',
  title: 'The characters &, < and > were written as \\u escapes, as json.Marshal of Go and to_json of Rails do',
  advice:
    'Write them as they are: in Go by an Encoder with SetEscapeHTML(false), whose line end you trim and whose \\u2028 and \\u2029 you replace; in Ruby by JSON.generate.',
  write: (json) => json.replace(/[&<>\u2028\u2029]/g, code),
};

export const SLASHES: Habit = {
  name: 'slashes-escaped',
  title: 'Slashes were written as \\/, as json_encode of PHP does',
  advice: 'Write them as they are: JSON_UNESCAPED_SLASHES in PHP.',
  write: (json) => json.replaceAll('/', '\\/'),
};

export const SURROGATES: Habit = {
  name: 'surrogates-escaped',
  title:
    'Letters beyond the basic plane, such as emoji, were written as \\u escapes, as writeValueAsBytes of Jackson does',
  advice: 'Write them as they are: writeValueAsString(\u2026).getBytes(UTF_8) in Java.',
  write: (json) => json.replace(/[\ud800-\udfff]/g, (half) => `\\u${code(half).slice(2).toUpperCase()}`),
};

export const CAPITALS: Habit = {
  name: 'escapes-in-capitals',
  title: 'The escapes of control characters were written in capital letters, \\u001F for \\u001f, as Jackson does',
  advice: 'Write them in small letters: disable JsonWriteFeature.WRITE_HEX_UPPER_CASE in Java.',
  write: (json) =>
    json.replace(/\\(?:u00[01].|.)/g, (one) => (one.length > 2 ? `\\u${one.slice(2).toUpperCase()}` : one)),
};

export const AS_GSON: Habit = {
  name: 'escaped-as-gson',
  title: "The characters &, <, >, = and ' were written as \\u escapes, as Gson of Java does",
  advice: 'Write them as they are: new GsonBuilder().disableHtmlEscaping().',
  write: (json) => json.replace(/[&<>='\u2028\u2029]/g, code),
};

export const AS_DOTNET: Habit = {
  name: 'escaped-as-dotnet',
  title: 'Letters beyond ASCII, quotes and some more were written as \\u escapes, as System.Text.Json of .NET does',
  advice:
    'Write them as they are: JavaScriptEncoder.UnsafeRelaxedJsonEscaping, which still escapes some that the vendor does not: replace those.',
  write: (json) =>
    json.replace(/\\.|[&<>'+`\u007f-\uffff]/g, (one) =>
      one === '\\"' ? '\\u0022' : one.length > 1 ? one : `\\u${code(one).slice(2).toUpperCase()}`,
    ),
};

export const NUMBERS: Habit = {
  name: 'numbers-as-doubles',
  title: 'Numbers were read as doubles and written shorter, 1.0 as 1, as Go, PHP and JavaScript do',
  advice:
    'Keep them as they were written: UseNumber() of a Decoder in Go, JSON_PRESERVE_ZERO_FRACTION in PHP, a verifier of greenroom/webhooks in JavaScript.',
  read: (value) =>
    each(value, (part) => (part instanceof PyFloat ? part.value : typeof part === 'bigint' ? Number(part) : part)),
};

export const EMPTIES: Habit = {
  name: 'empty-object-as-list',
  title: 'An empty object was written as [], as PHP does with one that it has read as an array',
  advice: 'Read objects as objects: json_decode($body), without true.',
  read: (value) => each(value, (part) => (part instanceof Map && part.size === 0 ? [] : part)),
};

export const LINE_END: Habit = {
  name: 'line-end-written',
  title: 'A line end follows the JSON that was signed, as an Encoder of Go writes one',
  advice: 'Cut it off: bytes.TrimRight(text, "\\n") in Go.',
  write: (json) => `${json}\n`,
};

/** The JSON of a value as a writer with these habits writes it. */
export function writtenWith(habits: readonly Habit[], value: PyValue, style: PyStyle): string {
  const read = habits.reduce((one, habit) => habit.read?.(one) ?? one, value);
  return habits.reduce((json, { write }) => write?.(json) ?? json, writePython(read, style));
}

/** The ways of escaping that languages have, the likelier first. */
export const ESCAPINGS: readonly (readonly Habit[])[] = [
  [],
  [ESCAPES],
  [SEPARATORS],
  [SURROGATES],
  [CAPITALS],
  [SURROGATES, CAPITALS],
  [HTML],
  [SLASHES],
  [SLASHES, SEPARATORS],
  [SLASHES, ESCAPES],
  [AS_GSON],
  [AS_DOTNET],
  [AS_DOTNET, CAPITALS],
];
