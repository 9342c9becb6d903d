import { MICROS_PER_SECOND, type Micros } from '../../../../clock/instant.js';
import type { JobDefinition } from '../../../engine/vendor.js';
import type { World } from '../../../engine/world.js';
import { applyEvent, type EventDetails } from './life.js';
import { planLeaving } from './launch.js';
import { sliceOf, type Bot } from '../state.js';
import { cancelTimer, setTimer, type Timer } from './timer-jobs.js';

/** The timers of `automatic_leave_settings` (documented; the events that they end in are observed). */

const seconds = (count: number): Micros => count * MICROS_PER_SECOND;

export function startLobbyTimer(world: World, bot: Bot): void {
  cancelTimer(world, bot, 'host');
  cancelTimer(world, bot, 'authorized_user');
  setTimer(world, bot, 'waiting_room', world.now() + seconds(bot.leave.waiting_room_timeout_seconds));
}

export function startHostTimer(world: World, bot: Bot): void {
  const { leave, onBehalf } = bot;
  setTimer(world, bot, 'host', world.now() + seconds(leave.wait_for_host_to_start_meeting_timeout_seconds));
  if (onBehalf)
    setTimer(
      world,
      bot,
      'authorized_user',
      world.now() + seconds(leave.authorized_user_not_in_meeting_timeout_seconds),
    );
}

export function startCaptionsTimer(world: World, bot: Bot): void {
  const patience = bot.leave.enable_closed_captions_timeout_seconds;
  if (bot.captions && patience !== null) setTimer(world, bot, 'captions', world.now() + seconds(patience));
}

/** The bot is in: it waits no more, and from now on silence and its own uptime count. */
export function startMeetingTimers(world: World, bot: Bot): void {
  cancelTimer(world, bot, 'waiting_room');
  cancelTimer(world, bot, 'host');
  cancelTimer(world, bot, 'authorized_user');
  const { silence_activate_after_seconds, silence_timeout_seconds, max_uptime_seconds } = bot.leave;
  const joined = world.now();
  setTimer(world, bot, 'silence', joined + seconds(silence_activate_after_seconds + silence_timeout_seconds));
  if (max_uptime_seconds !== null) setTimer(world, bot, 'max_uptime', joined + seconds(max_uptime_seconds));
}

/** Somebody has spoken until this instant. */
export function noteSpeech(world: World, bot: Bot, until: Micros): void {
  const joined = bot.events.findLast(({ type }) => type === 'joined_meeting')?.at;
  if (joined === undefined || bot.timers['silence'] === undefined) return;
  const active = joined + seconds(bot.leave.silence_activate_after_seconds);
  if (until > active) setTimer(world, bot, 'silence', until + seconds(bot.leave.silence_timeout_seconds));
}

/** Everybody else has left, or somebody is back. */
export function noteCompany(world: World, bot: Bot): void {
  const present = companyOf(bot);
  if (present > 0) cancelTimer(world, bot, 'only_participant');
  else if (bot.timers['only_participant'] === undefined)
    setTimer(
      world,
      bot,
      'only_participant',
      world.now() + seconds(bot.leave.only_participant_in_meeting_timeout_seconds),
    );
}

/** How many people are in the meeting. A name with one of the keywords is a bot's and does not count. */
function companyOf({ content, leave }: Bot): number {
  if (!content) return 0;
  const present = new Set<string>();
  for (const { participant, event_type } of content.events) {
    if (event_type === 'join') present.add(participant);
    else if (event_type === 'leave') present.delete(participant);
  }
  const keywords = (leave.bot_keywords ?? []).map((keyword) => keyword.toLowerCase());
  return content.participants.filter(
    ({ id, isTheBot, name }) =>
      present.has(id) &&
      !isTheBot &&
      !(name ?? '')
        .toLowerCase()
        .split(/[\s_-]+/)
        .some((word) => keywords.includes(word)),
  ).length;
}

const LABELS: Readonly<Record<Timer, string>> = {
  waiting_room: 'bot gives up waiting in the lobby',
  host: 'bot gives up waiting for the host',
  authorized_user: 'bot gives up waiting for the user on whose behalf it comes',
  captions: 'bot leaves, for it has no captions',
  only_participant: 'bot leaves, for it is alone',
  silence: 'bot leaves, for nobody speaks',
  max_uptime: 'bot leaves at the end of its uptime',
};

const JOIN_FAILURES: Partial<Record<Timer, string>> = {
  waiting_room: 'waiting_room_timeout_exceeded',
  host: 'meeting_not_started_waiting_for_host',
  authorized_user: 'authorized_user_not_in_meeting_timeout_exceeded',
};

const LEAVE_REASONS: Partial<Record<Timer, string>> = {
  only_participant: 'auto_leave_only_participant_in_meeting',
  silence: 'auto_leave_silence',
  captions: 'auto_leave_could_not_enable_closed_captions',
  max_uptime: 'auto_leave_max_uptime_exceeded',
};

export const timerJob: JobDefinition = {
  label: (job) => LABELS[job.args['timer'] as Timer],
  run(world, job) {
    const bot = sliceOf(world).bots.get(job.subject ?? '');
    const timer = job.args['timer'] as Timer;
    if (!bot || bot.timers[timer] !== job.id) return;
    delete bot.timers[timer];
    const failure: EventDetails = { sub_type: JOIN_FAILURES[timer] };
    if (failure.sub_type !== undefined) applyEvent(world, bot, 'could_not_join_meeting', failure);
    else if (applyEvent(world, bot, 'leave_requested', { sub_type: LEAVE_REASONS[timer] }) === undefined)
      planLeaving(world, bot);
  },
};
