import type { AgentSubscription } from '../../../../contracts/cronofy/subscriptions.js';
import type { World } from '../../../engine/world.js';
import type { VendorRequest } from '../../provider.js';
import { tagged } from '../../tags.js';
import { keyFor, linkKey, tellIssued } from '../accounts/credentials.js';
import { settingsOf } from '../settings.js';
import { subscriptionsOf } from '../webhooks.js';
import { sliceOf, type Agent } from '../state.js';

/** What an agent is made of; the rest follows. */
export type NewAgent = Pick<
  Agent,
  | 'scheduling_key'
  | 'event'
  | 'immediate'
  | 'join_url'
  | 'join_time'
  | 'on_behalf_of'
  | 'display_name'
  | 'image_url'
  | 'subscriptions'
  | 'foreignSecret'
>;

const DASHBOARD_KEY_LENGTH = 24;

/** What an agent takes from the call that made it. */
export interface CausedBy {
  readonly request: Pick<VendorRequest, 'origin' | 'headers'>;
}

/** Makes an agent and casts it. Nothing is planned yet. */
export function createAgent(world: World, { request }: CausedBy, given: NewAgent): Agent {
  const slice = sliceOf(world);
  const sub = `agt_${world.random.hex('agt', 24)}`;
  const agent: Agent = {
    sub,
    state: given.immediate ? 'created' : 'scheduled',
    ...given,
    origin: request.origin,
    dashboardKey: dashboardKey(world, sub),
    job: null,
  };
  world.player.cast(world, 'cronofy', agent.sub, {
    header: request.headers['greenroom-scenario'],
    meetingUrl: given.join_url,
    agentName: given.display_name ?? undefined,
    schedulingKey: given.scheduling_key,
    eventId: given.event === null ? null : slice.events.get(given.event)?.event_id,
  });
  slice.agents.add(agent);
  noteSilence(world, subscriptionsOf(world, agent));
  slice.byDashboardKey[agent.dashboardKey] = agent.sub;
  tellIssued(world, linkKey(agent.dashboardKey));
  if (agent.scheduling_key !== null) slice.byKey[agent.scheduling_key] = agent.sub;
  return agent;
}

function dashboardKey(world: World, sub: string): string {
  const key = keyFor('dashboard', sub, DASHBOARD_KEY_LENGTH, settingsOf(world).client_secret);
  return tagged(world.tag, key, DASHBOARD_KEY_LENGTH);
}

/** An agent of which nobody is told is seldom meant. */
function noteSilence(world: World, subscriptions: readonly AgentSubscription[]): void {
  const tells = ({ uri, interactions = [] }: AgentSubscription): boolean =>
    uri !== undefined && interactions.some(({ type }) => type.startsWith('meeting_agent_'));
  if (subscriptions.some(tells)) return;
  world.noteOnce(
    'subscriptions',
    subscriptions.length === 0
      ? 'An agent has no subscriptions: no callback tells of it, and nothing that it brings back can be had by the API.'
      : "An agent's subscriptions tell of nothing: each needs a uri, and interactions such as meeting_agent_complete.",
  );
}
