import { didYouMean, nearest } from '../../contracts/nearest.js';
import { GreenroomError, misfit } from '../../errors.js';
import { placeAt, told, type ToldPlace } from '../../told.js';

/** Where the value of a query parameter stands. */
export const parameterAt = (name: string): ToldPlace => ({ pointer: `?${name}`, text: 'Failed to read the query: ' });

/** A query parameter that counts something. Throws INVALID_BODY for anything else. */
export function wholeNumber(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  // Nothing is counted further than a number is exact: more is as much as that.
  if (/^\d+$/.test(text)) return Math.min(Number(text), Number.MAX_SAFE_INTEGER);
  throw new GreenroomError(
    'INVALID_BODY',
    told`${parameterAt(name)}expected a whole number for ${name}, was "${text}".`,
    { pointer: `?${name}`, expected: 'a whole number', was: text },
  );
}

/** The query parameters that a read takes; those with words of their own take no other. */
export type QueryWords = Readonly<Record<string, readonly string[] | 'any'>>;

/** A misspelt filter would find everything, or nothing. Throws INVALID_BODY. */
export function assertQuery(query: URLSearchParams, words: QueryWords): void {
  const known: QueryWords = { ...words, workspace: 'any' };
  for (const [name, value] of query) {
    const taken = known[name];
    if (taken === undefined) throw unknownWord({ what: 'the query', pointer: '?' }, name, Object.keys(known));
    if (taken !== 'any' && !taken.includes(value))
      throw unknownWord({ what: 'the query', pointer: `?${name}` }, value, taken);
  }
}

/** The given parameters among these. */
export const pickQuery = <const N extends string>(
  query: URLSearchParams,
  names: readonly N[],
): { [name in N]?: string } =>
  Object.fromEntries(names.filter((name) => query.has(name)).map((name) => [name, query.get(name)])) as {
    [name in N]?: string;
  };

const WORDS_SHOWN = 20;

/** Where a word stands, and why it is none of those known there, as a sentence. */
interface WordPlace {
  readonly what: string;
  readonly pointer: string;
  readonly because?: string | undefined;
}

/** INVALID_BODY for a word that is none of those known. */
export function unknownWord(
  { what, pointer, because }: WordPlace,
  word: string,
  known: readonly string[],
): GreenroomError {
  const meant = because === undefined ? nearest(word, known) : undefined;
  const rest = known.length - WORDS_SHOWN;
  const expected = `one of ${known.slice(0, WORDS_SHOWN).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  const place = pointer.startsWith('/')
    ? placeAt(`read ${what}`, pointer)
    : { pointer, text: `Failed to read ${what}: ` };
  const advice = because === undefined ? didYouMean(meant) : ` ${because}`;
  return misfit(place, { expected, was: word, shown: `"${word}"`, advice, nearest: meant });
}
