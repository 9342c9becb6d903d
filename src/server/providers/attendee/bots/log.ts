import type { World } from '../../../engine/world.js';
import { isoTime } from '../python/times.js';
import type { Bot } from '../state.js';
import { notifyBot } from '../webhooks.js';

/** The bot's process writes a log entry: a webhook carries it, and nothing keeps it (observed). */
export function addBotLog(
  world: World,
  bot: Bot,
  { level, entry_type, message }: Readonly<Record<'level' | 'entry_type' | 'message', string>>,
): void {
  const id = world.random.id('log');
  const created_at = isoTime(world.now());
  const data = () => ({ id, level, message, created_at, entry_type });
  notifyBot(world, bot, { trigger: 'bot_logs.update', data });
}
