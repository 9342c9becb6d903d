import type { CastingHints } from '../../../engine/player.js';
import type { World } from '../../../engine/world.js';
import { setSubject, type Call, type Handler } from '../../provider.js';
import type { CalendarEvent } from '../calendars/state.js';
import { readBody } from '../framework/body.js';
import { jsonText, refuse, VendorCrash } from '../framework/replies.js';
import { assertSearchable } from '../framework/query.js';
import { Input, Serializer, Upload } from '../framework/serializer.js';
import { asWritten, storeMetadata } from '../metadata.js';
import { isPyObject, isTruthy, type PyObject, type PyValue } from '../python/json.js';
import { pythonStr } from '../python/repr.js';
import { apiTime } from '../python/times.js';
import { renderBot } from '../render.js';
import { settingsOf } from '../settings.js';
import { sliceOf, type Bot } from '../state.js';
import { launch, planStaging } from './launch.js';
import { assertConcurrency, assertCredentials, assertCredits, assertStorable } from './limits.js';
import { noteLocalUrl } from './local-url.js';
import { readNewBot, type BotKind, type NewBot } from './new-bot.js';
import { sharedWebhook } from './webhooks-field.js';

export const createBot: Handler = (call) => {
  const { world } = call;
  const { data, isForm } = readCreation(call);
  const event = calendarEventOf(world, data, isForm);
  const body = event ? filledFrom(event, data) : data;
  const wanted = readNewBot(new Serializer(new Input(body, isForm ? body : undefined)), world, 'bot');
  assertCredentials(call, wanted);
  const bot = addBot(call, wanted, 'bot', event);
  world.player.cast(world, 'attendee', bot.id, castingHints(call, body, wanted, bot));
  bot.played = world.player.plays(world, bot.id);
  noteLocalUrls(call, wanted);
  noteSilentTriggers(call, wanted);
  if (bot.join_at === null) {
    launch(world, bot);
    return jsonText(201, renderBot(bot));
  }
  planStaging(world, bot);
  if (event) world.player.book(world, { provider: 'attendee', agent: bot.id, event: event.id, startsAt: bot.join_at });
  return jsonText(201, renderBot(bot, asWritten(wanted.metadata)));
};

/** The body of a creation. The vendor asks for credits before it looks at the body, and fails for one that is no object. */
export function readCreation(call: Call): { readonly data: PyObject; readonly isForm: boolean } {
  const { value, form } = readBody(call);
  assertCredits(call.world);
  if (!isPyObject(value)) throw new VendorCrash('body');
  return { data: value, isForm: form !== undefined };
}

/** The calendar event that a bot is for. Refuses one that is not there, and a place or a time beside it. */
function calendarEventOf(world: World, body: PyObject, isForm: boolean): CalendarEvent | null {
  const id = body.get('calendar_event_id');
  if (id === undefined || !isTruthy(id)) return null;
  assertSearchable([pythonStr(id)]);
  const event =
    sliceOf(world).calendarEvents.get(pythonStr(id)) ??
    refuse(400, `Calendar event with id ${pythonStr(id)} does not exist in this project.`);
  if (isTruthy(body.get('meeting_url')))
    refuse(
      400,
      'meeting_url should not be provided when calendar_event_id is specified. The meeting URL will be taken from the calendar event.',
    );
  // Here the vendor writes into the body, and a form without files takes nothing.
  if (isForm && ![...body.values()].some((value) => value instanceof Upload))
    throw new VendorCrash('calendar_event_id in a form');
  if (isTruthy(body.get('join_at')))
    refuse(
      400,
      'join_at should not be provided when calendar_event_id is specified. The join time will be taken from the calendar event.',
    );
  return event;
}

/** The body with the place and the time of the event. */
const filledFrom = ({ facts }: CalendarEvent, body: PyObject): PyObject =>
  new Map<string, PyValue>([...body, ['meeting_url', facts.meeting_url], ['join_at', apiTime(facts.start_time)]]);

/** Adds a bot to the project's records, if its limits and the database allow it. */
export function addBot(call: Call, wanted: NewBot, kind: BotKind, event: CalendarEvent | null): Bot {
  assertConcurrency(call);
  const metadata = storeMetadata(wanted.metadata);
  assertStorable(call, wanted, kind);
  const { world } = call;
  const { bots, keys } = sliceOf(world);
  const id = world.random.id(kind === 'bot' ? 'bot' : 'app');
  const bot = newBot(wanted, { id, created_at: world.now(), metadata, calendarEvent: event?.id ?? null });
  if (wanted.meetDelay !== 0) bot.meetDelay = wanted.meetDelay;
  bots.add(bot);
  if (bot.deduplication_key !== null) keys.add({ key: bot.deduplication_key, bot: bot.id });
  setSubject(call, bot.id);
  return bot;
}

/**
 * A bot at the beginning of its life. Its fields are listed one by one: an object into which so many are spread is slow,
 * and takes six times the memory.
 */
const newBot = (wanted: NewBot, { id, created_at, metadata, calendarEvent }: Own): Bot => ({
  id,
  metadata,
  meeting_url: wanted.meeting?.url ?? 'app_session',
  platform: wanted.meeting?.platform ?? 'zoom',
  bot_name: wanted.bot_name,
  join_at: wanted.join_at,
  deduplication_key: wanted.deduplication_key,
  webhooks: wanted.webhooks.length === 0 ? NONE : wanted.webhooks.map(sharedWebhook),
  created_at,
  rtmsStream: wanted.rtmsStream,
  calendarEvent,
  zoomWeb: wanted.zoomWeb,
  captions: wanted.captions,
  onBehalf: wanted.onBehalf,
  voiceAgent: wanted.voiceAgent,
  agentPage: wanted.agentPage,
  leave: wanted.leave,
  chatMessage: wanted.chatMessage?.message ?? null,
  recording: wanted.recording,
  state: wanted.join_at === null ? 'ready' : 'scheduled',
  events: [],
  transcription_state: 'not_started',
  recording_state: 'not_started',
  firstHeartbeat: null,
  lastHeartbeat: null,
  recordingFile: null,
  content: null,
  played: false,
  job: null,
  picked: null,
  timers: {},
});

const NONE: Bot['webhooks'] = Object.freeze([]);

type Own = Pick<Bot, 'id' | 'created_at' | 'metadata' | 'calendarEvent'>;

function castingHints({ request }: Call, body: PyObject, wanted: NewBot, bot: Bot): CastingHints {
  const meetingUrl = body.get('meeting_url');
  return {
    header: request.headers['greenroom-scenario'],
    // The normalised URL has lost its query.
    meetingUrl: typeof meetingUrl === 'string' ? meetingUrl : '',
    normalUrl: bot.meeting_url,
    agentName: wanted.bot_name,
    metadata: (name) => textIn(wanted.metadata, name),
    eventId: bot.calendarEvent,
  };
}

function textIn(metadata: PyObject | null, name: string): string | undefined {
  const value = metadata?.get(name);
  return typeof value === 'string' ? value : undefined;
}

function noteLocalUrls({ world }: Call, { webhooks, agentPage }: NewBot): void {
  if (settingsOf(world).require_https_webhooks) for (const { url } of webhooks) noteLocalUrl(world, 'webhook', url);
  if (agentPage) noteLocalUrl(world, 'voice agent', agentPage.url);
}

/** Triggers that a bot's own webhooks may have and that only the project's hear of (observed). */
const OF_THE_PROJECT = /^(calendar|zoom_oauth_connection)\./;

/** Says what a bot's subscriptions wait for in vain. */
function noteSilentTriggers({ world }: Call, { webhooks, recording }: NewBot): void {
  const note = (text: string): void => world.noteOnce('subscription', text);
  for (const { triggers } of webhooks)
    for (const trigger of triggers) {
      if (OF_THE_PROJECT.test(trigger))
        note(`The webhooks of a bot never get ${trigger}: only those of the project do.`);
      if (trigger === 'participant_events.speech_start_stop' && !recording.speechEvents)
        note(
          `${trigger} comes only to a bot whose recording_settings have record_participant_speech_start_stop_events: true.`,
        );
    }
}
