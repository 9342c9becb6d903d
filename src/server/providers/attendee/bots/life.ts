import { MICROS_PER_MINUTE, MICROS_PER_SECOND, type Micros } from '../../../../clock/instant.js';
import { BACK, type Row } from '../../../../contracts/attendee/lifecycle.js';
import type { BotEventType, BotState } from '../../../../contracts/attendee/vocabulary.js';
import type { World } from '../../../engine/world.js';
import { cancelStep } from '../jobs.js';
import { isIdle, isTerminal } from '../lifecycle.js';
import { PyFloat, type PyObject, type PyValue } from '../python/json.js';
import { isoTime } from '../python/times.js';
import {
  recordingFault,
  settleRecording,
  settleTranscription,
  startOrPauseRecording,
} from '../recordings/recording.js';
import { packContent } from '../recordings/state.js';
import { contractOf, settingsOf } from '../settings.js';
import { sliceOf, type Bot } from '../state.js';
import { notifyBot } from '../webhooks.js';
import { planPage } from './agent-page.js';
import { charge } from './credits.js';
import { cancelTimers } from './timer-jobs.js';

/** A bot's process says once a minute that it is alive (observed). */
export const HEARTBEAT: Micros = MICROS_PER_MINUTE;
/** The lifetime of a bot with a single heartbeat (observed). */
const SHORTEST_LIFE_SECONDS = 30;

/** The facts of an event besides its name. A Map keeps the order of keys that look like numbers. */
export type EventMetadata = PyObject | Readonly<Record<string, PyValue>>;

export interface EventDetails {
  readonly sub_type?: string | undefined;
  /** Or its maker, for facts that are only worth making for a subscriber. */
  readonly metadata?: EventMetadata | (() => EventMetadata);
  /** The last instant at which the bot's process could say that it is alive; now if not given. */
  readonly lastAlive?: Micros;
}

/** Moves a bot along the table, with all that goes with it. Returns the vendor's text if the table does not allow it. */
export function applyEvent(
  world: World,
  bot: Bot,
  event: BotEventType,
  details: EventDetails = {},
): string | undefined {
  const { sub_type, metadata } = details;
  const refusal = refusalOf(world, bot, event, sub_type);
  if (refusal !== undefined) return refusal;
  const row = contractOf(world).lifecycle.events[event];
  const from = bot.state;
  const to = row.to === BACK ? stateBeforeBreakout(bot) : row.to;
  const fault = recordingFault(bot, to);
  if (fault !== undefined) return fault;
  // Whoever is out has been told what it has heard, just before (observed).
  if (to === 'post_processing') world.player.flush(world, bot.id);
  bot.state = to;
  bot.events.push({ type: event, from, at: world.now(), sub_type });
  countActive(world, from, to);
  if (event === 'recording_permission_granted' && bot.recording_state === 'not_started') planPage(world, bot);
  startOrPauseRecording(bot);
  const facts = isTerminal(to) && event !== 'data_deleted' ? settle(world, bot, event, details) : metadata;
  world.log({ kind: 'transition', provider: 'attendee', subject: bot.id, event, from, to, sub_type });
  const data = () => ({
    new_state: to,
    old_state: from,
    created_at: isoTime(world.now()),
    event_type: event,
    event_sub_type: sub_type ?? null,
    event_metadata: made(facts),
  });
  notifyBot(world, bot, { trigger: 'bot.state_change', state: to, sub_type, data });
  if (isTerminal(to)) retire(world, bot);
  return undefined;
}

/** The vendor's text, if the table does not allow an event. */
export function refusalOf(
  world: World,
  { state: from }: Bot,
  event: BotEventType,
  sub_type: string | undefined,
): string | undefined {
  const { from: legal, only }: Row = contractOf(world).lifecycle.events[event];
  if (!legal.includes(from))
    return `Event ${event} not allowed when bot is in state ${from}. It is only allowed in these states: ${legal.join(', ')}`;
  return only?.[from]?.includes(sub_type ?? '') === false
    ? `Event ${event} with sub type ${sub_type ?? 'None'} not allowed when bot is in state ${from}.`
    : undefined;
}

/** Nothing more happens to the bot by itself. */
function retire(world: World, bot: Bot): void {
  const { keys } = sliceOf(world);
  const key = bot.deduplication_key;
  if (key !== null && keys.get(key)?.bot === bot.id) keys.delete(key);
  cancelStep(world, bot);
  cancelTimers(world, bot);
  world.player.forget(world, bot.id);
  // A list that has grown keeps room for more, and no more comes.
  bot.events = [...bot.events];
  packContent(bot);
}

/** Takes a bot out of the project's records. */
export function removeBot(world: World, bot: Bot): void {
  countActive(world, bot.state, 'scheduled');
  retire(world, bot);
  sliceOf(world).bots.delete(bot.id);
  const { id: subject, state: from } = bot;
  world.log({ kind: 'transition', provider: 'attendee', subject, event: 'deleted', from, to: 'gone' });
}

function countActive(world: World, from: BotState, to: BotState): void {
  sliceOf(world).active += Number(!isIdle(to)) - Number(!isIdle(from));
}

function stateBeforeBreakout(bot: Bot): BotState {
  const began = bot.events.findLast(({ type }) => type.startsWith('began_'));
  return began?.from ?? 'joined_not_recording';
}

export const made = (metadata: EventDetails['metadata'] = {}): EventMetadata =>
  typeof metadata === 'function' ? metadata() : metadata;

/** Settles open ends at the end of a life. Every event of a terminal state reports how long the bot lived. */
function settle(
  world: World,
  bot: Bot,
  event: BotEventType,
  { metadata, lastAlive = world.now() }: EventDetails,
): EventMetadata {
  const given = made(metadata);
  const facts: PyObject = new Map(given instanceof Map ? given : Object.entries(given));
  const seconds = durationSeconds(bot, lastAlive);
  facts.set('bot_duration_seconds', seconds);
  settleRecording(bot);
  const reasons = settleTranscription(bot);
  if (reasons.length > 0) facts.set('transcription_errors', [...reasons]);
  if (settingsOf(world).charge_credits && event !== 'fatal_error')
    facts.set('credits_consumed', new PyFloat(charge(world, seconds)));
  return facts;
}

function durationSeconds(bot: Bot, lastAlive: Micros): number {
  if (bot.played) countHeartbeats(bot, lastAlive);
  const { firstHeartbeat, lastHeartbeat } = bot;
  if (firstHeartbeat === null) return 0;
  const last = lastHeartbeat ?? firstHeartbeat;
  return last === firstHeartbeat ? SHORTEST_LIFE_SECONDS : (last - firstHeartbeat) / MICROS_PER_SECOND;
}

/** Makes up for the heartbeats of a played bot, which are counted only when they matter. */
export function countHeartbeats(bot: Bot, until: Micros): void {
  const { firstHeartbeat } = bot;
  if (firstHeartbeat === null) return;
  bot.lastHeartbeat = firstHeartbeat + Math.floor((until - firstHeartbeat) / HEARTBEAT) * HEARTBEAT;
}

/** The bot's process says that it is alive. */
export function recordHeartbeat(world: World, bot: Bot): void {
  const second = Math.floor(world.now() / MICROS_PER_SECOND) * MICROS_PER_SECOND;
  bot.firstHeartbeat ??= second;
  bot.lastHeartbeat = second;
}
