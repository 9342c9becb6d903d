import { MICROS_PER_SECOND } from '../../../clock/instant.js';
import type { Actor, Attendee, JobDefinition } from '../../engine/part.js';
import type { World } from '../../engine/world.js';
import { asyncJob } from './async.js';
import { addParticipantEvent, addUtterance, contentOf, participantOf, type Person } from './content.js';
import { launchJobs } from './launch.js';
import { applyEvent } from './life.js';
import { isRecording } from './recording.js';
import { sliceOf, type Bot } from './state.js';
import { TIMER_JOB } from './timer-jobs.js';
import {
  noteCompany,
  noteSpeech,
  startCaptionsTimer,
  startHostTimer,
  startLobbyTimer,
  startMeetingTimers,
  timerJob,
} from './timers.js';
import { cancelTimers } from './timer-jobs.js';

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

const personOf = ({ key, name, host }: Attendee): Person => ({ uuid: key, user_uuid: null, name, is_host: host });
const milliseconds = (world: World): number => Math.floor(world.now() / 1000);
const isSession = ({ rtmsStream }: Bot): boolean => rtmsStream !== null;
const isGone = ({ state }: Bot): boolean => ['leaving', 'disconnecting', 'post_processing'].includes(state);

function passBy(world: World, bot: Bot, who: Attendee, event: 'join' | 'leave'): void {
  if (isGone(bot)) return;
  addParticipantEvent(world, bot, event, { person: personOf(who), timestamp_ms: milliseconds(world) });
  if (!isSession(bot)) noteCompany(world, bot);
}

/** How a meeting's story shows in Attendee. */
export const actor: Actor = {
  reachedLobby: cue((world, bot) => {
    if (isSession(bot)) return;
    startLobbyTimer(world, bot);
    // Only the native Zoom adapter tells of a waiting room (observed).
    if (bot.platform === 'zoom' && !bot.zoomWeb) applyEvent(world, bot, 'put_in_waiting_room');
  }),
  waitsForHost: cue((world, bot) => {
    if (!isSession(bot)) startHostTimer(world, bot);
  }),
  captionsUnavailable: cue((world, bot) => {
    if (!isSession(bot)) startCaptionsTimer(world, bot);
  }),
  admitted: cue((world, bot) => {
    if (isSession(bot)) applyEvent(world, bot, 'app_session_connected');
    else if (applyEvent(world, bot, 'joined_meeting') === undefined) startMeetingTimers(world, bot);
  }),
  recordingAllowed: cue((world, bot) => {
    if (!isSession(bot)) applyEvent(world, bot, 'recording_permission_granted');
  }),
  participantJoined: cue((world, bot, who: Attendee) => passBy(world, bot, who, 'join')),
  participantLeft: cue((world, bot, who: Attendee) => passBy(world, bot, who, 'leave')),
  spoke: cue((world, bot, { speaker, text, duration }) => {
    if (isGone(bot)) return;
    const person = personOf(speaker);
    const timestamp_ms = milliseconds(world);
    const duration_ms = Math.round(duration / 1000);
    if (bot.recording.speechEvents) addSpeechEvents(world, bot, person, timestamp_ms, duration_ms);
    const transcription = new Map([['transcript', text]]);
    addUtterance(world, bot, { person, source: null, transcription, timestamp_ms, duration_ms });
    if (bot.recording.asyncAudio && isRecording(bot)) {
      const participant = participantOf(world, bot, person).id;
      contentOf(bot).audioChunks.push({ participant, timestamp_ms, duration_ms });
    }
    noteSpeech(world, bot, world.now() + duration);
  }),
  meetingEnded: cue((world, bot) => {
    cancelTimers(world, bot);
    if (!isSession(bot)) return void applyEvent(world, bot, 'meeting_ended');
    applyEvent(world, bot, 'app_session_disconnect_requested');
    applyEvent(world, bot, 'app_session_disconnected');
  }),
  artefactsReady: cue((world, bot) => {
    if (bot.recording_state !== 'not_started' && bot.recording.format !== 'none')
      bot.recordingFile = { name: `${bot.id}.${bot.recording.format}`, start_timestamp_ms: firstBufferMs(bot) };
    applyEvent(world, bot, 'post_processing_completed');
  }),
};

/** Both ends of what was said are told at once: a played utterance is one step. */
function addSpeechEvents(world: World, bot: Bot, person: Person, start: number, duration: number): void {
  addParticipantEvent(world, bot, 'speech_start', { person, timestamp_ms: start });
  addParticipantEvent(world, bot, 'speech_stop', { person, timestamp_ms: start + duration });
}

function firstBufferMs({ events }: Bot): number | null {
  const begun = events.find(({ type }) => type === 'recording_permission_granted' || type === 'app_session_connected');
  return begun ? Math.floor((begun.at * 1000) / MICROS_PER_SECOND) : null;
}
