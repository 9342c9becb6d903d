import { MICROS_PER_MINUTE, MICROS_PER_SECOND, nextOnGrid, type Micros } from '../../../clock/instant.js';
import type { BotEventType } from '../../../contracts/attendee/vocabulary.js';
import type { Actor, JobDefinition } from '../../engine/part.js';
import type { World } from '../../engine/world.js';
import { notifyStateChange, type EventMetadata } from './callbacks.js';
import { BACK, BOT_LIFECYCLE, isTerminal } from './lifecycle.js';
import type { PyValue } from './python-json.js';
import { settingsOf } from './settings.js';
import { sliceOf, type Bot } from './state.js';
import { isoTime } from './times.js';

/** The scheduler takes bots whose join_at lies at most this far from its poll, either way (observed). */
const LAUNCH_WINDOW: Micros = 5 * MICROS_PER_MINUTE;
/** Assumed: what a bot's process needs before it can join, and before it is out. */
const PROCESS_START: Micros = MICROS_PER_SECOND;
const LEAVE_TIME: Micros = MICROS_PER_SECOND;
/** A bot's process says once a minute that it is alive (observed). */
const HEARTBEAT: Micros = MICROS_PER_MINUTE;

export interface EventDetails {
  readonly sub_type?: string | undefined;
  readonly metadata?: EventMetadata;
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
  bot.state = to;
  bot.events.push({ type: event, at: world.now(), ...(sub_type === undefined ? {} : { sub_type }) });
  settleSideEffects(bot, event);
  world.log({
    kind: 'transition',
    provider: 'attendee',
    subject: bot.id,
    event,
    from,
    to,
    ...(sub_type === undefined ? {} : { sub_type }),
  });
  notifyStateChange(world, bot, {
    from,
    event,
    sub_type,
    metadata: () => completeMetadata(world, bot, event, metadata),
  });
  if (isTerminal(to)) {
    world.clock.cancel(bot.job);
    world.play.forget(world, bot.id);
  }
  return undefined;
}

function stateBeforeBreakout(bot: Bot): Bot['state'] {
  for (let i = bot.events.length - 2; i >= 0; i--) {
    const row = BOT_LIFECYCLE[bot.events[i]!.type];
    if (row.to !== BACK && row.to.startsWith('joined_')) return row.to;
  }
  return 'joined_not_recording';
}

/** What a change of state does to the recording and its transcription (observed). */
function settleSideEffects(bot: Bot, event: BotEventType): void {
  if (bot.state === 'joined_recording') bot.recording_state = 'in_progress';
  if (bot.state === 'joined_recording_paused' || bot.state === 'joined_recording_permission_denied') {
    if (bot.recording_state === 'in_progress') bot.recording_state = 'paused';
  }
  if (!isTerminal(bot.state) || event === 'data_deleted') return;
  if (bot.recording_state === 'in_progress' || bot.recording_state === 'paused') {
    bot.recording_state = bot.hasRecordingFile ? 'complete' : 'failed';
  }
  if (bot.transcription_state === 'in_progress') bot.transcription_state = 'complete';
}

/** Every move to a terminal state tells how long the bot lived, by its heartbeats. */
function completeMetadata(world: World, bot: Bot, event: BotEventType, given: EventMetadata = {}): EventMetadata {
  if (!isTerminal(bot.state) || event === 'data_deleted') return given;
  const pairs = given instanceof Map ? [...given] : Object.entries(given as Readonly<Record<string, PyValue>>);
  return new Map([...pairs, ['bot_duration_seconds', durationSeconds(world, bot)]]);
}

function durationSeconds(world: World, { firstHeartbeat }: Bot): number {
  if (firstHeartbeat === null) return 0;
  const beats = Math.floor((world.now() - firstHeartbeat) / HEARTBEAT);
  return beats === 0 ? 30 : (beats * HEARTBEAT) / MICROS_PER_SECOND;
}

/** Sends an ad-hoc bot on its way. */
export function launch(world: World, bot: Bot): void {
  applyEvent(world, bot, 'join_requested', { metadata: { source: 'api' } });
  bot.firstHeartbeat = world.now();
  world.play.enter(world, bot.id, bot.meeting_url);
}

/** Plans the poll of the scheduler that will stage a bot, or plans it anew after its time has changed. */
export function planStaging(world: World, bot: Bot): void {
  world.clock.cancel(bot.job);
  bot.job = null;
  const { schedulerPoll } = settingsOf(world);
  if (bot.join_at === null || schedulerPoll === null || !world.play.plays(world, bot.id)) return;
  // The poll of this very instant is over: a bot that is made now waits for the next.
  const due = nextOnGrid(Math.max(world.now() + 1, bot.join_at - LAUNCH_WINDOW), schedulerPoll);
  if (due > bot.join_at + LAUNCH_WINDOW) return;
  bot.job = world.clock.schedule({ due, kind: 'attendee.stage', subject: bot.id });
}

/** How long before join_at a staged bot begins to join (observed). */
function joinLead({ platform, zoomWeb }: Bot): Micros {
  if (platform === 'teams') return 10 * MICROS_PER_SECOND;
  return platform === 'google_meet' || zoomWeb ? 5 * MICROS_PER_SECOND : 0;
}

const withBot = (work: (world: World, bot: Bot) => void): JobDefinition['run'] => {
  return (world, job) => {
    const bot = sliceOf(world).bots.get(job.subject ?? '');
    if (!bot) return;
    bot.job = null;
    work(world, bot);
  };
};

export const jobs: Readonly<Record<string, JobDefinition>> = {
  'attendee.stage': {
    label: 'scheduler polls and stages the bot',
    run: withBot((world, bot) => {
      applyEvent(world, bot, 'staged', { metadata: { join_at: isoTime(bot.join_at!) } });
      bot.firstHeartbeat = world.now();
      const due = Math.max(bot.join_at! - joinLead(bot), world.now() + PROCESS_START);
      bot.job = world.clock.schedule({ due, kind: 'attendee.join', subject: bot.id });
    }),
  },
  'attendee.join': {
    label: 'bot begins to join',
    run: withBot((world, bot) => {
      applyEvent(world, bot, 'join_requested', { metadata: { source: 'scheduler' } });
      world.play.enter(world, bot.id, bot.meeting_url);
    }),
  },
  'attendee.left': {
    label: 'bot has left',
    run: withBot((world, bot) => {
      applyEvent(world, bot, 'left_meeting');
      world.play.exit(world, bot.id);
    }),
  },
};

/** The bot was asked to leave; it is out a moment later. */
export function planLeaving(world: World, bot: Bot): void {
  if (!world.play.plays(world, bot.id)) return;
  bot.job = world.clock.schedule({ due: world.now() + LEAVE_TIME, kind: 'attendee.left', subject: bot.id });
}

const cue =
  (work: (world: World, bot: Bot) => unknown) =>
  (world: World, id: string): void => {
    const bot = sliceOf(world).bots.get(id);
    if (bot) work(world, bot);
  };
const unseen = (): void => undefined;

/** How a meeting's story shows in Attendee. */
export const actor: Actor = {
  // Only the native Zoom adapter tells of a waiting room (observed).
  reachedLobby: cue((world, bot) => {
    if (bot.platform === 'zoom' && !bot.zoomWeb) applyEvent(world, bot, 'put_in_waiting_room');
  }),
  admitted: cue((world, bot) => applyEvent(world, bot, 'joined_meeting')),
  recordingAllowed: cue((world, bot) => applyEvent(world, bot, 'recording_permission_granted')),
  participantJoined: unseen,
  participantLeft: unseen,
  spoke: cue((_, bot) => {
    if (bot.recording_state === 'in_progress' && bot.transcription_state === 'not_started')
      bot.transcription_state = 'in_progress';
  }),
  meetingEnded: cue((world, bot) => applyEvent(world, bot, 'meeting_ended')),
  artefactsReady: cue((world, bot) => {
    bot.hasRecordingFile = bot.recording_state !== 'not_started';
    applyEvent(world, bot, 'post_processing_completed');
  }),
};
