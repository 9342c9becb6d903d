import { escapePointer } from '../contracts/schemas/schema.js';
import { Collection } from '../server/engine/records.js';

/** Whatever is nested deeper holds itself. */
const DEEPEST = 50;

/** Where tables hold something other than `Collection`s and plain data, which no snapshot could keep, and what it is. */
export function strangerIn(value: unknown, pointer = '', depth = 0): { pointer: string; was: string } | undefined {
  if (depth > DEEPEST) return { pointer, was: 'an object that holds itself' };
  if (value === null || ['string', 'number', 'boolean', 'undefined'].includes(typeof value)) return undefined;
  if (typeof value !== 'object') return { pointer, was: `a ${typeof value}` };
  if (value instanceof Collection) return undefined;
  const isPlain = Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value) as object);
  if (!isPlain) return { pointer, was: `a ${value.constructor.name}` };
  for (const [name, inner] of Object.entries(value)) {
    const stranger = strangerIn(inner, `${pointer}/${escapePointer(name)}`, depth + 1);
    if (stranger) return stranger;
  }
  return undefined;
}
