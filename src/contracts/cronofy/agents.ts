import { Type, type Static } from '@sinclair/typebox';
import { alsoCalled } from '../schemas/schema.js';
import { AgentSubscription } from './subscriptions.js';

/**
 * The shapes of agents. Requests are open: the vendor accepts fields that it does not know (assumed), and greenroom
 * only warns of them.
 */

/** The body of `POST /v1/meeting_agents`. */
export const ScheduleRequest = Type.Object({
  join_url: Type.String({
    expected: 'an HTTPS URL of a Microsoft Teams, Google Meet or Zoom meeting',
    ...alsoCalled('meeting_url', 'conference_url', 'url'),
  }),
  on_behalf_of_attendee: Type.Object(
    { email: Type.String({ expected: 'an email address' }) },
    alsoCalled('attendee', 'on_behalf_of', 'user', 'host'),
  ),
  scheduling_key: Type.Optional(Type.String(alsoCalled('deduplication_key', 'external_id', 'key'))),
  join_time: Type.Optional(
    Type.String({
      expected: 'a time such as "2026-05-06T15:30:00Z"',
      ...alsoCalled('join_at', 'start', 'start_time', 'starts_at', 'scheduled_at', 'time'),
    }),
  ),
  display_name: Type.Optional(Type.String(alsoCalled('bot_name', 'agent_name', 'name'))),
  image_url: Type.Optional(Type.String(alsoCalled('bot_image', 'avatar_url', 'image'))),
  subscriptions: Type.Optional(
    Type.Array(AgentSubscription, alsoCalled('webhooks', 'webhook_url', 'callbacks', 'callback_url')),
  ),
});
export type ScheduleRequest = Static<typeof ScheduleRequest>;

/** The body of `DELETE /v1/meeting_agents`. */
export const CancelRequest = Type.Object({ scheduling_key: Type.String() });
export type CancelRequest = Static<typeof CancelRequest>;

/** The four things that an agent can leave behind (documented as a table). */
const resource = <C extends string, T extends string>(category: C, type: T) =>
  Type.Object(
    { category: Type.Literal(category), type: Type.Literal(type), url: Type.String() },
    { additionalProperties: false },
  );

export const Resource = Type.Union([
  resource('cronofy', 'dashboard'),
  resource('transcript', 'cronofy'),
  resource('audio', 'voice'),
  resource('video', 'conference'),
]);
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

/** The present form, or the un-nested one of early 2026. */
export const ScheduleResponse = Type.Union([
  Type.Object({ meeting_agent: MeetingAgent }, { additionalProperties: false }),
  Type.Object(MeetingAgent.properties, {
    additionalProperties: false,
    'x-replaced': 'the un-nested answer of early 2026; now the agent stands in "meeting_agent"',
  }),
]);

/** Beside the redirect: the same URL in a body, for clients that do not follow. */
export const ResourceResponse = Type.Object({ resource: Type.Object({ download_url: Type.String() }) });

const Seconds = Type.Number({ minimum: 0 });

/** The transcript file: who said what, in seconds from its start. */
export const Transcript = Type.Object(
  {
    meeting_agent: Type.Object({ sub: Type.String() }, { additionalProperties: false }),
    transcript: Type.Object(
      {
        summary: Type.String(),
        paragraphs: Type.Array(
          Type.Object(
            {
              speaker: Type.Object(
                { identifier: Type.String(), name: Type.Optional(Type.String()) },
                { additionalProperties: false },
              ),
              start: Seconds,
              end: Seconds,
              sentences: Type.Array(
                Type.Object({ text: Type.String(), start: Seconds, end: Seconds }, { additionalProperties: false }),
              ),
            },
            { additionalProperties: false },
          ),
        ),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);
export type Transcript = Static<typeof Transcript>;
