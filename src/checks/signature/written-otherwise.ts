import {
  CANONICAL,
  isPyObject,
  parsePython,
  PyFloat,
  writePython,
  type PyValue,
} from '../../contracts/json/python-json.js';

/** What there is of a kind in a body: so much of it is named. */
const NAMED = 3;

/** A value in a body, with the way to it: `data.cost`. */
interface Found {
  readonly path: string;
  readonly value: PyValue;
}

/** By the name of a mistake: what a body has in it that the mistake writes otherwise. */
const READERS: Readonly<Record<string, (found: readonly Found[]) => string[]>> = {
  'sorted-as-javascript': (found) => found.flatMap(inJavaScript),
  'canonical-with-escapes': inTexts(/[\u007f-\uffff]/, 'letters beyond ASCII', '\\u escapes are not signed'),
  'separators-escaped': inTexts(
    /[\u2028\u2029]/,
    'U+2028 or U+2029',
    'Go and PHP write \\u escapes, which are not signed',
  ),
  'surrogates-escaped': inTexts(
    /[\ud800-\udfff]/,
    'emoji or the like',
    'Jackson writes \\u escapes, which are not signed',
  ),
  'escapes-in-capitals': inTexts(
    { test: (text) => /\\u00[01][a-f]/.test(JSON.stringify(text).replaceAll('\\\\', '')) },
    'control characters',
    'Jackson writes their escapes in capital letters, and the vendor in small ones',
  ),
  'html-escaped': inTexts(/[&<>]/, '&, < or >', 'Go and Rails write \\u escapes, which are not signed'),
  'slashes-escaped': inTexts(/\//, 'slashes', 'PHP writes \\/, which is not signed'),
  'empty-object-as-list': (found) =>
    found
      .filter(({ value }) => isPyObject(value) && value.size === 0)
      .map(({ path }) => `${nameOf(path)} is {}: PHP writes [] if it has read it as an array`),
};

/** True for a mistake whose effect hangs on what is in a body: most bodies come out right in spite of it. */
export const hangsOnBody = (mistake: string): boolean => Object.hasOwn(READERS, mistake);

/** What in a body comes out otherwise by a mistake, in words; `undefined` if that is not known. */
export function writtenOtherwise(mistake: string, body: Buffer): string | undefined {
  if (!hangsOnBody(mistake)) return undefined;
  const all = READERS[mistake]!([...walk(parsePython(body.toString('utf8')), '')]);
  if (all.length === 0) return undefined;
  const more = all.length > NAMED ? `; and ${all.length - NAMED} more` : '';
  return `${all.slice(0, NAMED).join('; ')}${more}`;
}

function* walk(value: PyValue, path: string): Generator<Found> {
  yield { path, value };
  if (Array.isArray(value)) for (const [i, item] of value.entries()) yield* walk(item, `${path}[${i}]`);
  if (isPyObject(value)) for (const [key, item] of value) yield* walk(item, path === '' ? key : `${path}.${key}`);
}

const nameOf = (path: string): string => (path === '' ? 'The body' : path);
const quoted = (texts: readonly string[]): string => texts.map((text) => JSON.stringify(text)).join(', ');

const LIKE_NUMBER = /^(0|[1-9]\d{0,9})$/;

function inJavaScript({ path, value }: Found): string[] {
  if (isPyObject(value)) return keysInJavaScript(path, [...value.keys()]);
  if (typeof value !== 'bigint' && !(value instanceof PyFloat)) return [];
  const written = writePython(value, CANONICAL);
  const otherwise = JSON.stringify(JSON.parse(written));
  return written === otherwise ? [] : [`${nameOf(path)} is ${written}: JavaScript writes ${otherwise}`];
}

/** An object of JavaScript puts keys that look like numbers first; the others it sorts by halves of code points. */
function keysInJavaScript(path: string, keys: readonly string[]): string[] {
  const javascripts = Object.keys(Object.fromEntries(keys.toSorted().map((key) => [key, null])));
  const wanted = keys.toSorted(CANONICAL.sort);
  if (wanted.every((key, i) => key === javascripts[i])) return [];
  const numbers = javascripts.filter((key) => LIKE_NUMBER.test(key));
  return numbers.length > 0
    ? [
        `${nameOf(path)} has keys that look like numbers (${quoted(numbers.slice(0, NAMED))}): JavaScript writes those first, in the order of numbers`,
      ]
    : [`${nameOf(path)} has keys beyond the basic plane of Unicode: JavaScript sorts them before some others`];
}

function inTexts(letters: Pick<RegExp, 'test'>, what: string, why: string) {
  return (found: readonly Found[]): string[] =>
    found.flatMap(({ path, value }) => {
      const texts = isPyObject(value) ? [...value.keys()] : typeof value === 'string' ? [value] : [];
      return texts
        .filter((text) => letters.test(text))
        .map((text) => `${nameOf(path)} has ${what} (${quoted([shortened(text)])}): ${why}`);
    });
}

const shortened = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);
