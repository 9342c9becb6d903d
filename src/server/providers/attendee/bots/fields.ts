import type { Micros } from '../../../../clock/instant.js';
import type { World } from '../../../engine/world.js';
import { isLoopback } from '../../../engine/transport.js';
import type { Platform } from '../../meeting-url.js';
import {
  checkRtmp,
  checkSchema,
  checkWebsockets,
  DEFAULT_LEAVE,
  DEFAULT_RECORDING,
  readAutomaticLeave,
  readRecordingSettings,
  readVoiceAgent,
  type AutomaticLeave,
  type RecordingSettings,
} from './settings-fields.js';
import { readChatMessage, type NewChatMessage } from './chat-field.js';
import {
  dateTime,
  holdsRareCharacters,
  invalid,
  invalidAt,
  json,
  text,
  VendorCrash,
  type Serializer,
} from '../framework/fields.js';
import { checkImage } from './image-field.js';
import { readMetadata } from './metadata.js';
import { normalizeMeetingUrl, platformOf, type MeetingUrl } from './meeting-url.js';
import { isPyObject, type PyObject, type PyValue } from '../python/json.js';
import { pythonStr } from '../python/repr.js';
import { settingsOf, type ProjectWebhook } from '../settings.js';
import * as schemas from './settings-schemas.js';
import { addYears } from '../python/times.js';

/** The fields of a new bot, in the order in which the vendor checks and reports them (observed). */
export interface NewBot {
  readonly meeting: MeetingUrl | undefined;
  readonly bot_name: string;
  readonly metadata: PyObject | null;
  readonly chatMessage: NewChatMessage | undefined;
  readonly join_at: Micros | null;
  readonly deduplication_key: string | null;
  readonly webhooks: readonly ProjectWebhook[];
  readonly externalStorage: boolean;
  readonly voiceAgent: boolean;
  readonly captions: boolean;
  readonly recording: RecordingSettings;
  readonly leave: AutomaticLeave;
  readonly zoomWeb: boolean;
  readonly onBehalf: boolean;
  readonly rtmsStream: string | null;
}

type Kind = 'bot' | 'app_session';

const JOIN_YEARS_MAX = 3;

/** Reads the fields of `POST /bots` or `POST /app_sessions`; `undefined` if some are wrong. */
export function readNewBot(fields: Serializer, world: World, kind: Kind): NewBot | undefined {
  const asJson = json(fields.input);
  const settings = settingsOf(world);
  const checked = (name: string, schema: schemas.Schema): PyObject | undefined =>
    fields.optional(name, (value) => checkSchema(schema, asJson(value)));

  const meeting = kind === 'bot' ? fields.required('meeting_url', readMeetingUrl) : undefined;
  const bot_name = kind === 'bot' ? fields.required('bot_name', readBotName) : 'app_session';
  fields.nested('bot_image', checkImage);
  const metadata = fields.optional('metadata', (value) => readMetadata(asJson(value)));
  const chatMessage = fields.nested('bot_chat_message', readChatMessage);
  const join_at = kind === 'bot' ? fields.optional('join_at', (value) => readJoinAt(value, world.now())) : undefined;
  fields.optional('calendar_event_id', (value) => text(value));
  const deduplication_key = fields.optional('deduplication_key', (value) => text(value));
  const webhooks = fields.optional('webhooks', (value) =>
    readWebhooks(asJson(value), (url) => !settings.refuseLocalUrls && isLocalUrl(url)),
  );
  checked('callback_settings', schemas.CALLBACK_SETTINGS);
  const storage = checked('external_media_storage_settings', schemas.EXTERNAL_MEDIA_STORAGE_SETTINGS);
  const platform = platformOf(fields.input.data.get('meeting_url'));
  const zoomWeb = usesZoomWeb(fields.input.data, platform);
  const voiceAgent = fields.optional('voice_agent_settings', (value) => {
    const reserved = readVoiceAgent(asJson(value), settings.voice_agents_enabled);
    if (reserved && platform === 'zoom' && !zoomWeb) throw invalid(`Voice agent is not supported ${NATIVE_ZOOM}`);
    return reserved;
  });
  const captions = fields.always('transcription_settings', (value) =>
    readTranscription(value === undefined ? undefined : asJson(value), platform, zoomWeb),
  );
  fields.optional('websocket_settings', (value) => checkWebsockets(asJson(value)));
  fields.optional('rtmp_settings', (value) => checkRtmp(schemas.RTMP_SETTINGS, asJson(value)));
  const recording = fields.optional('recording_settings', (value) => readRecordingSettings(asJson(value)));
  fields.optional('google_meet_settings', (value) => {
    const given = asJson(value);
    if (!isPyObject(given)) throw new VendorCrash('google_meet_settings');
    return checkSchema(schemas.GOOGLE_MEET_SETTINGS, given);
  });
  checked('teams_settings', schemas.TEAMS_SETTINGS);
  const zoom = checked('zoom_settings', schemas.ZOOM_SETTINGS);
  checked('debug_settings', schemas.DEBUG_SETTINGS);
  const leave = fields.optional('automatic_leave_settings', (value) => readAutomaticLeave(asJson(value)));
  fields.optional('kubernetes_settings', (value) => {
    checkSchema(schemas.KUBERNETES_SETTINGS, asJson(value));
    throw invalid('Custom bot pod spec types are not allowed.');
  });
  const rtms =
    kind === 'bot' ? undefined : fields.required('zoom_rtms', (value) => checkSchema(schemas.ZOOM_RTMS, asJson(value)));
  fields.refuseOthers();
  if (fields.errors.any || bot_name === undefined) return undefined;
  return {
    meeting,
    bot_name,
    metadata: metadata ?? null,
    chatMessage,
    join_at: join_at ?? null,
    deduplication_key: deduplication_key ?? null,
    webhooks: webhooks ?? [],
    externalStorage: storage !== undefined,
    voiceAgent: voiceAgent ?? false,
    captions: captions ?? false,
    recording: recording ?? DEFAULT_RECORDING,
    leave: leave ?? DEFAULT_LEAVE,
    zoomWeb,
    onBehalf: zoom?.has('onbehalf_token') ?? false,
    rtmsStream: rtms ? pythonStr(rtms.get('rtms_stream_id')!) : null,
  };
}

export function readMeetingUrl(value: PyValue): MeetingUrl {
  const meeting = normalizeMeetingUrl(text(value));
  if (!meeting) throw invalid('Invalid meeting URL');
  return meeting;
}

export function readBotName(value: PyValue): string {
  const name = text(value);
  if (holdsRareCharacters(name)) throw invalid('Bot name cannot contain emojis or rare script characters.');
  return name;
}

export function readJoinAt(value: PyValue, now: Micros): Micros {
  const at = dateTime(value);
  if (at < now) throw invalid('join_at cannot be in the past');
  if (at > addYears(now, JOIN_YEARS_MAX))
    throw invalid(`join_at cannot be more than ${JOIN_YEARS_MAX} years in the future`);
  return at;
}

function readWebhooks(value: PyValue, allowsUrl: (url: string) => boolean): ProjectWebhook[] {
  const production = Array.isArray(value) ? value.map((item) => asHttps(item, allowsUrl)) : value;
  checkSchema(schemas.WEBHOOKS, production);
  return (value as PyObject[]).map((item) => ({
    url: item.get('url') as string,
    triggers: item.get('triggers') as string[],
  }));
}

/** Lets a local URL pass the vendor's rule. */
function asHttps(item: PyValue, allowsUrl: (url: string) => boolean): PyValue {
  const url = isPyObject(item) ? item.get('url') : undefined;
  if (!isPyObject(item) || typeof url !== 'string' || !allowsUrl(url)) return item;
  return new Map([...item, ['url', url.replace(/^http:/, 'https:')]]);
}

/** True for a URL on this machine, which the vendor would refuse and greenroom exists to allow. */
const isLocalUrl = (url: string): boolean =>
  URL.canParse(url) && /^https?:/.test(url) && isLoopback(new URL(url).hostname);

const NATIVE_ZOOM =
  "for Zoom when using the native SDK. Please set 'zoom_settings.sdk' to 'web' in the bot creation request.";

/** The vendor looks into `zoom_settings` of Zoom bots before it has checked them. */
function usesZoomWeb(data: PyObject, platform: Platform | undefined): boolean {
  if (platform !== 'zoom' || !data.has('zoom_settings')) return false;
  const given = data.get('zoom_settings')!;
  if (!isPyObject(given)) throw new VendorCrash('zoom_settings');
  return given.get('sdk') === 'web';
}

const PROVIDERS = [
  'deepgram',
  'gladia',
  'openai',
  'assembly_ai',
  'sarvam',
  'elevenlabs',
  'kyutai',
  'custom_async',
  'custom_async_v2',
];

/** True if the bot transcribes the meeting's own captions. */
function readTranscription(value: PyValue | undefined, platform: Platform | undefined, zoomWeb: boolean): boolean {
  const given = value === undefined ? new Map<string, PyValue>() : checkSchema(schemas.TRANSCRIPTION_SETTINGS, value);
  const nativeZoom = platform === 'zoom' && !zoomWeb;
  const captions =
    !PROVIDERS.some((provider) => given.has(provider)) && (given.has('meeting_closed_captions') || !nativeZoom);
  const refuse = (message: string): never => {
    throw invalidAt('transcription_settings', message);
  };
  if (captions && nativeZoom) refuse(`Closed caption based transcription is not supported ${NATIVE_ZOOM}`);
  const deepgram = given.get('deepgram');
  if (isPyObject(deepgram) && deepgram.get('callback') && deepgram.get('detect_language'))
    refuse(
      "Language detection is not supported for streaming transcription. Please pass language='multi' instead of detect_language=true.",
    );
  refuseCustom(given, refuse);
  return captions;
}

/** The vendor's own server has no custom transcription service. */
export function refuseCustom(given: PyObject, refuse: (message: string) => never): void {
  const variable = 'CUSTOM_ASYNC_TRANSCRIPTION_URL';
  if (given.has('custom_async') || given.has('custom_async_v2'))
    refuse(
      `${variable} environment variable is not set. Please set the ${variable} environment variable to the URL of your custom async transcription service.`,
    );
}

export interface BotPatch {
  readonly join_at: Micros | undefined;
  readonly meeting: MeetingUrl | undefined;
  readonly metadata: PyObject | undefined;
  readonly bot_name: string | undefined;
  readonly image: boolean;
  readonly recording: RecordingSettings | undefined;
}

/** The fields of `PATCH /bots/{id}`. Unknown ones are ignored by the vendor. */
export function readPatch(fields: Serializer, now: Micros): BotPatch {
  const asJson = json(fields.input);
  const join_at = fields.optional('join_at', (value) => readJoinAt(value, now));
  const meeting = fields.optional('meeting_url', readMeetingUrl);
  const metadata = fields.optional('metadata', (value) => readMetadata(asJson(value)));
  const bot_name = fields.optional('bot_name', readBotName);
  const image = fields.nested('bot_image', checkImage);
  let empty = false;
  const recording = fields.optional('recording_settings', (value) => {
    const given = asJson(value);
    empty = isPyObject(given) && given.size === 0;
    return readRecordingSettings(given);
  });
  return { join_at, meeting, metadata, bot_name, image: image ?? false, recording: empty ? undefined : recording };
}
