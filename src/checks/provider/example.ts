import { escapePointer } from '../../contracts/schemas/schema.js';
import { isObject } from '../../contracts/json/object.js';

/**
 * The fields of an example that a value lacks, where both have something to compare: of lists, the first item of the
 * example is held against all items of the value. What the value has beyond the example is no fault of either.
 */
export function missingPlaces(example: unknown, value: unknown, pointer = ''): string[] {
  if (Array.isArray(example) && Array.isArray(value)) {
    const [first] = example;
    const places = value.flatMap((item, i) => missingPlaces(first, item, `${pointer}/${i}`));
    return example.length === 0 ? [] : places;
  }
  if (!isObject(example) || !isObject(value)) return [];
  return Object.entries(example).flatMap(([name, inner]) => {
    const at = `${pointer}/${escapePointer(name)}`;
    return Object.hasOwn(value, name) ? missingPlaces(inner, value[name], at) : [at];
  });
}
