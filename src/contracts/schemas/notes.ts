import type { TSchema } from '@sinclair/typebox';
import { escapePointer, matches } from './schema.js';

/** A place in a value whose schema says that the vendor has replaced it, or never published it. */
export interface SchemaNote {
  readonly kind: 'deprecated' | 'undocumented';
  readonly pointer: string;
  /** What is in its place, or what it is. */
  readonly text?: string;
}

/** The marked places of a value that its schema knows. Of several shapes, the one that the value has is followed. */
export function schemaNotes(schema: TSchema, value: unknown, pointer = ''): SchemaNote[] {
  if (value === undefined) return [];
  return [...ownMarks(schema, pointer), ...innerMarks(schema, value, pointer)];
}

function ownMarks(schema: TSchema, pointer: string): SchemaNote[] {
  const { 'x-replaced': replaced, 'x-undocumented': undocumented } = schema;
  return [
    ...(typeof replaced === 'string' ? [{ kind: 'deprecated', pointer, text: replaced } as const] : []),
    ...(undocumented === true ? [{ kind: 'undocumented', pointer } as const] : []),
  ];
}

function innerMarks(schema: TSchema, value: unknown, pointer: string): SchemaNote[] {
  const shapes: unknown = schema['anyOf'];
  if (Array.isArray(shapes)) {
    const shape = (shapes as TSchema[]).find((candidate) => matches(candidate, value));
    return shape ? schemaNotes(shape, value, pointer) : [];
  }
  if (Array.isArray(value)) {
    const items = schema['items'] as TSchema | undefined;
    return items ? value.flatMap((item, i) => schemaNotes(items, item, `${pointer}/${i}`)) : [];
  }
  const properties = schema['properties'] as Readonly<Record<string, TSchema>> | undefined;
  if (typeof value !== 'object' || value === null || properties === undefined) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    return known ? schemaNotes(known, inner, `${pointer}/${escapePointer(name)}`) : [];
  });
}
