import { MICROS_PER_MINUTE, MICROS_PER_SECOND, type Micros } from '../../../../clock/instant.js';
import type { World } from '../../../engine/world.js';
import type { CleanUpReason } from '../jobs.js';
import { isTerminal } from '../lifecycle.js';
import { settingsOf } from '../settings.js';
import { sliceOf, type Bot } from '../state.js';
import { endByCleanUp, NEVER_LAUNCHED_AFTER, RUNTIME_MAX, SILENT_MAX, stageBot } from './launch.js';
import { countHeartbeats } from './life.js';

/** The vendor's two background commands, run by hand (observed). */

const FORGOTTEN_AFTER: Micros = 7 * 24 * 60 * MICROS_PER_MINUTE;

/** One poll of the scheduler. Both ends of its window belong to it. */
export function pollScheduler(world: World): void {
  const now = world.now();
  const { before, after } = settingsOf(world).launchWindow;
  const due = sliceOf(world).bots.filter(
    ({ state, join_at }) =>
      state === 'scheduled' && join_at !== null && now >= join_at - before && now <= join_at + after,
  );
  for (const bot of due) stageBot(world, bot, bot.join_at!);
}

/** One run of the clean-up: three passes over every bot that is not over, whatever its state. */
export function cleanUp(world: World): void {
  for (const [reason, isMeant] of PASSES)
    for (const bot of sliceOf(world).bots.filter(({ state }) => !isTerminal(state)))
      if (isMeant(world, bot)) endByCleanUp(world, bot, reason);
}

const PASSES: readonly (readonly [CleanUpReason, (world: World, bot: Bot) => boolean])[] = [
  ['heartbeat_timeout', isSilent],
  ['global_runtime_timeout', livesTooLong],
  ['bot_not_launched', wasNeverLaunched],
];

/** The process of a bot that is played is alive. */
function isSilent(world: World, { lastHeartbeat, played }: Bot): boolean {
  const second = Math.floor(world.now() / MICROS_PER_SECOND) * MICROS_PER_SECOND;
  return !played && lastHeartbeat !== null && lastHeartbeat < second - SILENT_MAX;
}

/** From its first heartbeat to its last, not to now. */
function livesTooLong(world: World, bot: Bot): boolean {
  if (bot.played) countHeartbeats(bot, world.now());
  const { firstHeartbeat, lastHeartbeat } = bot;
  return firstHeartbeat !== null && lastHeartbeat !== null && lastHeartbeat - firstHeartbeat > RUNTIME_MAX;
}

function wasNeverLaunched(world: World, { firstHeartbeat, join_at, created_at }: Bot): boolean {
  const age = world.now() - (join_at ?? created_at);
  return firstHeartbeat === null && age > NEVER_LAUNCHED_AFTER && age < FORGOTTEN_AFTER;
}
