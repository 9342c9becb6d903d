import { isPyObject, PyFloat, type PyObject, type PyValue } from '../python/json.js';
import { pythonRepr } from '../python/repr.js';

/**
 * As much of JSON Schema as Attendee's settings need, with the messages of the Python library that it checks them
 * with, and that library's way to choose the one error that is shown (observed: recordings of v1.64.1).
 */
export interface JsonSchema {
  readonly type?: TypeName | readonly TypeName[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly enum?: readonly (string | number)[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly minItems?: number;
  readonly uniqueItems?: boolean;
  readonly oneOf?: readonly JsonSchema[];
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
}

type TypeName = 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'null';
type Step = string | number;

interface Fault {
  readonly message: string;
  readonly path: readonly Step[];
  readonly keyword: string;
  /** The value is of the type that the schema wants, only wrong in another way. */
  readonly matchesType: boolean;
  /** The faults of each branch of a `oneOf`. */
  readonly context: readonly Fault[];
}

/** The message of the error that the library shows for a value; `undefined` if the value is valid. */
export function schemaFault(schema: JsonSchema, value: PyValue): string | undefined {
  return bestOf(faultsOf(schema, value, []))?.message;
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
function faultsOf(schema: JsonSchema, value: PyValue, path: readonly Step[]): Fault[] {
  const matchesType = schema.type !== undefined && typesOf(schema).some((type) => isOfType(value, type));
  const fault = (keyword: string, message: string, context: readonly Fault[] = []): Fault => ({
    message,
    path,
    keyword,
    matchesType,
    context,
  });
  return CHECKS.flatMap((check) => check(schema, value, path, fault));
}

type MakeFault = (keyword: string, message: string, context?: readonly Fault[]) => Fault;
type Check = (schema: JsonSchema, value: PyValue, path: readonly Step[], fault: MakeFault) => Fault[];

const CHECKS: readonly Check[] = [
  checkType,
  checkProperties,
  checkEnum,
  checkPattern,
  checkMinLength,
  checkItems,
  checkOneOf,
  checkRequired,
  checkAdditional,
];

const typesOf = ({ type = [] }: JsonSchema): readonly TypeName[] => (typeof type === 'string' ? [type] : type);

function checkType(schema: JsonSchema, value: PyValue, _: readonly Step[], fault: MakeFault): Fault[] {
  const types = typesOf(schema);
  if (types.length === 0 || types.some((type) => isOfType(value, type))) return [];
  return [fault('type', `${pythonRepr(value)} is not of type ${types.map((type) => `'${type}'`).join(', ')}`)];
}

function isOfType(value: PyValue, type: TypeName): boolean {
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

function checkProperties({ properties = {} }: JsonSchema, value: PyValue, path: readonly Step[]): Fault[] {
  if (!isPyObject(value)) return [];
  return Object.entries(properties).flatMap(([name, inner]) =>
    value.has(name) ? faultsOf(inner, value.get(name)!, [...path, name]) : [],
  );
}

function checkEnum({ enum: words }: JsonSchema, value: PyValue, _: readonly Step[], fault: MakeFault): Fault[] {
  if (!words) return [];
  const plain = value instanceof PyFloat ? value.value : value;
  if (words.some((word) => word === plain)) return [];
  return [fault('enum', `${pythonRepr(value)} is not one of ${pythonRepr([...words])}`)];
}

function checkPattern({ pattern }: JsonSchema, value: PyValue, _: readonly Step[], fault: MakeFault): Fault[] {
  if (pattern === undefined || typeof value !== 'string' || new RegExp(pattern, 'u').test(value)) return [];
  return [fault('pattern', `${pythonRepr(value)} does not match ${pythonRepr(pattern)}`)];
}

function checkMinLength({ minLength = 0 }: JsonSchema, value: PyValue, _: readonly Step[], fault: MakeFault): Fault[] {
  if (typeof value !== 'string' || [...value].length >= minLength) return [];
  return [fault('minLength', `${pythonRepr(value)} ${minLength === 1 ? 'should be non-empty' : 'is too short'}`)];
}

function checkItems(
  { items, minItems = 0, uniqueItems = false }: JsonSchema,
  value: PyValue,
  path: readonly Step[],
  fault: MakeFault,
): Fault[] {
  if (!Array.isArray(value)) return [];
  const faults = items ? value.flatMap((item, i) => faultsOf(items, item, [...path, i])) : [];
  if (value.length < minItems)
    faults.push(fault('minItems', `${pythonRepr(value)} ${minItems === 1 ? 'should be non-empty' : 'is too short'}`));
  if (uniqueItems && new Set(value.map(pythonRepr)).size < value.length)
    faults.push(fault('uniqueItems', `${pythonRepr(value)} has non-unique elements`));
  return faults;
}

function checkOneOf({ oneOf }: JsonSchema, value: PyValue, _: readonly Step[], fault: MakeFault): Fault[] {
  if (!oneOf) return [];
  const branches = oneOf.map((schema) => ({ schema, faults: faultsOf(schema, value, []) }));
  const valid = branches.filter(({ faults }) => faults.length === 0).map(({ schema }) => schema);
  if (valid.length === 1) return [];
  if (valid.length === 0) {
    const context = branches.flatMap(({ faults }) => faults);
    return [fault('oneOf', `${pythonRepr(value)} is not valid under any of the given schemas`, context)];
  }
  // The library names the first that fits last.
  const named = [...valid.slice(1), valid[0]!].map((schema) => pythonRepr(schemaAsPython(schema))).join(', ');
  return [fault('oneOf', `${pythonRepr(value)} is valid under each of ${named}`)];
}

function schemaAsPython(schema: JsonSchema): PyObject {
  return new Map(
    Object.entries(schema as Readonly<Record<string, PyValue>>).map(([key, inner]) => [
      key,
      Array.isArray(inner) ? [...inner] : inner,
    ]),
  );
}

function checkRequired({ required = [] }: JsonSchema, value: PyValue, _: readonly Step[], fault: MakeFault): Fault[] {
  if (!isPyObject(value)) return [];
  return required
    .filter((name) => !value.has(name))
    .map((name) => fault('required', `${pythonRepr(name)} is a required property`));
}

function checkAdditional(schema: JsonSchema, value: PyValue, path: readonly Step[], fault: MakeFault): Fault[] {
  const { additionalProperties = true, properties = {} } = schema;
  if (additionalProperties === true || !isPyObject(value)) return [];
  const extra = [...value.keys()].filter((name) => !Object.hasOwn(properties, name));
  if (additionalProperties !== false)
    return extra.flatMap((name) => faultsOf(additionalProperties, value.get(name)!, [...path, name]));
  if (extra.length === 0) return [];
  const names = extra.sort().map((name) => pythonRepr(name));
  return [
    fault(
      'additionalProperties',
      `Additional properties are not allowed (${names.join(', ')} ${names.length === 1 ? 'was' : 'were'} unexpected)`,
    ),
  ];
}
