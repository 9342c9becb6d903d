import { Type, type SchemaOptions, type Static, type TSchema } from '@sinclair/typebox';
import { DURATION_FORMS, DURATION_LENGTH, DURATION_PATTERN } from '../../clock/duration.js';
import { INSTANT_FORMS, INSTANT_PATTERN, LAST_INSTANT } from '../../clock/instant.js';

/** Fields that several nouns of the control plane have. */

/** Other fields are refused: a misspelt option must not do nothing. */
export const closed = { additionalProperties: false } as const;

export const Text = Type.String();
export const Count = Type.Integer({ minimum: 0 });
/** A number in a query: so many digits are read. */
export const Whole = Type.Optional(Type.Integer({ minimum: 0 }));
export const Headers = Type.Record(Text, Text);
export const Instant = Type.String({
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,6})?Z$',
  expected: 'an instant in UTC',
});

/** A duration in any form that is read. */
export const Duration = Type.Union(
  [
    Type.String({ maxLength: DURATION_LENGTH, pattern: DURATION_PATTERN, expected: DURATION_FORMS }),
    Type.Number({ minimum: 0, maximum: LAST_INSTANT / 1000 }),
  ],
  { expected: DURATION_FORMS },
);

/** An instant in any form that is read. */
export const AnyInstant = Type.String({ pattern: INSTANT_PATTERN, expected: INSTANT_FORMS });

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

/** Beside a body of more than 64 kB, of which the start is kept: what it was. */
export const Cut = Type.Optional(
  Type.Object({ length: Type.Integer({ description: 'Bytes' }), sha256: Type.String({ description: 'Hexadecimal' }) }),
);

/** What stands in every list beside its items. */
export const listing = {
  /** There are further ones: the next page is `?after=` the last `seq`, or `?before=` the first. */
  more: Type.Boolean(),
  /** How many were let go: the oldest, when there were too many. */
  dropped: Count,
  settled: Settled,
};

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
  parts: Type.Optional(
    Type.Array(
      Type.Union([
        Text,
        Type.Object({ pointer: Text, text: Text, fault: Type.Optional(Text) }),
        Type.Object({ method: Text, path: Text }),
      ]),
      { description: '`detail` in parts: texts, the place that it is about, and calls of the control plane' },
    ),
  ),
});
