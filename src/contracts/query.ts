import type { TSchema } from '@sinclair/typebox';
import type { Operation } from './contract.js';
import { mismatches, unknownFields, type Mismatch, type UnknownField } from './schemas/schema.js';

/** What of a query string an operation does not know or allow; nothing if nothing is known of its parameters. */
export function checkQuery(
  { query: schema }: Operation,
  query: string,
): { readonly wrong: readonly Mismatch[]; readonly unknown: readonly UnknownField[] } {
  if (!schema) return { wrong: [], unknown: [] };
  const value = queryValue(schema.properties, new URLSearchParams(query));
  return { wrong: mismatches(schema, value), unknown: unknownFields(schema, value) };
}

/** The parameters as an object: those that may be repeated as arrays, of the others the last, flags as such. */
function queryValue(
  known: Readonly<Record<string, TSchema>>,
  query: URLSearchParams,
): Record<string, string | boolean | string[]> {
  const names = [...new Set(query.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const all = query.getAll(name);
      const type: unknown = known[name]?.['type'];
      return [name, type === 'array' ? all : type === 'boolean' ? flagOf(all.at(-1)!) : all.at(-1)!];
    }),
  );
}

const flagOf = (text: string): boolean | string =>
  /^(true|1)$/i.test(text) ? true : /^(false|0)$/i.test(text) ? false : text;
