import { COMPACT, toPython, writePython, type PyObject, type PyValue } from '../python/json.js';
import type { Reply } from '../../provider.js';

const JSON_TYPE = { 'Content-Type': 'application/json' };

export const json = (status: number, value: PyValue, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  headers: { ...JSON_TYPE, ...headers },
  body: escapeSeparators(writePython(value, COMPACT)),
});

/** An answer whose JSON text is ready. */
export const jsonText = (status: number, body: string): Reply => ({
  status,
  headers: JSON_TYPE,
  body: escapeSeparators(body),
});

/** The framework escapes the two characters that end a line in JavaScript but not in JSON. */
const escapeSeparators = (text: string): string => text.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');

/** The vendor's empty success: 200, no bytes, no content type. */
export const empty = (): Reply => ({ status: 200 });

/** The hand-written errors: `{"error": "…"}`. */
export const error = (status: number, text: string): Reply => json(status, toPython({ error: text }));

/** The framework's own: `{"detail": "…"}`. */
export const detail = (status: number, text: string, headers: Readonly<Record<string, string>> = {}): Reply =>
  json(status, toPython({ detail: text }), headers);

const htmlPage = (status: number, title: string, text: string): Reply => ({
  status,
  headers: { 'Content-Type': 'text/html; charset=utf-8' },
  body: `\n<!doctype html>\n<html lang="en">\n<head>\n  <title>${title}</title>\n</head>\n<body>\n  <h1>${title}</h1><p>${text}</p>\n</body>\n</html>\n`,
});

/** What the vendor answers where its own code fails. */
export const serverError = (): Reply => htmlPage(500, 'Server Error (500)', '');

/** Outside the API, the framework's page. */
export const pageNotFound = (): Reply =>
  htmlPage(404, 'Not Found', 'The requested resource was not found on this server.');

/** What a serializer found: field name to messages, in the order of the fields. */
export class FieldErrors {
  readonly #fields: PyObject = new Map();

  get any(): boolean {
    return this.#fields.size > 0;
  }

  get value(): PyObject {
    return this.#fields;
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
