import { invalid } from './framework/serializer.js';
import { asJsonb, COMPACT, isPyObject, WIRE, writePython, type PyObject, type PyValue } from './python/json.js';

const LENGTH_MAX = 1000;

/** An object of texts, at least one, at most 1000 characters as JSON (observed). */
export function readMetadata(value: PyValue): PyObject {
  if (!isPyObject(value)) throw invalid('Metadata must be an object not an array or other type');
  if (value.size === 0) throw invalid('Metadata must have at least one key');
  for (const [key, inner] of value)
    if (typeof inner !== 'string') throw invalid(`Value for key '${key}' must be a string`);
  if (writePython(value, WIRE).length > LENGTH_MAX)
    throw invalid(`Metadata must be less than ${LENGTH_MAX} characters`);
  return value;
}

/** The same for a change, which takes it away with the `null` of a form. */
export const readMetadataOrNull = (value: PyValue): PyObject | null => (value === null ? null : readMetadata(value));

/** As the database keeps it: JSON text with its keys in jsonb's order. */
export const storeMetadata = (metadata: PyObject | null): string | null =>
  metadata && writePython(asJsonb(metadata), COMPACT);

/** As the client wrote it, for answers that are made before it is read back. */
export const asWritten = (metadata: PyObject | null): string | null => metadata && writePython(metadata, COMPACT);

/** The database takes neither NUL nor half of a surrogate pair, and the vendor says so only by an error id. */
export function isStorable(value: PyValue): boolean {
  if (typeof value === 'string') return !UNSTORABLE.test(value);
  if (Array.isArray(value)) return value.every(isStorable);
  if (isPyObject(value)) for (const [key, inner] of value) if (!isStorable(key) || !isStorable(inner)) return false;
  return true;
}

// oxlint-disable-next-line no-control-regex -- that is one of the two
const UNSTORABLE = /[\0\p{Cs}]/u;
