export { CRONOFY_SIGNATURE_HEADER, signCronofy, verifyCronofy } from './webhooks/cronofy.js';
export { ATTENDEE_SIGNATURE_HEADER, canonicalizeAttendee, signAttendee, verifyAttendee } from './webhooks/attendee.js';
export type { Refusal, RefusalReason, SignedMessage, Verdict } from './webhooks/message.js';
export type {
  AttendeeWebhook,
  AttendeeWebhookBodies,
  CronofyWebhook,
  CronofyWebhookBodies,
  WebhookBodies,
  WebhookType,
} from './contracts/webhooks.js';
export { GreenroomError, type ErrorCode } from './errors.js';
