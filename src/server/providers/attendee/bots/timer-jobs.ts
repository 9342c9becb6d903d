import { MICROS_PER_SECOND, type Micros } from '../../../../clock/instant.js';
import type { World } from '../../../engine/world.js';
import { jobs, TIMERS, type Timer } from '../jobs.js';
import type { Bot } from '../state.js';

/** Nobody alters what a job carries: all of one timer carry the same. */
const ARGS = Object.fromEntries(TIMERS.map((timer) => [timer, { timer }])) as Record<Timer, { readonly timer: Timer }>;

/** Sets a timer of a bot, or sets it anew. */
export function setTimer(world: World, bot: Bot, timer: Timer, due: Micros): void {
  cancelTimer(world, bot, timer);
  bot.timers[timer] = jobs.plan(world, 'timer', { due, subject: bot.id, args: ARGS[timer] });
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
  forgetTimer(bot, timer);
}

/** It is not set any more. An object that loses a property becomes a hash table, of which each bot would keep one. */
export function forgetTimer({ timers }: Bot, timer: Timer): void {
  timers[timer] = undefined;
}

export function cancelTimers(world: World, bot: Bot): void {
  for (const timer in bot.timers) cancelTimer(world, bot, timer as Timer);
  bot.timers = {};
}
