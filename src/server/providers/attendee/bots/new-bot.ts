import type { AttendeeContract } from '../../../../contracts/attendee/contract.js';
import type { Micros } from '../../../../clock/instant.js';
import type { FieldSchema } from '../../../../contracts/rules.js';
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
import { meetDelayOf } from './meet-mode.js';
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
import { isNativeZoom, readTranscription } from './transcription-field.js';
import { readVoiceAgent } from './voice-agent-field.js';
import { readWebhooks, webhooksSchema } from './webhooks-field.js';

/** What a new bot is asked to be. */
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
  /** See {@link meetDelayOf}. */
  readonly meetDelay: Micros;
}

/** Both are rows of one table. */
export type BotKind = 'bot' | 'app_session';

/** The serializer of a new bot, and its surroundings. */
interface Reading {
  readonly fields: Serializer;
  readonly kind: BotKind;
  readonly now: Micros;
  readonly settings: AttendeeSettings;
  readonly contract: AttendeeContract;
  readonly isLocal: IsLocal;
  /** A JSON field, which a form holds as text. */
  readonly asJson: (value: PyValue) => PyValue;
  /** The rules of other fields ask for the meeting. */
  meeting: MeetingUrl | undefined;
}

/** Reads the fields of `POST /bots` or `POST /app_sessions` in the vendor's order. Refuses wrong ones. */
export function readNewBot(fields: Serializer, world: World, kind: BotKind): NewBot {
  const [settings, isLocal, asJson] = [settingsOf(world), localUrls(world), json(fields.input)];
  const { contract } = settings;
  const reading: Reading = { fields, kind, now: world.now(), settings, contract, isLocal, asJson, meeting: undefined };
  const read: Partial<Record<string, unknown>> = {};
  for (const name of contract.rules.fields[kind])
    read[name] = isRead(name) ? READERS[name](reading) : holdToSchema(reading, name);
  fields.refuseOthers();
  fields.assertValid();
  return asNewBot(read as unknown as ReadFields, reading);
}

/** A field that has no more than its rules. */
function holdToSchema({ fields, contract, asJson, meeting }: Reading, name: string): PyObject | undefined {
  const { schemas, refusals } = contract.rules;
  const schema = (schemas as Readonly<Record<string, FieldSchema>>)[name] ?? {};
  return fields.optional(name, (value) => {
    const given = checkSchema(schema, asJson(value));
    const refusal = refusals[name];
    if (refusal && given.size > 0 && CONDITIONS[refusal.when]?.(fields.input.data, meeting))
      throw invalid(refusal.text);
    return given;
  });
}

/** Conditions of refusals, by the names that contracts give them. */
const CONDITIONS: Readonly<Record<string, typeof isNativeZoom>> = { native_zoom: isNativeZoom };

const nativeZoom =
  ({ fields, meeting }: Reading) =>
  (): boolean =>
    isNativeZoom(fields.input.data, meeting);

/** Fields that become part of a bot, or have rules beyond a schema. */
const READERS = {
  meeting_url: (reading: Reading) => (reading.meeting = reading.fields.required('meeting_url', readMeetingUrl)),
  bot_name: ({ fields }: Reading) => fields.required('bot_name', readBotName),
  bot_image: ({ fields, contract }: Reading) => fields.nested('bot_image', (inner) => checkImage(contract, inner)),
  metadata: ({ fields, asJson }: Reading) =>
    fields.optional('metadata', (value) => readMetadata(asJson(value))) ?? null,
  bot_chat_message: ({ fields }: Reading) => fields.nested('bot_chat_message', readChatMessage),
  join_at: ({ fields, now }: Reading) => fields.optional('join_at', (value) => readJoinAt(value, now)),
  calendar_event_id: ({ fields }: Reading) => fields.optional('calendar_event_id', (value) => text(value)),
  deduplication_key: ({ fields }: Reading) => fields.optional('deduplication_key', (value) => text(value)) ?? null,
  webhooks: ({ fields, settings, isLocal, asJson }: Reading) =>
    fields.optional('webhooks', (value) => readWebhooks(webhooksSchema(settings), asJson(value), isLocal)) ?? [],
  voice_agent_settings: (reading: Reading) =>
    reading.fields.optional('voice_agent_settings', (value) =>
      readVoiceAgent(reading.asJson(value), {
        schema: reading.contract.rules.schemas.voice_agent_settings,
        enabled: reading.settings.voice_agents_enabled,
        isLocal: reading.isLocal,
        nativeZoom: nativeZoom(reading),
      }),
    ) ?? NO_AGENT,
  transcription_settings: (reading: Reading) =>
    reading.fields.always('transcription_settings', (value) =>
      readTranscription(
        reading.contract,
        value === undefined ? undefined : reading.asJson(value),
        nativeZoom(reading)(),
      ),
    ) ?? false,
  websocket_settings: ({ fields, contract, asJson }: Reading) =>
    fields.optional('websocket_settings', (value) => checkWebsockets(contract, asJson(value))),
  rtmp_settings: ({ fields, contract, asJson }: Reading) =>
    fields.optional('rtmp_settings', (value) => checkRtmp(contract, asJson(value))),
  recording_settings: ({ fields, kind, contract, asJson }: Reading) =>
    fields.optional('recording_settings', (value) =>
      (kind === 'bot' ? readRecordingSettings : readSessionRecording)(contract, asJson(value)),
    ) ?? DEFAULT_RECORDING,
  google_meet_settings: ({ fields, contract, asJson }: Reading) =>
    fields.optional('google_meet_settings', (value) => {
      const given = asJson(value);
      if (!isPyObject(given)) throw new VendorCrash('google_meet_settings');
      return checkSchema(contract.rules.schemas.google_meet_settings, given);
    }),
  automatic_leave_settings: ({ fields, asJson }: Reading) =>
    fields.optional('automatic_leave_settings', (value) => readAutomaticLeave(asJson(value))) ?? DEFAULT_LEAVE,
  kubernetes_settings: ({ fields, contract, asJson }: Reading) =>
    fields.optional('kubernetes_settings', (value): never => {
      checkSchema(contract.rules.schemas.kubernetes_settings, asJson(value));
      throw invalid('Custom bot pod spec types are not allowed.');
    }),
  zoom_rtms: ({ fields, contract, asJson }: Reading) =>
    fields.required('zoom_rtms', (value) => checkSchema(contract.rules.schemas.zoom_rtms, asJson(value))),
};

const isRead = (name: string): name is keyof typeof READERS => Object.hasOwn(READERS, name);

/** What the fields have become; those that one kind of bot lacks, or that are held to their schemas, may be missing. */
type ReadFields = { readonly [K in keyof typeof READERS]: ReturnType<(typeof READERS)[K]> } & {
  readonly external_media_storage_settings?: PyObject;
  readonly zoom_settings?: PyObject;
};

const NO_AGENT = { voiceAgent: false, agentPage: null } as const;

/** The fields are listed one by one: an object into which so many are spread is slow. */
const asNewBot = (read: ReadFields, { meeting, contract }: Reading): NewBot => ({
  meeting,
  bot_name: read.bot_name ?? 'app_session',
  metadata: read.metadata,
  chatMessage: read.bot_chat_message,
  join_at: read.join_at ?? null,
  deduplication_key: read.deduplication_key,
  webhooks: read.webhooks,
  externalStorage: read.external_media_storage_settings !== undefined,
  voiceAgent: read.voice_agent_settings.voiceAgent,
  agentPage: read.voice_agent_settings.agentPage,
  captions: read.transcription_settings,
  recording: read.recording_settings,
  leave: read.automatic_leave_settings,
  onBehalf: read.zoom_settings?.has('onbehalf_token') ?? false,
  rtmsStream: read.zoom_rtms ? pythonStr(read.zoom_rtms.get('rtms_stream_id')!) : null,
  zoomWeb: read.zoom_settings?.get('sdk') === 'web' && meeting?.platform === 'zoom',
  meetDelay: meetDelayOf(contract, read.google_meet_settings),
});
