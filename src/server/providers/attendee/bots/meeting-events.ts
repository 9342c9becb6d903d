import { MICROS_PER_MINUTE, MICROS_PER_SECOND, type Micros } from '../../../../clock/instant.js';
import type { Crash, JoinFailure, LeaveReason, RecordingRefusal } from '../../../../contracts/control/scenario.js';
import type {
  Artefacts,
  ChatMessage,
  MeetingEvents,
  Participant,
  Utterance,
  VendorWords,
} from '../../../engine/meeting.js';
import type { World } from '../../../engine/world.js';
import { calendarEntry, calendarPlan, userBooks } from '../calendars/plan.js';
import { calendarEventOf, userActs } from '../calendars/user-acts.js';
import { cancelStep } from '../jobs.js';
import { isPyObject, toPython } from '../python/json.js';
import {
  addChatMessage,
  addParticipantEvent,
  addSilentUtterance,
  addUtterance,
  giveText,
  participantOf,
  type NewUtterance,
  type Person,
} from '../recordings/content.js';
import { isRecording } from '../recordings/recording.js';
import { contentOf } from '../recordings/state.js';
import { contractOf } from '../settings.js';
import { sliceOf, type Bot, type RecordingFile } from '../state.js';
import { endBot } from './ending.js';
import { planCleanUp, planLeaving, restart, runtimeLimit, SILENT_MAX } from './launch.js';
import { applyEvent, countHeartbeats, type EventMetadata } from './life.js';
import { addBotLog } from './log.js';
import { chosen, endMeeting } from './outcomes.js';
import * as words from './sub-types.js';
import { cancelTimers } from './timer-jobs.js';
import {
  restartSilenceTimer,
  startCaptionsTimer,
  startHostTimer,
  startLobbyTimer,
  startMeetingTimers,
  updateOnlyParticipantTimer,
} from './timers.js';

/** An event of one bot. */
const onBot =
  <Rest extends unknown[]>(work: (world: World, bot: Bot, ...rest: Rest) => void) =>
  (world: World, id: string, ...rest: Rest): void => {
    const bot = sliceOf(world).bots.get(id);
    if (bot) work(world, bot, ...rest);
  };

const personOf = ({ key, name, host }: Participant): Person => ({ uuid: key, user_uuid: null, name, is_host: host });
const milliseconds = (micros: Micros): number => Math.floor(micros / 1000);
const isAppSession = ({ rtmsStream }: Bot): boolean => rtmsStream !== null;
/** A bot that leaves is there until it is out. */
const isGone = ({ state }: Bot): boolean => state === 'post_processing';

/** Without permission a bot hears nothing (assumed; a recording that is paused still has its captions, observed). */
const hears = (bot: Bot): boolean => !isGone(bot) && bot.state !== 'joined_recording_permission_denied';

function joinOrLeave(world: World, bot: Bot, who: Participant, event: 'join' | 'leave'): void {
  if (isGone(bot)) return;
  addParticipantEvent(world, bot, event, { person: personOf(who), timestamp_ms: milliseconds(world.now()) });
  if (!isAppSession(bot)) updateOnlyParticipantTimer(world, bot);
}

const BREAKOUT_EVENTS = {
  opens: 'began_joining_breakout_room',
  inside: 'joined_breakout_room',
  closes: 'began_leaving_breakout_room',
  outside: 'left_breakout_room',
} as const;

/** How long post-processing waits for pending utterances (observed). */
const TRANSCRIPT_PATIENCE: Micros = 5 * MICROS_PER_MINUTE;

/** Only Teams reports who has removed a bot (observed). */
function removerOf(world: World, bot: Bot, by: Participant | undefined): EventMetadata {
  if (bot.platform !== 'teams' || !by) return {};
  const facts = { remover_name: by.name, remover_uuid: by.key, remover_user_uuid: null, remover_is_host: by.host };
  return chosen(facts, contractOf(world).rules.metadata.remover);
}

function metadataIn(block: VendorWords): EventMetadata {
  const given = toPython(block['failure_metadata'] ?? {});
  return isPyObject(given) ? given : {};
}

/** The events of a meeting as Attendee reports them. */
export const meetingEvents: MeetingEvents = {
  userActs,
  calendarEventOf,
  userBooks,
  calendarEntry,
  calendarPlan,
  nameOf: (world, id) => {
    const bot = sliceOf(world).bots.get(id);
    return bot && !isAppSession(bot) ? bot.bot_name : undefined;
  },
  reachedLobby: onBot((world, bot) => {
    if (isAppSession(bot)) return;
    startLobbyTimer(world, bot);
    // Only the native Zoom adapter reports a waiting room (observed).
    if (bot.platform === 'zoom' && !bot.zoomWeb) applyEvent(world, bot, 'put_in_waiting_room');
  }),
  waitsForHost: onBot((world, bot) => {
    if (!isAppSession(bot)) startHostTimer(world, bot);
  }),
  couldNotJoin: onBot((world, bot, reason: JoinFailure, block: VendorWords) => {
    const sub_type = words.JOIN_FAILURE_SUB_TYPES[reason];
    endBot(world, bot, 'could_not_join_meeting', { sub_type, metadata: metadataIn(block) });
  }),
  captionsUnavailable: onBot((world, bot) => {
    if (!isAppSession(bot)) startCaptionsTimer(world, bot);
  }),
  admitted: onBot((world, bot) => {
    if (isAppSession(bot)) applyEvent(world, bot, 'app_session_connected');
    else if (applyEvent(world, bot, 'joined_meeting') === undefined) {
      startMeetingTimers(world, bot);
      if (bot.chatMessage !== null) world.player.writes(world, bot.id, bot.chatMessage);
    }
  }),
  denied: onBot((world, bot, by: Participant | undefined) => {
    const sub_type = 'request_to_join_denied';
    endBot(world, bot, 'could_not_join_meeting', { sub_type, metadata: removerOf(world, bot, by) });
  }),
  recordingAllowed: onBot((world, bot) => {
    if (!isAppSession(bot)) applyEvent(world, bot, 'recording_permission_granted');
  }),
  recordingDenied: onBot((world, bot, because: RecordingRefusal) => {
    if (isAppSession(bot)) return;
    applyEvent(world, bot, 'recording_permission_denied', { sub_type: words.REFUSAL_SUB_TYPES[because] });
  }),
  participantJoined: onBot((world, bot, who: Participant) => joinOrLeave(world, bot, who, 'join')),
  participantLeft: onBot((world, bot, who: Participant) => joinOrLeave(world, bot, who, 'leave')),
  readsCaptions: (world, id) => sliceOf(world).bots.get(id)?.captions ?? false,
  beganSpeaking: onBot((world, bot, speaker: Participant, until: Micros) => {
    if (!hears(bot)) return;
    addSpeechEvent(world, bot, speaker, 'speech_start');
    restartSilenceTimer(world, bot, until);
  }),
  stoppedSpeaking: onBot((world, bot, speaker: Participant) => {
    if (hears(bot)) addSpeechEvent(world, bot, speaker, 'speech_stop');
  }),
  spoke: onBot((world, bot, utterance: Utterance) => {
    if (!hears(bot)) return;
    const { speaker, at, duration } = utterance;
    const [person, timestamp_ms, duration_ms] = [personOf(speaker), milliseconds(at), milliseconds(duration)];
    addSpoken(world, bot, utterance, { person, source: null, transcription: null, timestamp_ms, duration_ms });
    if (bot.recording.asyncAudio && isRecording(bot)) {
      const participant = participantOf(world, bot, person).id;
      contentOf(bot).audioChunks.push({ participant, timestamp_ms, duration_ms });
    }
  }),
  wrote: onBot((world, bot, { key, sender, text, toAgent }: ChatMessage) => {
    if (isGone(bot)) return;
    const timestamp = Math.floor(world.now() / MICROS_PER_SECOND);
    const message = { person: personOf(sender), source: key, text, timestamp, toBot: toAgent, additional: new Map() };
    addChatMessage(world, bot, message);
  }),
  breakout: onBot((world, bot, phase: keyof typeof BREAKOUT_EVENTS) => {
    if (!isAppSession(bot)) applyEvent(world, bot, BREAKOUT_EVENTS[phase]);
  }),
  vendorEvent: onBot((world, bot, { level, entry_type, message }: VendorWords) =>
    addBotLog(world, bot, { level: String(level), entry_type: String(entry_type), message: String(message) }),
  ),
  left: onBot((world, bot, because: LeaveReason) => {
    const sub_type = words.LEAVE_SUB_TYPES[because];
    if (applyEvent(world, bot, 'leave_requested', { sub_type }) === undefined) planLeaving(world, bot);
  }),
  removed: onBot((world, bot, by: Participant | undefined) => {
    cancelTimers(world, bot);
    const facts = removerOf(world, bot, by);
    if (endMeeting(world, bot, { cause: 'meeting_end', state: bot.state, facts })) world.player.exit(world, bot.id);
  }),
  crashed: onBot((world, bot, how: Crash, block: VendorWords) => {
    if (how === 'vanishes' || how === 'hangs') return stopWorking(world, bot, how);
    if (how === 'dies' && restart(world, bot)) return;
    applyEvent(world, bot, 'fatal_error', { sub_type: words.CRASH_SUB_TYPES[how], metadata: metadataIn(block) });
  }),
  meetingEnded: onBot((world, bot) => {
    cancelTimers(world, bot);
    if (!isAppSession(bot)) return void endMeeting(world, bot, { cause: 'meeting_end', state: bot.state, facts: {} });
    applyEvent(world, bot, 'app_session_disconnect_requested');
    applyEvent(world, bot, 'app_session_disconnected');
  }),
  transcribed: onBot((world, bot) => giveText(world, bot)),
  artefactsReady: onBot((world, bot, { audio, video }: Artefacts) => {
    const { what, expires } = bot.recording.format === 'mp3' ? audio : video;
    if (bot.recording_state !== 'not_started' && bot.recording.format !== 'none' && what !== 'missing') {
      const file: RecordingFile = { name: `${bot.id}.${bot.recording.format}`, start_timestamp_ms: firstBufferMs(bot) };
      bot.recordingFile = {
        ...file,
        ...(what === 'empty' ? { empty: true } : {}),
        ...(expires === null ? {} : { expires }),
      };
    }
    endBot(world, bot, 'post_processing_completed');
  }),
  transcriptPatience: TRANSCRIPT_PATIENCE,
};

const NO_TEXT = '{"transcript":""}';

/** Adds an utterance with the outcome of its transcription. */
function addSpoken(world: World, bot: Bot, { text, outcome }: Utterance, spoken: NewUtterance): void {
  const transcription = new Map([['transcript', text]]);
  if (outcome === undefined) addUtterance(world, bot, { ...spoken, transcription });
  else if (outcome === 'pending') addSilentUtterance(world, bot, spoken, { awaited: text });
  else if (outcome === 'empty') addSilentUtterance(world, bot, spoken, { transcription: NO_TEXT });
  else if (outcome !== 'missing')
    addSilentUtterance(world, bot, spoken, { failure: words.TRANSCRIPTION_REASONS[outcome.fails] });
}

/** The bot's process is silent from now on, or alive without doing anything: the clean-up finds out. */
function stopWorking(world: World, bot: Bot, how: 'vanishes' | 'hangs'): void {
  cancelTimers(world, bot);
  sliceOf(world).silentProcesses[bot.id] = true;
  cancelStep(world, bot);
  if (bot.firstHeartbeat === null) return;
  if (how === 'hangs') return planCleanUp(world, bot, runtimeLimit(bot.firstHeartbeat), 'global_runtime_timeout');
  countHeartbeats(bot, world.now());
  bot.played = false;
  planCleanUp(world, bot, bot.lastHeartbeat! + SILENT_MAX, 'heartbeat_timeout');
}

function addSpeechEvent(world: World, bot: Bot, who: Participant, event: 'speech_start' | 'speech_stop'): void {
  if (!bot.recording.speechEvents) return;
  addParticipantEvent(world, bot, event, { person: personOf(who), timestamp_ms: milliseconds(world.now()) });
}

function firstBufferMs({ events }: Bot): number | null {
  const begun = events.find(({ type }) => type === 'recording_permission_granted' || type === 'app_session_connected');
  return begun ? Math.floor((begun.at * 1000) / MICROS_PER_SECOND) : null;
}
