import { ValueErrorType } from '@sinclair/typebox/errors';
import type { TSchema } from '@sinclair/typebox';
import type { Micros } from '../../../clock/instant.js';
import type { ScheduleRequest } from '../../../contracts/cronofy/agents.js';
import type { EventSubscription } from '../../../contracts/cronofy/subscriptions.js';
import { parseWithin } from '../../../contracts/json/depth.js';
import { parsePython } from '../../../contracts/json/python-json.js';
import { mismatches } from '../../../contracts/schemas/schema.js';
import { meetingService } from './meeting-link.js';
import { notePacked } from '../packed.js';
import type { Call, Reply } from '../provider.js';
import { readUrl } from '../../../read-url.js';
import { FieldErrors } from './errors.js';
import { isPublicHost } from './public-host.js';
import { readTime } from './read-time.js';
import type { CronofySettings } from './settings.js';

/**
 * The rules of the vendor's parameters. The shape of a 422 and the key `errors.required` are documented; the other keys
 * are assumed, and so is which field carries them.
 */

/** Ruby's JSON reads no more levels than these by default (assumed for the vendor). */
export const DEEPEST_BODY = 100;

/**
 * A body is read as JSON whatever its type (assumed). One that is not JSON is refused like one with a bad field (assumed:
 * the vendor's answer is unknown).
 */
export function parseBody(call: Call): { readonly value: unknown } | { readonly refusal: Reply } {
  const { world, request } = call;
  const { body, headers } = request;
  if (body === '') return { value: {} };
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    world.noteOnce(
      'content-type',
      `A body comes ${type ? `as ${type}` : 'without a Content-Type'} and is read as JSON; the vendor's pages show "Content-Type: application/json", and what it makes of another is unknown.`,
    );
  try {
    return { value: parseWithin(DEEPEST_BODY, body) };
  } catch (error) {
    notePacked(call);
    const errors = new FieldErrors();
    errors.add('body', 'invalid_json', 'must be valid JSON');
    const where = error instanceof RangeError ? error.message : faultOf(body);
    return { refusal: { ...errors.reply(), reason: `body: must be valid JSON; ${where}` } };
  }
}

/** Where a text stops being JSON, in words that no version of the host changes. */
function faultOf(text: string): string {
  try {
    parsePython(text);
  } catch (error) {
    return (error as Error).message;
  }
  return 'was something else';
}

/** Seen for `delete_all` in a test of the vendor's own SDK, and assumed for every other field that is true or false. */
export const MUST_BE_BOOLEAN = 'must be a boolean value, either true or false';

/** What a request body must be by its schema, in the vendor's words. */
export function checkShape(schema: TSchema, body: unknown): FieldErrors {
  const errors = new FieldErrors();
  for (const { pointer, type, expected } of mismatches(schema, body)) {
    const field = fieldName(pointer);
    if (type === ValueErrorType.ObjectRequiredProperty) errors.add(field, 'required', 'required');
    else if (errors.has(field)) continue;
    else if (type === ValueErrorType.Boolean) errors.add(field, 'must_be_boolean', MUST_BE_BOOLEAN);
    else errors.add(field, 'invalid', `must be ${expected}`);
  }
  return errors;
}

/** A body of this shape, and what else may be found wrong with it; or what is answered to any other. */
export function readBody<T>(
  call: Call,
  schema: TSchema,
): { readonly body: T; readonly errors: FieldErrors } | { readonly refusal: Reply } {
  const parsed = parseBody(call);
  if ('refusal' in parsed) return parsed;
  const errors = checkShape(schema, parsed.value);
  return errors.any ? { refusal: errors.reply() } : { body: parsed.value as T, errors };
}

/** `/subscriptions/0/uri` becomes `subscriptions[0].uri`. */
function fieldName(pointer: string): string {
  if (pointer === '') return 'body';
  return pointer
    .slice(1)
    .split('/')
    .map((step, i) => (/^\d+$/.test(step) ? `[${step}]` : `${i === 0 ? '' : '.'}${step}`))
    .join('');
}

export interface Circumstances {
  readonly now: Micros;
  readonly settings: CronofySettings;
}

/** The rules of `POST /v1/meeting_agents` that a schema cannot say. */
export function checkSchedule(body: ScheduleRequest, errors: FieldErrors, { now, settings }: Circumstances): void {
  checkJoinUrl(body.join_url, errors);
  if (!/^[^\s@]+@[^\s@]+$/.test(body.on_behalf_of_attendee.email)) {
    errors.add('on_behalf_of_attendee.email', 'invalid_email', 'must be an email address');
  }
  if (body.join_time !== undefined && body.scheduling_key === undefined)
    errors.add('scheduling_key', 'required', 'required');
  if (body.scheduling_key === '') errors.add('scheduling_key', 'required', 'required');
  if (body.scheduling_key !== undefined && body.join_time === undefined)
    errors.add('join_time', 'required', 'required');
  if (body.join_time !== undefined) checkJoinTime(readTime(body.join_time, settings), errors, now);
  if (body.image_url !== undefined) checkImageUrl(body.image_url, 'image_url', errors);
  checkSubscriptions(body.subscriptions ?? [], errors, settings);
}

function checkJoinUrl(text: string, errors: FieldErrors): void {
  const url = httpUrl(text);
  if (!url || url.protocol !== 'https:') {
    errors.add('join_url', 'invalid_url', 'must be a valid HTTPS URL');
  } else if (!meetingService(text)) {
    errors.add('join_url', 'unsupported_provider', 'must be a Microsoft Teams, Google Meet, or Zoom meeting');
  }
}

function checkJoinTime(at: Micros | undefined, errors: FieldErrors, now: Micros): void {
  if (at === undefined) errors.add('join_time', 'invalid_time', 'must be a time');
  // The vendor's page on data types: values with milliseconds other than zero are not accepted.
  else if (at % 1_000_000 !== 0) errors.add('join_time', 'invalid_time', 'must not include milliseconds');
  else if (at <= now) errors.add('join_time', 'must_be_in_future', 'must be in the future');
}

export function checkImageUrl(text: string, field: string, errors: FieldErrors): void {
  if (!httpUrl(text)) errors.add(field, 'invalid_url', 'must be a valid URL');
}

/** Callbacks go to HTTP and HTTPS; the vendor refuses hosts that it cannot reach. */
export function checkSubscriptions(
  subscriptions: readonly EventSubscription[],
  errors: FieldErrors,
  settings: CronofySettings,
): void {
  subscriptions.forEach(({ uri, transitions = [] }, i) => {
    if (uri !== undefined) checkCallbackUrl(uri, `subscriptions[${i}].uri`, errors, settings);
    transitions.forEach((transition, j) => {
      if ('before' in transition && 'after' in transition)
        errors.add(`subscriptions[${i}].transitions[${j}]`, 'invalid', 'must have one of before and after');
    });
  });
}

export function checkCallbackUrl(
  text: string,
  field: string,
  errors: FieldErrors,
  { callback_hosts }: CronofySettings,
): void {
  const url = httpUrl(text);
  if (!url) errors.add(field, 'invalid_url', 'must be a valid HTTP or HTTPS URL');
  else if (callback_hosts === 'public' && !isPublicHost(url.hostname))
    errors.add(field, 'invalid_url', 'Callback URL must not be an example or local URL');
}

export function httpUrl(text: string): URL | undefined {
  const url = readUrl(text);
  if (!url) return undefined;
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
}
