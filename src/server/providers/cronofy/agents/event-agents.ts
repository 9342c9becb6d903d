import type { World } from '../../../engine/world.js';
import { createAgent, type CausedBy } from './agents.js';
import { cancelAgent, hasBegunJoining, planActivation, replan } from './life.js';
import { settingsOf } from '../settings.js';
import { isOver } from '../lifecycle.js';
import { sliceOf, type Agent, type CalendarEvent } from '../state.js';
import { askForAuthorization } from './zoom.js';

/** Who an event's agent joins for: the owner of the calendar (documented for Zoom). */
export interface Owner {
  readonly email: string;
}

/**
 * Brings the agent of an event in line with it. Moving the event moves the agent (assumed, as its triggers move with
 * it); an event without an agent, or deleted, cancels it, unless it has begun joining.
 */
export function arrangeAgent(world: World, call: CausedBy, event: CalendarEvent, owner: Owner): void {
  const agent = sliceOf(world).agents.get(event.agent ?? '');
  if (event.meeting_agent === null || event.deleted) {
    if (agent && !isOver(agent.state)) cancelAgent(world, agent);
  } else if (agent && !isOver(agent.state) && !hasBegunJoining(world, agent)) changeAgent(world, agent, event);
  else if (wantsAnother(world, agent, event)) provisionAgent(world, call, event, owner);
}

/** Brings an agent that has not begun joining in line with its event. */
function changeAgent(world: World, agent: Agent, event: CalendarEvent): void {
  agent.join_url = event.conference?.join_url ?? '';
  if (settingsOf(world).event_agent_update === 'replaced') {
    agent.display_name = event.meeting_agent?.display_name ?? null;
    agent.image_url = event.meeting_agent?.image_url ?? null;
  }
  if (agent.join_time === event.startsAt) return;
  agent.join_time = event.startsAt;
  replan(world, agent);
}

/**
 * A first agent, one in the place of a cancelled one, or one for an event that was moved after its agent had begun
 * joining: said of direct agents, which stay and have another beside them; of an event's it is assumed.
 */
function wantsAnother(world: World, last: Agent | undefined, event: CalendarEvent): boolean {
  const moved = last?.join_time !== event.startsAt && event.startsAt > world.now();
  if (last && !isOver(last.state)) {
    const another = moved && settingsOf(world).event_moved_after_activation === 'another';
    const changed = last.join_time !== event.startsAt || last.join_url !== (event.conference?.join_url ?? '');
    if (changed)
      world.note(
        'event',
        last.sub,
        `the agent is ${last.state} and stays as it is${another ? '; another is scheduled' : ''}`,
      );
    return another;
  }
  if (event.endsAt <= world.now()) {
    world.note('event', event.event_uid, 'no agent is provisioned: the event is over');
    return false;
  }
  return !last || last.state === 'cancelled' || moved;
}

function provisionAgent(world: World, call: CausedBy, event: CalendarEvent, { email }: Owner): void {
  const agent = createAgent(world, call, {
    scheduling_key: null,
    event: event.key,
    immediate: false,
    join_url: event.conference?.join_url ?? '',
    join_time: event.startsAt,
    on_behalf_of: email,
    display_name: event.meeting_agent?.display_name ?? null,
    image_url: event.meeting_agent?.image_url ?? null,
    subscriptions: [],
    foreignSecret: event.foreignSecret,
  });
  event.agent = agent.sub;
  world.player.book(world, { provider: 'cronofy', agent: agent.sub, event: event.key, startsAt: event.startsAt });
  planActivation(world, agent);
  askForAuthorization(world, agent);
}
