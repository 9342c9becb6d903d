import { byCodePoint, isPyObject, PyFloat, type PyValue } from '../../../../contracts/json/python-json.js';

export {
  byCodePoint,
  CANONICAL,
  COMPACT,
  floatRepr,
  isPyObject,
  parsePython,
  PyRecursionError,
  PyFloat,
  toPython,
  WIRE,
  writePython,
  type PyObject,
  type PyValue,
} from '../../../../contracts/json/python-json.js';

/** `bool(value)`. */
export function isTruthy(value: PyValue | undefined): boolean {
  if (value instanceof PyFloat) return value.value !== 0;
  if (Array.isArray(value)) return value.length > 0;
  return isPyObject(value) ? value.size > 0 : Boolean(value);
}

/** A value as PostgreSQL's jsonb stores it: keys, at every depth, by their length in bytes, then by their bytes. */
export function asJsonb(value: PyValue): PyValue {
  if (Array.isArray(value)) return value.map(asJsonb);
  if (value instanceof PyFloat) return jsonbNumber(value);
  if (!isPyObject(value)) return value;
  const fields = [...value].map(([key, inner]) => ({ key, bytes: Buffer.byteLength(key), inner }));
  fields.sort((a, b) => a.bytes - b.bytes || byCodePoint(a.key, b.key));
  return new Map(fields.map(({ key, inner }) => [key, asJsonb(inner)]));
}

/** jsonb writes numbers out in full: an exponent is gone, and with it what made the number a float. */
function jsonbNumber(float: PyFloat): PyValue {
  const { value } = float;
  if (value === 0) return new PyFloat(0);
  if (Math.abs(value) < 1e16 || !Number.isFinite(value)) return float;
  // From the shortest digits, as the vendor does: 1e23 is a one with 23 zeros and not its binary neighbour.
  const [mantissa, exponent] = value.toExponential().split('e') as [string, string];
  const [whole, fraction = ''] = mantissa.split('.') as [string, string?];
  return BigInt(whole + fraction.padEnd(Number(exponent), '0'));
}
