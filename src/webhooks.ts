export { CRONOFY_SIGNATURE_HEADER, signCronofy, verifyCronofy } from './contracts/cronofy/signing.js';
export {
  ATTENDEE_SIGNATURE_HEADER,
  canonicalizeAttendee,
  signAttendee,
  verifyAttendee,
} from './contracts/attendee/signing.js';
export type { Refusal, RefusalReason, SignedMessage, Verdict } from './contracts/signed-message.js';
export type {
  AttendeeWebhook,
  AttendeeWebhookBodies,
  CronofyWebhook,
  CronofyWebhookBodies,
  WebhookBodies,
  WebhookType,
} from './contracts/webhooks.js';
export { GreenroomError, type ErrorCode } from './errors.js';
