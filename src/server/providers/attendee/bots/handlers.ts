import { BOT_STATES } from '../../../../contracts/attendee/vocabulary.js';
import type { CastingHints } from '../../../engine/vendor.js';
import { setSubject, type Call, type Handler, type Reply } from '../../provider.js';
import { readBody, readFields } from '../framework/body.js';
import { DEFAULT_LEAVE } from './settings-fields.js';
import { readNewBot, readPatch, type BotPatch, type NewBot } from './fields.js';
import type { CalendarEvent } from '../calendars/state.js';
import { isOutOfCredits } from './credits.js';
import { empty, error, jsonText } from '../framework/errors.js';
import { Input, Serializer, VendorCrash } from '../framework/fields.js';
import { forgetContent } from '../recordings/content.js';
import { launch, planLeaving, planStaging } from './launch.js';
import { applyEvent, removeBot } from './life.js';
import { isStorable, storeMetadata } from './metadata.js';
import { page } from '../framework/pages.js';
import { COMPACT, isPyObject, writePython, type PyObject, type PyValue } from '../python/json.js';
import { pythonStr } from '../python/repr.js';
import { lastOf, queryOf, timeParameter } from '../framework/query.js';
import { renderBot } from './render.js';
import { settingsOf } from '../settings.js';
import { projectId, sliceOf, type Bot } from '../state.js';
import { apiTime } from '../python/times.js';

const PAGE_SIZE = 25;
const WEBHOOKS_PER_BOT = 2;
const SITE = 'https://app.attendee.dev';

const createBot: Handler = (call) => {
  const { world } = call;
  const read = readBody(call);
  if ('refusal' in read) return read.refusal;
  if (isOutOfCredits(world)) return outOfCredits();
  if (!isPyObject(read.value)) throw new VendorCrash('body');
  const fromEvent = readCalendarEvent(call, read.value);
  if (fromEvent && 'refusal' in fromEvent) return fromEvent.refusal;
  const body = fromEvent ? fromEvent.body : read.value;
  const fields = new Serializer(new Input(body, read.form));
  const wanted = readNewBot(fields, world, 'bot');
  if (!wanted) return fields.errors.reply();
  const refusal = refuseCredentials(call, wanted) ?? refuseConcurrency(call) ?? refuseStorage(call, wanted, 'bot');
  if (refusal) return refusal;

  const bot = makeBot(call, wanted, fromEvent?.event ?? null);
  world.player.cast(world, 'attendee', bot.id, castingHints(call, body, wanted, bot));
  bot.played = world.player.plays(world, bot.id);
  warnOfLocalWebhooks(call, wanted);
  if (bot.join_at === null) {
    launch(world, bot);
    return jsonText(201, renderBot(bot));
  }
  planStaging(world, bot);
  return jsonText(201, renderBot(bot, asWritten(wanted.metadata)));
};

export const outOfCredits = (): Reply =>
  error(400, 'Organization has run out of credits. Please add more credits in the Account -> Billing page.');

/** Metadata as the client wrote it, for answers that are made before it is read back. */
export const asWritten = (metadata: PyObject | null): string | null => metadata && writePython(metadata, COMPACT);

/** A bot for a calendar event takes its place and time from there. */
function readCalendarEvent(
  { world }: Call,
  body: PyObject,
): { readonly body: PyObject; readonly event: CalendarEvent } | { readonly refusal: Reply } | undefined {
  const id = body.get('calendar_event_id');
  if (!id || (Array.isArray(id) && id.length === 0) || (isPyObject(id) && id.size === 0)) return undefined;
  const event = sliceOf(world).calendarEvents.get(pythonStr(id));
  const refuse = (text: string) => ({ refusal: error(400, text) });
  if (!event) return refuse(`Calendar event with id ${pythonStr(id)} does not exist in this project.`);
  if (body.get('meeting_url'))
    return refuse(
      'meeting_url should not be provided when calendar_event_id is specified. The meeting URL will be taken from the calendar event.',
    );
  if (body.get('join_at'))
    return refuse(
      'join_at should not be provided when calendar_event_id is specified. The join time will be taken from the calendar event.',
    );
  const { meeting_url, start_time } = event.facts;
  const filled = new Map<string, PyValue>([...body, ['meeting_url', meeting_url], ['join_at', apiTime(start_time)]]);
  return { body: filled, event };
}

function refuseCredentials({ world }: Call, wanted: NewBot): Reply | undefined {
  const settings = settingsOf(world);
  const credentials = `${SITE}/projects/${projectId(settings.api_key)}/credentials`;
  if (wanted.meeting?.platform === 'zoom' && !settings.zoom_credentials)
    return error(
      400,
      `Zoom App credentials are required to create a Zoom bot. Please add Zoom credentials at ${credentials}`,
    );
  if (wanted.externalStorage)
    return error(
      400,
      `External media storage credentials are required to upload recordings to an external storage bucket. Please add external media storage credentials at ${credentials}.`,
    );
  return undefined;
}

export function refuseConcurrency({ world }: Call): Reply | undefined {
  const { active, project } = sliceOf(world);
  const limit = project.concurrent_bots_limit ?? settingsOf(world).concurrentBotsLimit;
  if (active < limit) return undefined;
  return error(
    400,
    `You have exceeded the maximum number of concurrent bots (${limit}) for your account. Please reach out to customer support to increase the limit.`,
  );
}

const NAME_MAX = 255;
const KEY_MAX = 1024;
const URL_MAX = 2048;

/** What the database and what hangs on the bot refuse. */
export function refuseStorage(call: Call, wanted: NewBot, kind: 'bot' | 'app_session'): Reply | undefined {
  const { world } = call;
  const word = kind === 'bot' ? 'bot' : 'app session';
  const { deduplication_key: key, webhooks, chatMessage } = wanted;
  const metadata = storeMetadata(wanted.metadata) ?? '';
  if (
    [...wanted.bot_name].length > NAME_MAX ||
    [...(key ?? '')].length > KEY_MAX ||
    [...(wanted.meeting?.url ?? '')].length > URL_MAX ||
    !isStorable(metadata)
  )
    return unexpected(call, `creating the ${word}`);
  if (key !== null && sliceOf(world).keys.get(key))
    return error(
      400,
      `Deduplication key already in use. A ${word} in a non-terminal state with this deduplication key already exists. Please use a different deduplication key or wait for that ${word} to terminate.`,
    );
  if (chatMessage?.to === 'specific_user') return noSuchParticipant(chatMessage.to_user_uuid ?? '');
  if (webhooks.length > WEBHOOKS_PER_BOT)
    return error(400, 'You have reached the maximum number of webhooks for a single bot');
  if (new Set(webhooks.map(({ url }) => url)).size < webhooks.length)
    return error(400, 'URL already subscribed for this bot');
  return undefined;
}

/** The vendor hides a failure of its own behind an error id. */
export const unexpected = ({ world }: Call, doing: string): Reply =>
  error(400, `An error occurred while ${doing}. Error ID: ${world.random.uuid('error_id')}`);

export const noSuchParticipant = (uuid: string): Reply =>
  error(400, `No participant found with uuid ${uuid}. Use the /participants endpoint to get the list of participants.`);

export function makeBot(call: Call, wanted: NewBot, event: CalendarEvent | null): Bot {
  const { world } = call;
  const { bots, keys } = sliceOf(world);
  const prefix = wanted.rtmsStream === null ? 'bot' : 'app';
  const bot = bots.add({
    id: `${prefix}_${world.random.alphanumeric(prefix, 16)}`,
    metadata: storeMetadata(wanted.metadata),
    meeting_url: wanted.meeting?.url ?? 'app_session',
    platform: wanted.meeting?.platform ?? 'zoom',
    bot_name: wanted.bot_name,
    state: wanted.join_at === null ? 'ready' : 'scheduled',
    events: [],
    transcription_state: 'not_started',
    recording_state: 'not_started',
    join_at: wanted.join_at,
    deduplication_key: wanted.deduplication_key,
    webhooks: wanted.webhooks,
    created_at: world.now(),
    rtmsStream: wanted.rtmsStream,
    calendarEvent: event?.id ?? null,
    zoomWeb: wanted.zoomWeb,
    onBehalf: wanted.onBehalf,
    captions: wanted.captions,
    voiceAgent: wanted.voiceAgent,
    leave: wanted.leave ?? DEFAULT_LEAVE,
    recording: wanted.recording,
    firstHeartbeat: null,
    lastHeartbeat: null,
    recordingFile: null,
    content: null,
    played: false,
    job: null,
    picked: null,
    timers: {},
  });
  if (bot.deduplication_key !== null) keys.add({ key: bot.deduplication_key, bot: bot.id });
  setSubject(call, bot.id);
  return bot;
}

function castingHints({ request }: Call, body: PyObject, wanted: NewBot, bot: Bot): CastingHints {
  const meetingUrl = body.get('meeting_url');
  return {
    header: request.headers['greenroom-scenario'],
    // The normalised URL has lost its query.
    meetingUrl: typeof meetingUrl === 'string' ? meetingUrl : '',
    normalUrl: bot.meeting_url,
    agentName: wanted.bot_name,
    metadata: wanted.metadata ? textsOf(wanted.metadata) : undefined,
    eventId: bot.calendarEvent,
  };
}

const textsOf = (metadata: PyObject): Record<string, string> =>
  Object.fromEntries([...metadata].filter((pair): pair is [string, string] => typeof pair[1] === 'string'));

function warnOfLocalWebhooks({ world, entry }: Call, { webhooks }: NewBot): void {
  for (const { url } of webhooks) {
    if (url.startsWith('https://')) continue;
    world.note(
      'local-url',
      entry.subject,
      `production refuses the webhook URL ${new URL(url).protocol}//…: it must start with https://`,
    );
  }
}

const listBots: Handler = (call) => {
  const query = queryOf(call.request);
  const tests: ((bot: Bot) => boolean)[] = [];
  const url = lastOf(query, 'meeting_url');
  if (url) tests.push((bot) => bot.meeting_url === url);
  const key = lastOf(query, 'deduplication_key');
  if (key) tests.push((bot) => bot.deduplication_key === key);
  const states: readonly string[] = query.getAll('states');
  const known: readonly string[] = BOT_STATES;
  const unknown = states.find((state) => !known.includes(state));
  if (unknown !== undefined) return error(400, `Invalid state: ${unknown}. Valid states are: ${BOT_STATES.join(', ')}`);
  if (states.length > 0) tests.push((bot) => states.includes(bot.state));
  const after = timeParameter(query, 'join_at_after');
  if ('refusal' in after) return after.refusal;
  const { at: earliest } = after;
  if (earliest !== undefined) tests.push((bot) => bot.join_at !== null && bot.join_at > earliest);
  const before = timeParameter(query, 'join_at_before');
  if ('refusal' in before) return before.refusal;
  const { at: latest } = before;
  if (latest !== undefined) tests.push((bot) => bot.join_at !== null && bot.join_at < latest);
  const bots = sliceOf(call.world).bots.filter((bot) => tests.every((test) => test(bot)));
  return page(call, bots, {
    pageSize: PAGE_SIZE,
    position: ({ created_at }) => created_at,
    render: (bot) => renderBot(bot),
  });
};

const patchBot: Handler = (call) =>
  withBot(call, (bot) => {
    const { world } = call;
    const read = readFields(call);
    if ('refusal' in read) return read.refusal;
    const fields = new Serializer(read.input);
    const patch = readPatch(fields, world.now());
    if (fields.errors.any) return fields.errors.reply();
    if (bot.state !== 'scheduled' && changesSchedule(bot, patch)) {
      return error(
        400,
        `Bot is in state ${bot.state} but join_at, meeting_url, bot_name, bot_image and recording_settings can only be updated when in the scheduled state`,
      );
    }
    const { metadata, bot_name, meeting, recording, join_at } = patch;
    const stored = metadata && storeMetadata(metadata);
    if ([...(bot_name ?? '')].length > NAME_MAX || (stored && !isStorable(stored)))
      return unexpected(call, 'patching the bot');
    if (stored) bot.metadata = stored;
    if (bot_name !== undefined) bot.bot_name = bot_name;
    if (meeting) Object.assign(bot, { meeting_url: meeting.url, platform: meeting.platform });
    if (recording) bot.recording = recording;
    if (join_at !== undefined) reschedule(call, bot, join_at);
    return jsonText(200, renderBot(bot, metadata ? asWritten(metadata) : bot.metadata));
  });

function reschedule({ world }: Call, bot: Bot, join_at: number): void {
  if (join_at === bot.join_at) return;
  bot.join_at = join_at;
  // A poll that has picked the bot already will find, at the launch, that its time is another.
  if (bot.picked === null) planStaging(world, bot);
}

/** A value that is sent again unchanged is no change. */
function changesSchedule(bot: Bot, { join_at, meeting, bot_name, image, recording }: BotPatch): boolean {
  return (
    (join_at !== undefined && join_at !== bot.join_at) ||
    (meeting !== undefined && meeting.url !== bot.meeting_url) ||
    (bot_name !== undefined && bot_name !== bot.bot_name) ||
    image ||
    recording !== undefined
  );
}

const deleteBot: Handler = (call) =>
  withBot(call, (bot) => {
    if (bot.state !== 'scheduled')
      return error(400, `Bot is in state ${bot.state} but can only be deleted when in scheduled state`);
    removeBot(call.world, bot);
    return empty();
  });

const leaveMeeting: Handler = (call) =>
  withBot(call, (bot) => {
    const refusal = applyEvent(call.world, bot, 'leave_requested', { sub_type: 'user_requested' });
    if (refusal !== undefined) return error(400, refusal);
    planLeaving(call.world, bot);
    return jsonText(200, renderBot(bot));
  });

const deleteData: Handler = (call) =>
  withBot(call, (bot) => {
    if (applyEvent(call.world, bot, 'data_deleted') !== undefined)
      return error(400, 'Bot is not in a state where the data deleted event can be created');
    forgetContent(bot);
    return jsonText(200, renderBot(bot));
  });

export function withBot(call: Call, work: (bot: Bot) => Reply): Reply {
  const bot = sliceOf(call.world).bots.get(call.params['id'] ?? '');
  if (!bot) return error(404, 'Bot not found');
  setSubject(call, bot.id);
  return work(bot);
}

export const botHandlers: Readonly<Record<string, Handler>> = {
  listBots,
  createBot,
  getBot: (call) => withBot(call, (bot) => jsonText(200, renderBot(bot))),
  patchBot,
  deleteBot,
  leaveMeeting,
  deleteData,
};
