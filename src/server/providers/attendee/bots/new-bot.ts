import type { Micros } from '../../../../clock/instant.js';
import type { World } from '../../../engine/world.js';
import { json, text } from '../framework/fields.js';
import { VendorCrash } from '../framework/replies.js';
import { invalid, type Serializer } from '../framework/serializer.js';
import { readMetadata } from '../metadata.js';
import { isPyObject, type PyObject, type PyValue } from '../python/json.js';
import { pythonStr } from '../python/repr.js';
import { settingsOf, type AttendeeSettings, type ProjectWebhook } from '../settings.js';
import type { AgentPage } from './agent-page.js';
import { readChatMessage, type ChatRequest } from './chat-field.js';
import { checkImage } from './image-field.js';
import { localUrls, type IsLocal } from './local-url.js';
import { readBotName, readJoinAt, readMeetingUrl } from './meeting-fields.js';
import type { MeetingUrl } from './meeting-url.js';
import {
  checkRtmp,
  checkSchema,
  checkWebsockets,
  DEFAULT_LEAVE,
  DEFAULT_RECORDING,
  readAutomaticLeave,
  readRecordingSettings,
  readSessionRecording,
  type AutomaticLeave,
  type RecordingSettings,
} from './settings-fields.js';
import * as schemas from './settings-schemas.js';
import { isNativeZoom, readTranscription } from './transcription-field.js';
import { readVoiceAgent } from './voice-agent-field.js';
import { readWebhooks } from './webhooks-field.js';

/** The fields of a new bot, in the order in which the vendor checks and reports them (observed). */
export interface NewBot {
  readonly meeting: MeetingUrl | undefined;
  readonly bot_name: string;
  readonly metadata: PyObject | null;
  readonly chatMessage: ChatRequest | undefined;
  readonly join_at: Micros | null;
  readonly deduplication_key: string | null;
  readonly webhooks: readonly ProjectWebhook[];
  readonly externalStorage: boolean;
  readonly voiceAgent: boolean;
  readonly agentPage: AgentPage | null;
  readonly captions: boolean;
  readonly recording: RecordingSettings;
  readonly leave: AutomaticLeave;
  readonly zoomWeb: boolean;
  readonly onBehalf: boolean;
  readonly rtmsStream: string | null;
}

/** Both are rows of one table. */
export type BotKind = 'bot' | 'app_session';

/** The serializer of a new bot, and its surroundings. */
interface Reading {
  readonly fields: Serializer;
  readonly kind: BotKind;
  readonly now: Micros;
  readonly settings: AttendeeSettings;
  readonly isLocal: IsLocal;
  /** A JSON field, which a form holds as text. */
  readonly asJson: (value: PyValue) => PyValue;
  readonly checked: (name: string, schema: schemas.Schema) => PyObject | undefined;
}

/** Reads the fields of `POST /bots` or `POST /app_sessions`. Refuses wrong ones. */
export function readNewBot(fields: Serializer, world: World, kind: BotKind): NewBot {
  const asJson = json(fields.input);
  const checked: Reading['checked'] = (name, schema) =>
    fields.optional(name, (value) => checkSchema(schema, asJson(value)));
  const [settings, isLocal] = [settingsOf(world), localUrls(world)];
  const reading: Reading = { fields, kind, now: world.now(), settings, isLocal, asJson, checked };
  const identity = readIdentity(reading);
  const [outside, media] = [readOutside(reading), readMedia(reading, identity.meeting)];
  const platforms = readPlatforms(reading);
  fields.refuseOthers();
  fields.assertValid();
  const zoomWeb = platforms.usesZoomWeb && identity.meeting?.platform === 'zoom';
  return {
    meeting: identity.meeting,
    bot_name: identity.bot_name,
    metadata: identity.metadata,
    chatMessage: identity.chatMessage,
    join_at: identity.join_at,
    deduplication_key: identity.deduplication_key,
    webhooks: outside.webhooks,
    externalStorage: outside.externalStorage,
    voiceAgent: media.voiceAgent,
    agentPage: media.agentPage,
    captions: media.captions,
    recording: media.recording,
    leave: platforms.leave,
    onBehalf: platforms.onBehalf,
    rtmsStream: platforms.rtmsStream,
    zoomWeb,
  };
}

function readIdentity({ fields, kind, now, asJson }: Reading) {
  const isBot = kind === 'bot';
  const meeting = isBot ? fields.required('meeting_url', readMeetingUrl) : undefined;
  const bot_name = isBot ? fields.required('bot_name', readBotName) : 'app_session';
  fields.nested('bot_image', checkImage);
  const metadata = fields.optional('metadata', (value) => readMetadata(asJson(value)));
  const chatMessage = fields.nested('bot_chat_message', readChatMessage);
  const join_at = isBot ? fields.optional('join_at', (value) => readJoinAt(value, now)) : undefined;
  fields.optional('calendar_event_id', (value) => text(value));
  const deduplication_key = fields.optional('deduplication_key', (value) => text(value));
  return {
    meeting,
    bot_name: bot_name ?? '',
    metadata: metadata ?? null,
    chatMessage,
    join_at: join_at ?? null,
    deduplication_key: deduplication_key ?? null,
  };
}

/** Everything that concerns other services than the meeting's. */
function readOutside({ fields, isLocal, asJson, checked }: Reading) {
  const webhooks = fields.optional('webhooks', (value) => readWebhooks(asJson(value), isLocal));
  checked('callback_settings', schemas.CALLBACK_SETTINGS);
  const storage = checked('external_media_storage_settings', schemas.EXTERNAL_MEDIA_STORAGE_SETTINGS);
  return { webhooks: webhooks ?? [], externalStorage: storage !== undefined };
}

function readMedia({ fields, kind, settings, isLocal, asJson }: Reading, meeting: MeetingUrl | undefined) {
  const nativeZoom = (): boolean => isNativeZoom(fields.input.data, meeting);
  const voiceAgent = fields.optional('voice_agent_settings', (value) =>
    readVoiceAgent(asJson(value), { enabled: settings.voice_agents_enabled, isLocal, nativeZoom }),
  );
  const captions = fields.always('transcription_settings', (value) =>
    readTranscription(value === undefined ? undefined : asJson(value), nativeZoom()),
  );
  fields.optional('websocket_settings', (value) => checkWebsockets(asJson(value)));
  fields.optional('rtmp_settings', (value) => checkRtmp(asJson(value)));
  const recording = fields.optional('recording_settings', (value) =>
    kind === 'bot' ? readRecordingSettings(asJson(value)) : readSessionRecording(asJson(value)),
  );
  return {
    voiceAgent: voiceAgent?.voiceAgent ?? false,
    agentPage: voiceAgent?.agentPage ?? null,
    captions: captions ?? false,
    recording: recording ?? DEFAULT_RECORDING,
  };
}

function readPlatforms({ fields, kind, asJson, checked }: Reading) {
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
  return {
    usesZoomWeb: zoom?.get('sdk') === 'web',
    onBehalf: zoom?.has('onbehalf_token') ?? false,
    leave: leave ?? DEFAULT_LEAVE,
    rtmsStream: rtms ? pythonStr(rtms.get('rtms_stream_id')!) : null,
  };
}
