import type { Micros } from '../../../../clock/instant.js';
import type { VendorRequest } from '../../provider.js';
import { parseDjangoTime } from '../python/times.js';
import { refuse, VendorCrash } from './replies.js';

/** A question mark at its beginning belongs to the first name. */
export const queryOf = ({ query }: VendorRequest): URLSearchParams => new URLSearchParams(`&${query}`);

/** Of a repeated parameter, the vendor takes the last. */
export const lastOf = (query: URLSearchParams, name: string): string | undefined => query.getAll(name).at(-1);

/** Texts that the database is asked for once all else is right, the cursor too: its driver has none with NUL. */
export function assertSearchable(texts: readonly (string | undefined)[]): void {
  if (texts.some((text) => text?.includes('\0'))) throw new VendorCrash('a text with NUL');
}

/** Refuses an id that names nothing. The database was asked for it, too. */
export function refuseMissing(id: string | undefined, text: string): never {
  assertSearchable([id]);
  return refuse(404, text);
}

const EXAMPLE = '2024-01-18T12:34:56Z';

/** A time among the parameters; an empty one counts as absent. Refuses one that cannot be read. */
export function timeParameter(
  query: URLSearchParams,
  name: string,
  { errorName = name, example = EXAMPLE } = {},
): Micros | undefined {
  const text = lastOf(query, name);
  if (!text) return undefined;
  return parseDjangoTime(text) ?? refuse(400, `Invalid ${errorName} format. Use ISO 8601 format (e.g., ${example})`);
}

/** Writes a query string as Python's `urlencode` does. */
export const encodeQuery = (pairs: Iterable<readonly [string, string]>): string =>
  [...pairs].map(([name, value]) => `${quote(name)}=${quote(value)}`).join('&');

const quote = (text: string): string =>
  encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd'))
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
