import { Type } from '@sinclair/typebox';
import { action, type BackstageActions } from '../control/backstage.js';
import { Transcript } from './agents.js';

const closed = { additionalProperties: false } as const;

export const AGENT_EVENTS = ['activated', 'joined', 'complete', 'failed'] as const;

const AgentReference = Type.Union(
  [
    Type.String(),
    Type.Object({ scheduling_key: Type.String() }, closed),
    Type.Object({ event_id: Type.String() }, closed),
  ],
  { expected: 'a sub, {"scheduling_key": …} or {"event_id": …}' },
);

/** What Cronofy's own side would do, or the people on it. */
export const cronofyBackstage = {
  agent_event: action('agent_event', {
    agent: AgentReference,
    event: Type.Union(AGENT_EVENTS.map((event) => Type.Literal(event))),
    reason: Type.Optional(Type.String()),
    /** What the transcript file will say. */
    transcript: Type.Optional(Transcript.properties.transcript),
  }),
  /** An attendee lets Cronofy join Zoom meetings on their behalf. */
  authorize: action('authorize', { email: Type.String({ minLength: 1 }) }),
  conferencing_assigned: action('conferencing_assigned', { event_id: Type.String(), join_url: Type.String() }),
  profile_disconnected: action('profile_disconnected'),
  profile_reconnected: action('profile_reconnected'),
} satisfies BackstageActions;
