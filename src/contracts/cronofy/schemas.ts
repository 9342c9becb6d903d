import { Type, type Static } from '@sinclair/typebox';

/**
 * The shapes of Cronofy's messages. Requests are open: the vendor accepts fields that it does not know (assumed), and
 * greenroom only warns of them.
 */

export const AGENT_INTERACTIONS = [
  'meeting_agent_activated',
  'meeting_agent_complete',
  'meeting_agent_failed',
] as const;
export type AgentInteraction = (typeof AGENT_INTERACTIONS)[number];

const AgentInteractionType = Type.Union([
  Type.Literal('meeting_agent_activated'),
  Type.Literal('meeting_agent_complete'),
  Type.Literal('meeting_agent_failed'),
]);

export const AgentSubscription = Type.Object({
  type: Type.Literal('webhook'),
  uri: Type.String({ expected: 'an HTTP or HTTPS URL' }),
  interactions: Type.Array(Type.Object({ type: AgentInteractionType })),
});
export type AgentSubscription = Static<typeof AgentSubscription>;

/** The body of `POST /v1/meeting_agents`. */
export const ScheduleRequest = Type.Object({
  join_url: Type.String({ expected: 'an HTTPS URL of a Microsoft Teams, Google Meet or Zoom meeting' }),
  on_behalf_of_attendee: Type.Object({ email: Type.String({ expected: 'an email address' }) }),
  scheduling_key: Type.Optional(Type.String()),
  join_time: Type.Optional(Type.String({ expected: 'a time such as "2026-05-06T15:30:00Z"' })),
  display_name: Type.Optional(Type.String()),
  image_url: Type.Optional(Type.String()),
  subscriptions: Type.Optional(Type.Array(AgentSubscription)),
});
export type ScheduleRequest = Static<typeof ScheduleRequest>;

/** The body of `DELETE /v1/meeting_agents`. */
export const CancelRequest = Type.Object({ scheduling_key: Type.String() });
export type CancelRequest = Static<typeof CancelRequest>;

const Resource = Type.Object(
  {
    category: Type.Union([
      Type.Literal('cronofy'),
      Type.Literal('transcript'),
      Type.Literal('audio'),
      Type.Literal('video'),
    ]),
    type: Type.Union([
      Type.Literal('dashboard'),
      Type.Literal('cronofy'),
      Type.Literal('voice'),
      Type.Literal('conference'),
    ]),
    url: Type.String(),
  },
  { additionalProperties: false },
);
export type Resource = Static<typeof Resource>;

/** The agent as answers and callbacks show it. `state` is `created` until the agent has completed or failed. */
export const MeetingAgent = Type.Object(
  {
    sub: Type.String({ pattern: '^agt_[0-9a-f]{24}$' }),
    state: Type.Union([Type.Literal('created'), Type.Literal('complete'), Type.Literal('failed')]),
    resources: Type.Array(Resource),
  },
  { additionalProperties: false },
);
export type MeetingAgent = Static<typeof MeetingAgent>;

export const ScheduleResponse = Type.Object({ meeting_agent: MeetingAgent }, { additionalProperties: false });

/** The documented shape of every 422: each field maps to an array. */
export const Errors = Type.Object(
  {
    errors: Type.Record(
      Type.String(),
      Type.Array(Type.Object({ key: Type.String(), description: Type.String() }, { additionalProperties: false }), {
        minItems: 1,
      }),
    ),
  },
  { additionalProperties: false },
);
export type Errors = Static<typeof Errors>;

/** The body of an agent callback of one type. */
export const agentCallback = (type: AgentInteraction) =>
  Type.Object(
    {
      notification: Type.Object(
        {
          type: Type.Literal('event_subscription'),
          interactions: Type.Array(Type.Object({ type: Type.Literal(type) }, { additionalProperties: false }), {
            minItems: 1,
          }),
        },
        { additionalProperties: false },
      ),
      event: Type.Optional(Type.Object({ event_id: Type.String() })),
      meeting_agent: MeetingAgent,
    },
    { additionalProperties: false },
  );
