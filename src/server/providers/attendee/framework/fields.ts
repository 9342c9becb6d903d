import type { Micros } from '../../../../clock/instant.js';
import { FieldErrors } from './errors.js';
import { isPyObject, parsePython, PyFloat, PyJsonError, type PyObject, type PyValue } from '../python/json.js';
import { pythonStr, pythonStrip } from '../python/repr.js';
import { parseDjangoTime } from '../python/times.js';

/** The fields of the framework's serializers, with its messages (observed: recordings of v1.64.1). */

/** A field's value is refused, with these messages. */
export class Invalid extends Error {
  readonly detail: PyValue;

  constructor(detail: PyValue) {
    super('invalid');
    this.detail = detail;
  }
}

/** The vendor's own code fails on this value: its answer is a 500. */
export class VendorCrash extends Error {}

/** A rule that fails with one message. */
export const invalid = (message: string): Invalid => new Invalid([message]);
/** A rule that names an inner field: the message stands there as a text, not in a list. */
export const invalidAt = (field: string, detail: PyValue): Invalid => new Invalid(new Map([[field, detail]]));

export const NOT_NULL = 'This field may not be null.';
const NOT_BLANK = 'This field may not be blank.';
const REQUIRED = 'This field is required.';
const DATE_FORMATS =
  'Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].';

/** The fields of a form, the last of each name. */
export type Form = PyObject;

type Read<T> = (value: PyValue) => T;

/** What a client sent: JSON, or a form, in which everything is text. */
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

  /** An object that is a serializer of its own: `name.field` in a form. */
  nested(name: string): Input | PyValue | undefined {
    if (!this.isForm) {
      const value = this.data.get(name);
      return isPyObject(value) ? new Input(value) : value;
    }
    const inner: PyObject = new Map();
    for (const [key, value] of this.data) if (key.startsWith(`${name}.`)) inner.set(key.slice(name.length + 1), value);
    return inner.size === 0 ? undefined : new Input(inner, this.#form);
  }
}

/** Reads the fields of one serializer in their order and collects what is wrong with them. */
export class Serializer {
  readonly errors = new FieldErrors();
  readonly input: Input;
  readonly #names: string[] = [];

  constructor(input: Input) {
    this.input = input;
  }

  /** A field that must be there. */
  required<T>(name: string, read: Read<T>): T | undefined {
    return this.#take(name, true, read);
  }

  /** A field that may be missing, but not null. */
  optional<T>(name: string, read: Read<T>): T | undefined {
    return this.#take(name, false, read);
  }

  /** A rule that runs whether the field is there or not. */
  always<T>(name: string, read: (value: PyValue | undefined) => T): T | undefined {
    this.#names.push(name);
    return this.guard(name, () => {
      const value = this.#present(name, false);
      if (value === null) throw invalid(NOT_NULL);
      return read(value);
    });
  }

  nested<T>(name: string, read: (inner: Serializer) => T): T | undefined {
    this.#names.push(name);
    const value = this.input.nested(name);
    if (value === undefined) return undefined;
    return this.guard(name, () => {
      if (value === null) throw invalid(NOT_NULL);
      if (!(value instanceof Input)) throw new Invalid(notADictionary(value));
      const inner = new Serializer(value);
      const result = read(inner);
      if (inner.errors.any) throw new Invalid(inner.errors.value);
      return result;
    });
  }

  /** Runs a rule of a field and keeps its refusal. */
  guard<T>(name: string, work: () => T): T | undefined {
    try {
      return work();
    } catch (refusal) {
      if (!(refusal instanceof Invalid)) throw refusal;
      this.errors.addNested(name, refusal.detail);
      return undefined;
    }
  }

  /** Once all fields are good: nothing else may have been sent. */
  refuseOthers(): void {
    if (this.errors.any) return;
    const others = [...this.input.data.keys()].filter((name) => !this.#names.includes(name)).sort();
    if (others.length === 0) return;
    const allowed = [...this.#names].sort().join(', ');
    this.errors.add('non_field_errors', `Unexpected field(s): ${others.join(', ')}. Allowed fields are: ${allowed}`);
  }

  #take<T>(name: string, required: boolean, read: Read<T>): T | undefined {
    this.#names.push(name);
    return this.guard(name, () => {
      const value = this.#present(name, required);
      if (value === undefined) {
        if (required) throw invalid(REQUIRED);
        return undefined;
      }
      if (value === null) throw invalid(NOT_NULL);
      return read(value);
    });
  }

  #present(name: string, required: boolean): PyValue | undefined {
    return this.input.get(name, required);
  }
}

/** What the framework says when a serializer gets something else than an object. */
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

/** A text: numbers become texts, and the ends are trimmed. */
export function text(value: PyValue, { blank = false, max = Number.POSITIVE_INFINITY } = {}): string {
  if (value === '' || pythonStrip(pythonStr(value)) === '') {
    if (blank) return '';
    throw invalid(NOT_BLANK);
  }
  if (value === null || typeof value === 'boolean' || Array.isArray(value) || isPyObject(value))
    throw invalid('Not a valid string.');
  const trimmed = pythonStrip(pythonStr(value));
  const faults: string[] = [];
  if ([...trimmed].length > max) faults.push(`Ensure this field has no more than ${max} characters.`);
  if (trimmed.includes('\0')) faults.push('Null characters are not allowed.');
  const surrogate = /\p{Cs}/u.exec(trimmed)?.[0];
  if (surrogate !== undefined)
    faults.push(`Surrogate characters are not allowed: U+${surrogate.charCodeAt(0).toString(16).toUpperCase()}.`);
  if (faults.length > 0) throw new Invalid(faults);
  return trimmed;
}

export function choice<const W extends string>(words: readonly W[]): Read<W> {
  return (value) => {
    const found = words.find((word) => word === pythonStr(value));
    if (found === undefined) throw invalid(`"${pythonStr(value)}" is not a valid choice.`);
    return found;
  };
}

const YES = ['t', 'y', 'yes', 'true', 'on', '1'];
const NO = ['f', 'n', 'no', 'false', 'off', '0'];

export function boolean(value: PyValue): boolean {
  const word = value instanceof PyFloat ? String(value.value) : pythonStrip(pythonStr(value)).toLowerCase();
  if (!Array.isArray(value) && YES.includes(word)) return true;
  if (!Array.isArray(value) && NO.includes(word)) return false;
  throw invalid('Must be a valid boolean.');
}

export function dateTime(value: PyValue): Micros {
  const at = typeof value === 'string' ? parseDjangoTime(value) : undefined;
  if (at === undefined) throw invalid(DATE_FORMATS);
  return at;
}

const LETTER = 'a-z0-9\\u00a1-\\uffff';
const HOST = `[${LETTER}](?:[${LETTER}-]{0,61}[${LETTER}])?(?:\\.(?!-)[${LETTER}-]{1,63}(?<!-))*\\.(?!-)(?:[a-z\\u00a1-\\uffff-]{2,63}|xn--[a-z0-9]{1,59})(?<!-)\\.?`;
const OCTET = '(?:0|25[0-5]|2[0-4]\\d|1\\d?\\d?|[1-9]\\d?)';
const URL_FORM = new RegExp(
  `^(?:https?|ftps?)://(?:[^\\s:@/]+(?::[^\\s:@/]*)?@)?(?:${OCTET}(?:\\.${OCTET}){3}|\\[[0-9a-f:.]+\\]|${HOST}|localhost)(?::[0-9]{1,5})?(?:[/?#][^\\s]*)?$`,
  'i',
);

export function url(value: PyValue): string {
  const given = text(value);
  if (given.length > 2048 || !URL_FORM.test(given)) throw invalid('Enter a valid URL.');
  return given;
}

/** A JSON field of a form holds JSON as text. */
export function json(input: Input): Read<PyValue> {
  return (value) => {
    if (!input.isForm || typeof value !== 'string') return value;
    try {
      return parsePython(value);
    } catch (fault) {
      if (fault instanceof PyJsonError || fault instanceof Error) throw invalid('Value must be valid JSON.');
      throw fault;
    }
  };
}

/** True for characters beyond the Basic Multilingual Plane. */
export const holdsRareCharacters = (name: string): boolean => /[\u{10000}-\u{10ffff}]/u.test(name);
