import { defineContract } from '../contract.js';
import { accountOperations } from './account-operations.js';
import { agentOperations } from './agent-operations.js';
import { eventOperations } from './event-operations.js';
import { AGENT_LIFECYCLE, FAILURE_REASONS } from './lifecycle.js';
import { cronofyWebhooks } from './webhooks.js';

/** What greenroom knows of the Cronofy Meeting Agents API, and of what stands around it. */
export const cronofyContract = defineContract({
  provider: 'cronofy',
  title: 'Cronofy Meeting Agents API',
  version: 'beta, 2026-11',
  servers: [
    'https://api.cronofy.com',
    'https://api-au.cronofy.com',
    'https://api-ca.cronofy.com',
    'https://api-de.cronofy.com',
    'https://api-sg.cronofy.com',
    'https://api-uk.cronofy.com',
  ],
  operations: [...agentOperations, ...eventOperations, ...accountOperations],
  webhooks: cronofyWebhooks,
  lifecycle: { events: AGENT_LIFECYCLE, subTypes: { failed: FAILURE_REASONS } },
});
