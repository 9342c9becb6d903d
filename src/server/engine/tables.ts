import { FormatRegistry, Type, type TObject, type TSchema } from '@sinclair/typebox';
import { Moment, WebUrl } from '../../contracts/control/snapshot.js';
import { Collection, type Slice } from './records.js';

/** The vocabulary in which a vendor describes its tables: a snapshot that is put back is held to it, field by field. */

export { Moment, WebUrl };

FormatRegistry.Set('json', isJson);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether a value of this schema is an instant. */
export const isMoment = (schema: TSchema | undefined): boolean =>
  schema !== undefined && ('instant' in schema || ((schema['anyOf'] as TSchema[] | undefined) ?? []).some(isMoment));

/** A span of time, in microseconds. */
export const Span = Type.Integer({ minimum: 0 });

/** JSON that is kept as text. */
export const JsonText = Type.String({ format: 'json', expected: 'JSON text' });

/** A schema for every field of a row: a field that is forgotten, or of another type, does not compile. */
type Fields<Row> = { readonly [K in keyof Row]-?: TSchema & { readonly static: Row[K] } };

export const row = <Row>(fields: Fields<Row>) => Type.Unsafe<Row>(Type.Object(fields));
export const table = <Row>(fields: Fields<Row>) => Type.Array(row<Row>(fields));

/** Tables whose schemas are made when they are first asked for: they are large, and few worlds are put back or compared. */
export function madeOnce(tables: Readonly<Record<string, () => TSchema>>): () => TObject {
  let made: TObject | undefined;
  return () => (made ??= Type.Object(Object.fromEntries(Object.entries(tables).map(([name, make]) => [name, make()]))));
}

/** What a snapshot of these tables must be, as far as the empty ones tell: for vendors that do not describe theirs. */
export const tablesLike = (empty: Slice): TObject =>
  Type.Object(Object.fromEntries(Object.entries(empty).map(([name, value]) => [name, schemaLike(value)])));

function schemaLike(value: unknown): TSchema {
  if (value instanceof Collection) return Type.Array(Type.Object({}));
  if (Array.isArray(value)) return Type.Array(Type.Unknown());
  if (typeof value === 'number') return Type.Number();
  if (typeof value === 'string') return Type.String();
  if (typeof value === 'boolean') return Type.Boolean();
  return value === null ? Type.Unknown() : Type.Object({});
}
