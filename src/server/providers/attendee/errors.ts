import { COMPACT, toPython, writePython, type PyValue } from './python-json.js';
import type { Reply } from '../provider.js';

const JSON_TYPE = { 'Content-Type': 'application/json' };

export const json = (status: number, value: PyValue, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  headers: { ...JSON_TYPE, ...headers },
  body: writePython(value, COMPACT),
});

/** An answer whose JSON text is ready. */
export const jsonText = (status: number, body: string): Reply => ({ status, headers: JSON_TYPE, body });

/** The vendor's empty success: 200, no bytes, no content type. */
export const empty = (): Reply => ({ status: 200 });

/** The hand-written errors: `{"error": "…"}`. */
export const error = (status: number, text: string): Reply => json(status, toPython({ error: text }));

/** The framework's own: `{"detail": "…"}`. */
export const detail = (status: number, text: string, headers: Readonly<Record<string, string>> = {}): Reply =>
  json(status, toPython({ detail: text }), headers);

/** What a serializer found: field name to messages, in the order of the fields. */
export class FieldErrors {
  readonly #fields = new Map<string, PyValue>();

  get any(): boolean {
    return this.#fields.size > 0;
  }

  add(field: string, ...messages: string[]): void {
    this.#fields.set(field, messages);
  }

  /** For a rule that names an inner field: its message stands there as a text, not in a list. */
  addNested(field: string, value: PyValue): void {
    this.#fields.set(field, value);
  }

  reply(): Reply {
    return json(400, this.#fields);
  }
}

export const NOT_NULL = 'This field may not be null.';
export const NOT_BLANK = 'This field may not be blank.';
export const REQUIRED = 'This field is required.';
export const NOT_A_STRING = 'Not a valid string.';
