import type { Micros } from '../../../clock/instant.js';
import type { AgentSubscription } from '../../../contracts/cronofy/schemas.js';
import { Collection, type Slice } from '../../engine/records.js';
import type { World } from '../../engine/world.js';
import type { AgentState } from './lifecycle.js';

/** A meeting agent. Plain data. */
export interface Agent {
  readonly sub: string;
  state: AgentState;
  readonly scheduling_key: string | null;
  join_url: string;
  /** When it shall join; for an immediate agent, when it was sent. */
  join_time: Micros;
  readonly on_behalf_of: string;
  readonly display_name: string | null;
  readonly image_url: string | null;
  subscriptions: readonly AgentSubscription[];
  /** The user's own key, if the agent was made with one: its callbacks are signed with that key too. */
  readonly foreignSecret: string | null;
  /** The base URL that its maker called, for links in callbacks. */
  readonly origin: string;
  /** The next step of its life that is planned already. */
  job: number | null;
}

export interface CronofySlice extends Slice {
  readonly agents: Collection<Agent>;
  /** The newest agent of each scheduling key. */
  readonly byKey: Record<string, string>;
}

export const createSlice = (): CronofySlice => ({ agents: new Collection<Agent>((agent) => agent.sub), byKey: {} });

export const sliceOf = (world: World): CronofySlice => world.slice<CronofySlice>('cronofy');

/** The agent that was last scheduled with this key. */
export function agentByKey(world: World, key: string): Agent | undefined {
  const { agents, byKey } = sliceOf(world);
  return Object.hasOwn(byKey, key) ? agents.get(byKey[key]!) : undefined;
}
