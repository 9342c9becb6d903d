import type { TSchema } from '@sinclair/typebox';
import { Errors, ValueErrorType, type ValueError } from '@sinclair/typebox/errors';
import type { Basis } from '../contract.js';
import { nearest } from '../nearest.js';
import { redactorFor, type Redactor } from '../redact.js';
import { surelyFits } from './quick-fit.js';
import { shapeInWords } from './shape-words.js';
import { isObject } from '../json/object.js';

/** A place where a value is not what its schema wants. */
export interface Mismatch {
  readonly pointer: string;
  readonly expected: string;
  /** Short, and without secrets. */
  readonly was: string;
  readonly value: unknown;
  /** TypeBox's kind of error, for dialects that word errors by kind. */
  readonly type: ValueErrorType;
  /** The one of several allowed words that was probably meant. */
  readonly nearest?: string | undefined;
  /** How the rule is known, if its schema says so itself. */
  readonly basis?: Basis;
  readonly schema: TSchema;
}

const REDACT = redactorFor();

/** True if the value is what the schema describes. */
export const matches = (schema: TSchema, value: unknown): boolean =>
  surelyFits(schema, value) || !Errors(schema, value).First();

/** Where the value departs from the schema: the first mismatch of every place, of so many places at the most. */
export function mismatches(schema: TSchema, value: unknown, most = Number.POSITIVE_INFINITY): Mismatch[] {
  if (surelyFits(schema, value)) return [];
  const found = new Map<string, Mismatch>();
  for (const outer of Errors(schema, value))
    for (const error of deepest(outer)) {
      if (found.has(error.path)) continue;
      found.set(error.path, mismatchOf(error));
      if (found.size >= most) return [...found.values()];
    }
  return [...found.values()];
}

const mismatchOf = (error: ValueError): Mismatch => ({
  pointer: error.path,
  expected: expectation(error),
  was: describe(error.value),
  value: error.value,
  type: error.type,
  nearest: nearestWord(error),
  schema: error.schema,
  ...basisOf(error),
});

/** A value that is none of several shapes was probably meant to be the one that it comes closest to. */
function deepest(error: ValueError): ValueError[] {
  if (error.type !== ValueErrorType.Union) return [error];
  const variants = error.errors.map((errors) => firstOf(errors).flatMap(deepest));
  const within = variants.filter(
    (errors) => errors.length > 0 && errors.every(({ path }) => path.length > error.path.length),
  );
  const [closest] = within.sort((x, y) => x.length - y.length);
  return closest && !misnames(closest) ? closest : [error];
}

/** With so many errors no variant is close. */
const COMPARED = 1000;

function firstOf(errors: Iterable<ValueError>): ValueError[] {
  const first: ValueError[] = [];
  for (const error of errors) if (first.push(error) >= COMPARED) break;
  return first;
}

/** A shape of which fields are missing is not the one that was meant. */
const misnames = (errors: readonly ValueError[]): boolean =>
  errors.some(({ type }) => type === ValueErrorType.ObjectRequiredProperty);

function basisOf({ schema }: ValueError): { readonly basis?: Basis } {
  const basis: unknown = schema['basis'];
  return basis === 'documented' || basis === 'observed' || basis === 'assumed' ? { basis } : {};
}

function expectation(error: ValueError): string {
  const { schema } = error;
  if (error.type === ValueErrorType.ObjectAdditionalProperties) return 'no such field';
  const literals = literalsOf(schema);
  if (literals.length > 0) return `one of ${literals.map((value) => JSON.stringify(value)).join(', ')}`;
  const shape = shapeInWords(schema);
  if (shape !== undefined) return shape;
  return error.type === ValueErrorType.ObjectRequiredProperty ? 'a value' : error.message.replace(/^Expected /, '');
}

/** Of a field that is none, the one that was meant; else the word. */
function nearestWord({ type, schema, value, path }: ValueError): string | undefined {
  if (type === ValueErrorType.ObjectAdditionalProperties)
    return nearestField(lastName(path), schema['properties'] as Readonly<Record<string, unknown>> | undefined);
  return typeof value === 'string' ? nearest(value, wordsOf(schema)) : undefined;
}

/** The words among what a schema takes. */
export function wordsOf(schema: TSchema): string[] {
  const options: unknown = schema['anyOf'];
  if (Array.isArray(options)) return options.flatMap((option: TSchema) => wordsOf(option));
  return typeof schema['const'] === 'string' ? [schema['const']] : [];
}

function literalsOf(schema: TSchema): unknown[] {
  if ('const' in schema) return [schema['const']];
  const options: unknown = schema['anyOf'];
  if (!Array.isArray(options)) return [];
  const literals = options.map((option: TSchema) => literalsOf(option));
  return literals.every((found) => found.length > 0) ? literals.flat() : [];
}

/** A value as an error message shows it: short, on one line. */
export function describe(value: unknown, redact: Pick<Redactor, 'body'> = REDACT): string {
  if (value === undefined) return 'missing';
  try {
    if (typeof value === 'string') return shorten(JSON.stringify(redact.body(value)));
    return shorten(redact.body(JSON.stringify(value) ?? typeof value));
  } catch {
    // It holds itself, or a number for which JSON has no form.
    return typeof value;
  }
}

/** As much of a text as a message shows. */
export const shorten = (text: string): string => (text.length > 80 ? `${text.slice(0, 77)}…` : text);

/** A field that the schema does not know, wherever in the value it stands. */
export interface UnknownField {
  readonly pointer: string;
  readonly name: string;
  /** Looked for when it is read. */
  readonly nearest: string | undefined;
}

/** The fields of a value that its schema does not name, with the nearest that it does; none of one that says it is open. */
export function unknownFields(schema: TSchema, value: unknown, pointer = ''): readonly UnknownField[] {
  const found: UnknownField[] = [];
  findUnknown(schema, value, pointer, found);
  return found;
}

/** Makes nothing for the fields that are known: nearly all are. */
function findUnknown(schema: TSchema, value: unknown, pointer: string, found: UnknownField[]): void {
  if (typeof value !== 'object' || value === null) return;
  const variants: unknown = schema['anyOf'];
  if (Array.isArray(variants)) {
    for (const unknown of unknownInClosest(variants.filter(isSchema), value, pointer)) found.push(unknown);
    return;
  }
  if (Array.isArray(value)) {
    const items: unknown = schema['items'];
    if (isSchema(items)) value.forEach((item, i) => findUnknown(items, item, `${pointer}/${i}`, found));
    return;
  }
  const properties: unknown = schema['properties'];
  if (!isObject(properties)) return;
  for (const [name, inner] of Object.entries(value)) {
    const known = properties[name];
    if (!isSchema(known)) {
      if (schema['additionalProperties'] !== true) found.push(new StrayField(pointer, name, properties));
    } else if (typeof inner === 'object') findUnknown(known, inner, `${pointer}/${escapePointer(name)}`, found);
  }
}

/** A class, for a body may have a hundred thousand: a getter of its own takes each of them a while to make. */
class StrayField implements UnknownField {
  readonly pointer: string;
  readonly name: string;
  readonly #known: Record<string, unknown>;

  constructor(at: string, name: string, known: Record<string, unknown>) {
    this.pointer = `${at}/${escapePointer(name)}`;
    this.name = name;
    this.#known = known;
  }

  get nearest(): string | undefined {
    return nearestField(this.name, this.#known);
  }
}

const nearestField = (name: string, known: Readonly<Record<string, unknown>> = {}): string | undefined =>
  meantBy(name, known) ?? nearest(name, Object.keys(known));

/** Other words for a field, by which people take it for another API's: what is near to them is not what they mean. */
export const alsoCalled = (...words: readonly string[]) => ({ 'x-also-called': words });

/** The field that is also called so. */
function meantBy(word: string, properties: Readonly<Record<string, unknown>>): string | undefined {
  return Object.keys(properties).find((name) => {
    const property = properties[name];
    const words: unknown = isSchema(property) ? property['x-also-called'] : undefined;
    return Array.isArray(words) && words.includes(word);
  });
}

/** A value that may have several shapes is measured by the one that knows most of its fields. */
function unknownInClosest(variants: readonly TSchema[], value: object, pointer: string): readonly UnknownField[] {
  const shapes = variants.filter((variant) => (Array.isArray(value) ? 'items' : 'properties') in variant);
  const found = shapes.map((shape) => unknownFields(shape, value, pointer)).sort((a, b) => a.length - b.length);
  return found[0] ?? [];
}

const lastName = (pointer: string): string =>
  pointer
    .slice(pointer.lastIndexOf('/') + 1)
    .replaceAll('~1', '/')
    .replaceAll('~0', '~');

/** A name as one step of a JSON pointer (RFC 6901). */
export const escapePointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

const isSchema = (value: unknown): value is TSchema => isObject(value);
