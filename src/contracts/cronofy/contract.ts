import { defineContract } from '../contract.js';
import { NO_RULES } from '../rules.js';
import * as accounts from './accounts.js';
import { accountOperations } from './account-operations.js';
import * as availability from './availability.js';
import * as agents from './agents.js';
import { agentOperations } from './agent-operations.js';
import * as errors from './errors.js';
import * as calendars from './calendars.js';
import { calendarOperations } from './calendar-operations.js';
import * as channels from './channels.js';
import { channelOperations } from './channel-operations.js';
import { eventOperations } from './event-operations.js';
import { AGENT_LIFECYCLE, AGENT_STATES, FAILURE_REASONS } from './lifecycle.js';
import { hosts } from './hosts.js';
import { knownCalls } from './known.js';
import * as events from './events.js';
import { SIGNATURES } from './evidence.js';
import * as subscriptions from './subscriptions.js';
import { cronofyWebhooks } from './webhooks.js';

/** What greenroom knows of the Cronofy Meeting Agents API, and of what stands around it. */
export const cronofyContract = defineContract({
  provider: 'cronofy',
  title: 'Cronofy Meeting Agents API',
  version: '2026-11',
  servers: hosts.filter(({ serves }) => serves.includes('api')).map(({ host }) => `https://${host}`),
  operations: [
    ...agentOperations,
    ...eventOperations,
    ...calendarOperations,
    ...channelOperations,
    ...accountOperations,
  ],
  known: knownCalls,
  webhooks: cronofyWebhooks,
  lifecycle: { states: AGENT_STATES, events: AGENT_LIFECYCLE, subTypes: { failed: FAILURE_REASONS } },
  signature: {
    header: 'Cronofy-HMAC-SHA256',
    summary:
      'Base64 of the HMAC-SHA256 of the raw body, keyed with the client secret; one for each active secret, with commas between',
    evidence: SIGNATURES,
  },
  rules: { ...NO_RULES, switches: { legacy_unnested_response: false } },
  shapes: {
    ...agents,
    ...availability,
    ...events,
    ...accounts,
    ...calendars,
    ...channels,
    ...subscriptions,
    ...errors,
  },
});
