import { MICROS_PER_SECOND } from '../../../../clock/instant.js';
import type { SubType } from '../../../../contracts/attendee/lifecycle.js';
import type { World } from '../../../engine/world.js';
import type { JobTable, Timer } from '../jobs.js';
import { seenBy } from '../recordings/state.js';
import { contractOf } from '../settings.js';
import { sliceOf, type Bot } from '../state.js';
import { endBot } from './ending.js';
import { planLeaving } from './launch.js';
import { applyEvent } from './life.js';
import { cancelTimer, forgetTimer, setTimer, waitForAuthorizedUser } from './timer-jobs.js';

/** The timers of `automatic_leave_settings` (documented; the events that they end in are observed). */

/** Sets a timer that ends so many seconds from now. */
const setIn = (world: World, bot: Bot, timer: Timer, seconds: number): void =>
  setTimer(world, bot, timer, world.now() + seconds * MICROS_PER_SECOND);

export function startLobbyTimer(world: World, bot: Bot): void {
  cancelTimer(world, bot, 'host');
  cancelTimer(world, bot, 'authorized_user');
  setIn(world, bot, 'waiting_room', bot.leave.waiting_room_timeout_seconds);
}

export function startHostTimer(world: World, bot: Bot): void {
  setIn(world, bot, 'host', bot.leave.wait_for_host_to_start_meeting_timeout_seconds);
  if (bot.onBehalf && contractOf(world).rules.timings.authorized_user === 'absence') waitForAuthorizedUser(world, bot);
}

export function startCaptionsTimer(world: World, bot: Bot): void {
  const seconds = bot.leave.enable_closed_captions_timeout_seconds;
  if (bot.captions && seconds !== null) setIn(world, bot, 'captions', seconds);
}

/** The bot is in: it waits no more, and from now on silence and its own uptime count. */
export function startMeetingTimers(world: World, bot: Bot): void {
  cancelTimer(world, bot, 'waiting_room');
  cancelTimer(world, bot, 'host');
  cancelTimer(world, bot, 'authorized_user');
  const { silence_activate_after_seconds, silence_timeout_seconds, max_uptime_seconds } = bot.leave;
  setIn(world, bot, 'silence', silence_activate_after_seconds + silence_timeout_seconds);
  if (max_uptime_seconds !== null) setIn(world, bot, 'max_uptime', max_uptime_seconds);
}

/** Somebody speaks until this instant. */
export function restartSilenceTimer(world: World, bot: Bot, until: number): void {
  const joined = bot.events.findLast(({ type }) => type === 'joined_meeting')?.at;
  if (joined === undefined || bot.timers['silence'] === undefined) return;
  const { silence_activate_after_seconds: activated, silence_timeout_seconds: timeout } = bot.leave;
  if (until > joined + activated * MICROS_PER_SECOND)
    setTimer(world, bot, 'silence', until + timeout * MICROS_PER_SECOND);
}

/** Everybody else has left, or somebody is there. */
export function updateOnlyParticipantTimer(world: World, bot: Bot): void {
  if (bot.state === 'leaving') return;
  if (!isLeftAlone(bot)) cancelTimer(world, bot, 'only_participant');
  else if (bot.timers['only_participant'] === undefined)
    setIn(world, bot, 'only_participant', bot.leave.only_participant_in_meeting_timeout_seconds);
}

/** Somebody was there, and nobody is any more. Who is called as one of the keywords is a bot, and no company (observed). */
function isLeftAlone(bot: Bot): boolean {
  const content = seenBy(bot);
  if (!content) return false;
  const present = new Map<string, boolean>();
  for (const { participant, event_type } of content.events)
    if (event_type === 'join' || event_type === 'leave') present.set(participant, event_type === 'join');
  const keywords = (bot.leave.bot_keywords ?? []).map(phraseOf).filter((phrase) => phrase.trim() !== '');
  const company = content.participants.filter(({ id, isTheBot, name }) => {
    const called = phraseOf(name ?? '');
    return present.has(id) && !isTheBot && !keywords.some((keyword) => called.includes(keyword));
  });
  return company.length > 0 && company.every(({ id }) => !present.get(id));
}

/** A name as its words, each between spaces. */
const phraseOf = (name: string): string =>
  ` ${name
    .toLowerCase()
    .split(/[\s_-]+/)
    .filter(Boolean)
    .join(' ')} `;

interface Outcome {
  readonly label: string;
  readonly event: 'could_not_join_meeting' | 'leave_requested';
  readonly sub_type: SubType<'could_not_join_meeting'> | SubType<'leave_requested'>;
}

const OUTCOMES: Readonly<Record<Timer, Outcome>> = {
  waiting_room: {
    label: 'bot gives up waiting in the lobby',
    event: 'could_not_join_meeting',
    sub_type: 'waiting_room_timeout_exceeded',
  },
  host: {
    label: 'bot gives up waiting for the host',
    event: 'could_not_join_meeting',
    sub_type: 'meeting_not_started_waiting_for_host',
  },
  authorized_user: {
    label: 'bot gives up waiting for the user on whose behalf it comes',
    event: 'could_not_join_meeting',
    sub_type: 'authorized_user_not_in_meeting_timeout_exceeded',
  },
  captions: {
    label: 'bot leaves, for it has no captions',
    event: 'leave_requested',
    sub_type: 'auto_leave_could_not_enable_closed_captions',
  },
  only_participant: {
    label: 'bot leaves, for it is alone',
    event: 'leave_requested',
    sub_type: 'auto_leave_only_participant_in_meeting',
  },
  silence: { label: 'bot leaves, for nobody speaks', event: 'leave_requested', sub_type: 'auto_leave_silence' },
  max_uptime: {
    label: 'bot leaves at the end of its uptime',
    event: 'leave_requested',
    sub_type: 'auto_leave_max_uptime_exceeded',
  },
};

export const timerJobs: Pick<JobTable, 'timer'> = {
  timer: {
    label: ({ timer }) => OUTCOMES[timer].label,
    run(world, subject, { timer }) {
      const bot = sliceOf(world).bots.get(subject);
      if (!bot) return;
      forgetTimer(bot, timer);
      const { event, sub_type } = OUTCOMES[timer];
      if (event !== 'leave_requested') return void endBot(world, bot, event, { sub_type });
      if (applyEvent(world, bot, event, { sub_type }) === undefined) planLeaving(world, bot);
    },
  },
};
