import { MICROS_PER_MINUTE, MICROS_PER_SECOND, type Micros } from '../../../../clock/instant.js';
import type { SUB_TYPES } from '../../../../contracts/attendee/lifecycle.js';
import type {
  Crash,
  JoinFailure,
  LeaveReason,
  RecordingRefusal,
  TranscriptionFailure,
} from '../../../../contracts/control/scenario.js';
import type {
  MeetingEvents,
  Artefacts,
  Participant,
  ChatMessage,
  JobDefinition,
  LogEntry,
  Utterance,
  VendorWords,
} from '../../../engine/vendor.js';
import type { World } from '../../../engine/world.js';
import { asyncJob } from '../recordings/async-transcription.js';
import { addBotLog } from './log.js';
import {
  addChatMessage,
  addParticipantEvent,
  addSilentUtterance,
  addUtterance,
  contentOf,
  giveText,
  participantOf,
  type Heard,
  type Person,
} from '../recordings/content.js';
import { launchJobs, planCleanup, planLeaving, RUNTIME_MAX, SILENT_MAX } from './launch.js';
import { applyEvent, beatUntilNow, type EventMetadata } from './life.js';
import { isPyObject, toPython } from '../python/json.js';
import { isRecording } from '../recordings/recording.js';
import { sliceOf, type Bot } from '../state.js';
import { cancelTimers, TIMER_JOB } from './timer-jobs.js';
import {
  noteCompany,
  noteSpeech,
  startCaptionsTimer,
  startHostTimer,
  startLobbyTimer,
  startMeetingTimers,
  timerJob,
} from './timers.js';

export const jobs: Readonly<Record<string, JobDefinition>> = {
  ...launchJobs,
  [TIMER_JOB]: timerJob,
  'attendee.async': asyncJob,
};

const cue =
  <Rest extends unknown[]>(work: (world: World, bot: Bot, ...rest: Rest) => void) =>
  (world: World, id: string, ...rest: Rest): void => {
    const bot = sliceOf(world).bots.get(id);
    if (bot) work(world, bot, ...rest);
  };

const personOf = ({ key, name, host }: Participant): Person => ({ uuid: key, user_uuid: null, name, is_host: host });
const milliseconds = (world: World): number => Math.floor(world.now() / 1000);
const isSession = ({ rtmsStream }: Bot): boolean => rtmsStream !== null;
const isGone = ({ state }: Bot): boolean => ['leaving', 'disconnecting', 'post_processing'].includes(state);

function passBy(world: World, bot: Bot, who: Participant, event: 'join' | 'leave'): void {
  if (isGone(bot)) return;
  addParticipantEvent(world, bot, event, { person: personOf(who), timestamp_ms: milliseconds(world) });
  if (!isSession(bot)) noteCompany(world, bot);
}

type SubType<E extends keyof typeof SUB_TYPES> = (typeof SUB_TYPES)[E][number];

const JOIN_FAILURE_SUB_TYPES: Readonly<Record<JoinFailure, SubType<'could_not_join_meeting'>>> = {
  meeting_not_found: 'meeting_not_found',
  no_connection: 'unable_to_connect_to_meeting',
  login_required: 'login_required',
  login_failed: 'bot_login_attempt_failed',
  captcha: 'blocked_by_captcha',
  not_authorized: 'zoom_authorization_failed',
  attendee_absent: 'authorized_user_not_in_meeting_timeout_exceeded',
  service_refused: 'zoom_meeting_status_failed',
  app_not_published: 'unpublished_zoom_app',
  anonymous_refused: 'zoom_app_cannot_join_anonymously',
  client_failed: 'zoom_sdk_internal_error',
};

const REFUSAL_SUB_TYPES: Readonly<Record<RecordingRefusal, SubType<'recording_permission_denied'>>> = {
  host: 'host_denied_permission',
  timeout: 'request_timed_out',
  client: 'host_client_cannot_grant_permission',
  webinar: 'webinar_attendee_needs_panelist_promotion',
};

const LEAVE_SUB_TYPES: Readonly<Record<LeaveReason, SubType<'leave_requested'>>> = {
  silence: 'auto_leave_silence',
  alone: 'auto_leave_only_participant_in_meeting',
  max_uptime: 'auto_leave_max_uptime_exceeded',
  no_captions: 'auto_leave_could_not_enable_closed_captions',
};

/** What ends a bot at once; the others are found by the clean-up. */
const CRASH_SUB_TYPES: Readonly<Record<Exclude<Crash, 'vanishes' | 'hangs'>, SubType<'fatal_error'>>> = {
  dies: 'process_terminated',
  internal_error: 'attendee_internal_error',
  page_unknown: 'ui_element_not_found',
  stream_fails: 'rtmp_connection_failed',
};

const TRANSCRIPTION_REASONS: Readonly<Record<TranscriptionFailure, string>> = {
  no_credentials: 'credentials_not_found',
  bad_credentials: 'credentials_invalid',
  rate_limited: 'rate_limit_exceeded',
  upload_failed: 'audio_upload_failed',
  request_failed: 'transcription_request_failed',
  timed_out: 'timed_out',
  internal_error: 'internal_error',
};

const BREAKOUT_EVENTS = {
  opens: 'began_joining_breakout_room',
  inside: 'joined_breakout_room',
  closes: 'began_leaving_breakout_room',
  outside: 'left_breakout_room',
} as const;

/** Post-processing waits so long for utterances that are pending (observed). */
const TRANSCRIPT_PATIENCE: Micros = 5 * MICROS_PER_MINUTE;

/** Only Teams says who has removed a bot (observed). */
function removerOf(bot: Bot, by: Participant | undefined): EventMetadata {
  if (bot.platform !== 'teams' || !by) return {};
  return { remover_name: by.name, remover_uuid: by.key, remover_user_uuid: null, remover_is_host: by.host };
}

function metadataIn(words: VendorWords): EventMetadata {
  const given = toPython(words['failure_metadata'] ?? {});
  return isPyObject(given) ? given : {};
}

/** How a meeting's story shows in Attendee. */
export const meetingEvents: MeetingEvents = {
  reachedLobby: cue((world, bot) => {
    if (isSession(bot)) return;
    startLobbyTimer(world, bot);
    // Only the native Zoom adapter tells of a waiting room (observed).
    if (bot.platform === 'zoom' && !bot.zoomWeb) applyEvent(world, bot, 'put_in_waiting_room');
  }),
  waitsForHost: cue((world, bot) => {
    if (!isSession(bot)) startHostTimer(world, bot);
  }),
  couldNotJoin: cue((world, bot, reason: JoinFailure, words: VendorWords) => {
    const sub_type = JOIN_FAILURE_SUB_TYPES[reason];
    applyEvent(world, bot, 'could_not_join_meeting', { sub_type, metadata: metadataIn(words) });
  }),
  captionsUnavailable: cue((world, bot) => {
    if (!isSession(bot)) startCaptionsTimer(world, bot);
  }),
  admitted: cue((world, bot) => {
    if (isSession(bot)) applyEvent(world, bot, 'app_session_connected');
    else if (applyEvent(world, bot, 'joined_meeting') === undefined) startMeetingTimers(world, bot);
  }),
  denied: cue((world, bot, by: Participant | undefined) => {
    const sub_type = 'request_to_join_denied';
    applyEvent(world, bot, 'could_not_join_meeting', { sub_type, metadata: removerOf(bot, by) });
  }),
  recordingAllowed: cue((world, bot) => {
    if (!isSession(bot)) applyEvent(world, bot, 'recording_permission_granted');
  }),
  recordingDenied: cue((world, bot, because: RecordingRefusal) => {
    if (isSession(bot)) return;
    applyEvent(world, bot, 'recording_permission_denied', { sub_type: REFUSAL_SUB_TYPES[because] });
  }),
  participantJoined: cue((world, bot, who: Participant) => passBy(world, bot, who, 'join')),
  participantLeft: cue((world, bot, who: Participant) => passBy(world, bot, who, 'leave')),
  spoke: cue((world, bot, utterance: Utterance) => {
    // Without permission a bot hears nothing (assumed; a recording that is paused still has its captions, observed).
    if (isGone(bot) || bot.state === 'joined_recording_permission_denied') return;
    const { speaker, duration } = utterance;
    const person = personOf(speaker);
    const timestamp_ms = milliseconds(world);
    const duration_ms = Math.round(duration / 1000);
    if (bot.recording.speechEvents) addSpeechEvents(world, bot, person, timestamp_ms, duration_ms);
    hear(world, bot, utterance, { person, source: null, transcription: null, timestamp_ms, duration_ms });
    if (bot.recording.asyncAudio && isRecording(bot)) {
      const participant = participantOf(world, bot, person).id;
      contentOf(bot).audioChunks.push({ participant, timestamp_ms, duration_ms });
    }
    noteSpeech(world, bot, world.now() + duration);
  }),
  wrote: cue((world, bot, { key, sender, text, toAgent }: ChatMessage) => {
    if (isGone(bot)) return;
    const timestamp = Math.floor(world.now() / MICROS_PER_SECOND);
    const message = { person: personOf(sender), source: key, text, timestamp, toBot: toAgent, additional: new Map() };
    addChatMessage(world, bot, message);
  }),
  breakout: cue((world, bot, phase: keyof typeof BREAKOUT_EVENTS) => {
    if (!isSession(bot)) applyEvent(world, bot, BREAKOUT_EVENTS[phase]);
  }),
  logged: cue((world, bot, { level, entry, message }: LogEntry) =>
    addBotLog(world, bot, { level, entry_type: entry, message }),
  ),
  left: cue((world, bot, because: LeaveReason) => {
    const sub_type = LEAVE_SUB_TYPES[because];
    if (applyEvent(world, bot, 'leave_requested', { sub_type }) === undefined) planLeaving(world, bot);
  }),
  removed: cue((world, bot, by: Participant | undefined) => {
    cancelTimers(world, bot);
    if (applyEvent(world, bot, 'meeting_ended', { metadata: removerOf(bot, by) }) === undefined)
      world.player.exit(world, bot.id);
  }),
  crashed: cue((world, bot, how: Crash, words: VendorWords) => {
    if (how === 'vanishes' || how === 'hangs') return falterAs(world, bot, how);
    applyEvent(world, bot, 'fatal_error', { sub_type: CRASH_SUB_TYPES[how], metadata: metadataIn(words) });
  }),
  meetingEnded: cue((world, bot) => {
    cancelTimers(world, bot);
    if (!isSession(bot)) return void applyEvent(world, bot, 'meeting_ended');
    applyEvent(world, bot, 'app_session_disconnect_requested');
    applyEvent(world, bot, 'app_session_disconnected');
  }),
  transcribed: cue((world, bot) => giveText(world, bot)),
  artefactsReady: cue((world, bot, { audio, video }: Artefacts) => {
    const { what, expires } = bot.recording.format === 'mp3' ? audio : video;
    if (bot.recording_state !== 'not_started' && bot.recording.format !== 'none' && what !== 'missing') {
      const file = { name: `${bot.id}.${bot.recording.format}`, start_timestamp_ms: firstBufferMs(bot) };
      const fate = { ...(what === 'empty' ? { empty: true } : {}), ...(expires === null ? {} : { expires }) };
      bot.recordingFile = { ...file, ...fate };
    }
    applyEvent(world, bot, 'post_processing_completed');
  }),
  transcriptPatience: TRANSCRIPT_PATIENCE,
};

const NO_TEXT = '{"transcript":""}';

/** What becomes of the text of an utterance. */
function hear(world: World, bot: Bot, { text, outcome }: Utterance, heard: Heard): void {
  const transcription = new Map([['transcript', text]]);
  if (outcome === undefined) addUtterance(world, bot, { ...heard, transcription });
  else if (outcome === 'pending') addSilentUtterance(world, bot, heard, { awaited: text });
  else if (outcome === 'empty') addSilentUtterance(world, bot, heard, { transcription: NO_TEXT });
  else if (outcome !== 'missing')
    addSilentUtterance(world, bot, heard, { failure: TRANSCRIPTION_REASONS[outcome.fails] });
}

/** The bot's process is silent from now on, or alive without doing anything: the clean-up finds out. */
function falterAs(world: World, bot: Bot, how: 'vanishes' | 'hangs'): void {
  cancelTimers(world, bot);
  sliceOf(world).silentProcesses[bot.id] = true;
  world.clock.cancel(bot.job);
  bot.job = null;
  if (bot.firstHeartbeat === null) return;
  if (how === 'hangs') return planCleanup(world, bot, bot.firstHeartbeat + RUNTIME_MAX, 'global_runtime_timeout');
  beatUntilNow(world, bot);
  bot.played = false;
  planCleanup(world, bot, bot.lastHeartbeat! + SILENT_MAX, 'heartbeat_timeout');
}

/** Both ends of what was said are told at once: a played utterance is one step. */
function addSpeechEvents(world: World, bot: Bot, person: Person, start: number, duration: number): void {
  addParticipantEvent(world, bot, 'speech_start', { person, timestamp_ms: start });
  addParticipantEvent(world, bot, 'speech_stop', { person, timestamp_ms: start + duration });
}

function firstBufferMs({ events }: Bot): number | null {
  const begun = events.find(({ type }) => type === 'recording_permission_granted' || type === 'app_session_connected');
  return begun ? Math.floor((begun.at * 1000) / MICROS_PER_SECOND) : null;
}
