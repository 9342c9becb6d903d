import type { Errors } from '../../../contracts/cronofy/schemas.js';
import type { Reply } from '../provider.js';

const JSON_TYPE = 'application/json; charset=utf-8';

export const json = (status: number, value: unknown): Reply => ({
  status,
  headers: { 'Content-Type': JSON_TYPE },
  body: JSON.stringify(value),
});

/** 202 and the like: no bytes, no content type. */
export const empty = (status: number, headers: Record<string, string> = {}): Reply => ({ status, headers });

/** 401: empty, with a challenge (assumed; the vendor documents the status alone). */
export const unauthorized = (): Reply => empty(401, { 'WWW-Authenticate': 'Bearer realm="Cronofy"' });

/** Collects what is wrong with a request, in the documented shape: each field has an array of key and description. */
export class FieldErrors {
  readonly errors: Errors['errors'] = {};

  get any(): boolean {
    return Object.keys(this.errors).length > 0;
  }

  has(field: string): boolean {
    return Object.hasOwn(this.errors, field);
  }

  add(field: string, key: string, description: string): void {
    (this.errors[field] ??= []).push({ key: `errors.${key}`, description });
  }

  reply(): Reply {
    return json(422, { errors: this.errors });
  }
}
