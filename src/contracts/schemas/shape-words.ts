import type { TSchema } from '@sinclair/typebox';

/** So many fields of an object are named. */
const NAMED = 3;

type Words = Readonly<Record<string, unknown>>;

/** Words of a schema that are numbers, by the standard. */
interface Bounds {
  readonly [bound: string]: number | undefined;
}

/** What a schema takes, in words: `string or null`, `integer from 0 to 9`; `undefined` if it does not say. */
export function shapeInWords(schema: TSchema): string | undefined {
  const { expected, anyOf, allOf, type } = schema as Words;
  if (typeof expected === 'string') return expected;
  if ('const' in schema) return JSON.stringify(schema['const']);
  if (Array.isArray(anyOf)) return choiceInWords(anyOf as readonly TSchema[]);
  // All that an intersection takes has the shape of each of its parts.
  if (Array.isArray(allOf)) return (allOf as readonly TSchema[]).map(shapeInWords).find((words) => words !== undefined);
  return typeof type === 'string' ? type + (LIMITS[type]?.(schema) ?? '') : undefined;
}

function choiceInWords(options: readonly TSchema[]): string | undefined {
  const words = options.map(shapeInWords);
  if (words.includes(undefined)) return undefined;
  const several = [...new Set(words)];
  const last = several.pop();
  return several.length === 0 ? last : `${several.join(', ')} or ${last}`;
}

const LIMITS: Readonly<Record<string, (schema: TSchema) => string>> = {
  string: ({ pattern, format, minLength, maxLength }: TSchema) =>
    typeof pattern === 'string'
      ? ` that matches ${pattern}`
      : typeof format === 'string'
        ? ` of the form ${format}`
        : sizeInWords(minLength, maxLength, 'character'),
  array: ({ items, minItems, maxItems, uniqueItems }: TSchema) =>
    sizeInWords(minItems, maxItems, 'item') + itemsInWords(items as unknown, uniqueItems === true),
  object: ({ required, minProperties, maxProperties }: TSchema) =>
    fieldsInWords(required) || sizeInWords(minProperties, maxProperties, 'field'),
  number: rangeInWords,
  integer: rangeInWords,
};

function sizeInWords(least: number | undefined, most: number | undefined, what: string): string {
  if (least === most && least !== undefined) return ` of ${least} ${what}${least === 1 ? '' : 's'}`;
  const parts = [
    ...(least === undefined || least === 0 ? [] : [`at least ${least}`]),
    ...(most === undefined ? [] : [`at most ${most}`]),
  ];
  return parts.length === 0 ? '' : ` of ${parts.join(' and ')} ${what}${(most ?? least) === 1 ? '' : 's'}`;
}

/** What stands in a list is said if it is something simple. */
function itemsInWords(items: unknown, areDifferent: boolean): string {
  const { type, anyOf } = (items ?? {}) as Words;
  const words = type === 'object' || type === 'array' ? undefined : shapeInWords((items ?? {}) as TSchema);
  const each = words === undefined ? '' : `, each ${Array.isArray(anyOf) ? `one of ${words}` : words}`;
  return each + (areDifferent ? ', none of them twice' : '');
}

function rangeInWords({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }: Bounds): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  const parts = [
    ...(minimum === undefined ? [] : [`at least ${minimum}`]),
    ...(exclusiveMinimum === undefined ? [] : [`more than ${exclusiveMinimum}`]),
    ...(maximum === undefined ? [] : [`at most ${maximum}`]),
    ...(exclusiveMaximum === undefined ? [] : [`less than ${exclusiveMaximum}`]),
    ...(multipleOf === undefined ? [] : [`a multiple of ${multipleOf}`]),
  ];
  return parts.length === 0 ? '' : `, ${parts.join(' and ')}`;
}

function fieldsInWords(required: unknown): string {
  if (!Array.isArray(required) || required.length === 0) return '';
  const named = required.slice(0, NAMED).map((name) => JSON.stringify(name));
  return ` with ${named.join(', ')}${required.length > NAMED ? ' …' : ''}`;
}
