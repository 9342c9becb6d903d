import type { FieldSchema, FieldType } from '../../../../contracts/rules.js';
import { byCodePoint, isPyObject, PyFloat, type PyObject, type PyValue } from '../python/json.js';
import { pythonRepr } from '../python/repr.js';

/**
 * Holds values to the schemas of Attendee's settings, with the messages of the Python library that it checks them with,
 * and that library's way to choose the one error that is shown (observed: recordings of v1.64.1).
 */
type Step = string | number;

interface Fault {
  /** Worded for the one that is shown: a body may have a hundred thousand. */
  readonly message: () => string;
  readonly path: readonly Step[];
  readonly keyword: string;
  /** The value is of the type that the schema wants, only wrong in another way. */
  readonly matchesType: boolean;
  /** The faults of each branch of a `oneOf`. */
  readonly context: readonly Fault[];
}

/** The message of the error that the library shows for a value; `undefined` if the value is valid. */
export function schemaFault(schema: FieldSchema, value: PyValue): string | undefined {
  return bestOf(faultsOf(schema, value))?.message();
}

/** The shallowest error; in a `oneOf`, that of the branch that fits best, if one does. */
function bestOf(faults: readonly Fault[]): Fault | undefined {
  let best = faults.reduce<Fault | undefined>(
    (found, fault) => (found === undefined || compareRelevance(fault, found) > 0 ? fault : found),
    undefined,
  );
  while (best !== undefined && best.context.length > 0) {
    const [first, second] = [...best.context].sort(compareRelevance);
    if (second !== undefined && compareRelevance(first!, second) === 0) return best;
    best = first;
  }
  return best;
}

function compareRelevance(a: Fault, b: Fault): number {
  return (
    b.path.length - a.path.length ||
    comparePaths(a.path, b.path) ||
    Number(a.keyword !== 'oneOf') - Number(b.keyword !== 'oneOf') ||
    Number(!a.matchesType) - Number(!b.matchesType)
  );
}

function comparePaths(a: readonly Step[], b: readonly Step[]): number {
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i]!];
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}

/** Every error, in the order in which the keywords stand in {@link CHECKS}. */
function faultsOf(schema: FieldSchema, value: PyValue): readonly Fault[] {
  const search = new Search();
  search.check(schema, value);
  return search.faults;
}

type Check = (schema: FieldSchema, value: PyValue, search: Search) => void;

const CHECKS: readonly Check[] = [
  checkType,
  checkProperties,
  checkEnum,
  checkPattern,
  checkMinLength,
  checkMinimum,
  checkItems,
  checkOneOf,
  checkRequired,
  checkAdditional,
];

/** One walk through a value. Nothing is made of what is valid, since nearly all is. */
class Search {
  readonly faults: Fault[] = [];
  readonly #path: Step[] = [];

  check(schema: FieldSchema, value: PyValue): void {
    for (const check of CHECKS) check(schema, value, this);
  }

  checkAt(step: Step, schema: FieldSchema, value: PyValue): void {
    this.#path.push(step);
    this.check(schema, value);
    this.#path.pop();
  }

  add(schema: FieldSchema, value: PyValue, fault: Pick<Fault, 'keyword' | 'message'> & Partial<Fault>): void {
    const matchesType = typesOf(schema).some((type) => isOfType(value, type));
    this.faults.push({ path: [...this.#path], matchesType, context: [], ...fault });
  }
}

const typesOf = ({ type = [] }: FieldSchema): readonly FieldType[] => (typeof type === 'string' ? [type] : type);

function checkType(schema: FieldSchema, value: PyValue, search: Search): void {
  const { type } = schema;
  if (type === undefined || (typeof type === 'string' && isOfType(value, type))) return;
  const types = typesOf(schema);
  if (types.length === 0 || types.some((one) => isOfType(value, one))) return;
  const message = () => `${pythonRepr(value)} is not of type ${types.map((one) => `'${one}'`).join(', ')}`;
  search.add(schema, value, { keyword: 'type', message });
}

function isOfType(value: PyValue, type: FieldType): boolean {
  switch (type) {
    case 'object':
      return isPyObject(value);
    case 'array':
      return Array.isArray(value);
    case 'string':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'null':
      return value === null;
    case 'integer':
      return (
        typeof value === 'number' ||
        typeof value === 'bigint' ||
        (value instanceof PyFloat && Number.isInteger(value.value))
      );
    case 'number':
      return typeof value === 'number' || typeof value === 'bigint' || value instanceof PyFloat;
  }
}

function checkProperties({ properties }: FieldSchema, value: PyValue, search: Search): void {
  if (!properties || !isPyObject(value)) return;
  for (const name in properties) if (value.has(name)) search.checkAt(name, properties[name]!, value.get(name)!);
}

function checkEnum(schema: FieldSchema, value: PyValue, search: Search): void {
  const { enum: words } = schema;
  if (!words) return;
  const plain = value instanceof PyFloat ? value.value : value;
  if (words.some((word) => word === plain)) return;
  search.add(schema, value, {
    keyword: 'enum',
    message: () => `${pythonRepr(value)} is not one of ${pythonRepr([...words])}`,
  });
}

/** As many as the schemas have. */
const expressions = new Map<string, RegExp>();

function expressionOf(pattern: string): RegExp {
  // To Python, a line may still end behind the end.
  const expression = expressions.get(pattern) ?? new RegExp(pattern.replace(/\$$/, '\\n?$'), 'u');
  expressions.set(pattern, expression);
  return expression;
}

function checkPattern(schema: FieldSchema, value: PyValue, search: Search): void {
  const { pattern } = schema;
  if (pattern === undefined || typeof value !== 'string' || expressionOf(pattern).test(value)) return;
  const message = () => `${pythonRepr(value)} does not match ${pythonRepr(pattern)}`;
  search.add(schema, value, { keyword: 'pattern', message });
}

function checkMinLength(schema: FieldSchema, value: PyValue, search: Search): void {
  const { minLength } = schema;
  if (minLength === undefined || typeof value !== 'string' || [...value].length >= minLength) return;
  const message = () => `${pythonRepr(value)} ${minLength === 1 ? 'should be non-empty' : 'is too short'}`;
  search.add(schema, value, { keyword: 'minLength', message });
}

function checkMinimum(schema: FieldSchema, value: PyValue, search: Search): void {
  const { minimum } = schema;
  if (minimum === undefined || !isOfType(value, 'number')) return;
  const number = value instanceof PyFloat ? value.value : (value as number | bigint);
  if (number >= minimum) return;
  const message = () => `${pythonRepr(value)} is less than the minimum of ${minimum}`;
  search.add(schema, value, { keyword: 'minimum', message });
}

function checkItems(schema: FieldSchema, value: PyValue, search: Search): void {
  if (!Array.isArray(value)) return;
  const { items, minItems = 0, uniqueItems = false } = schema;
  if (items) for (const [i, item] of value.entries()) search.checkAt(i, items, item);
  if (value.length < minItems) {
    const message = () => `${pythonRepr(value)} ${minItems === 1 ? 'should be non-empty' : 'is too short'}`;
    search.add(schema, value, { keyword: 'minItems', message });
  }
  if (uniqueItems && value.length > 1 && new Set(value.map(identityOf)).size < value.length)
    search.add(schema, value, {
      keyword: 'uniqueItems',
      message: () => `${pythonRepr(value)} has non-unique elements`,
    });
}

/** A text that two values share exactly if the library holds them for equal: 1 and 1.0 are, 1 and True are not. */
function identityOf(value: PyValue): string {
  if (Array.isArray(value)) return `[${value.map(identityOf).join()}]`;
  if (isPyObject(value))
    return `{${[...value]
      .map(([key, inner]) => `${pythonRepr(key)}:${identityOf(inner)}`)
      .sort()
      .join()}}`;
  const isWhole = value instanceof PyFloat && Number.isInteger(value.value);
  return pythonRepr(isWhole ? BigInt(value.value) : value);
}

function checkOneOf(schema: FieldSchema, value: PyValue, search: Search): void {
  const { oneOf } = schema;
  if (!oneOf) return;
  const branches = oneOf.map((branch) => ({ branch, faults: faultsOf(branch, value) }));
  const valid = branches.filter(({ faults }) => faults.length === 0).map(({ branch }) => branch);
  if (valid.length === 1) return;
  if (valid.length === 0) {
    const message = () => `${pythonRepr(value)} is not valid under any of the given schemas`;
    return search.add(schema, value, { keyword: 'oneOf', message, context: branches.flatMap(({ faults }) => faults) });
  }
  // The library names the first that fits last.
  const named = [...valid.slice(1), valid[0]!].map((branch) => pythonRepr(schemaAsPython(branch))).join(', ');
  search.add(schema, value, {
    keyword: 'oneOf',
    message: () => `${pythonRepr(value)} is valid under each of ${named}`,
  });
}

function schemaAsPython(schema: FieldSchema): PyObject {
  return new Map(
    Object.entries(schema as Readonly<Record<string, PyValue>>).map(([key, inner]) => [
      key,
      Array.isArray(inner) ? [...inner] : inner,
    ]),
  );
}

function checkRequired(schema: FieldSchema, value: PyValue, search: Search): void {
  if (!schema.required || !isPyObject(value)) return;
  for (const name of schema.required)
    if (!value.has(name))
      search.add(schema, value, { keyword: 'required', message: () => `${pythonRepr(name)} is a required property` });
}

function checkAdditional(schema: FieldSchema, value: PyValue, search: Search): void {
  const { additionalProperties = true, properties = {} } = schema;
  if (additionalProperties === true || !isPyObject(value)) return;
  const extra: string[] = [];
  for (const name of value.keys()) if (!Object.hasOwn(properties, name)) extra.push(name);
  if (additionalProperties !== false)
    return extra.forEach((name) => search.checkAt(name, additionalProperties, value.get(name)!));
  if (extra.length === 0) return;
  const names = extra.sort(byCodePoint).map((name) => pythonRepr(name));
  const message = () =>
    `Additional properties are not allowed (${names.join(', ')} ${names.length === 1 ? 'was' : 'were'} unexpected)`;
  search.add(schema, value, { keyword: 'additionalProperties', message });
}
