import type { TSchema } from '@sinclair/typebox';
import { TypeCompiler, ValueErrorType, type TypeCheck, type ValueError } from '@sinclair/typebox/compiler';
import { nearest } from './nearest.js';

/** A place where a value is not what its schema wants. */
export interface Mismatch {
  readonly pointer: string;
  readonly expected: string;
  readonly was: string;
  /** TypeBox's kind of error, for dialects that word errors by kind. */
  readonly type: ValueErrorType;
}

const compiled = new WeakMap<TSchema, TypeCheck<TSchema>>();

function checkerOf(schema: TSchema): TypeCheck<TSchema> {
  let checker = compiled.get(schema);
  if (!checker) {
    checker = TypeCompiler.Compile(schema);
    compiled.set(schema, checker);
  }
  return checker;
}

/** True if the value is what the schema describes. Compiled on first use. */
export const matches = (schema: TSchema, value: unknown): boolean => checkerOf(schema).Check(value);

/** Where the value departs from the schema: the first mismatch of every place. */
export function mismatches(schema: TSchema, value: unknown): Mismatch[] {
  if (matches(schema, value)) return [];
  const found = new Map<string, Mismatch>();
  for (const error of [...checkerOf(schema).Errors(value)].flatMap(inNearestOption)) {
    if (found.has(error.path)) continue;
    found.set(error.path, {
      pointer: error.path,
      expected: expectation(error),
      was: describe(error.value),
      type: error.type,
    });
  }
  return [...found.values()];
}

/** Of objects that may have one of several shapes, what is wrong by the shape that is nearest to them. */
function inNearestOption(error: ValueError): ValueError[] {
  const options: unknown = error.schema['anyOf'];
  const isOfShapes = Array.isArray(options) && options.every((option: TSchema) => option['type'] === 'object');
  if (error.type !== ValueErrorType.Union || !isOfShapes || 'expected' in error.schema) return [error];
  const faults = error.errors.map((option) => [...option].flatMap(inNearestOption));
  return faults.toSorted((a, b) => a.length - b.length)[0] ?? [error];
}

function expectation(error: ValueError): string {
  const { schema } = error;
  if (error.type === ValueErrorType.ObjectAdditionalProperties) return 'no such field';
  const literals = literalsOf(schema);
  if (literals.length > 0) return `one of ${literals.map((value) => JSON.stringify(value)).join(', ')}`;
  return typeof schema['expected'] === 'string' ? schema['expected'] : error.message.replace(/^Expected /, '');
}

function literalsOf(schema: TSchema): unknown[] {
  if ('const' in schema) return [schema['const']];
  const options: unknown = schema['anyOf'];
  if (!Array.isArray(options)) return [];
  const literals = options.map((option: TSchema) => literalsOf(option));
  return literals.every((found) => found.length > 0) ? literals.flat() : [];
}

/** A value as an error message shows it: short, on one line. */
export function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** A field that the schema does not know, wherever in the value it stands. */
export interface UnknownField {
  readonly pointer: string;
  readonly name: string;
  readonly nearest: string | undefined;
}

/** The fields of a value that its schema does not name, with the nearest that it does. */
export function unknownFields(schema: TSchema, value: unknown, pointer = ''): UnknownField[] {
  if (Array.isArray(value)) {
    const items: unknown = schema['items'];
    return isSchema(items) ? value.flatMap((item, i) => unknownFields(items, item, `${pointer}/${i}`)) : [];
  }
  const properties: unknown = schema['properties'];
  if (!isRecord(value) || !isRecord(properties)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const known = properties[name];
    const at = `${pointer}/${escapePointer(name)}`;
    if (isSchema(known)) return unknownFields(known, inner, at);
    return [{ pointer: at, name, nearest: nearest(name, Object.keys(properties)) }];
  });
}

/** A name as one step of a JSON pointer (RFC 6901). */
export const escapePointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSchema = (value: unknown): value is TSchema => isRecord(value);
