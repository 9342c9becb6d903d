import type { TSchema } from '@sinclair/typebox';
import { escapePointer, matches } from './schema.js';

/** A place in a value whose schema says that the vendor has replaced it, or never published it. */
export interface Mark {
  readonly kind: 'deprecated' | 'undocumented';
  readonly pointer: string;
  /** What is in its place, or what it is. */
  readonly text?: string;
}

/** The marked places of a value that its schema knows. Of several shapes, the one that the value has is followed. */
export function marks(schema: TSchema, value: unknown, pointer = ''): Mark[] {
  if (value === undefined) return [];
  return [...ownMarks(schema, pointer), ...innerMarks(schema, value, pointer)];
}

function ownMarks(schema: TSchema, pointer: string): Mark[] {
  const { 'x-replaced': replaced, 'x-undocumented': undocumented } = schema;
  return [
    ...(typeof replaced === 'string' ? [{ kind: 'deprecated', pointer, text: replaced } as const] : []),
    ...(undocumented === true ? [{ kind: 'undocumented', pointer } as const] : []),
  ];
}

function innerMarks(schema: TSchema, value: unknown, pointer: string): Mark[] {
  const shapes: unknown = schema['anyOf'];
  if (Array.isArray(shapes)) {
    const shape = (shapes as TSchema[]).find((candidate) => matches(candidate, value));
    return shape ? marks(shape, value, pointer) : [];
  }
  if (Array.isArray(value)) {
    const items = schema['items'] as TSchema | undefined;
    return items ? value.flatMap((item, i) => marks(items, item, `${pointer}/${i}`)) : [];
  }
  const properties = schema['properties'] as Readonly<Record<string, TSchema>> | undefined;
  if (typeof value !== 'object' || value === null || properties === undefined) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    return known ? marks(known, inner, `${pointer}/${escapePointer(name)}`) : [];
  });
}
