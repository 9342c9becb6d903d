import { Type, type SchemaOptions, type Static, type TSchema } from '@sinclair/typebox';

export { DurationSetting as Duration } from '../settings.js';

/** Fields that several nouns of the control plane have. */

/** Other fields are refused: a misspelt option must not do nothing. */
export const closed = { additionalProperties: false } as const;

export const Text = Type.String();
export const Count = Type.Integer({ minimum: 0 });
export const Headers = Type.Record(Text, Text);
export const Instant = Type.String({
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,6})?Z$',
  expected: 'an instant in UTC',
});

export const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** One of these words. */
export const wordOf = <const T extends readonly string[]>(words: T, options?: SchemaOptions) =>
  Type.Unsafe<T[number]>(
    Type.Union(
      words.map((word) => Type.Literal(word)),
      options,
    ),
  );

export const Settled = Type.Optional(
  Type.Unsafe<false>(Type.Boolean({ description: 'Only there, and false, if the workspace did not come to rest' })),
);

/** The answer to a call that made something: the id that ends it again. */
export const Made = Type.Object({ id: Text });
export type Made = Static<typeof Made>;

/** The body of calls that take no options. */
export const NoBody = Type.Object({}, closed);

/** Documents that are described elsewhere, and empty objects. */
export const Anything = Type.Object({});

export const Problem = Type.Object({
  type: Text,
  title: Text,
  status: Type.Integer(),
  detail: Text,
  code: Type.String({ description: 'Stable; what programs look at' }),
  pointer: Type.Optional(Text),
});
