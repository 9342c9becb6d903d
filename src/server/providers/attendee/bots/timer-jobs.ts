import type { Micros } from '../../../../clock/instant.js';
import type { World } from '../../../engine/world.js';
import { jobs, type Timer } from '../jobs.js';
import type { Bot } from '../state.js';

/** Sets a timer of a bot, or sets it anew. */
export function setTimer(world: World, bot: Bot, timer: Timer, due: Micros): void {
  cancelTimer(world, bot, timer);
  bot.timers[timer] = jobs.plan(world, 'timer', { due, subject: bot.id, args: { timer } });
}

export function cancelTimer(world: World, bot: Bot, timer: Timer): void {
  const job = bot.timers[timer];
  if (job === undefined) return;
  world.clock.cancel(job);
  delete bot.timers[timer];
}

export function cancelTimers(world: World, bot: Bot): void {
  for (const job of Object.values(bot.timers)) world.clock.cancel(job);
  bot.timers = {};
}
