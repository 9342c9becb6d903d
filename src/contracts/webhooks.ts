import type { Static } from '@sinclair/typebox';
import type { WEBHOOK_BODIES } from './attendee/schemas.js';
import type { cronofyWebhooks } from './cronofy/webhooks.js';

/** The body of every webhook of Attendee, by its trigger. */
export type AttendeeWebhookBodies = {
  readonly [T in keyof typeof WEBHOOK_BODIES]: Static<(typeof WEBHOOK_BODIES)[T]>;
};

type DefinedCronofyWebhook = (typeof cronofyWebhooks)[number];

/** The body of every callback of Cronofy, by its interaction; `transition` for event triggers. */
export type CronofyWebhookBodies = {
  readonly [W in DefinedCronofyWebhook as W['type']]: Static<W['body']>;
};

export type WebhookBodies = AttendeeWebhookBodies & CronofyWebhookBodies;
export type WebhookType = keyof WebhookBodies;

type Told<Bodies> = { readonly [T in keyof Bodies]: { readonly type: T; readonly body: Bodies[T] } }[keyof Bodies];

/** A callback of Cronofy: `type` says what shape `body` has. */
export type CronofyWebhook = Told<CronofyWebhookBodies>;
/** A webhook of Attendee: `type`, its trigger, says what shape `body` has. */
export type AttendeeWebhook = Told<AttendeeWebhookBodies>;
