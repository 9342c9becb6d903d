import {
  byCodePoint,
  isPyObject,
  parsePython,
  PyFloat,
  PyRecursionError,
  type PyObject,
  type PyValue,
} from '../python/json.js';
import { json, Refused, VendorCrash } from './replies.js';

/** The framework's serializers, with its messages (observed: recordings of v1.64.1). */

/** A field's value is refused, with these messages. */
export class Invalid extends Error {
  readonly detail: PyValue;

  constructor(detail: PyValue) {
    super('invalid');
    this.detail = detail;
  }
}

/** A rule that fails with one message. */
export const invalid = (message: string): Invalid => new Invalid([message]);
/** A rule that names an inner field: the message stands there as a text, not in a list. */
export const invalidAt = (field: string, detail: PyValue): Invalid => new Invalid(new Map([[field, detail]]));

const NOT_NULL = 'This field may not be null.';
const REQUIRED = 'This field is required.';
const NO_JSON = 'Value must be valid JSON.';

/** The fields of a form, the last of each name. */
export type Form = PyObject;

/** A file of a form: to a field of JSON its name, to any other a thing of another type. Its text is its name. */
export class Upload extends Map<string, PyValue> {
  constructor(name: string) {
    super([['name', name]]);
  }
}

type Read<T> = (value: PyValue) => T;

/** False for what holds a float beyond all numbers. */
function isFinite(value: PyValue): boolean {
  if (value instanceof PyFloat) return Number.isFinite(value.value);
  if (Array.isArray(value)) return value.every(isFinite);
  return !isPyObject(value) || [...value.values()].every(isFinite);
}

/** A body: JSON, or a form, in which everything is text. */
export class Input {
  readonly data: PyObject;
  readonly #form: Form | undefined;

  constructor(data: PyObject, form?: Form) {
    this.data = data;
    this.#form = form;
  }

  get isForm(): boolean {
    return this.#form !== undefined;
  }

  /** The field's value; `undefined` if it is absent, as an empty optional field of a form is. */
  get(name: string, required: boolean): PyValue | undefined {
    const value = this.data.get(name);
    return this.isForm && value === '' && !required ? undefined : value;
  }

  /** The value of a JSON field: a form holds it as text, and JSON has no number beyond all others. */
  readJson(value: PyValue): PyValue {
    if (value instanceof Upload && !this.isForm) throw invalid(NO_JSON);
    const text = value instanceof Upload ? value.get('name') : value;
    if (!this.isForm || typeof text !== 'string') {
      if (!isFinite(value)) throw invalid(NO_JSON);
      return value;
    }
    try {
      return parsePython(text);
    } catch (fault) {
      if (fault instanceof PyRecursionError) throw new VendorCrash('json');
      throw invalid(NO_JSON);
    }
  }

  /** An object that is a serializer of its own: `name.field` in a form. */
  nested(name: string): Input | PyValue | undefined {
    if (!this.isForm) {
      const value = this.data.get(name);
      return isPyObject(value) ? new Input(value) : value;
    }
    const inner: PyObject = new Map();
    const start = `${name}.`;
    for (const [key, value] of this.data)
      if (key.startsWith(start) && key !== start) inner.set(key.slice(start.length), value);
    return inner.size === 0 ? undefined : new Input(inner, this.#form);
  }
}

/** Reads the fields of one serializer in their order and collects their errors. */
export class Serializer {
  readonly input: Input;
  /** Field name to messages, in the order of the fields. */
  readonly #errors: PyObject = new Map();
  readonly #names: string[] = [];

  constructor(input: Input) {
    this.input = input;
  }

  get hasErrors(): boolean {
    return this.#errors.size > 0;
  }

  /** True for a field that surely was not sent, which counts among those that may be. Parts of one have names of their own in a form. */
  lacks(name: string): boolean {
    if (this.input.isForm || this.input.data.has(name)) return false;
    this.#names.push(name);
    return true;
  }

  /** A field that must be there. */
  required<T>(name: string, read: Read<T>): T | undefined {
    const value = this.#given(name, true);
    if (value !== undefined) return this.#guard(name, value, read);
    this.addError(name, REQUIRED);
    return undefined;
  }

  /** A field that may be missing, but not null. */
  optional<T>(name: string, read: Read<T>): T | undefined {
    const value = this.#given(name);
    return value === undefined ? undefined : this.#guard(name, value, read);
  }

  /** A field of JSON that may be missing. In a form it is text, and `null` there is what the field is without it. */
  json<T>(name: string, read: Read<T>): T | undefined {
    return this.jsonOrNull(name, (value) => (value === null ? undefined : read(value)));
  }

  /** The same where the `null` of a form is a value of its own. */
  jsonOrNull<T>(name: string, read: Read<T>): T | undefined {
    const value = this.#given(name, true);
    return value === undefined ? undefined : this.#guard(name, value, (given) => read(this.input.readJson(given)));
  }

  /** The same for a rule that runs whether the field is there or not. */
  alwaysJson<T>(name: string, read: (value: PyValue | undefined) => T): T | undefined {
    return this.#guard(name, this.#given(name, true), (given) =>
      read(given === undefined ? undefined : (this.input.readJson(given) ?? undefined)),
    );
  }

  nested<T>(name: string, read: (inner: Serializer) => T): T | undefined {
    this.#names.push(name);
    const value = this.input.nested(name);
    if (value === undefined) return undefined;
    return this.#guard(name, value, () => {
      if (!(value instanceof Input)) throw new Invalid(notADictionary(value));
      const inner = new Serializer(value);
      const result = read(inner);
      if (inner.hasErrors) throw new Invalid(inner.#errors);
      return result;
    });
  }

  addError(field: string, message: string): void {
    this.#errors.set(field, [message]);
  }

  /** Once all fields are good: nothing else may have been sent. */
  refuseOthers(): void {
    if (this.hasErrors) return;
    const others: string[] = [];
    for (const name of this.input.data.keys()) if (!this.#names.includes(name)) others.push(name);
    if (others.length === 0) return;
    others.sort(byCodePoint);
    const allowed = [...this.#names].sort().join(', ');
    this.addError('non_field_errors', `Unexpected field(s): ${others.join(', ')}. Allowed fields are: ${allowed}`);
  }

  /** Ends the call with 400 and every error, if there is one. */
  assertValid(): void {
    if (this.hasErrors) throw new Refused(json(400, this.#errors));
  }

  #given(name: string, required = false): PyValue | undefined {
    this.#names.push(name);
    return this.input.get(name, required);
  }

  /** Runs the rule of a field, which never sees null, and keeps its refusal. */
  #guard<V, T>(name: string, value: V, read: (value: V) => T): T | undefined {
    try {
      if (value === null) throw invalid(NOT_NULL);
      return read(value);
    } catch (refusal) {
      if (!(refusal instanceof Invalid)) throw refusal;
      this.#errors.set(name, refusal.detail);
      return undefined;
    }
  }
}

/** The framework's refusal of something else than an object. */
export function notADictionary(value: PyValue): PyObject {
  return new Map([['non_field_errors', [`Invalid data. Expected a dictionary, but got ${pythonTypeName(value)}.`]]]);
}

function pythonTypeName(value: PyValue): string {
  if (value === null) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'str';
  return value instanceof PyFloat ? 'float' : isPyObject(value) ? 'dict' : 'int';
}
