import { Type, type TProperties } from '@sinclair/typebox';
import type { Evidence, Webhook } from '../contract.js';
import { MeetingAgent } from './agents.js';
import { CallbackEvent } from './events.js';
import {
  assumed,
  CALLBACKS,
  CAPTURES,
  CONFERENCING_SUBSCRIPTIONS,
  EVENT_TRIGGERS,
  says,
  SCHEDULE,
  SIGNATURES,
  PROVISIONING,
} from './evidence.js';
import { Transition, type AgentInteraction, type ConferencingInteraction } from './subscriptions.js';

const closed = { additionalProperties: false } as const;

const notification = <P extends TProperties>(content: P) =>
  Type.Object({ type: Type.Literal('event_subscription'), ...content }, closed);

const interactions = <T extends string>(type: T) => ({
  interactions: Type.Array(Type.Object({ type: Type.Literal(type) }, closed), { minItems: 1 }),
});

/** How deliveries behave, whatever they tell. */
const DELIVERY: readonly Evidence[] = [
  says(
    SIGNATURES,
    'a base64 HMAC-SHA256 of the body for each active secret, joined by commas',
    'previous_client_secrets',
  ),
  says(CAPTURES, 'the headers and the compact JSON, seen on channel notifications; assumed to be the same here'),
  says(EVENT_TRIGGERS, 'any 2xx within 7 s counts as delivered; documented for event triggers', 'webhook_timeout'),
  assumed(
    'the waits between attempts; that there are further attempts is documented for event triggers',
    'retry_delays',
  ),
];

const TOLD_STATES = {
  meeting_agent_activated: ['created'],
  meeting_agent_complete: ['complete'],
  meeting_agent_failed: ['failed'],
} as const satisfies Record<AgentInteraction, readonly string[]>;

const agentWebhook = <T extends AgentInteraction>(type: T, summary: string, evidence: readonly Evidence[]) => ({
  type,
  summary,
  states: TOLD_STATES[type],
  body: Type.Object(
    {
      notification: notification(interactions(type)),
      event: Type.Optional(CallbackEvent),
      meeting_agent: MeetingAgent,
    },
    closed,
  ),
  evidence: [
    ...evidence,
    assumed('a directly scheduled agent is told of without an event', 'event_in_direct_callbacks'),
    ...DELIVERY,
  ],
});

const conferencingWebhook = <T extends ConferencingInteraction>(type: T, summary: string) => ({
  type,
  summary,
  body: Type.Object({ notification: notification(interactions(type)), event: CallbackEvent }, closed),
  evidence: [
    CONFERENCING_SUBSCRIPTIONS,
    assumed('the body is the event beside the notification, as in agent callbacks'),
    assumed('how long a conference takes', 'conferencing_delay'),
    ...DELIVERY,
  ],
});

export const cronofyWebhooks = [
  agentWebhook('meeting_agent_activated', 'The agent is preparing to join, up to 5 minutes before join_time', [
    CALLBACKS,
    SCHEDULE,
    assumed('when an agent has begun joining: from its activation, or from its join time', 'joining_begins'),
  ]),
  agentWebhook('meeting_agent_complete', 'The agent has been in the meeting and its resources are ready', [
    CALLBACKS,
    SCHEDULE,
    PROVISIONING,
  ]),
  agentWebhook('meeting_agent_failed', 'The agent was unable to run successfully', [
    SCHEDULE,
    PROVISIONING,
    assumed('the body is that of the other two, with state "failed" and the dashboard resource alone'),
    assumed('a Zoom meeting without authorization ends so', 'zoom_authorization'),
    assumed('an attendee who is absent ends so', 'attendee_present'),
    assumed('an agent that nobody lets in, or whose host does not come, gives up', 'waiting_timeout'),
    assumed('an agent that is turned away, or breaks, or whose meeting ends before it is in, ends so at once'),
  ]),
  conferencingWebhook('conferencing_assigned', 'The event has a conference and its join_url'),
  conferencingWebhook('conferencing_failing', 'The event stands without the conference; Cronofy tries again'),
  {
    type: 'transition',
    summary: 'So many minutes before or after the start or the end of an event',
    body: Type.Object(
      { notification: notification({ transitions: Type.Array(Transition, { minItems: 1 }) }), event: CallbackEvent },
      closed,
    ),
    evidence: [EVENT_TRIGGERS, assumed('the transition stands where interactions stand otherwise'), ...DELIVERY],
  },
] as const satisfies readonly Webhook[];
