import type { Micros } from '../../../clock/instant.js';
import { BOT_STATES } from '../../../contracts/attendee/vocabulary.js';
import type { CastingHints } from '../../engine/part.js';
import { setSubject, type Call, type Handler, type Reply } from '../provider.js';
import { detail, empty, error, FieldErrors, jsonText } from './errors.js';
import { applyEvent, launch, planLeaving, planStaging } from './life.js';
import { isIdle, isTerminal } from './lifecycle.js';
import {
  asJsonb,
  COMPACT,
  isPyObject,
  parsePython,
  PyJsonError,
  writePython,
  type PyObject,
  type PyValue,
} from './python-json.js';
import { renderBot } from './render.js';
import { settingsOf } from './settings.js';
import { sliceOf, type Bot } from './state.js';
import { apiTime, parseDjangoTime } from './times.js';
import { isLocalUrl, readNewBot, readPatch, type BotPatch, type NewBot } from './validate.js';

const PAGE_SIZE = 25;
const CREDITS_FLOOR = -1;
const WEBHOOKS_PER_BOT = 2;

/** Reads the body as the framework's parsers do. */
function readBody({ request }: Call): { readonly body: PyValue } | { readonly refusal: Reply } {
  if (request.body === '') return { body: new Map() };
  const type = request.headers['content-type'] ?? '';
  const media = type.split(';', 1)[0]!.trim().toLowerCase();
  if (media === 'application/x-www-form-urlencoded') return { body: new Map(new URLSearchParams(request.body)) };
  if (media !== 'application/json') return { refusal: detail(415, `Unsupported media type "${type}" in request.`) };
  try {
    return { body: parsePython(request.body) };
  } catch (fault) {
    const reason = fault instanceof PyJsonError || fault instanceof Error ? fault.message : String(fault);
    return { refusal: detail(400, `JSON parse error - ${reason}`) };
  }
}

const createBot: Handler = (call) => {
  const { world } = call;
  const settings = settingsOf(world);
  const read = readBody(call);
  if ('refusal' in read) return read.refusal;
  if (settings.credits < CREDITS_FLOOR) {
    return error(400, 'Organization has run out of credits. Please add more credits in the Account -> Billing page.');
  }
  if (!isPyObject(read.body)) return serverError();
  const errors = new FieldErrors();
  const rules = { now: world.now(), allowsUrl: (url: string) => !settings.refuseLocalUrls && isLocalUrl(url) };
  const wanted = readNewBot(read.body, rules, errors);
  if (!wanted) return errors.reply();
  const refusal = refuseCreation(call, wanted);
  if (refusal) return refusal;

  const bot = makeBot(call, wanted);
  setSubject(call, bot.id);
  sliceOf(world).bots.add(bot);
  world.play.cast(world, 'attendee', bot.id, castingHints(call, read.body, wanted));
  warnOfLocalWebhooks(call, wanted);
  if (bot.join_at === null) {
    launch(world, bot);
    return jsonText(201, renderBot(bot));
  }
  planStaging(world, bot);
  return jsonText(201, renderBot(bot, wanted.metadata && writePython(wanted.metadata, COMPACT)));
};

const serverError = (): Reply => ({
  status: 500,
  headers: { 'Content-Type': 'text/html; charset=utf-8' },
  body: '\n<!doctype html>\n<html lang="en">\n<head>\n  <title>Server Error (500)</title>\n</head>\n<body>\n  <h1>Server Error (500)</h1><p></p>\n</body>\n</html>\n',
});

/** What can stand against a bot whose fields are all good, in the vendor's order. */
function refuseCreation({ world, request }: Call, wanted: NewBot): Reply | undefined {
  const settings = settingsOf(world);
  const bots = sliceOf(world).bots;
  if (wanted.meeting.platform === 'zoom' && !settings.zoom_credentials) {
    return error(
      400,
      `Zoom App credentials are required to create a Zoom bot. Please add Zoom credentials at ${request.origin}/projects/proj_greenroom0000000/credentials`,
    );
  }
  const limit = settings.concurrentBotsLimit;
  if (limit <= bots.size && bots.filter(({ state }) => !isIdle(state)).length >= limit) {
    return error(
      400,
      `You have exceeded the maximum number of concurrent bots (${limit}) for your account. Please reach out to customer support to increase the limit.`,
    );
  }
  if (wanted.webhooks.length > WEBHOOKS_PER_BOT)
    return error(400, 'You have reached the maximum number of webhooks for a single bot');
  if (new Set(wanted.webhooks.map(({ url }) => url)).size < wanted.webhooks.length)
    return error(400, 'URL already subscribed for this bot');
  const key = wanted.deduplication_key;
  if (key !== null && bots.find((bot) => bot.deduplication_key === key && !isTerminal(bot.state))) {
    return error(
      400,
      'Deduplication key already in use. A bot in a non-terminal state with this deduplication key already exists. Please use a different deduplication key or wait for that bot to terminate.',
    );
  }
  return undefined;
}

function makeBot({ world }: Call, wanted: NewBot): Bot {
  return {
    id: `bot_${world.random.alphanumeric('bot', 16)}`,
    metadata: storeMetadata(wanted.metadata),
    meeting_url: wanted.meeting.url,
    platform: wanted.meeting.platform,
    bot_name: wanted.bot_name,
    state: wanted.join_at === null ? 'ready' : 'scheduled',
    events: [],
    transcription_state: 'not_started',
    recording_state: 'not_started',
    join_at: wanted.join_at,
    deduplication_key: wanted.deduplication_key,
    webhooks: wanted.webhooks,
    created_at: world.now(),
    zoomWeb: wanted.zoomWeb,
    firstHeartbeat: null,
    hasRecordingFile: false,
    job: null,
  };
}

const storeMetadata = (metadata: PyObject | null): string | null => metadata && writePython(asJsonb(metadata), COMPACT);

function castingHints({ request }: Call, body: PyObject, wanted: NewBot): CastingHints {
  const meetingUrl = body.get('meeting_url');
  const scenario = wanted.metadata?.get('greenroom_scenario');
  return {
    header: request.headers['greenroom-scenario'],
    // As it was sent: the normalised URL has lost its query.
    meetingUrl: typeof meetingUrl === 'string' ? meetingUrl : wanted.meeting.url,
    agentName: wanted.bot_name,
    metadata: typeof scenario === 'string' ? scenario : undefined,
  };
}

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

const getBot: Handler = (call) => withBot(call, (bot) => jsonText(200, renderBot(bot)));

const listBots: Handler = ({ world, request }) => {
  const query = new URLSearchParams(request.query);
  let bots = [...sliceOf(world).bots.values()];
  const meetingUrl = query.get('meeting_url');
  if (meetingUrl !== null) bots = bots.filter((bot) => bot.meeting_url === meetingUrl);
  const key = query.get('deduplication_key');
  if (key !== null) bots = bots.filter((bot) => bot.deduplication_key === key);
  const states: readonly string[] = query.getAll('states');
  const known: readonly string[] = BOT_STATES;
  const unknown = states.find((state) => !known.includes(state));
  if (unknown !== undefined) return error(400, `Invalid state: ${unknown}. Valid states are: ${BOT_STATES.join(', ')}`);
  if (states.length > 0) bots = bots.filter((bot) => states.includes(bot.state));
  for (const [name, keeps] of [
    ['join_at_after', (a: Micros, b: Micros) => a > b],
    ['join_at_before', (a: Micros, b: Micros) => a < b],
  ] as const) {
    const text = query.get(name);
    if (text === null) continue;
    const at = parseDjangoTime(text);
    if (at === undefined) return error(400, `Invalid ${name} format. Use ISO 8601 format (e.g., 2024-01-18T12:34:56Z)`);
    bots = bots.filter((bot) => bot.join_at !== null && keeps(bot.join_at, at));
  }
  return page(request.origin, request.path, query, bots);
};

/** A page of the vendor's cursor pagination, ordered by creation. */
function page(origin: string, path: string, query: URLSearchParams, bots: readonly Bot[]): Reply {
  const cursor = query.get('cursor');
  const position = cursor === null ? undefined : readCursor(cursor);
  if (position === null) return detail(404, 'Invalid cursor');
  const { after, reverse } = position ?? { after: undefined, reverse: false };
  const rest =
    after === undefined
      ? [...bots]
      : bots.filter(({ created_at }) => (reverse ? created_at < after : created_at > after));
  const results = reverse ? rest.slice(-PAGE_SIZE) : rest.slice(0, PAGE_SIZE);
  const link = (bot: Bot | undefined, back: boolean): string => {
    if (!bot) return 'null';
    const linked = new URLSearchParams(query);
    linked.set(
      'cursor',
      Buffer.from(
        `${back ? 'r=1&' : ''}p=${encodeURIComponent(apiTime(bot.created_at).replace('T', ' ').replace('Z', '+00:00'))}`,
      ).toString('base64'),
    );
    return JSON.stringify(`${origin}${path}?${linked.toString()}`);
  };
  const hasNext = reverse ? cursor !== null : rest.length > results.length;
  const hasPrevious = reverse ? rest.length > results.length : cursor !== null;
  const next = link(hasNext ? results.at(-1) : undefined, false);
  const previous = link(hasPrevious ? results[0] : undefined, true);
  return jsonText(
    200,
    `{"next":${next},"previous":${previous},"results":[${results.map((bot) => renderBot(bot)).join(',')}]}`,
  );
}

function readCursor(cursor: string): { after: Micros; reverse: boolean } | null {
  const query = new URLSearchParams(Buffer.from(cursor, 'base64').toString('utf8'));
  const after = parseDjangoTime(query.get('p') ?? '');
  return after === undefined ? null : { after, reverse: query.get('r') === '1' };
}

const patchBot: Handler = (call) =>
  withBot(call, (bot) => {
    const { world } = call;
    const read = readBody(call);
    if ('refusal' in read) return read.refusal;
    const errors = new FieldErrors();
    if (!isPyObject(read.body)) {
      errors.add('non_field_errors', 'Invalid data. Expected a dictionary, but got list.');
      return errors.reply();
    }
    const patch = readPatch(read.body, world.now(), errors);
    if (errors.any) return errors.reply();
    if (bot.state !== 'scheduled' && changesSchedule(bot, patch)) {
      return error(
        400,
        `Bot is in state ${bot.state} but join_at, meeting_url, bot_name, bot_image and recording_settings can only be updated when in the scheduled state`,
      );
    }
    if (patch.metadata) bot.metadata = storeMetadata(patch.metadata);
    if (patch.bot_name !== undefined) bot.bot_name = patch.bot_name;
    if (patch.meeting) Object.assign(bot, { meeting_url: patch.meeting.url, platform: patch.meeting.platform });
    if (patch.join_at !== undefined && patch.join_at !== bot.join_at) {
      bot.join_at = patch.join_at;
      planStaging(world, bot);
    }
    return jsonText(200, renderBot(bot, patch.metadata ? writePython(patch.metadata, COMPACT) : bot.metadata));
  });

/** A value that is sent again unchanged is no change. */
function changesSchedule(bot: Bot, { join_at, meeting, bot_name }: BotPatch): boolean {
  return (
    (join_at !== undefined && join_at !== bot.join_at) ||
    (meeting !== undefined && meeting.url !== bot.meeting_url) ||
    (bot_name !== undefined && bot_name !== bot.bot_name)
  );
}

const deleteBot: Handler = (call) =>
  withBot(call, (bot) => {
    const { world } = call;
    if (bot.state !== 'scheduled') {
      return error(400, `Bot is in state ${bot.state} but can only be deleted when in scheduled state`);
    }
    world.clock.cancel(bot.job);
    world.play.forget(world, bot.id);
    sliceOf(world).bots.delete(bot.id);
    world.log({
      kind: 'transition',
      provider: 'attendee',
      subject: bot.id,
      event: 'deleted',
      from: 'scheduled',
      to: 'gone',
    });
    return empty();
  });

const leaveMeeting: Handler = (call) =>
  withBot(call, (bot) => {
    const refusal = applyEvent(call.world, bot, 'leave_requested', { sub_type: 'user_requested' });
    if (refusal !== undefined) return error(400, refusal);
    planLeaving(call.world, bot);
    return jsonText(200, renderBot(bot));
  });

function withBot(call: Call, work: (bot: Bot) => Reply): Reply {
  const bot = sliceOf(call.world).bots.get(call.params['id'] ?? '');
  if (!bot) return error(404, 'Bot not found');
  setSubject(call, bot.id);
  return work(bot);
}

export const handlers: Readonly<Record<string, Handler>> = {
  listBots,
  createBot,
  getBot,
  patchBot,
  deleteBot,
  leaveMeeting,
};
