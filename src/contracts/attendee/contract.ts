import { defineContract, type Contract } from '../contract.js';
import { RECORDED } from './evidence.js';
import { hosts } from './hosts.js';
import { BACK, BOT_LIFECYCLE, SUB_TYPES, type BotLifecycle } from './lifecycle.js';
import { appSessionOperations } from './operations/app-sessions.js';
import { botOperations } from './operations/bots.js';
import { calendarOperations } from './operations/calendars.js';
import { contentOperations } from './operations/content.js';
import { meetingOperations } from './operations/meetings.js';
import { siteOperations } from './operations/site.js';
import { storeOperations } from './operations/store.js';
import { zoomOperations } from './operations/zoom.js';
import { RULES, type AttendeeRules } from './rules.js';
import * as schemas from './schemas.js';
import { BOT_STATES, VERSION } from './vocabulary.js';
import { attendeeWebhooks } from './webhooks.js';

/** The Attendee bot API, as far as greenroom knows it. */
export const attendeeContract = defineContract({
  provider: 'attendee',
  title: 'Attendee bot API',
  version: VERSION,
  servers: [`https://${hosts[0]!.host}`],
  operations: [
    ...botOperations,
    ...contentOperations,
    ...meetingOperations,
    ...calendarOperations,
    ...zoomOperations,
    ...appSessionOperations,
    ...siteOperations,
    ...storeOperations,
  ],
  webhooks: attendeeWebhooks,
  lifecycle: { states: [...BOT_STATES, BACK], events: BOT_LIFECYCLE, subTypes: SUB_TYPES },
  signature: {
    header: 'X-Webhook-Signature',
    summary:
      'Base64 of the HMAC-SHA256 of the canonical JSON of the payload (sorted keys, no spaces, no escapes), keyed with the bytes that the secret encodes in base64',
    evidence: RECORDED,
  },
  rules: RULES,
  shapes: schemas,
});

/** The contract of any version of Attendee. */
export interface AttendeeContract extends Contract {
  readonly lifecycle: Contract['lifecycle'] & { readonly events: BotLifecycle };
  readonly rules: AttendeeRules;
}
