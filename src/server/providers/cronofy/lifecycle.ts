import type { AgentState } from '../../../contracts/cronofy/lifecycle.js';

/** States that nothing follows. */
export const isOver = (state: AgentState): boolean =>
  state === 'complete' || state === 'failed' || state === 'cancelled';
