import { MICROS_PER_MINUTE, MICROS_PER_SECOND, type Micros } from '../../../../clock/instant.js';
import { BACK, BOT_LIFECYCLE } from '../../../../contracts/attendee/lifecycle.js';
import type { BotEventType, BotState } from '../../../../contracts/attendee/vocabulary.js';
import type { World } from '../../../engine/world.js';
import { notifyBot } from '../webhooks.js';
import { charge } from './credits.js';
import { isIdle, isTerminal } from '../lifecycle.js';
import { PyFloat, type PyObject, type PyValue } from '../python/json.js';
import {
  recordingFault,
  settleRecording,
  settleTranscription,
  startOrPauseRecording,
} from '../recordings/recording.js';
import { settingsOf } from '../settings.js';
import { sliceOf, type Bot } from '../state.js';
import { cancelTimers } from './timer-jobs.js';
import { isoTime } from '../python/times.js';

/** A bot's process says once a minute that it is alive (observed). */
const HEARTBEAT: Micros = MICROS_PER_MINUTE;
/** What a bot with a single heartbeat is taken to have lived (observed). */
const SHORTEST_LIFE_SECONDS = 30;

/** What an event says besides its name. A Map keeps the order of keys that look like numbers. */
export type EventMetadata = PyObject | Readonly<Record<string, PyValue>>;

export interface EventDetails {
  readonly sub_type?: string | undefined;
  /** Or what makes it, for what is only worth making if somebody is told. */
  readonly metadata?: EventMetadata | (() => EventMetadata);
}

/** Moves a bot along the table, with all that goes with it. Returns the vendor's text if the table does not allow it. */
export function applyEvent(
  world: World,
  bot: Bot,
  event: BotEventType,
  { sub_type, metadata }: EventDetails = {},
): string | undefined {
  const row = BOT_LIFECYCLE[event];
  const from = bot.state;
  if (!row.from.includes(from)) {
    return `Event ${event} not allowed when bot is in state ${from}. It is only allowed in these states: ${row.from.join(', ')}`;
  }
  const to = row.to === BACK ? stateBeforeBreakout(bot) : row.to;
  const fault = recordingFault(bot, to);
  if (fault !== undefined) return fault;
  bot.state = to;
  bot.events.push({ type: event, from, at: world.now(), sub_type });
  countActive(world, from, to);
  startOrPauseRecording(bot);
  const told = isTerminal(to) && event !== 'data_deleted' ? conclude(world, bot, event, metadata) : metadata;
  world.log({ kind: 'transition', provider: 'attendee', subject: bot.id, event, from, to, sub_type });
  notifyBot(world, bot, 'bot.state_change', { state: to, sub_type }, () => ({
    new_state: to,
    old_state: from,
    created_at: isoTime(world.now()),
    event_type: event,
    event_sub_type: sub_type ?? null,
    event_metadata: made(told),
  }));
  if (isTerminal(to)) bury(world, bot);
  return undefined;
}

function bury(world: World, bot: Bot): void {
  const { keys } = sliceOf(world);
  const key = bot.deduplication_key;
  if (key !== null && keys.get(key)?.bot === bot.id) keys.delete(key);
  world.clock.cancel(bot.job);
  bot.job = null;
  cancelTimers(world, bot);
  world.player.forget(world, bot.id);
}

/** Takes a bot out of the project's records. */
export function removeBot(world: World, bot: Bot): void {
  countActive(world, bot.state, 'scheduled');
  bury(world, bot);
  sliceOf(world).bots.delete(bot.id);
  world.log({
    kind: 'transition',
    provider: 'attendee',
    subject: bot.id,
    event: 'deleted',
    from: bot.state,
    to: 'gone',
  });
}

function countActive(world: World, from: BotState, to: BotState): void {
  sliceOf(world).active += Number(!isIdle(to)) - Number(!isIdle(from));
}

function stateBeforeBreakout(bot: Bot): BotState {
  const began = bot.events.findLast(({ type }) => type.startsWith('began_'));
  return began?.from ?? 'joined_not_recording';
}

const made = (metadata: EventDetails['metadata'] = {}): EventMetadata =>
  typeof metadata === 'function' ? metadata() : metadata;

/** Settles what is open at the end of a life. Every move to a terminal state tells how long the bot lived. */
function conclude(world: World, bot: Bot, event: BotEventType, metadata: EventDetails['metadata']): EventMetadata {
  const given = made(metadata);
  const pairs: [string, PyValue][] = given instanceof Map ? [...given] : Object.entries(given);
  const told: PyObject = new Map(pairs);
  const seconds = durationSeconds(world, bot);
  told.set('bot_duration_seconds', seconds);
  settleRecording(bot);
  const reasons = settleTranscription(bot);
  if (reasons.length > 0) told.set('transcription_errors', [...reasons]);
  if (settingsOf(world).charge_credits && event !== 'fatal_error')
    told.set('credits_consumed', new PyFloat(charge(world, seconds)));
  return told;
}

function durationSeconds(world: World, bot: Bot): number {
  if (bot.played) beatUntilNow(world, bot);
  const { firstHeartbeat, lastHeartbeat } = bot;
  if (firstHeartbeat === null) return 0;
  const last = lastHeartbeat ?? firstHeartbeat;
  return last === firstHeartbeat ? SHORTEST_LIFE_SECONDS : (last - firstHeartbeat) / MICROS_PER_SECOND;
}

/** What the process of a bot that is played has said since it began; its beats are counted only when it matters. */
export function beatUntilNow(world: World, bot: Bot): void {
  const { firstHeartbeat } = bot;
  if (firstHeartbeat === null) return;
  bot.lastHeartbeat = firstHeartbeat + Math.floor((world.now() - firstHeartbeat) / HEARTBEAT) * HEARTBEAT;
}

/** The bot's process says that it is alive. */
export function beat(world: World, bot: Bot): void {
  const second = Math.floor(world.now() / MICROS_PER_SECOND) * MICROS_PER_SECOND;
  bot.firstHeartbeat ??= second;
  bot.lastHeartbeat = second;
}
