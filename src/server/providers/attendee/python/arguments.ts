import { isPyObject, PyFloat, toPython, type PyObject, type PyValue } from './json.js';

/** Arguments of the backstage door as Python would hold them. `{"$float": "1.0"}` is a number that keeps its written form. */

interface WrittenFloat {
  readonly $float: string;
}

const isWrittenFloat = (value: object): value is WrittenFloat => '$float' in value && typeof value.$float === 'string';

export const numberArgument = (value: number | WrittenFloat): number =>
  typeof value === 'number' ? value : Number(value.$float);

export function pythonArgument(value: unknown): PyValue {
  if (Array.isArray(value)) return value.map(pythonArgument);
  if (typeof value !== 'object' || value === null) return toPython(value);
  if (isWrittenFloat(value)) return new PyFloat(Number(value.$float));
  return new Map(Object.entries(value).map(([key, inner]) => [key, pythonArgument(inner)]));
}

export function objectArgument(value: object | null = {}): PyObject {
  const given = pythonArgument(value);
  return isPyObject(given) ? given : new Map();
}
