import type { Transcript } from '../../../contracts/cronofy/agents.js';
import { AGENT_EVENTS, type cronofyBackstage } from '../../../contracts/cronofy/backstage.js';
import { AGENT_LIFECYCLE } from '../../../contracts/cronofy/lifecycle.js';
import { legalEvents } from '../../engine/lifecycle.js';
import type { World } from '../../engine/world.js';
import type { BackstageAct, BackstageResult } from '../provider.js';
import type { ChannelNotice, ConversationNotice } from '../../../contracts/cronofy/channels.js';
import { ownAccount } from './accounts/accounts.js';
import { tellConversation, tellNotice } from './channels/notices.js';
import { setConnected } from './accounts/connection.js';
import { byEmail, peopleActs } from './accounts/people.js';
import { calendarActs } from './events/calendar.js';
import { assignConference } from './events/conferencing.js';
import { giveTranscript } from './agents/transcript.js';
import { applyEvent } from './agents/life.js';
import { agentByKey, eventById, sliceOf, type Agent } from './state.js';
import { httpUrl } from './validate.js';

/** What Cronofy's own side would do, or the people on it. */
export const backstage: Readonly<Record<keyof typeof cronofyBackstage, BackstageAct>> = {
  /** Something becomes of an agent. */
  agent_event(world, args) {
    const agent = findAgent(world, args['agent']);
    if (!agent) return { refused: `no agent ${JSON.stringify(args['agent'])}` };
    const subject = agent.sub;
    const event = AGENT_EVENTS.find((known) => known === args['event'])!;
    const from = agent.state;
    const refused = applyEvent(world, agent, event, args['reason'] as string | undefined);
    if (refused !== undefined) return { subject, refused, legal: legalEvents(AGENT_LIFECYCLE, from) };
    world.clock.cancel(agent.job);
    agent.job = null;
    const transcript = args['transcript'] as Transcript['transcript'] | undefined;
    if (transcript) giveTranscript(world, agent, transcript);
    return { subject };
  },

  ...calendarActs,
  ...peopleActs,

  authorize(world, args) {
    sliceOf(world).authorized[String(args['email'])] = true;
    return {};
  },

  /** The conference of an event is there. */
  conferencing_assigned(world, args) {
    const event = eventById(world, String(args['event_id']));
    if (!event || event.deleted) return { refused: `no event ${JSON.stringify(args['event_id'])}` };
    const subject = event.agent ?? event.event_uid;
    const joinUrl = String(args['join_url']);
    if (!httpUrl(joinUrl)) return { subject, refused: `join_url must be a URL, was ${JSON.stringify(joinUrl)}` };
    assignConference(world, event, joinUrl);
    return { subject };
  },

  /** The profile below the calendar loses its connection: writes and reads are answered 423. */
  profile_disconnected: (world, { email }) => connect(world, email as string | undefined, false),
  profile_reconnected: (world, { email }) => connect(world, email as string | undefined, true),

  /** Whatever else a channel can tell, of the workspace's own account. */
  channel_notice(world, args) {
    if (sliceOf(world).channels.size === 0) return { refused: 'no channel is open' };
    const { sub } = ownAccount(world);
    tellNotice(world, sub, args['notice'] as ChannelNotice);
    return { subject: sub };
  },

  conversation_notice(world, args) {
    const given = args['conversation'] as string | undefined;
    const id = given ?? `sco_${world.random.hex('conversation', 24)}`;
    return tellConversation(world, args['notice'] as ConversationNotice, id)
      ? {}
      : { refused: 'no channel was opened with scheduling_conversations' };
  },
};

function connect(world: World, email: string | undefined, connected: boolean): BackstageResult {
  const person = email === undefined ? ownAccount(world) : byEmail(world, email);
  if (!person) return { refused: `nobody has the address ${email}` };
  setConnected(world, person, connected);
  return {};
}

/** By its sub, by `{scheduling_key}`, or by the `{event_id}` of its event. */
export function findAgent(world: World, reference: unknown): Agent | undefined {
  if (typeof reference === 'string') return sliceOf(world).agents.get(reference);
  if (typeof reference !== 'object' || reference === null) return undefined;
  if ('scheduling_key' in reference) return agentByKey(world, String(reference.scheduling_key));
  if (!('event_id' in reference)) return undefined;
  return sliceOf(world).agents.get(eventById(world, String(reference.event_id))?.agent ?? '');
}
