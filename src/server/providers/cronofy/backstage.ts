import { Transcript } from '../../../contracts/cronofy/agents.js';
import { mismatches } from '../../../contracts/schema.js';
import type { World } from '../../engine/world.js';
import type { Backstage, BackstageResult } from '../provider.js';
import { assignConference } from './conferencing.js';
import { giveTranscript } from './hearing.js';
import { applyEvent } from './life.js';
import { agentByKey, eventById, sliceOf, type Agent } from './state.js';
import { httpUrl } from './validate.js';

const EVENTS = ['activated', 'joined', 'complete', 'failed'] as const;

/** What Cronofy's own side would do, or the people on it. */
export const backstage: Backstage = {
  /** `{agent: sub | {scheduling_key} | {event_id}, event, reason?, transcript?}`: something becomes of an agent. */
  agent_event(world, args) {
    const agent = findAgent(world, args['agent']);
    if (!agent) return { refused: `no agent ${JSON.stringify(args['agent'])}` };
    const subject = agent.sub;
    const event = EVENTS.find((known) => known === args['event']);
    if (!event)
      return { subject, refused: `event must be one of ${EVENTS.join(', ')}, was ${JSON.stringify(args['event'])}` };
    const transcript = readTranscript(args['transcript']);
    if ('refused' in transcript) return { subject, refused: transcript.refused };
    const refused = applyEvent(world, agent, event, typeof args['reason'] === 'string' ? args['reason'] : undefined);
    if (refused === undefined) {
      world.clock.cancel(agent.job);
      agent.job = null;
      if (transcript.value) giveTranscript(world, agent, transcript.value);
    }
    return { subject, refused };
  },

  /** `{email}`: an attendee lets Cronofy join Zoom meetings on their behalf. */
  authorize(world, args) {
    const { email } = args;
    if (typeof email !== 'string') return { refused: `email must be a text, was ${JSON.stringify(email)}` };
    sliceOf(world).authorized[email] = true;
    return {};
  },

  /** `{event_id, join_url}`: the conference of an event is there. */
  conferencing_assigned(world, args) {
    const event = eventById(world, String(args['event_id']));
    if (!event || event.deleted) return { refused: `no event ${JSON.stringify(args['event_id'])}` };
    const subject = event.agent ?? event.event_uid;
    const { join_url } = args;
    if (typeof join_url !== 'string' || !httpUrl(join_url))
      return { subject, refused: `join_url must be a URL, was ${JSON.stringify(join_url)}` };
    assignConference(world, event, join_url);
    return { subject };
  },

  /** The profile below the calendar loses its connection: writes and reads are answered 423. */
  profile_disconnected: (world) => setDisconnected(world, true),
  profile_reconnected: (world) => setDisconnected(world, false),
};

function setDisconnected(world: World, disconnected: boolean): BackstageResult {
  sliceOf(world).facts.disconnected = disconnected;
  return {};
}

/** The `transcript` of the vendor's file: `{summary, paragraphs}`. */
function readTranscript(value: unknown): { value: Transcript['transcript'] | undefined } | { refused: string } {
  if (value === undefined) return { value: undefined };
  const [fault] = mismatches(Transcript.properties.transcript, value);
  if (!fault) return { value: value as Transcript['transcript'] };
  return { refused: `transcript${fault.pointer}: expected ${fault.expected}, was ${fault.was}` };
}

/** By its sub, by `{scheduling_key}`, or by the `{event_id}` of its event. */
export function findAgent(world: World, reference: unknown): Agent | undefined {
  if (typeof reference === 'string') return sliceOf(world).agents.get(reference);
  if (typeof reference !== 'object' || reference === null) return undefined;
  if ('scheduling_key' in reference) return agentByKey(world, String(reference.scheduling_key));
  if (!('event_id' in reference)) return undefined;
  return sliceOf(world).agents.get(eventById(world, String(reference.event_id))?.agent ?? '');
}
