import type { World } from '../../../engine/world.js';
import type { Call } from '../../provider.js';
import { keyFor } from '../accounts/credentials.js';
import { settingsOf } from '../settings.js';
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

/** Makes an agent and casts it. Nothing is planned yet. */
export function createAgent(world: World, { request }: Pick<Call, 'request'>, given: NewAgent): Agent {
  const slice = sliceOf(world);
  const sub = `agt_${world.random.hex('agt', 24)}`;
  const agent: Agent = {
    sub,
    state: given.immediate ? 'created' : 'scheduled',
    ...given,
    origin: request.origin,
    dashboardKey: keyFor('dashboard', sub, DASHBOARD_KEY_LENGTH, settingsOf(world).client_secret),
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
  slice.byDashboardKey[agent.dashboardKey] = agent.sub;
  if (agent.scheduling_key !== null) slice.byKey[agent.scheduling_key] = agent.sub;
  return agent;
}
