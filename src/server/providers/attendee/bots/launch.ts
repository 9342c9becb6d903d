import { MICROS_PER_MINUTE, MICROS_PER_SECOND, nextOnGrid, type Micros } from '../../../../clock/instant.js';
import type { Job } from '../../../../clock/queue.js';
import type { JobDefinition } from '../../../engine/vendor.js';
import type { World } from '../../../engine/world.js';
import { isOutOfCredits } from './credits.js';
import { applyEvent, beat } from './life.js';
import { settingsOf } from '../settings.js';
import { sliceOf, type Bot } from '../state.js';
import { cancelTimers } from './timer-jobs.js';
import { isoTime } from '../python/times.js';

/** The scheduler takes bots whose join_at lies at most this far from its poll, either way (observed). */
export const LAUNCH_WINDOW: Micros = 5 * MICROS_PER_MINUTE;
/** A bot that was not launched an hour after its time never will be (observed). */
export const NEVER_LAUNCHED_AFTER: Micros = 60 * MICROS_PER_MINUTE;
/** The clean-up gives up a bot that has been silent or alive for so long (observed). */
export const SILENT_MAX: Micros = 10 * MICROS_PER_MINUTE;
export const RUNTIME_MAX: Micros = 108_000 * MICROS_PER_SECOND;
/** Assumed: what a bot's process needs before it can join, and before it is out. */
const PROCESS_START: Micros = MICROS_PER_SECOND;
const LEAVE_TIME: Micros = MICROS_PER_SECOND;

/** Sends an ad-hoc bot on its way. */
export function launch(world: World, bot: Bot): void {
  applyEvent(world, bot, 'join_requested', { metadata: { source: 'api' } });
  if (!world.player.plays(world, bot.id)) return;
  const fate = world.player.launch(world, bot.id);
  if (fate === 'never') return planCleanup(world, bot, bot.created_at + NEVER_LAUNCHED_AFTER, 'bot_not_launched');
  if (fate === 'out_of_credits' || fate === 0) return begin(world, bot);
  bot.job = world.clock.schedule({ due: world.now() + fate, kind: 'attendee.late', subject: bot.id });
}

function begin(world: World, bot: Bot): void {
  beat(world, bot);
  world.player.enter(world, bot.id, bot.meeting_url);
}

/** Plans the poll that will take a bot, or plans it anew after its time has changed. Polls without work are no jobs. */
export function planStaging(world: World, bot: Bot): void {
  world.clock.cancel(bot.job);
  bot.job = null;
  if (bot.join_at === null || !world.player.plays(world, bot.id)) return;
  const { schedulerPoll } = settingsOf(world);
  if (schedulerPoll !== null && world.player.launch(world, bot.id) !== 'never') {
    // The poll of this very instant is over: a bot that is made now waits for the next.
    const due = nextOnGrid(Math.max(world.now() + 1, bot.join_at - LAUNCH_WINDOW), schedulerPoll);
    if (due <= bot.join_at + LAUNCH_WINDOW) {
      bot.job = world.clock.schedule({ due, kind: 'attendee.poll', subject: bot.id });
      return;
    }
  }
  planCleanup(world, bot, bot.join_at + NEVER_LAUNCHED_AFTER, 'bot_not_launched');
}

type CleanupReason = 'bot_not_launched' | 'heartbeat_timeout' | 'global_runtime_timeout';

/** Plans the run of the clean-up that will find a bot. */
export function planCleanup(world: World, bot: Bot, after: Micros, reason: CleanupReason): void {
  const { cleanupPoll } = settingsOf(world);
  if (cleanupPoll === null) return;
  const due = nextOnGrid(Math.max(world.now(), after) + 1, cleanupPoll);
  bot.job = world.clock.schedule({ due, kind: 'attendee.cleanup', subject: bot.id, args: { reason } });
}

/** How long before join_at a staged bot begins to join (observed). */
function joinLead({ platform, zoomWeb }: Bot): Micros {
  if (platform === 'teams') return 10 * MICROS_PER_SECOND;
  return platform === 'google_meet' || zoomWeb ? 5 * MICROS_PER_SECOND : 0;
}

/** The second half of the scheduler's work: the bot that its poll has picked is staged, if all is still as it was. */
export function stage(world: World, bot: Bot, join_at: Micros): void {
  if (bot.state !== 'scheduled') return;
  const fate = world.player.launch(world, bot.id);
  if (isOutOfCredits(world) || fate === 'out_of_credits') {
    applyEvent(world, bot, 'fatal_error', { sub_type: 'out_of_credits' });
    return;
  }
  if (bot.join_at !== join_at) return planStaging(world, bot);
  applyEvent(world, bot, 'staged', { metadata: () => ({ join_at: isoTime(join_at) }) });
  if (!world.player.plays(world, bot.id)) return;
  beat(world, bot);
  // A process that starts late joins at once (observed).
  const ready = typeof fate === 'number' && fate > 0 ? join_at + fate : join_at - joinLead(bot);
  const due = Math.max(ready, world.now() + PROCESS_START);
  bot.job = world.clock.schedule({ due, kind: 'attendee.join', subject: bot.id });
}

/** The bot was asked to leave; it is out a moment later. */
export function planLeaving(world: World, bot: Bot): void {
  cancelTimers(world, bot);
  if (!world.player.plays(world, bot.id) || Object.hasOwn(sliceOf(world).silentProcesses, bot.id)) return;
  world.clock.cancel(bot.job);
  bot.job = null;
  if (world.player.getsStuck(world, bot.id)) {
    world.player.halt(world, bot.id);
    return planCleanup(world, bot, (bot.firstHeartbeat ?? world.now()) + RUNTIME_MAX, 'global_runtime_timeout');
  }
  bot.job = world.clock.schedule({ due: world.now() + LEAVE_TIME, kind: 'attendee.left', subject: bot.id });
}

const withBot = (work: (world: World, bot: Bot, job: Job) => void): JobDefinition['run'] => {
  return (world, job) => {
    const bot = sliceOf(world).bots.get(job.subject ?? '');
    if (!bot || bot.job !== job.id) return;
    bot.job = null;
    work(world, bot, job);
  };
};

export const launchJobs: Readonly<Record<string, JobDefinition>> = {
  'attendee.poll': {
    label: 'scheduler polls and stages the bot',
    run: withBot((world, bot) => {
      const { launchDelay } = settingsOf(world);
      if (launchDelay === 0) return stage(world, bot, bot.join_at!);
      bot.picked = bot.join_at;
      const due = world.now() + launchDelay;
      bot.job = world.clock.schedule({ due, kind: 'attendee.launch', subject: bot.id });
    }),
  },
  'attendee.launch': {
    label: 'scheduler launches the bot',
    run: withBot((world, bot) => {
      const { picked } = bot;
      bot.picked = null;
      stage(world, bot, picked!);
    }),
  },
  'attendee.join': {
    label: 'bot begins to join',
    run: withBot((world, bot) => {
      applyEvent(world, bot, 'join_requested', { metadata: { source: 'scheduler' } });
      world.player.enter(world, bot.id, bot.meeting_url);
    }),
  },
  'attendee.late': { label: 'bot begins to join, late', run: withBot(begin) },
  'attendee.left': {
    label: 'bot has left',
    run: withBot((world, bot) => {
      const event = bot.rtmsStream === null ? 'left_meeting' : 'app_session_disconnected';
      if (applyEvent(world, bot, event) === undefined) world.player.exit(world, bot.id);
    }),
  },
  'attendee.cleanup': {
    label: (job) => `clean-up finds the bot (${String(job.args['reason'])})`,
    run: withBot((world, bot, job) => giveUp(world, bot, job.args['reason'] as CleanupReason)),
  },
};

/** The clean-up ends a bot. */
export function giveUp(world: World, bot: Bot, sub_type: CleanupReason): void {
  applyEvent(world, bot, 'fatal_error', { sub_type, metadata: { infrastructure_information: 'null' } });
}
