import { Type, type Static } from '@sinclair/typebox';
import { alsoCalled } from '../schemas/schema.js';

export const AGENT_INTERACTIONS = [
  'meeting_agent_activated',
  'meeting_agent_complete',
  'meeting_agent_failed',
] as const;
export type AgentInteraction = (typeof AGENT_INTERACTIONS)[number];

export const CONFERENCING_INTERACTIONS = ['conferencing_assigned', 'conferencing_failing'] as const;
export type ConferencingInteraction = (typeof CONFERENCING_INTERACTIONS)[number];

const WebhookType = Type.Literal('webhook');
const Uri = Type.String({ expected: 'an HTTP or HTTPS URL', ...alsoCalled('callback_url', 'webhook_url') });
const interactionsAlso = alsoCalled('triggers', 'events');

const AgentInteractionType = Type.Union(AGENT_INTERACTIONS.map((type) => Type.Literal(type)));
const EventInteractionType = Type.Union(
  [...AGENT_INTERACTIONS, ...CONFERENCING_INTERACTIONS].map((type) => Type.Literal(type)),
);

/** Who wants to hear of an agent. The page marks every part as optional; without a URI nobody is told. */
export const AgentSubscription = Type.Object({
  type: Type.Optional(WebhookType),
  uri: Type.Optional(Uri),
  interactions: Type.Optional(Type.Array(Type.Object({ type: AgentInteractionType }), interactionsAlso)),
});
export type AgentSubscription = Static<typeof AgentSubscription>;

const EventMoment = Type.Union([Type.Literal('event_start'), Type.Literal('event_end')]);
/** How far from a moment. */
export const Offset = Type.Object({ minutes: Type.Number({ minimum: 0 }) });

/** So many minutes before or after the start or the end of an event. */
export const Transition = Type.Union(
  [Type.Object({ before: EventMoment, offset: Offset }), Type.Object({ after: EventMoment, offset: Offset })],
  { expected: '{"before" or "after": "event_start" or "event_end", "offset": {"minutes": 5}}' },
);
export type Transition = Static<typeof Transition>;

/** Who wants to hear of an event: of its agent, of its conference, of the time around it. */
export const EventSubscription = Type.Object({
  type: Type.Optional(WebhookType),
  uri: Type.Optional(Uri),
  interactions: Type.Optional(Type.Array(Type.Object({ type: EventInteractionType }), interactionsAlso)),
  transitions: Type.Optional(Type.Array(Transition)),
});
export type EventSubscription = Static<typeof EventSubscription>;
