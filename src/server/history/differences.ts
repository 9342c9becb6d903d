import { Packed } from '../engine/packed.js';
import { isObject } from '../../contracts/json/object.js';

/** The fields by which one plain value differs from another, each as the names that lead to it. */
export function* differences(was: unknown, is: unknown, path: readonly string[] = []): Generator<readonly string[]> {
  if (isSame(was, is)) return;
  const inner = namesIn(was, is);
  if (!inner) yield path;
  else for (const name of inner) yield* differences(valueAt(was, [name]), valueAt(is, [name]), [...path, name]);
}

/** The names in both of two objects, or of two lists. */
function namesIn(was: unknown, is: unknown): Iterable<string> | undefined {
  const areAlike = isObject(was) ? isObject(is) : Array.isArray(was) && Array.isArray(is);
  return areAlike ? new Set([...Object.keys(was as object), ...Object.keys(is as object)]) : undefined;
}

/** What stands for a value in JSON: records keep some of their data in a shorter form. */
const jsonOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'toJSON' in value
    ? (value as { readonly toJSON: () => unknown }).toJSON()
    : value;

/** Whether two values have the same JSON, but for the order of names. */
export function isSame(first: unknown, second: unknown): boolean {
  const [a, b] = [jsonOf(first), jsonOf(second)];
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof Packed || b instanceof Packed) return isSame(read(a), read(b));
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [ofA, ofB] = [a as Readonly<Record<string, unknown>>, b as Readonly<Record<string, unknown>>];
  for (const name in ofA) if (!isSame(ofA[name], ofB[name])) return false;
  for (const name in ofB) if (ofB[name] !== undefined && ofA[name] === undefined) return false;
  return true;
}

/** What never changes is read once. */
const packed = new WeakMap<object, unknown>();

function read(value: object): unknown {
  if (!(value instanceof Packed)) return value;
  if (!packed.has(value)) packed.set(value, value.toJSON());
  return packed.get(value);
}

/** What stands there; of something that is no object, nothing more is known than itself. */
export const valueAt = (value: unknown, path: readonly string[]): unknown =>
  path.reduce((inner, name) => (typeof inner === 'object' && inner !== null ? (inner as never)[name] : inner), value);

export const pointerOf = (path: readonly string[]): string =>
  path.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
