import { MICROS_PER_MINUTE, MICROS_PER_SECOND, nextOnGrid, type Micros } from '../../../clock/instant.js';
import type { JobDefinition } from '../../engine/part.js';
import type { World } from '../../engine/world.js';
import { isOutOfCredits } from './credits.js';
import { applyEvent, beat } from './life.js';
import { settingsOf } from './settings.js';
import { sliceOf, type Bot } from './state.js';
import { cancelTimers } from './timer-jobs.js';
import { isoTime } from './times.js';

/** The scheduler takes bots whose join_at lies at most this far from its poll, either way (observed). */
export const LAUNCH_WINDOW: Micros = 5 * MICROS_PER_MINUTE;
/** A bot that was not launched an hour after its time never will be (observed). */
export const NEVER_LAUNCHED_AFTER: Micros = 60 * MICROS_PER_MINUTE;
/** Assumed: what a bot's process needs before it can join, and before it is out. */
const PROCESS_START: Micros = MICROS_PER_SECOND;
const LEAVE_TIME: Micros = MICROS_PER_SECOND;

/** Sends an ad-hoc bot on its way. */
export function launch(world: World, bot: Bot): void {
  applyEvent(world, bot, 'join_requested', { metadata: { source: 'api' } });
  if (!world.play.plays(world, bot.id)) return;
  beat(world, bot);
  world.play.enter(world, bot.id, bot.meeting_url);
}

/** Plans the poll that will take a bot, or plans it anew after its time has changed. Polls without work are no jobs. */
export function planStaging(world: World, bot: Bot): void {
  world.clock.cancel(bot.job);
  bot.job = null;
  if (bot.join_at === null || !world.play.plays(world, bot.id)) return;
  const { schedulerPoll } = settingsOf(world);
  if (schedulerPoll !== null) {
    // The poll of this very instant is over: a bot that is made now waits for the next.
    const due = nextOnGrid(Math.max(world.now() + 1, bot.join_at - LAUNCH_WINDOW), schedulerPoll);
    if (due <= bot.join_at + LAUNCH_WINDOW) {
      bot.job = world.clock.schedule({ due, kind: 'attendee.poll', subject: bot.id });
      return;
    }
  }
  planCleanup(world, bot, bot.join_at + NEVER_LAUNCHED_AFTER);
}

function planCleanup(world: World, bot: Bot, after: Micros): void {
  const { cleanupPoll } = settingsOf(world);
  if (cleanupPoll === null) return;
  const due = nextOnGrid(Math.max(world.now(), after) + 1, cleanupPoll);
  bot.job = world.clock.schedule({ due, kind: 'attendee.cleanup', subject: bot.id });
}

/** How long before join_at a staged bot begins to join (observed). */
function joinLead({ platform, zoomWeb }: Bot): Micros {
  if (platform === 'teams') return 10 * MICROS_PER_SECOND;
  return platform === 'google_meet' || zoomWeb ? 5 * MICROS_PER_SECOND : 0;
}

/** The second half of the scheduler's work: the bot that its poll has picked is staged, if all is still as it was. */
export function stage(world: World, bot: Bot, join_at: Micros): void {
  if (bot.state !== 'scheduled') return;
  if (isOutOfCredits(world)) {
    applyEvent(world, bot, 'fatal_error', { sub_type: 'out_of_credits' });
    return;
  }
  if (bot.join_at !== join_at) return planStaging(world, bot);
  applyEvent(world, bot, 'staged', { metadata: () => ({ join_at: isoTime(join_at) }) });
  if (!world.play.plays(world, bot.id)) return;
  beat(world, bot);
  const due = Math.max(join_at - joinLead(bot), world.now() + PROCESS_START);
  bot.job = world.clock.schedule({ due, kind: 'attendee.join', subject: bot.id });
}

/** The bot was asked to leave; it is out a moment later. */
export function planLeaving(world: World, bot: Bot): void {
  cancelTimers(world, bot);
  if (!world.play.plays(world, bot.id)) return;
  world.clock.cancel(bot.job);
  bot.job = world.clock.schedule({ due: world.now() + LEAVE_TIME, kind: 'attendee.left', subject: bot.id });
}

const withBot = (work: (world: World, bot: Bot) => void): JobDefinition['run'] => {
  return (world, job) => {
    const bot = sliceOf(world).bots.get(job.subject ?? '');
    if (!bot || bot.job !== job.id) return;
    bot.job = null;
    work(world, bot);
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
      world.play.enter(world, bot.id, bot.meeting_url);
    }),
  },
  'attendee.left': {
    label: 'bot has left',
    run: withBot((world, bot) => {
      const event = bot.rtmsStream === null ? 'left_meeting' : 'app_session_disconnected';
      if (applyEvent(world, bot, event) === undefined) world.play.exit(world, bot.id);
    }),
  },
  'attendee.cleanup': {
    label: 'clean-up finds the bot that was never launched',
    run: withBot((world, bot) => failUnlaunched(world, bot)),
  },
};

export function failUnlaunched(world: World, bot: Bot): void {
  applyEvent(world, bot, 'fatal_error', {
    sub_type: 'bot_not_launched',
    metadata: { infrastructure_information: 'null' },
  });
}
