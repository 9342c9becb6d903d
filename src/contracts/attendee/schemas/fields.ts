import { Type, type TLiteral, type TSchema, type TUnion } from '@sinclair/typebox';
import type { FieldSchema } from '../../rules.js';
import type { FIELD_SCHEMAS } from '../settings-schemas.js';

/** The building blocks of the vendor's schemas. */

export const oneOf = <const W extends string>(words: readonly W[]): TUnion<TLiteral<W>[]> =>
  Type.Union(words.map((word) => Type.Literal(word)));

export const closed = { additionalProperties: false } as const;
export const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
export const Time = Type.String({
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{6})?Z$',
  expected: 'a UTC time',
});
export const OffsetTime = Type.String({
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{6})?\\+00:00$',
  expected: 'a time with +00:00',
});
export const Metadata = Type.Record(Type.String(), Type.String());
export const Settings = Type.Object({}, { additionalProperties: true });
/** A settings object that the vendor checks by itself: inside is what a rule says, or what is written here. */
export const settings = (inside: keyof typeof FIELD_SCHEMAS | FieldSchema) =>
  Type.Object({}, { additionalProperties: true, 'x-inside': inside });
export const page = (item: TSchema) =>
  Type.Object({ next: Nullable(Type.String()), previous: Nullable(Type.String()), results: Type.Array(item) }, closed);
export const id = (prefix: string) => Type.String({ pattern: `^${prefix}_[A-Za-z0-9]{16}$` });
export const Anything = Type.Unknown();
