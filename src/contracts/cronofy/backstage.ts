import { Type } from '@sinclair/typebox';
import { action, type BackstageActions } from '../control/backstage.js';
import { wordOf } from '../control/fields.js';
import { CHANNEL_NOTICES, CONVERSATION_NOTICES } from './channels.js';
import { Transcript } from './agents.js';
import { RecurrenceRule } from './events.js';

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

const EventReference = Type.Union([Type.String(), Type.Object({ event_id: Type.String() }, closed)], {
  expected: 'an event_uid, or {"event_id": …}',
});

const Participation = Type.Union(
  [Type.Literal('needs_action'), Type.Literal('accepted'), Type.Literal('tentative'), Type.Literal('declined')],
  { expected: '"needs_action", "accepted", "tentative" or "declined"' },
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
  /** What people do in the calendar itself: an event of others, and what becomes of any event. */
  event_added: action('event_added', {
    summary: Type.Optional(Type.String()),
    description: Type.Optional(Type.String()),
    location: Type.Optional(Type.String()),
    start: Type.String(),
    end: Type.String(),
    tzid: Type.Optional(Type.String()),
    calendar_id: Type.Optional(Type.String()),
    meeting_url: Type.Optional(Type.String()),
    participation_status: Type.Optional(Participation),
    /** The owner of the calendar is asked by this person; without, the event is the owner's own. */
    organizer: Type.Optional(Type.String()),
    attendees: Type.Optional(Type.Array(Type.String())),
    transparency: Type.Optional(wordOf(['opaque', 'transparent'])),
    tentative: Type.Optional(Type.Boolean()),
    private: Type.Optional(Type.Boolean()),
    repeats: Type.Optional(RecurrenceRule),
  }),
  event_moved: action('event_moved', {
    event: EventReference,
    start: Type.String(),
    end: Type.String(),
    tzid: Type.Optional(Type.String()),
  }),
  event_deleted: action('event_deleted', { event: EventReference }),
  event_declined: action('event_declined', { event: EventReference }),
  /** The owner answers, or the guest of this e-mail address. */
  event_answered: action('event_answered', {
    event: EventReference,
    status: Participation,
    email: Type.Optional(Type.String()),
  }),
  /** Somebody else who has connected a calendar, or a room. */
  person_added: action('person_added', {
    email: Type.String({ pattern: '@' }),
    name: Type.Optional(Type.String()),
    room: Type.Optional(Type.Boolean()),
    tzid: Type.Optional(Type.String()),
    provider: Type.Optional(wordOf(['google', 'apple', 'exchange', 'office365', 'outlook_com'])),
  }),
  /** Who is signed in where the consent page is shown; without an address, the workspace's own user. */
  signs_in: action('signs_in', { email: Type.Optional(Type.String()) }),
  /** Another calendar of this person, or of the workspace's own user; of others, say, who let it be read. */
  calendar_added: action('calendar_added', {
    name: Type.String({ minLength: 1 }),
    readonly: Type.Optional(Type.Boolean()),
    email: Type.Optional(Type.String()),
  }),
  calendar_removed: action('calendar_removed', { calendar_id: Type.String() }),
  /** The profile of this person; without an address, that of the workspace's own user. */
  profile_disconnected: action('profile_disconnected', { email: Type.Optional(Type.String()) }),
  profile_reconnected: action('profile_reconnected', { email: Type.Optional(Type.String()) }),
  /** Channels tell something that is not about events. */
  channel_notice: action('channel_notice', { notice: wordOf(CHANNEL_NOTICES) }),
  /** Something happens in a conversation in which a time is looked for; channels tell of it that asked for that. */
  conversation_notice: action('conversation_notice', {
    notice: wordOf(CONVERSATION_NOTICES),
    conversation: Type.Optional(Type.String()),
  }),
} satisfies BackstageActions;
