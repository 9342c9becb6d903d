import { attendeeBackstage } from '../../../contracts/attendee/backstage.js';
import { BOT_LIFECYCLE } from '../../../contracts/attendee/lifecycle.js';
import { BOT_EVENTS } from '../../../contracts/attendee/vocabulary.js';
import type { World } from '../../engine/world.js';
import { backstageOf, type BackstageResult } from '../provider.js';
import { answerUtterances, runAsyncWorker } from './recordings/async-transcription.js';
import { addBotLog } from './bots/log.js';
import { disconnect, failSync, syncCalendar } from './calendars/sync.js';
import {
  addChatMessage,
  addParticipantEvent,
  addSilentUtterance,
  addUtterance,
  contentOf,
  participantOf,
  type Heard,
  type Person,
} from './recordings/content.js';
import { applyEvent, beat } from './bots/life.js';
import { isPyObject, PyFloat, toPython, type PyObject, type PyValue } from './python/json.js';
import { cleanUp, pollScheduler } from './bots/scheduler.js';
import { sliceOf, type Bot, type ProjectChanges } from './state.js';
import { cancelTimers } from './bots/timer-jobs.js';
import { changeConnection } from './zoom/handlers.js';

type Args = Readonly<Record<string, unknown>>;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
/** Also one that was given as `{"$float": "1.0"}`. */
const number = (value: unknown): number => (typeof value === 'number' ? value : Number(object(value)['$float'] ?? 0));
const object = (value: unknown): Args =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Args) : {};

/** An argument as Python would hold it; `{"$float": "1.0"}` is a number that must keep its written form. */
function pythonArgument(value: unknown): PyValue {
  if (Array.isArray(value)) return value.map(pythonArgument);
  const given = object(value);
  if (typeof given['$float'] === 'string') return new PyFloat(Number(given['$float']));
  if (typeof value !== 'object' || value === null) return toPython(value);
  return new Map(Object.entries(given).map(([key, inner]) => [key, pythonArgument(inner)]));
}

const objectArgument = (value: unknown): PyObject => {
  const given = pythonArgument(value ?? {});
  return isPyObject(given) ? given : new Map();
};

/** An action on one bot. */
const onBot =
  (work: (world: World, bot: Bot, args: Args) => Pick<BackstageResult, 'refused' | 'legal'> | void) =>
  (world: World, args: Args): BackstageResult => {
    const bot = sliceOf(world).bots.get(text(args['bot']));
    if (!bot) return { refused: `no bot ${JSON.stringify(args['bot'])}` };
    return { subject: bot.id, ...work(world, bot, args) };
  };

const personIn = (args: Args): Person => {
  const { uuid, user_uuid, name, is_host, is_the_bot } = object(args['participant']);
  return {
    uuid: text(uuid),
    user_uuid: typeof user_uuid === 'string' ? user_uuid : null,
    name: typeof name === 'string' ? name : null,
    is_host: is_host === true,
    is_the_bot: is_the_bot === true,
  };
};

const participantEvent = (event: 'join' | 'leave' | 'speech_start' | 'speech_stop') =>
  onBot((world, bot, args) => {
    const timestamp_ms = number(args['timestamp_ms']);
    addParticipantEvent(world, bot, event, {
      person: personIn(args),
      timestamp_ms,
      data: objectArgument(args['event_data']),
    });
  });

const heardIn = (args: Args): Heard => ({
  person: personIn(args),
  source: typeof args['source'] === 'string' ? args['source'] : null,
  transcription: pythonArgument(args['transcription'] ?? {}),
  timestamp_ms: number(args['timestamp_ms']),
  duration_ms: number(args['duration_ms']),
});

/** What Attendee's own side would do. */
export const backstage = backstageOf(attendeeBackstage, {
  /** The bot's process reports an event. */
  event: onBot((world, bot, args) => {
    const event = BOT_EVENTS.find((known) => known === args['event'])!;
    const { state } = bot;
    const sub_type = typeof args['sub_type'] === 'string' ? args['sub_type'] : undefined;
    const refused = applyEvent(world, bot, event, { sub_type, metadata: objectArgument(args['metadata']) });
    if (refused !== undefined) return { refused, legal: legalIn(state) };
    world.clock.cancel(bot.job);
    bot.job = null;
    cancelTimers(world, bot);
    return undefined;
  }),
  heartbeat: onBot((world, bot) => beat(world, bot)),
  participant_join: participantEvent('join'),
  participant_leave: participantEvent('leave'),
  speech_start: participantEvent('speech_start'),
  speech_stop: participantEvent('speech_stop'),
  participant_update: onBot((_, bot, args) => {
    const { uuid, is_host } = object(args['participant']);
    const participant = bot.content?.participants.find((candidate) => candidate.uuid === uuid);
    if (participant) participant.is_host = is_host === true;
  }),
  utterance: onBot((world, bot, args) => addUtterance(world, bot, heardIn(args))),
  utterance_failed: onBot((world, bot, args) =>
    addSilentUtterance(world, bot, heardIn(args), { failure: text(args['reason']) }),
  ),
  utterance_pending: onBot((world, bot, args) => addSilentUtterance(world, bot, heardIn(args), { failure: null })),
  chat_message: onBot((world, bot, args) =>
    addChatMessage(world, bot, {
      person: personIn(args),
      source: text(args['source']),
      text: text(args['text']),
      timestamp: number(args['timestamp']),
      toBot: args['to_bot'] === true,
      additional: objectArgument(args['additional_data']),
    }),
  ),
  bot_log: onBot((world, bot, { level, entry_type, message }) =>
    addBotLog(world, bot, { level: text(level), entry_type: text(entry_type), message: text(message) }),
  ),
  recording_file: onBot((_, bot, args) => {
    const start = args['first_buffer_timestamp_ms'];
    bot.recordingFile = { name: text(args['file_name']), start_timestamp_ms: start == null ? null : number(start) };
  }),
  audio_chunk: onBot((world, bot, args) => {
    const { timestamp_ms, duration_ms, person } = heardIn(args);
    const participant = participantOf(world, bot, person).id;
    contentOf(bot).audioChunks.push({ participant, timestamp_ms, duration_ms });
  }),
  bot_process: onBot((world, bot, args) => {
    const { silentProcesses } = sliceOf(world);
    if (args['responsive'] === false) silentProcesses[bot.id] = true;
    else delete silentProcesses[bot.id];
  }),
  media_playing: onBot((_, bot) => {
    for (const request of bot.content?.media ?? []) request.state = 'playing';
  }),
  media_finished: onBot((_, bot) => {
    if (bot.content) bot.content.media = [];
  }),
  scheduler_poll(world) {
    pollScheduler(world);
    return {};
  },
  cleanup_poll(world) {
    cleanUp(world);
    return {};
  },
  receiver(world, args) {
    const match = { url: text(args['url']) };
    const answers = args['answers'] as (number | 'drop')[];
    world.faults.dropScript(match);
    if (answers.length > 0) world.faults.add({ on: 'delivery', match, do: { answers } });
    return {};
  },
  project(world, args) {
    const slice = sliceOf(world);
    const { credits, ...rest } = args as ProjectChanges;
    slice.project = { ...slice.project, ...rest, ...(credits === undefined ? {} : { credits: number(credits) }) };
    if (credits !== undefined) slice.charged = 0;
    return {};
  },
  calendar_sync(world, args) {
    const calendar = sliceOf(world).calendars.get(text(args['calendar']));
    if (!calendar) return { refused: `no calendar ${JSON.stringify(args['calendar'])}` };
    const { auth_error, transient_error, events } = args;
    if (typeof auth_error === 'string') disconnect(world, calendar, auth_error);
    else if (typeof transient_error === 'string') failSync(world, calendar);
    else syncCalendar(world, calendar, Array.isArray(events) ? events.map(pythonArgument) : []);
    return { subject: calendar.id };
  },
  /** `{exchange, user}`: what Zoom answers from now on. */
  zoom_upstream(world, args) {
    sliceOf(world).upstream = {
      exchange: args['exchange'] ?? 'fail',
      user: args['user'] ?? 'fail',
    };
    return {};
  },
  zoom_connection(world, args) {
    const connection = sliceOf(world).zoomConnections.get(text(args['connection']));
    if (!connection) return { refused: `no connection ${JSON.stringify(args['connection'])}` };
    const state = args['state'] === 'connected' ? 'connected' : 'disconnected';
    changeConnection(world, connection, state, typeof args['error'] === 'string' ? args['error'] : undefined);
    return { subject: connection.id };
  },
  async_worker_run(world) {
    runAsyncWorker(world);
    return {};
  },
  async_utterances(world, args) {
    answerUtterances(world, (args['results'] as unknown[]).map(pythonArgument));
    return {};
  },
});

const legalIn = (state: Bot['state']): string[] =>
  BOT_EVENTS.filter((event) => BOT_LIFECYCLE[event].from.includes(state));
