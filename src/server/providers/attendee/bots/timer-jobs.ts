import type { Micros } from '../../../../clock/instant.js';
import type { World } from '../../../engine/world.js';
import type { Bot } from '../state.js';

/** The jobs behind the timers of `automatic_leave_settings`: one for each that runs. */
export type Timer =
  'waiting_room' | 'host' | 'authorized_user' | 'only_participant' | 'silence' | 'max_uptime' | 'captions';

export const TIMER_JOB = 'attendee.timer';

/** Sets a timer of a bot, or sets it anew. */
export function setTimer(world: World, bot: Bot, timer: Timer, due: Micros): void {
  cancelTimer(world, bot, timer);
  bot.timers[timer] = world.clock.schedule({ due, kind: TIMER_JOB, subject: bot.id, args: { timer } });
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
