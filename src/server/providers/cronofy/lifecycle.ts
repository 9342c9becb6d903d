import type { Lifecycle } from '../../engine/lifecycle.js';

/**
 * The life of an agent. The vendor shows less of it: `meeting_agent.state` is `created` until `complete` or `failed`
 * (documented); the states between are what its callbacks and pages tell of in words.
 */
export type AgentState = 'scheduled' | 'created' | 'activated' | 'joined' | 'complete' | 'failed' | 'cancelled';
export type AgentEvent = 'activated' | 'joined' | 'complete' | 'failed' | 'cancelled';

export const AGENT_LIFECYCLE: Lifecycle<AgentState, AgentEvent> = {
  activated: { from: ['scheduled', 'created'], to: 'activated' },
  joined: { from: ['activated'], to: 'joined' },
  complete: { from: ['joined'], to: 'complete' },
  failed: { from: ['scheduled', 'created', 'activated', 'joined'], to: 'failed' },
  cancelled: { from: ['scheduled', 'activated'], to: 'cancelled' },
};

/** States that nothing follows. */
export const isOver = (state: AgentState): boolean =>
  state === 'complete' || state === 'failed' || state === 'cancelled';
