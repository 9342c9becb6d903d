import { MICROS_PER_MINUTE, MICROS_PER_SECOND, nextOnGrid, type Micros } from '../../../../clock/instant.js';
import type { World } from '../../../engine/world.js';
import { cancelStep, jobs, type CleanUpReason, type JobTable } from '../jobs.js';
import { isoTime } from '../python/times.js';
import { contractOf, settingsOf } from '../settings.js';
import { sliceOf, type Bot } from '../state.js';
import { isOutOfCredits } from './credits.js';
import { applyEvent, HEARTBEAT, recordHeartbeat } from './life.js';
import { chosen, endMeeting } from './outcomes.js';
import { cancelTimers, waitForAuthorizedUser } from './timer-jobs.js';

/** A bot that was not launched an hour after its time never will be (observed). */
export const NEVER_LAUNCHED_AFTER: Micros = 60 * MICROS_PER_MINUTE;
/** The clean-up ends a bot that has been silent, or alive, for longer (observed). */
export const SILENT_MAX: Micros = 10 * MICROS_PER_MINUTE;
export const RUNTIME_MAX: Micros = 108_000 * MICROS_PER_SECOND;
/** Assumed: the time that a bot's process needs before it can join, and before it is out. */
const PROCESS_START: Micros = MICROS_PER_SECOND;
const LEAVE_TIME: Micros = MICROS_PER_SECOND;

/** Sends an ad-hoc bot on its way. */
export function launch(world: World, bot: Bot): void {
  applyEvent(world, bot, 'join_requested', { metadata: { source: 'api' } });
  if (!world.player.plays(world, bot.id)) return;
  const delay = world.player.launch(world, bot.id);
  if (delay === 'never' || (typeof delay === 'number' && delay > NEVER_LAUNCHED_AFTER))
    return planCleanUp(world, bot, bot.created_at + NEVER_LAUNCHED_AFTER, 'bot_not_launched');
  if (delay === 'out_of_credits' || delay === 0) return begin(world, bot);
  bot.job = jobs.plan(world, 'late', { due: world.now() + delay, subject: bot.id });
}

function begin(world: World, bot: Bot): void {
  recordHeartbeat(world, bot);
  // A process looks at its bot when it has begun, and leaves for one that was told to meanwhile (read in public copies).
  if (bot.state === 'leaving') planLeft(world, bot);
  else enterMeeting(world, bot);
}

function enterMeeting(world: World, bot: Bot): void {
  const { platform, meetDelay = 0, onBehalf } = bot;
  if (onBehalf && contractOf(world).rules.timings.authorized_user === 'join') waitForAuthorizedUser(world, bot);
  world.player.enter(world, bot.id, bot.meeting_url, platform === 'google_meet' ? meetDelay : 0);
}

/** Plans the poll that will take a bot, or plans it anew after its time has changed. Polls without work are no jobs. */
export function planStaging(world: World, bot: Bot): void {
  cancelStep(world, bot);
  if (bot.join_at === null || !world.player.plays(world, bot.id)) return;
  const { schedulerPoll, launchWindow } = settingsOf(world);
  if (schedulerPoll !== null && world.player.launch(world, bot.id) !== 'never') {
    // The poll of this very instant is over: a bot that is made now waits for the next.
    const due = nextOnGrid(Math.max(world.now() + 1, bot.join_at - launchWindow.before), schedulerPoll);
    if (due <= bot.join_at + launchWindow.after) {
      bot.job = jobs.plan(world, 'poll', { due, subject: bot.id });
      return;
    }
  }
  planCleanUp(world, bot, bot.join_at + NEVER_LAUNCHED_AFTER, 'bot_not_launched');
}

/** Plans the run of the clean-up that will find a bot. */
export function planCleanUp(world: World, bot: Bot, after: Micros, reason: CleanUpReason): void {
  const { cleanupPoll } = settingsOf(world);
  if (cleanupPoll === null) return;
  const due = nextOnGrid(Math.max(world.now(), after) + 1, cleanupPoll);
  bot.job = jobs.plan(world, 'cleanup', { due, subject: bot.id, args: { reason } });
}

/** From when on the clean-up ends a bot that goes on sending heartbeats: its last must be later than the limit. */
export const runtimeLimit = (firstHeartbeat: Micros): Micros => firstHeartbeat + RUNTIME_MAX + HEARTBEAT - 1;

/** How long before join_at a staged bot begins to join (observed). */
function joinLead({ platform, zoomWeb }: Bot): Micros {
  if (platform === 'teams') return 10 * MICROS_PER_SECOND;
  return platform === 'google_meet' || zoomWeb ? 5 * MICROS_PER_SECOND : 0;
}

/** The second half of the scheduler's work: stages the bot that its poll has picked, if all is still as it was. */
export function stageBot(world: World, bot: Bot, join_at: Micros): void {
  if (bot.state !== 'scheduled') return;
  const delay = world.player.launch(world, bot.id);
  if (isOutOfCredits(world) || delay === 'out_of_credits') {
    applyEvent(world, bot, 'fatal_error', { sub_type: 'out_of_credits' });
    return;
  }
  if (bot.join_at !== join_at) return planStaging(world, bot);
  cancelStep(world, bot);
  applyEvent(world, bot, 'staged', { metadata: () => ({ join_at: isoTime(join_at) }) });
  if (!world.player.plays(world, bot.id)) return;
  recordHeartbeat(world, bot);
  // A process that starts late joins at once (observed).
  if (typeof delay === 'number' && delay > 0) bot.upFrom = join_at + delay;
  const ready = bot.upFrom ?? join_at - joinLead(bot);
  bot.job = jobs.plan(world, 'join', { due: Math.max(ready, world.now() + PROCESS_START), subject: bot.id });
}

/** The bot was asked to leave; it is out a moment later. */
export function planLeaving(world: World, bot: Bot): void {
  cancelTimers(world, bot);
  if (!world.player.plays(world, bot.id) || Object.hasOwn(sliceOf(world).silentProcesses, bot.id)) return;
  // Without a process nobody hears it: one that comes late does then, and the clean-up ends the bot if none comes.
  if (bot.firstHeartbeat === null) return;
  cancelStep(world, bot);
  if (world.player.getsStuck(world, bot.id)) {
    world.player.halt(world, bot.id);
    return planCleanUp(world, bot, runtimeLimit(bot.firstHeartbeat ?? world.now()), 'global_runtime_timeout');
  }
  planLeft(world, bot);
}

/** A process that is not up hears nothing. */
function planLeft(world: World, bot: Bot): void {
  const heard = Math.max(world.now(), bot.upFrom ?? 0);
  bot.job = jobs.plan(world, 'left', { due: heard + LEAVE_TIME, subject: bot.id });
}

/** Within this time of its join_at, a process that was terminated may be started again, and so much later (observed). */
const RESTARTED_WITHIN: Micros = 15 * MICROS_PER_MINUTE;
const RESTART_AFTER: Micros = MICROS_PER_MINUTE;

/** Starts a bot again whose process was terminated before it has joined. False if it is not to be started again. */
export function restart(world: World, bot: Bot): boolean {
  const isEarly = bot.state === 'staged' || bot.state === 'joining';
  const age = world.now() - (bot.join_at ?? bot.created_at);
  if (!settingsOf(world).restart_prejoin_terminated_bots || !isEarly) return false;
  if (bot.firstHeartbeat === null || age > RESTARTED_WITHIN) return false;
  cancelStep(world, bot);
  cancelTimers(world, bot);
  bot.upFrom = world.now() + RESTART_AFTER;
  bot.job = jobs.plan(world, 'restart', { due: bot.upFrom, subject: bot.id });
  return true;
}

/** The next step of a bot's life. */
const step =
  <Args>(work: (world: World, bot: Bot, args: Args) => void) =>
  (world: World, subject: string, args: Args): void => {
    const bot = sliceOf(world).bots.get(subject);
    if (!bot) return;
    bot.job = null;
    work(world, bot, args);
  };

export const launchJobs: Pick<JobTable, 'poll' | 'launch' | 'late' | 'restart' | 'join' | 'left' | 'cleanup'> = {
  poll: {
    label: 'scheduler polls and stages the bot',
    run: step((world, bot) => {
      const { launchDelay } = settingsOf(world);
      if (launchDelay === 0) return stageBot(world, bot, bot.join_at ?? world.now());
      bot.picked = bot.join_at;
      bot.job = jobs.plan(world, 'launch', { due: world.now() + launchDelay, subject: bot.id });
    }),
  },
  launch: {
    label: 'scheduler launches the bot',
    run: step((world, bot) => {
      const { picked } = bot;
      bot.picked = null;
      stageBot(world, bot, picked ?? world.now());
    }),
  },
  join: {
    label: 'bot begins to join',
    run: step((world, bot) => {
      applyEvent(world, bot, 'join_requested', { metadata: { source: 'scheduler' } });
      enterMeeting(world, bot);
    }),
  },
  late: { label: 'bot begins to join, late', run: step(begin) },
  restart: {
    label: 'bot begins to join again, in a new process',
    run: step(enterMeeting),
  },
  left: {
    label: 'bot has left',
    run: step((world, bot) => {
      if (bot.rtmsStream !== null) {
        if (applyEvent(world, bot, 'app_session_disconnected') === undefined) world.player.exit(world, bot.id);
        return;
      }
      const state = bot.events.findLast(({ type }) => type === 'leave_requested')?.from ?? bot.state;
      const facts = { state_when_leave_requested: state };
      if (endMeeting(world, bot, { cause: 'leave', state, facts })) world.player.exit(world, bot.id);
    }),
  },
  cleanup: {
    label: ({ reason }) => `clean-up finds the bot (${reason})`,
    run: step((world, bot, { reason }) => endByCleanUp(world, bot, reason)),
  },
};

export function endByCleanUp(world: World, bot: Bot, sub_type: CleanUpReason): void {
  const { clean_up } = contractOf(world).rules.metadata;
  const metadata = chosen({ infrastructure_information: 'null' }, clean_up);
  applyEvent(world, bot, 'fatal_error', { sub_type, metadata });
}
