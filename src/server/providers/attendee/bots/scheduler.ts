import { MICROS_PER_MINUTE, MICROS_PER_SECOND, type Micros } from '../../../../clock/instant.js';
import type { World } from '../../../engine/world.js';
import { giveUp, LAUNCH_WINDOW, NEVER_LAUNCHED_AFTER, RUNTIME_MAX, SILENT_MAX, stage } from './launch.js';
import { isTerminal } from '../lifecycle.js';
import { sliceOf, type Bot } from '../state.js';

/** The vendor's two background commands, run by hand (observed). */

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
    if (reason !== undefined) giveUp(world, bot, reason);
    else if (wasNeverLaunched(world, bot)) giveUp(world, bot, 'bot_not_launched');
  }
}

function timeoutOf(world: World, { firstHeartbeat, lastHeartbeat, played }: Bot) {
  if (firstHeartbeat === null || lastHeartbeat === null) return undefined;
  const second = Math.floor(world.now() / MICROS_PER_SECOND) * MICROS_PER_SECOND;
  // The process of a bot that is played is alive; its beats are counted only at the end.
  if (!played && lastHeartbeat < second - SILENT_MAX) return 'heartbeat_timeout';
  return firstHeartbeat < second - RUNTIME_MAX ? 'global_runtime_timeout' : undefined;
}

function wasNeverLaunched(world: World, { firstHeartbeat, state, join_at, created_at }: Bot): boolean {
  if (firstHeartbeat !== null || !['joining', 'staged', 'scheduled'].includes(state)) return false;
  const age = world.now() - (join_at ?? created_at);
  return age > NEVER_LAUNCHED_AFTER && age < FORGOTTEN_AFTER;
}
