import { defineContract, type ResponseContract } from '../contract.js';
import { assumed, CALLBACKS, CANCEL, ERROR_CODES, SCHEDULE } from './evidence.js';
import { agentCallback, CancelRequest, Errors, ScheduleRequest, ScheduleResponse } from './schemas.js';

const unauthorized: ResponseContract = {
  description: 'The credential is not recognized; empty body, with WWW-Authenticate',
  evidence: { ...ERROR_CODES, note: 'the status is documented; that the body is empty is assumed' },
};
const invalid: ResponseContract = {
  description: 'A parameter is invalid',
  body: Errors,
  contentType: 'application/json; charset=utf-8',
  evidence: { ...ERROR_CODES, note: 'the shape and errors.required are documented; the other keys are assumed' },
};

/** What greenroom knows of the Cronofy Meeting Agents API. */
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
  operations: [
    {
      id: 'scheduleMeetingAgent',
      method: 'POST',
      path: '/v1/meeting_agents',
      summary: 'Send an agent to a meeting at once, or schedule it for later',
      auth: 'any_bearer',
      body: ScheduleRequest,
      responses: {
        200: {
          description: 'Without join_time: the agent at the point of its creation',
          body: ScheduleResponse,
          contentType: 'application/json; charset=utf-8',
          evidence: SCHEDULE,
        },
        202: {
          description: 'With scheduling_key and join_time: accepted, no body',
          evidence: { ...SCHEDULE, note: 'no body is shown; that it has zero bytes is assumed' },
        },
        401: unauthorized,
        422: invalid,
      },
      evidence: [SCHEDULE, assumed('an access token is accepted as well as the API key', 'token_kinds')],
    },
    {
      id: 'cancelMeetingAgent',
      method: 'DELETE',
      path: '/v1/meeting_agents',
      summary: 'Cancel a scheduled agent that has not begun joining',
      auth: 'any_bearer',
      body: CancelRequest,
      responses: {
        202: {
          description: 'Accepted, no body',
          evidence: { ...CANCEL, note: 'that an unknown or already joining key is also answered 202 is assumed' },
        },
        401: unauthorized,
        422: invalid,
      },
      evidence: [CANCEL],
    },
  ],
  webhooks: [
    {
      type: 'meeting_agent_activated',
      summary: 'The agent is preparing to join, up to 5 minutes before join_time',
      body: agentCallback('meeting_agent_activated'),
      evidence: [CALLBACKS, SCHEDULE],
    },
    {
      type: 'meeting_agent_complete',
      summary: 'The agent has been in the meeting and its resources are ready',
      body: agentCallback('meeting_agent_complete'),
      evidence: [CALLBACKS, SCHEDULE],
    },
    {
      type: 'meeting_agent_failed',
      summary: 'The agent was unable to run successfully',
      body: agentCallback('meeting_agent_failed'),
      evidence: [
        SCHEDULE,
        assumed('the body is that of the other two, with state "failed" and the dashboard resource alone'),
      ],
    },
  ],
});
