import { MICROS_PER_SECOND, type Micros } from '../../../../clock/instant.js';
import type { World } from '../../../engine/world.js';
import { jobs, type Timer } from '../jobs.js';
import type { Bot } from '../state.js';

/** Sets a timer of a bot, or sets it anew. */
export function setTimer(world: World, bot: Bot, timer: Timer, due: Micros): void {
  cancelTimer(world, bot, timer);
  bot.timers[timer] = jobs.plan(world, 'timer', { due, subject: bot.id, args: { timer } });
}

/** The user on whose behalf the bot comes has so long to be in the meeting. */
export function waitForAuthorizedUser(world: World, bot: Bot): void {
  const seconds = bot.leave.authorized_user_not_in_meeting_timeout_seconds;
  setTimer(world, bot, 'authorized_user', world.now() + seconds * MICROS_PER_SECOND);
}

export function cancelTimer(world: World, bot: Bot, timer: Timer): void {
  const job = bot.timers[timer];
  if (job === undefined) return;
  world.clock.cancel(job);
  delete bot.timers[timer];
}

export function cancelTimers(world: World, bot: Bot): void {
  const planned = Object.values(bot.timers);
  if (planned.length === 0) return;
  for (const job of planned) world.clock.cancel(job);
  bot.timers = {};
}
