import type { Errors } from '../../../contracts/cronofy/errors.js';
import type { Reply } from '../provider.js';

export const JSON_TYPE = 'application/json; charset=utf-8';

export const json = (status: number, value: unknown, headers: Record<string, string> = {}): Reply => ({
  status,
  headers: { 'Content-Type': JSON_TYPE, ...headers },
  body: JSON.stringify(value),
});

/** 202 and the like: no bytes, no content type. */
export const empty = (status: number, headers: Record<string, string> = {}): Reply => ({ status, headers });

/** A refusal without a word in it, as the vendor's are; people read why beside it. */
export const refused = (status: number, reason: string, headers: Record<string, string> = {}): Reply => ({
  ...empty(status, headers),
  reason,
});

/** 401: empty, with a challenge (assumed; the vendor documents the status alone). */
export const unauthorized = (reason: string): Reply =>
  refused(401, reason, { 'WWW-Authenticate': 'Bearer realm="Cronofy"' });

const NOT_STORED = { 'Cache-Control': 'no-store', Pragma: 'no-cache' };

/** An answer of the OAuth endpoints, which nobody may keep (documented). */
export const oauth = (status: number, value: unknown): Reply => json(status, value, NOT_STORED);

/** RFC 6749's errors; the vendor's own word for what is wrong goes beside them (assumed). */
export const oauthError = (error: string, description?: string): Reply =>
  oauth(400, { error, ...(description === undefined ? {} : { error_description: description }) });

/** A small page for a browser. Texts are escaped. */
export function page(status: number, title: string, lines: readonly string[]): Reply {
  const body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escape(title)}</title><h1>${escape(title)}</h1>${lines.join('')}</html>\n`;
  return { status, headers: { 'Content-Type': 'text/html; charset=utf-8' }, body };
}

/** The page behind a link that the vendor has given to nobody. */
export const unknownLink = (): Reply => page(404, 'Nobody was asked', ['<p>This link is not known.</p>']);

export const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Collects what is wrong with a request, in the documented shape: each field has an array of key and description. */
export class FieldErrors {
  readonly errors: Errors['errors'] = {};
  /** A flag, for a long list asks again at each of its entries. */
  #any = false;

  get any(): boolean {
    return this.#any;
  }

  has(field: string): boolean {
    return Object.hasOwn(this.errors, field);
  }

  add(field: string, key: string, description: string): void {
    this.#any = true;
    (this.errors[field] ??= []).push({ key: `errors.${key}`, description });
  }

  reply(): Reply {
    return json(422, { errors: this.errors });
  }
}
