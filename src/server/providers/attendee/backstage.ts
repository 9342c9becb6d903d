import type { Static } from '@sinclair/typebox';
import type { attendeeBackstage } from '../../../contracts/attendee/backstage.js';
import { BOT_EVENTS } from '../../../contracts/attendee/vocabulary.js';
import type { World } from '../../engine/world.js';
import { defineBackstage, type BackstageResult } from '../provider.js';
import { applyEvent, recordHeartbeat } from './bots/life.js';
import { addBotLog } from './bots/log.js';
import { cleanUp, pollScheduler } from './bots/scheduler.js';
import { cancelTimers } from './bots/timer-jobs.js';
import { disconnect, failSync, syncCalendar } from './calendars/sync.js';
import { cancelStep } from './jobs.js';
import { numberArgument, objectArgument, pythonArgument } from './python/arguments.js';
import { answerUtterances, runAsyncWorker } from './recordings/async-transcription.js';
import {
  addChatMessage,
  addParticipantEvent,
  addSilentUtterance,
  addUtterance,
  participantOf,
  type NewUtterance,
} from './recordings/content.js';
import { contentOf, type ParticipantEventType } from './recordings/state.js';
import { contractOf } from './settings.js';
import { sliceOf, type Bot } from './state.js';
import { changeConnection } from './zoom/handlers.js';

type Actions = typeof attendeeBackstage;
type Args<K extends keyof Actions> = Omit<Static<Actions[K]>, 'kind'>;

/** An action on one bot. */
const onBot =
  <A extends { readonly bot: string }>(
    work: (world: World, bot: Bot, args: A) => Pick<BackstageResult, 'refused' | 'legal'> | void,
  ) =>
  (world: World, args: A): BackstageResult => {
    const bot = sliceOf(world).bots.get(args.bot);
    if (!bot) return { refused: `no bot ${JSON.stringify(args.bot)}` };
    return { subject: bot.id, ...work(world, bot, args) };
  };

const participantEvent = (event: ParticipantEventType) =>
  onBot((world, bot, { participant, timestamp_ms, event_data }: Args<'participant_join'>) =>
    addParticipantEvent(world, bot, event, {
      person: participant,
      timestamp_ms: numberArgument(timestamp_ms),
      data: objectArgument(event_data),
    }),
  );

const utteranceOf = (args: Args<'audio_chunk'> & Partial<Args<'utterance'>>): NewUtterance => ({
  person: args.participant,
  source: args.source ?? null,
  transcription: pythonArgument(args.transcription ?? {}),
  timestamp_ms: numberArgument(args.timestamp_ms),
  duration_ms: numberArgument(args.duration_ms),
});

/** Actions of Attendee's own side. */
export const backstage = defineBackstage<Actions>({
  event: onBot((world, bot, { event, sub_type, metadata }) => {
    const { state } = bot;
    const details = { sub_type: sub_type ?? undefined, metadata: objectArgument(metadata ?? {}) };
    const refused = applyEvent(world, bot, event, details);
    if (refused !== undefined) {
      const { events } = contractOf(world).lifecycle;
      return { refused, legal: BOT_EVENTS.filter((other) => events[other].from.includes(state)) };
    }
    cancelStep(world, bot);
    cancelTimers(world, bot);
    return undefined;
  }),
  heartbeat: onBot((world, bot) => recordHeartbeat(world, bot)),
  participant_join: participantEvent('join'),
  participant_leave: participantEvent('leave'),
  speech_start: participantEvent('speech_start'),
  speech_stop: participantEvent('speech_stop'),
  participant_update: onBot((_, bot, { participant: { uuid, is_host } }) => {
    const participant = bot.content && contentOf(bot).participants.find((candidate) => candidate.uuid === uuid);
    if (participant) participant.is_host = is_host === true;
  }),
  utterance: onBot((world, bot, args) => addUtterance(world, bot, utteranceOf(args))),
  utterance_failed: onBot((world, bot, args) =>
    addSilentUtterance(world, bot, utteranceOf(args), { failure: args.reason }),
  ),
  utterance_pending: onBot((world, bot, args) => addSilentUtterance(world, bot, utteranceOf(args), { failure: null })),
  chat_message: onBot((world, bot, { participant, source, text, timestamp, to_bot = false, additional_data }) =>
    addChatMessage(world, bot, {
      person: participant,
      source,
      text,
      timestamp: numberArgument(timestamp),
      toBot: to_bot,
      additional: objectArgument(additional_data),
    }),
  ),
  bot_log: onBot((world, bot, entry) => addBotLog(world, bot, entry)),
  recording_file: onBot((_, bot, { file_name: name, first_buffer_timestamp_ms: start }) => {
    bot.recordingFile = { name, start_timestamp_ms: start == null ? null : numberArgument(start) };
  }),
  audio_chunk: onBot((world, bot, args) => {
    const { timestamp_ms, duration_ms, person } = utteranceOf(args);
    const participant = participantOf(world, bot, person).id;
    contentOf(bot).audioChunks.push({ participant, timestamp_ms, duration_ms });
  }),
  bot_process: onBot((world, bot, { responsive }) => {
    const { silentProcesses } = sliceOf(world);
    if (responsive) delete silentProcesses[bot.id];
    else silentProcesses[bot.id] = true;
  }),
  media_playing: onBot((_, bot) => {
    if (bot.content) for (const request of contentOf(bot).media) request.state = 'playing';
  }),
  media_finished: onBot((_, bot) => {
    if (bot.content) contentOf(bot).media = [];
  }),
  scheduler_poll: (world) => {
    pollScheduler(world);
    return {};
  },
  cleanup_poll: (world) => {
    cleanUp(world);
    return {};
  },
  receiver: (world, { url, answers }) => {
    const match = { url };
    world.faults.dropScript(match);
    if (answers.length > 0) world.faults.add({ on: 'delivery', match, do: { answers } });
    return {};
  },
  project: (world, { credits, ...rest }) => {
    const slice = sliceOf(world);
    const changed = credits === undefined ? {} : { credits: numberArgument(credits) };
    slice.project = { ...slice.project, ...rest, ...changed };
    if (credits !== undefined) slice.charged = 0;
    return {};
  },
  calendar_sync: (world, { calendar: id, auth_error, transient_error, events = [], unavailable }) => {
    const calendar = sliceOf(world).calendars.get(id);
    if (!calendar) return { refused: `no calendar ${JSON.stringify(id)}` };
    if (auth_error !== undefined) disconnect(world, calendar, auth_error);
    else if (transient_error !== undefined) failSync(world, calendar);
    else syncCalendar(world, calendar, { events: events.map(pythonArgument), unavailable });
    return { subject: calendar.id };
  },
  zoom_upstream: (world, { exchange = 'fail', user = 'fail' }) => {
    sliceOf(world).upstream = { exchange, user };
    return {};
  },
  zoom_connection: (world, { connection: id, state, error }) => {
    const connection = sliceOf(world).zoomConnections.get(id);
    if (!connection) return { refused: `no connection ${JSON.stringify(id)}` };
    changeConnection(world, connection, state, error);
    return { subject: connection.id };
  },
  async_worker_run: (world) => {
    runAsyncWorker(world);
    return {};
  },
  async_utterances: (world, { results }) => {
    answerUtterances(world, results.map(pythonArgument));
    return {};
  },
});
