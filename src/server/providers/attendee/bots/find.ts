import { setSubject, type Call } from '../../provider.js';
import { refuseMissing } from '../framework/query.js';
import { refuse } from '../framework/replies.js';
import { isInMeeting } from '../lifecycle.js';
import { sliceOf, type Bot } from '../state.js';

/** The bot that the path names. Refuses one that the project does not have. */
export function botOf(call: Call): Bot {
  const bot =
    sliceOf(call.world).bots.get(call.params['id'] ?? '') ?? refuseMissing(call.params['id'], 'Bot not found');
  setSubject(call, bot.id);
  return bot;
}

/** Refuses a request to a bot that is not in its meeting. */
export function assertInMeeting(bot: Bot, request: string): void {
  if (!isInMeeting(bot.state)) refuse(400, `Bot is in state ${bot.state} and cannot ${request}`);
}
