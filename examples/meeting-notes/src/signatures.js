import { createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';

/**
 * Cronofy signs the bytes that it sends. While secrets rotate, the header holds one signature for each of them, and we
 * may know only the new or only the old one: any pair that matches will do.
 */
export function isFromCronofy(bytes, header, clientSecrets) {
  const expected = clientSecrets.map((secret) => createHmac('sha256', secret).update(bytes).digest());
  return matches(header, expected);
}

/** Attendee signs the payload as canonical JSON, not the bytes that it sends. Throws SyntaxError for what is not JSON. */
export function isFromAttendee(bytes, header, webhookSecrets) {
  const canonical = canonicalJson(bytes.toString('utf8'));
  const expected = webhookSecrets.map((secret) =>
    createHmac('sha256', Buffer.from(secret, 'base64')).update(canonical, 'utf8').digest(),
  );
  return matches(header, expected);
}

function matches(header, expected) {
  const given = (header ?? '').split(',').map((part) => Buffer.from(part.trim(), 'base64'));
  return given.some((one) => expected.some((other) => one.length === other.length && timingSafeEqual(one, other)));
}
