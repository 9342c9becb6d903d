import type { AttendeeContract } from '../../../../contracts/attendee/contract.js';
import type { Micros } from '../../../../clock/instant.js';
import { ofEach } from '../../../../contracts/known-texts.js';
import type { FieldSchema } from '../../../../contracts/rules.js';
import type { World } from '../../../engine/world.js';
import { text } from '../framework/fields.js';
import { VendorCrash } from '../framework/replies.js';
import { invalid, type Input, type Serializer } from '../framework/serializer.js';
import { isStorable, readMetadata } from '../metadata.js';
import { isPyObject, type PyObject, type PyValue } from '../python/json.js';
import { pythonStr } from '../python/repr.js';
import { settingsOf, type AttendeeSettings, type ProjectWebhook } from '../settings.js';
import type { AgentPage } from './agent-page.js';
import { readChatMessage, type ChatRequest } from './chat-field.js';
import { readImage } from './image-field.js';
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
  /** In bytes; 0 without an image. */
  readonly imageLength: number;
  /** A settings object holds what the database does not take. */
  readonly unstorable: boolean;
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
  readonly bot: Draft;
}

/** The bot as far as it was read. */
type Draft = { -readonly [K in keyof NewBot]: NewBot[K] };

const usualMeetDelay = ofEach((contract: AttendeeContract) => meetDelayOf(contract));

/** All of its fields are there from the start: an object to which so many are added one by one is slow, and takes 5 kB. */
const newDraft = (contract: AttendeeContract): Draft => ({
  meeting: undefined,
  bot_name: 'app_session',
  metadata: null,
  chatMessage: undefined,
  join_at: null,
  deduplication_key: null,
  webhooks: [],
  externalStorage: false,
  voiceAgent: false,
  agentPage: null,
  captions: false,
  recording: DEFAULT_RECORDING,
  leave: DEFAULT_LEAVE,
  zoomWeb: false,
  onBehalf: false,
  rtmsStream: null,
  imageLength: 0,
  unstorable: false,
  meetDelay: usualMeetDelay(contract),
});

/** Reads the fields of `POST /bots` or `POST /app_sessions` in the vendor's order. Refuses wrong ones. */
export function readNewBot(fields: Serializer, world: World, kind: BotKind): NewBot {
  const [settings, isLocal] = [settingsOf(world), localUrls(world)];
  const { contract } = settings;
  const bot = newDraft(contract);
  const reading: Reading = { fields, kind, now: world.now(), settings, contract, isLocal, bot };
  for (const read of readersOf(contract.rules.fields[kind])) read(reading);
  fields.refuseOthers();
  fields.assertValid();
  bot.unstorable = STORED[kind].some((name) => !isStorableField(fields.input, name));
  // The place may be read after the settings.
  bot.zoomWeb &&= bot.meeting?.platform === 'zoom';
  return bot;
}

const STORED_OF_BOTH = [
  'transcription_settings',
  'rtmp_settings',
  'recording_settings',
  'debug_settings',
  'websocket_settings',
  'external_media_storage_settings',
];

/** The fields that become the settings of a row. */
const STORED: Readonly<Record<BotKind, readonly string[]>> = {
  bot: [
    ...STORED_OF_BOTH,
    'automatic_leave_settings',
    'google_meet_settings',
    'teams_settings',
    'zoom_settings',
    'callback_settings',
    'voice_agent_settings',
  ],
  app_session: [...STORED_OF_BOTH, 'zoom_rtms'],
};

const isStorableField = (input: Input, name: string): boolean => {
  const value = input.data.get(name);
  return value === undefined || isStorable(input.readJson(value));
};

/** A field that has no more than its rules. */
function holdToSchema({ fields, contract, bot }: Reading, name: string): PyObject | undefined {
  const { schemas, refusals } = contract.rules;
  const schema = (schemas as Readonly<Record<string, FieldSchema>>)[name] ?? {};
  return fields.json(name, (value) => {
    const given = checkSchema(schema, value);
    const refusal = refusals[name];
    if (refusal && given.size > 0 && CONDITIONS[refusal.when]?.(fields.input.data, bot.meeting))
      throw invalid(refusal.text);
    return given;
  });
}

/** Conditions of refusals, by the names that contracts give them. */
const CONDITIONS: Readonly<Record<string, typeof isNativeZoom>> = { native_zoom: isNativeZoom };

const nativeZoom =
  ({ fields, bot }: Reading) =>
  (): boolean =>
    isNativeZoom(fields.input.data, bot.meeting);

const CAPTIONS: PyValue = new Map([['meeting_closed_captions', new Map<string, PyValue>()]]);

/** Fields that become part of a bot, or have rules beyond a schema. */
const READERS = {
  meeting_url: ({ fields, bot }) => void (bot.meeting = fields.required('meeting_url', readMeetingUrl)),
  bot_name: ({ fields, bot }) => void (bot.bot_name = fields.required('bot_name', readBotName) ?? ''),
  bot_image: ({ fields, bot, contract }) =>
    void (bot.imageLength = fields.nested('bot_image', (inner) => readImage(contract, inner)) ?? 0),
  metadata: ({ fields, bot }) => void (bot.metadata = fields.json('metadata', readMetadata) ?? null),
  bot_chat_message: ({ fields, bot }) => void (bot.chatMessage = fields.nested('bot_chat_message', readChatMessage)),
  join_at: ({ fields, bot, now }) =>
    void (bot.join_at = fields.optional('join_at', (value) => readJoinAt(value, now)) ?? null),
  calendar_event_id: ({ fields }) => void fields.optional('calendar_event_id', (value) => text(value)),
  deduplication_key: ({ fields, bot }) =>
    void (bot.deduplication_key = fields.optional('deduplication_key', (value) => text(value)) ?? null),
  webhooks: ({ fields, bot, settings, isLocal }) => {
    bot.webhooks = fields.json('webhooks', (value) => readWebhooks(webhooksSchema(settings), value, isLocal)) ?? [];
  },
  voice_agent_settings: (reading) => {
    const { fields, bot, contract, settings, isLocal } = reading;
    const around = {
      schema: contract.rules.schemas.voice_agent_settings,
      enabled: settings.voice_agents_enabled,
      isLocal,
      nativeZoom: nativeZoom(reading),
    };
    const read = fields.json('voice_agent_settings', (value) => readVoiceAgent(value, around));
    if (read) ({ voiceAgent: bot.voiceAgent, agentPage: bot.agentPage } = read);
  },
  transcription_settings: (reading) => {
    const { fields, bot, kind, contract } = reading;
    // An app session asks for captions where it asks for nothing, whatever its place.
    const usual = kind === 'bot' ? undefined : CAPTIONS;
    const read = (value: PyValue | undefined) => readTranscription(contract, value ?? usual, nativeZoom(reading)());
    bot.captions = fields.alwaysJson('transcription_settings', read) ?? false;
  },
  websocket_settings: ({ fields, contract }) =>
    fields.json('websocket_settings', (value) => checkWebsockets(contract, value)),
  rtmp_settings: ({ fields, contract }) => fields.json('rtmp_settings', (value) => checkRtmp(contract, value)),
  recording_settings: ({ fields, bot, kind, contract }) => {
    const read = kind === 'bot' ? readRecordingSettings : readSessionRecording;
    bot.recording = fields.json('recording_settings', (value) => read(contract, value)) ?? DEFAULT_RECORDING;
  },
  google_meet_settings: ({ fields, bot, contract }) => {
    const read = (given: PyValue) => {
      if (!isPyObject(given)) throw new VendorCrash('google_meet_settings');
      return checkSchema(contract.rules.schemas.google_meet_settings, given);
    };
    const given = fields.json('google_meet_settings', read);
    if (given) bot.meetDelay = meetDelayOf(contract, given);
  },
  automatic_leave_settings: ({ fields, bot }) => {
    bot.leave = fields.jsonOrNull('automatic_leave_settings', readAutomaticLeave) ?? DEFAULT_LEAVE;
  },
  kubernetes_settings: ({ fields, contract }) =>
    fields.json('kubernetes_settings', (value): never => {
      checkSchema(contract.rules.schemas.kubernetes_settings, value);
      throw invalid('Custom bot pod spec types are not allowed.');
    }),
  zoom_rtms: ({ fields, bot, contract }) => {
    const given = fields.required('zoom_rtms', (value) => {
      const read = fields.input.readJson(value);
      if (read === null) throw invalid('zoom_rtms is required');
      return checkSchema(contract.rules.schemas.zoom_rtms, read);
    });
    if (given) bot.rtmsStream = pythonStr(given.get('rtms_stream_id')!);
  },
  zoom_settings: (reading) => {
    const given = holdToSchema(reading, 'zoom_settings');
    if (!given) return;
    reading.bot.onBehalf = given.has('onbehalf_token');
    reading.bot.zoomWeb = given.get('sdk') === 'web';
  },
  external_media_storage_settings: (reading) => {
    const given = holdToSchema(reading, 'external_media_storage_settings');
    reading.bot.externalStorage = given !== undefined;
  },
} satisfies Record<string, (reading: Reading) => void>;

const isRead = (name: string): name is keyof typeof READERS => Object.hasOwn(READERS, name);

/** Those that must be there, and the one that says something by not being there. */
const READ_ALWAYS: ReadonlySet<string> = new Set(['meeting_url', 'bot_name', 'zoom_rtms', 'transcription_settings']);

/** What reads these fields, in their order. Of two dozen, most clients send a handful: for the others nothing is made. */
const readersOf = ofEach((names: readonly string[]) =>
  names.map((name): ((reading: Reading) => void) => {
    const read = isRead(name) ? READERS[name] : (reading: Reading) => void holdToSchema(reading, name);
    if (READ_ALWAYS.has(name)) return read;
    return (reading) => {
      if (!reading.fields.lacks(name)) read(reading);
    };
  }),
);
