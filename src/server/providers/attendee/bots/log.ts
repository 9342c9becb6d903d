import type { World } from '../../../engine/world.js';
import { notifyBot } from '../webhooks.js';
import type { Bot } from '../state.js';
import { isoTime } from '../python/times.js';

/** The bot's process writes a log entry: it is told, and not kept (observed). */
export function addBotLog(
  world: World,
  bot: Bot,
  { level, entry_type, message }: Readonly<Record<'level' | 'entry_type' | 'message', string>>,
): void {
  const id = `log_${world.random.alphanumeric('log', 16)}`;
  const created_at = isoTime(world.now());
  notifyBot(world, bot, 'bot_logs.update', {}, () => ({ id, level, message, created_at, entry_type }));
}
