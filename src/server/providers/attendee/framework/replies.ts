import type { Reply } from '../../provider.js';
import { COMPACT, toPython, writePython, type PyValue } from '../python/json.js';

/** Frozen, as answers share it. */
const JSON_TYPE = Object.freeze({ 'Content-Type': 'application/json' });

export const json = (status: number, value: PyValue, headers?: Readonly<Record<string, string>>): Reply => ({
  status,
  headers: headers ? { ...JSON_TYPE, ...headers } : JSON_TYPE,
  body: escapeSeparators(asBytes(writePython(value, COMPACT))),
});

/** An answer whose JSON text is ready. */
export const jsonText = (status: number, body: string): Reply => ({
  status,
  headers: JSON_TYPE,
  body: escapeSeparators(body),
});

/** The framework escapes the two characters that end a line in JavaScript but not in JSON. */
export const escapeSeparators = (text: string): string =>
  SEPARATOR.test(text) ? text.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029') : text;

const SEPARATOR = /[\u2028\u2029]/;

/** There are no bytes for half of a surrogate pair: the framework fails on an answer that repeats one to its client. */
function asBytes(text: string): string {
  if (/\p{Cs}/u.test(text)) throw new VendorCrash('half of a surrogate pair');
  return text;
}

/** The vendor's empty success: 200, no bytes, no content type. */
export const empty = (): Reply => ({ status: 200 });

/** The hand-written errors: `{"error": "…"}`. */
export const error = (status: number, text: string): Reply => json(status, toPython({ error: text }));

/** The framework's own: `{"detail": "…"}`. */
export const detail = (status: number, text: string, headers?: Readonly<Record<string, string>>): Reply =>
  json(status, toPython({ detail: text }), headers);

export const unauthorized = (text: string, reason: string): Reply => ({
  ...detail(401, text, { 'WWW-Authenticate': 'Token' }),
  reason,
});

export const HTML = 'text/html; charset=utf-8';

const htmlPage = (status: number, title: string, text: string): Reply => ({
  status,
  headers: { 'Content-Type': HTML },
  body: `\n<!doctype html>\n<html lang="en">\n<head>\n  <title>${title}</title>\n</head>\n<body>\n  <h1>${title}</h1><p>${text}</p>\n</body>\n</html>\n`,
});

/** The vendor's answer where its own code fails. */
export const serverError = (reason: string): Reply => ({ ...htmlPage(500, 'Server Error (500)', ''), reason });

/** The framework's page for what it holds for an attack. */
export const badRequestPage = (reason: string): Reply => ({ ...htmlPage(400, 'Bad Request (400)', ''), reason });

/** Outside the API, the framework's page. */
export const pageNotFound = (): Reply =>
  htmlPage(404, 'Not Found', 'The requested resource was not found on this server.');

/** Ends a call with this answer. It is no error: to look for a stack takes longer than all else about such a call. */
export class Refused {
  readonly reply: Reply;

  constructor(reply: Reply) {
    this.reply = reply;
  }
}

/** Ends a call with a hand-written error. */
export function refuse(status: number, text: string): never {
  throw new Refused(error(status, text));
}

/** The vendor's own code fails on this field: its answer is a 500. */
export class VendorCrash extends Error {}
