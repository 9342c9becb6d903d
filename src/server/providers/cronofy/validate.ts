import { ValueErrorType } from '@sinclair/typebox/compiler';
import type { TSchema } from '@sinclair/typebox';
import { parseInstant, type Micros } from '../../../clock/instant.js';
import type { ScheduleRequest } from '../../../contracts/cronofy/agents.js';
import type { EventSubscription } from '../../../contracts/cronofy/subscriptions.js';
import { parseWithin } from '../../../contracts/json-depth.js';
import { mismatches } from '../../../contracts/schema.js';
import { isLoopback } from '../../../loopback.js';
import { meetingService } from './meeting-link.js';
import type { Reply } from '../provider.js';
import { FieldErrors } from './errors.js';

/**
 * The rules of the vendor's parameters. The shape of a 422 and the key `errors.required` are documented; the other keys
 * are assumed, and so is which field carries them.
 */

/** Ruby's JSON reads no more levels than these by default (assumed for the vendor). */
export const DEEPEST_BODY = 100;

/** A body that is not JSON is refused like one with a bad field (assumed: the vendor's answer is unknown). */
export function parseBody(text: string): { readonly value: unknown } | { readonly refusal: Reply } {
  try {
    return { value: text === '' ? {} : parseWithin(DEEPEST_BODY, text) };
  } catch {
    const errors = new FieldErrors();
    errors.add('body', 'invalid_json', 'must be valid JSON');
    return { refusal: errors.reply() };
  }
}

/** What a request body must be by its schema, in the vendor's words. */
export function checkShape(schema: TSchema, body: unknown): FieldErrors {
  const errors = new FieldErrors();
  for (const { pointer, type, expected } of mismatches(schema, body)) {
    const field = fieldName(pointer);
    if (type === ValueErrorType.ObjectRequiredProperty) errors.add(field, 'required', 'required');
    else if (!errors.has(field)) errors.add(field, 'invalid', `must be ${expected}`);
  }
  return errors;
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
  readonly refuseLocalUrls: boolean;
}

/** The rules of `POST /v1/meeting_agents` that a schema cannot say. */
export function checkSchedule(
  body: ScheduleRequest,
  errors: FieldErrors,
  { now, refuseLocalUrls }: Circumstances,
): void {
  checkJoinUrl(body.join_url, errors);
  if (!/^[^\s@]+@[^\s@]+$/.test(body.on_behalf_of_attendee.email)) {
    errors.add('on_behalf_of_attendee.email', 'invalid_email', 'must be an email address');
  }
  if (body.join_time !== undefined && body.scheduling_key === undefined)
    errors.add('scheduling_key', 'required', 'required');
  if (body.scheduling_key === '') errors.add('scheduling_key', 'required', 'required');
  if (body.scheduling_key !== undefined && body.join_time === undefined)
    errors.add('join_time', 'required', 'required');
  if (body.join_time !== undefined) checkJoinTime(body.join_time, errors, now);
  if (body.image_url !== undefined) checkImageUrl(body.image_url, 'image_url', errors);
  checkSubscriptions(body.subscriptions ?? [], errors, refuseLocalUrls);
}

function checkJoinUrl(text: string, errors: FieldErrors): void {
  const url = httpUrl(text);
  if (!url || url.protocol !== 'https:') {
    errors.add('join_url', 'invalid_url', 'must be a valid HTTPS URL');
  } else if (!meetingService(text)) {
    errors.add('join_url', 'unsupported_provider', 'must be a Microsoft Teams, Google Meet, or Zoom meeting');
  }
}

function checkJoinTime(text: string, errors: FieldErrors, now: Micros): void {
  const at = parseInstant(text);
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
  refuseLocalUrls: boolean,
): void {
  subscriptions.forEach(({ uri }, i) => {
    if (uri === undefined) return;
    const field = `subscriptions[${i}].uri`;
    const url = httpUrl(uri);
    if (!url) errors.add(field, 'invalid_url', 'must be a valid HTTP or HTTPS URL');
    else if (refuseLocalUrls && isLoopback(url.hostname)) {
      errors.add(field, 'invalid_url', 'Callback URL must not be an example or local URL');
    }
  });
}

export function httpUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
}
