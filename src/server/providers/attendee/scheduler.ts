import { MICROS_PER_MINUTE, MICROS_PER_SECOND, type Micros } from '../../../clock/instant.js';
import type { World } from '../../engine/world.js';
import { failUnlaunched, LAUNCH_WINDOW, NEVER_LAUNCHED_AFTER, stage } from './launch.js';
import { applyEvent } from './life.js';
import { isTerminal } from './lifecycle.js';
import { sliceOf, type Bot } from './state.js';

/** The vendor's two background commands, run by hand (observed). */

const HEARTBEAT_TIMEOUT: Micros = 10 * MICROS_PER_MINUTE;
const RUNTIME_MAX: Micros = 108_000 * MICROS_PER_SECOND;
const FORGOTTEN_AFTER: Micros = 7 * 24 * 60 * MICROS_PER_MINUTE;

/** One poll of the scheduler. Both ends of its window belong to it. */
export function pollScheduler(world: World): void {
  const now = world.now();
  const due = sliceOf(world).bots.filter(
    ({ state, join_at }) => state === 'scheduled' && join_at !== null && Math.abs(join_at - now) <= LAUNCH_WINDOW,
  );
  for (const bot of due) stage(world, bot, bot.join_at!);
}

/** One run of the clean-up. */
export function cleanUp(world: World): void {
  for (const bot of sliceOf(world).bots.filter(({ state }) => !isTerminal(state))) {
    const reason = timeoutOf(world, bot);
    if (reason !== undefined) {
      applyEvent(world, bot, 'fatal_error', { sub_type: reason, metadata: { infrastructure_information: 'null' } });
    } else if (wasNeverLaunched(world, bot)) failUnlaunched(world, bot);
  }
}

function timeoutOf(world: World, { firstHeartbeat, lastHeartbeat, played }: Bot): string | undefined {
  if (firstHeartbeat === null || lastHeartbeat === null) return undefined;
  const second = Math.floor(world.now() / MICROS_PER_SECOND) * MICROS_PER_SECOND;
  // The process of a bot that is played is alive; its beats are counted only at the end.
  if (!played && lastHeartbeat < second - HEARTBEAT_TIMEOUT) return 'heartbeat_timeout';
  return firstHeartbeat < second - RUNTIME_MAX ? 'global_runtime_timeout' : undefined;
}

function wasNeverLaunched(world: World, { firstHeartbeat, state, join_at, created_at }: Bot): boolean {
  if (firstHeartbeat !== null || !['joining', 'staged', 'scheduled'].includes(state)) return false;
  const age = world.now() - (join_at ?? created_at);
  return age > NEVER_LAUNCHED_AFTER && age < FORGOTTEN_AFTER;
}
