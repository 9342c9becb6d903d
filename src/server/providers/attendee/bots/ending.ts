import { CHARGED_EVENTS, type ChargedEvent } from '../../../../contracts/attendee/lifecycle.js';
import type { BotEventType } from '../../../../contracts/attendee/vocabulary.js';
import type { World } from '../../../engine/world.js';
import { cancelStep, jobs, type JobTable } from '../jobs.js';
import { COMPACT, isPyObject, parsePython, writePython } from '../python/json.js';
import { sliceOf, type Bot } from '../state.js';
import { pauseOfCharge } from './credits.js';
import { applyEvent, made, refusalOf, type EventDetails } from './life.js';
import { cancelTimers } from './timer-jobs.js';

export const isCharged = (event: BotEventType): event is ChargedEvent =>
  (CHARGED_EVENTS as readonly string[]).includes(event);

/**
 * Ends a bot's life by an event that a charge of credits goes with. It happens when the charge is written, which may take
 * seconds. Returns the vendor's text if the table does not allow the event.
 */
export function endBot(world: World, bot: Bot, event: ChargedEvent, details: EventDetails = {}): string | undefined {
  const { sub_type, metadata } = details;
  const refusal = refusalOf(world, bot, event, sub_type);
  const pause = refusal === undefined ? pauseOfCharge(world) : 0;
  if (pause === 0) return applyEvent(world, bot, event, details);
  // The bot's process writes, and does nothing else meanwhile.
  world.player.halt(world, bot.id);
  cancelTimers(world, bot);
  cancelStep(world, bot);
  const facts = made(metadata);
  const text = writePython(facts instanceof Map ? facts : new Map(Object.entries(facts)), COMPACT);
  const args = { event, sub_type: sub_type ?? null, metadata: text, since: world.now() };
  bot.job = jobs.plan(world, 'charged', { due: world.now() + pause, subject: bot.id, args });
  return undefined;
}

export const endingJobs: Pick<JobTable, 'charged'> = {
  charged: {
    label: 'the charge of the bot is written at last',
    run(world, subject, { event, sub_type, metadata, since }) {
      const bot = sliceOf(world).bots.get(subject);
      if (!bot) return;
      bot.job = null;
      const facts = parsePython(metadata);
      applyEvent(world, bot, event, {
        sub_type: sub_type ?? undefined,
        metadata: isPyObject(facts) ? facts : {},
        lastAlive: since,
      });
    },
  },
};
