import { Kind, type TSchema } from '@sinclair/typebox';
import { isObject } from '../json/object.js';

/** True only for a value that surely fits. */
type Test = (value: unknown) => boolean;

const NEVER_SURE: Test = () => false;

/** Words of schemas that are left to TypeBox. */
const RARE = ['format', 'uniqueItems', 'contains', 'minContains', 'maxContains', 'minProperties', 'maxProperties'];
const RARE_OF_NUMBERS = ['exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'];

const tests = new WeakMap<TSchema, Test>();

/** True for nearly every value that fits its schema; a false says nothing. TypeBox, which knows why, takes ten times as long. */
export const surelyFits = (schema: TSchema, value: unknown): boolean => testOf(schema)(value);

function testOf(schema: TSchema): Test {
  let test = tests.get(schema);
  if (!test) {
    const isRare = [...RARE, ...RARE_OF_NUMBERS].some((word) => word in schema);
    test = (isRare ? undefined : KINDS[schema[Kind]]?.(schema)) ?? NEVER_SURE;
    tests.set(schema, test);
  }
  return test;
}

const inRange = ({ minimum = -Infinity, maximum = Infinity }: TSchema, value: number): boolean =>
  value >= minimum && value <= maximum;

const KINDS: Readonly<Record<string, (schema: TSchema) => Test>> = {
  Unknown: () => () => true,
  Null: () => (value) => value === null,
  Boolean: () => (value) => typeof value === 'boolean',
  Literal: (schema) => (value) => value === schema['const'],
  Integer: (schema) => (value) => Number.isInteger(value) && inRange(schema, value as number),
  Number: (schema) => (value) => Number.isFinite(value) && inRange(schema, value as number),
  String({ minLength = 0, maxLength = Infinity, pattern }) {
    const form = pattern === undefined ? undefined : new RegExp(pattern as string);
    return (value) =>
      typeof value === 'string' &&
      value.length >= minLength &&
      value.length <= maxLength &&
      (form === undefined || form.test(value));
  },
  Array({ items, minItems = 0, maxItems = Infinity }) {
    const test = testOf(items as TSchema);
    return (value) =>
      Array.isArray(value) && value.length >= minItems && value.length <= maxItems && value.every((item) => test(item));
  },
  Tuple({ items = [] }) {
    const several = (items as TSchema[]).map(testOf);
    return (value) =>
      Array.isArray(value) && value.length === several.length && several.every((test, i) => test(value[i]));
  },
  Union({ anyOf }) {
    const options = anyOf as TSchema[];
    if (options.every((option) => option[Kind] === 'Literal')) {
      const words = new Set(options.map((option) => option['const'] as unknown));
      return (value) => words.has(value);
    }
    const several = options.map(testOf);
    return (value) => several.some((test) => test(value));
  },
  Record({ patternProperties }) {
    const [[pattern, inner] = ['']] = Object.entries(patternProperties as Record<string, TSchema>);
    const [form, test] = [new RegExp(pattern), testOf(inner!)];
    return (value) => {
      if (!isObject(value) || Object.getPrototypeOf(value) !== Object.prototype) return false;
      for (const name in value) if (!form.test(name) || !test(value[name])) return false;
      return true;
    };
  },
  Object({ properties, required = [], additionalProperties }) {
    const needed = new Set(required as string[]);
    const fields = new Map(
      Object.entries(properties as Record<string, TSchema>).map(([name, inner]) => [
        name,
        { test: testOf(inner), isNeeded: needed.has(name) },
      ]),
    );
    const isClosed = additionalProperties === false;
    const others = isObject(additionalProperties) ? testOf(additionalProperties as unknown as TSchema) : undefined;
    return (value) => {
      if (!isObject(value)) return false;
      let missing = needed.size;
      for (const name in value) {
        const field = fields.get(name);
        if (!field) {
          if (isClosed || others?.(value[name]) === false) return false;
          continue;
        }
        const inner = value[name];
        if (field.isNeeded) missing--;
        else if (inner === undefined) continue;
        if (!field.test(inner)) return false;
      }
      return missing === 0;
    };
  },
};
