import type { World } from '../../engine/world.js';
import type { Backstage } from '../provider.js';
import { applyEvent } from './life.js';
import { agentByKey, sliceOf, type Agent } from './state.js';

const EVENTS = ['activated', 'joined', 'complete', 'failed'] as const;

/** What Cronofy's own side would do. */
export const backstage: Backstage = {
  /** `{agent: sub | {scheduling_key}, event, reason?}`: something becomes of an agent. */
  agent_event(world, args) {
    const agent = findAgent(world, args['agent']);
    if (!agent) return { refused: `no agent ${JSON.stringify(args['agent'])}` };
    const subject = agent.sub;
    const event = EVENTS.find((known) => known === args['event']);
    if (!event)
      return { subject, refused: `event must be one of ${EVENTS.join(', ')}, was ${JSON.stringify(args['event'])}` };
    const refused = applyEvent(world, agent, event, typeof args['reason'] === 'string' ? args['reason'] : undefined);
    if (refused === undefined) {
      world.clock.cancel(agent.job);
      agent.job = null;
    }
    return { subject, refused };
  },
};

/** By its sub, or by `{scheduling_key}`. */
export function findAgent(world: World, reference: unknown): Agent | undefined {
  if (typeof reference === 'string') return sliceOf(world).agents.get(reference);
  if (typeof reference !== 'object' || reference === null || !('scheduling_key' in reference)) return undefined;
  return agentByKey(world, String(reference.scheduling_key));
}
