import { BOT_EVENTS } from '../../../contracts/attendee/vocabulary.js';
import type { Backstage } from '../provider.js';
import { applyEvent } from './life.js';
import { isPyObject, toPython } from './python-json.js';
import { sliceOf } from './state.js';

/** What Attendee's own side would do. */
export const backstage: Backstage = {
  /** `{bot, event, sub_type?, metadata?}`: the bot's process reports an event. */
  event(world, args) {
    const bot = sliceOf(world).bots.get(String(args['bot']));
    if (!bot) return { refused: `no bot ${JSON.stringify(args['bot'])}` };
    const event = BOT_EVENTS.find((known) => known === args['event']);
    if (!event)
      return {
        subject: bot.id,
        refused: `event must be one of ${BOT_EVENTS.join(', ')}, was ${JSON.stringify(args['event'])}`,
      };
    const metadata = toPython(args['metadata'] ?? {});
    const refused = applyEvent(world, bot, event, {
      sub_type: typeof args['sub_type'] === 'string' ? args['sub_type'] : undefined,
      metadata: isPyObject(metadata) ? metadata : new Map(),
    });
    if (refused === undefined) {
      world.clock.cancel(bot.job);
      bot.job = null;
    }
    return { subject: bot.id, refused };
  },
};
