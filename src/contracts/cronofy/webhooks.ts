import { Type, type TProperties } from '@sinclair/typebox';
import type { Evidence, Webhook } from '../contract.js';
import { MeetingAgent } from './agents.js';
import { AuthorizationCode, AuthorizationRefusal } from './delegated.js';
import {
  CallbackChannel,
  CHANNEL_NOTICES,
  CONVERSATION_NOTICES,
  type ChannelNotice,
  type ConversationNotice,
} from './channels.js';
import { CallbackEvent } from './events.js';
import {
  assumed,
  CALLBACKS,
  CAPTURES,
  CHANNEL_GUIDE,
  CONFERENCING_SUBSCRIPTIONS,
  EVENT_TRIGGERS,
  says,
  RECOMMENDED_SYNC,
  SCHEDULE,
  SIGNATURES,
  PROVISIONING,
  CONVERSATIONS,
  DELEGATED_ACCESS,
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

/** How channels are told. */
const CHANNEL_DELIVERY: readonly Evidence[] = [
  DELIVERY[0]!,
  CAPTURES,
  says(CHANNEL_GUIDE, '2xx within 5 s counts as delivered', 'channel_timeout'),
  says(CHANNEL_GUIDE, 'tried again for a day, then the channel is closed', 'channel_closes_after'),
  assumed('the waits between attempts; the last one is repeated', 'channel_retry_delays'),
];

const NOTICES: Readonly<Record<ChannelNotice, { readonly summary: string; readonly evidence: readonly Evidence[] }>> = {
  verification: {
    summary: 'The channel has just been made',
    evidence: [assumed('what becomes of a channel that never verifies', 'channel_verification_required')],
  },
  profile_disconnected: {
    summary: 'A profile cannot be reached any more',
    evidence: [assumed('how long after the disconnection it is noticed', 'disconnection_noticed_after')],
  },
  conferencing_profile_disconnected: { summary: 'A conferencing profile cannot be reached any more', evidence: [] },
  profile_initial_sync_completed: {
    summary: 'The events of a profile have been read for the first time',
    evidence: [],
  },
  gdpr_requested: {
    summary: 'The account wants its data erased',
    evidence: [says(CHANNEL_GUIDE, 'listed among the types of the page')],
  },
};

const channelWebhook = (type: ChannelNotice) => ({
  type,
  apart: true as const,
  summary: NOTICES[type].summary,
  body: Type.Object(
    { notification: Type.Object({ type: Type.Literal(type) }, closed), channel: CallbackChannel },
    closed,
  ),
  evidence: [...CHANNEL_DELIVERY, ...NOTICES[type].evidence],
});

const conversationWebhook = (type: ConversationNotice) => ({
  type,
  apart: true as const,
  summary: `Somebody has ${type.endsWith('joined') ? 'joined' : 'changed'} a conversation in which a time is looked for (alpha)`,
  body: Type.Object(
    {
      notification: Type.Object({ type: Type.Literal(type), scheduling_conversation_id: Type.String() }, closed),
      channel: CallbackChannel,
    },
    closed,
  ),
  evidence: [...CHANNEL_DELIVERY, CONVERSATIONS],
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
  {
    type: 'change',
    apart: true,
    summary: 'Somebody else than the application has changed events of the account',
    body: Type.Object(
      {
        notification: Type.Object({ type: Type.Literal('change'), changes_since: Type.String() }, closed),
        channel: CallbackChannel,
      },
      closed,
    ),
    evidence: [
      ...CHANNEL_DELIVERY,
      says(RECOMMENDED_SYNC, 'changes_since is meant for last_modified'),
      assumed('how long after a change it is told; changes in between are told with it', 'change_notification_delay'),
    ],
  },
  ...CHANNEL_NOTICES.map(channelWebhook),
  ...CONVERSATION_NOTICES.map(conversationWebhook),
  {
    type: 'delegated_authorization',
    apart: true,
    summary: 'What became of a wish to act for somebody else: a code for them, or a refusal',
    body: Type.Object({ authorization: Type.Union([AuthorizationCode, AuthorizationRefusal]) }, closed),
    evidence: [
      DELEGATED_ACCESS,
      assumed('a delegated authorization is told of as one of a service account is'),
      assumed('the words of a refusal'),
      ...DELIVERY,
    ],
  },
] as const satisfies readonly Webhook[];
