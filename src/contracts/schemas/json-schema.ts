import type { TSchema } from '@sinclair/typebox';
import { isObject } from '../json/object.js';

/** A JSON Schema (draft 2020-12) as plain data. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** The shapes that have a name, by what they say. */
export type ShapeNames = ReadonlyMap<string, string>;

const LARGE = 60;

/** Names every shape that is worth one: objects, and choices between objects. */
export function nameShapes(shapes: Readonly<Record<string, unknown>>): ShapeNames {
  const names = new Map<string, string>();
  for (const [name, shape] of Object.entries(shapes)) {
    if (!isShape(shape)) continue;
    const text = JSON.stringify(shape);
    if (text.length > LARGE && !names.has(text)) names.set(text, name);
  }
  return names;
}

const isShape = (value: unknown): value is TSchema =>
  isObject(value) && (['object', 'array'].includes(String(value['type'])) || 'anyOf' in value || 'allOf' in value);

/** By the names that shapes have for them. */
export type Insides = Readonly<Record<string, object>>;

/** A shape with what is inside of its settings objects: no message is judged by it, for the vendor checks that by itself. */
export const spelledOut = (shape: unknown, insides: Insides): TSchema =>
  JSON.parse(
    JSON.stringify(shape, (_, value: unknown) => (isObject(value) ? (insideOf(value, insides) ?? value) : value)),
  ) as TSchema;

function insideOf({ 'x-inside': inside, ...open }: Readonly<Record<string, unknown>>, insides: Insides): unknown {
  return typeof inside === 'string' ? (insides[inside] ?? open) : inside;
}

/** A TypeBox schema as JSON Schema: named shapes become references, unions of words enumerations. */
export function toJsonSchema(schema: TSchema, names: ShapeNames = new Map(), refer = refersTo('#/components/schemas')) {
  return render(JSON.parse(JSON.stringify(schema)) as unknown, names, refer);
}

/** The definition of a named shape; the shapes in it are references. */
export function defineShape(text: string, names: ShapeNames, refer = refersTo('#/components/schemas')): JsonSchema {
  return renderOpen(JSON.parse(text) as Record<string, unknown>, names, refer);
}

/** Where a named shape is found: `#/components/schemas/Bot`, `#/$defs/Bot`. */
export const refersTo =
  (place: string) =>
  (name: string): JsonSchema => ({ $ref: `${place}/${name}` });

function render(schema: unknown, names: ShapeNames, refer: (name: string) => JsonSchema): JsonSchema {
  if (!isObject(schema)) return {};
  const name = names.get(JSON.stringify(schema));
  return name === undefined ? renderOpen(schema, names, refer) : refer(name);
}

function renderOpen(
  schema: Readonly<Record<string, unknown>>,
  names: ShapeNames,
  refer: (name: string) => JsonSchema,
): JsonSchema {
  const inner = (value: unknown): JsonSchema => render(value, names, refer);
  const rendered: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === 'anyOf' && Array.isArray(value)) Object.assign(rendered, renderChoice(value, inner), said(schema));
    else if (keyword === 'allOf' && Array.isArray(value)) rendered['allOf'] = value.map(inner);
    else if (keyword === 'items' || (keyword === 'additionalProperties' && isObject(value)))
      rendered[keyword] = inner(value);
    else if (keyword === 'properties' && isObject(value)) rendered['properties'] = mapValues(value, inner);
    else if (keyword === 'patternProperties' && isObject(value))
      rendered['additionalProperties'] = inner(Object.values(value)[0]);
    else if (keyword === 'expected') rendered['description'] = `Expected: ${String(value)}.`;
    // Marks microseconds for greenroom itself; no standard knows the word.
    else if (keyword !== 'instant') rendered[keyword] = value;
  }
  return rendered;
}

/** What a schema says of itself goes before what one of its choices says. */
const said = ({ description }: Readonly<Record<string, unknown>>): JsonSchema =>
  description === undefined ? {} : { description };

/** Words become an enumeration. */
function renderChoice(options: readonly unknown[], inner: (value: unknown) => JsonSchema): JsonSchema {
  const words = options.map((option) => (isObject(option) && 'const' in option ? option['const'] : undefined));
  const types = new Set(words.map((word) => typeof word));
  if (words.every((word) => word !== undefined) && types.size === 1) return { type: [...types][0], enum: words };
  const only = options.length === 1 ? inner(options[0]) : undefined;
  const choices = options.map(inner);
  return only ?? withNull(choices) ?? { anyOf: choices };
}

/**
 * What may be null as one schema of two types, whose other keywords are about the first. A generator of clients takes that for a
 * field that may be empty; of a choice many make a class, and the one most used in Python fails.
 */
function withNull([one, none, ...others]: readonly JsonSchema[]): JsonSchema | undefined {
  if (none?.['type'] !== 'null' || others.length > 0) return undefined;
  const { type, ...more } = one!;
  // A list of words with null in it is more than some generators can write.
  if (typeof type !== 'string' || 'const' in more || 'enum' in more) return undefined;
  return { ...more, type: [type, 'null'] };
}

const mapValues = <T>(object: Readonly<Record<string, unknown>>, change: (value: unknown) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
