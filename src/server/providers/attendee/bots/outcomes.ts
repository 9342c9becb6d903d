import type { BotEventType, BotState } from '../../../../contracts/attendee/vocabulary.js';
import { outcomeOf } from '../../../../contracts/rules.js';
import type { World } from '../../../engine/world.js';
import { contractOf, settingsOf } from '../settings.js';
import type { Bot } from '../state.js';
import { endBot, isCharged } from './ending.js';
import { applyEvent, type EventMetadata } from './life.js';

/** What ends a bot's meeting. */
type Cause = 'leave' | 'meeting_end';

/**
 * Ends a bot's meeting as its version does, for a cause that found the bot in this state; of the facts, the event reports
 * those that the contract names. True if the bot is out and not yet over: it still has to bring back what it recorded.
 */
export function endMeeting(
  world: World,
  bot: Bot,
  { cause, state, facts }: { readonly cause: Cause; readonly state: BotState; readonly facts: EventMetadata },
): boolean {
  const outcome = outcomeOf(contractOf(world).rules, settingsOf(world), cause, state)!;
  const event = outcome.event as BotEventType;
  const details = { sub_type: outcome.sub_type, metadata: chosen(facts, outcome.metadata ?? []) };
  if (!isCharged(event)) return applyEvent(world, bot, event, details) === undefined;
  endBot(world, bot, event, details);
  return false;
}

/** These of the facts, in their own order. */
export function chosen(facts: EventMetadata, names: readonly string[]): EventMetadata {
  const entries = facts instanceof Map ? [...facts] : Object.entries(facts);
  return Object.fromEntries(entries.filter(([name]) => names.includes(name)));
}
