import type { AttendeeContract } from '../../../../contracts/attendee/contract.js';
import type { FieldSchema } from '../../../../contracts/rules.js';
import { schemaFault } from '../framework/json-schema.js';
import { VendorCrash } from '../framework/replies.js';
import { invalid, invalidAt } from '../framework/serializer.js';
import { isPyObject, type PyObject, type PyValue } from '../python/json.js';
import { pythonStr } from '../python/repr.js';

/** The rules of a bot's settings objects that go beyond their schemas (observed: recordings of v1.64.1). */

/** Holds a value to a schema, in the words of the vendor's schema library. */
export function checkSchema(schema: FieldSchema, value: PyValue): PyObject {
  const fault = schemaFault(schema, value);
  if (fault !== undefined) throw invalid(fault);
  return isPyObject(value) ? value : new Map();
}

export interface RecordingSettings {
  readonly format: string;
  readonly view: string;
  readonly chatWhenPaused: boolean;
  readonly asyncAudio: boolean;
  readonly speechEvents: boolean;
}

export const DEFAULT_RECORDING: RecordingSettings = {
  format: 'mp4',
  view: 'speaker_view',
  chatWhenPaused: false,
  asyncAudio: false,
  speechEvents: false,
};

const FORMATS: readonly PyValue[] = ['mp4', 'mp3', 'none'];
const VIEWS: readonly PyValue[] = ['speaker_view', 'gallery_view', 'speaker_view_no_sidebar'];

export function readRecordingSettings({ rules }: AttendeeContract, value: PyValue): RecordingSettings {
  const given = checkSchema(rules.schemas.recording_settings, value);
  const { format, view } = DEFAULT_RECORDING;
  if (!FORMATS.includes(given.get('format') ?? format))
    throw invalidAt('format', "Format must be mp4 or mp3 or 'none'");
  if (!VIEWS.includes(given.get('view') ?? view))
    throw invalidAt('view', 'View must be speaker_view or gallery_view or speaker_view_no_sidebar');
  if (given.get('reserve_additional_storage') === true)
    throw invalidAt('reserve_additional_storage', 'Not supported unless using Kubernetes');
  return {
    format: pythonStr(given.get('format') ?? format),
    view: pythonStr(given.get('view') ?? view),
    chatWhenPaused: given.get('record_chat_messages_when_paused') === true,
    asyncAudio: given.get('record_async_transcription_audio_chunks') === true,
    speechEvents: given.get('record_participant_speech_start_stop_events') === true,
  };
}

/** An app session records in 720p, whatever was asked for; the vendor fails where it cannot say so. */
export function readSessionRecording(contract: AttendeeContract, value: PyValue): RecordingSettings {
  if (!isPyObject(value)) throw new VendorCrash('recording_settings');
  return readRecordingSettings(contract, new Map([...value, ['resolution', '720p']]));
}

/** The timers after which a bot leaves by itself, in seconds. */
export interface AutomaticLeave {
  readonly silence_timeout_seconds: number;
  readonly silence_activate_after_seconds: number;
  readonly only_participant_in_meeting_timeout_seconds: number;
  readonly wait_for_host_to_start_meeting_timeout_seconds: number;
  readonly waiting_room_timeout_seconds: number;
  readonly max_uptime_seconds: number | null;
  readonly enable_closed_captions_timeout_seconds: number | null;
  readonly authorized_user_not_in_meeting_timeout_seconds: number;
  readonly bot_keywords: readonly string[] | null;
}

export const DEFAULT_LEAVE: AutomaticLeave = {
  silence_timeout_seconds: 600,
  silence_activate_after_seconds: 1200,
  only_participant_in_meeting_timeout_seconds: 60,
  wait_for_host_to_start_meeting_timeout_seconds: 600,
  waiting_room_timeout_seconds: 900,
  max_uptime_seconds: null,
  enable_closed_captions_timeout_seconds: null,
  authorized_user_not_in_meeting_timeout_seconds: 600,
  bot_keywords: null,
};

export function readAutomaticLeave(value: PyValue): AutomaticLeave {
  if (!isPyObject(value)) throw new VendorCrash('automatic_leave_settings');
  for (const name of value.keys())
    if (!Object.hasOwn(DEFAULT_LEAVE, name)) throw invalid(`Unexpected attribute: ${name}`);
  const keywords = value.get('bot_keywords') ?? null;
  if (keywords !== null) {
    if (!Array.isArray(keywords)) throw invalid('bot_keywords must be a list of strings or null');
    if (!keywords.every((keyword) => typeof keyword === 'string'))
      throw invalid('Each keyword in bot_keywords must be a string');
  }
  const leave: Record<string, number> = {};
  for (const name of Object.keys(DEFAULT_LEAVE)) {
    if (name === 'bot_keywords' || !value.has(name)) continue;
    const seconds = positiveInteger(value.get(name)!);
    if (seconds === undefined) throw invalid(`${name} must be a positive integer`);
    leave[name] = seconds;
  }
  return { ...DEFAULT_LEAVE, ...leave, bot_keywords: keywords };
}

/** In Python, true is the integer one. */
function positiveInteger(value: PyValue): number | undefined {
  const number = value === true ? 1 : typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && number > 0 ? number : undefined;
}

export const startsWith = (value: PyValue | undefined, ...prefixes: string[]): boolean =>
  typeof value === 'string' && prefixes.some((prefix) => value.toLowerCase().startsWith(prefix));

const SOCKETS = ['audio', 'per_participant_audio', 'per_participant_video'];

export function checkWebsockets({ rules }: AttendeeContract, value: PyValue): void {
  crashOnWebsockets(value);
  const given = checkSchema(rules.schemas.websocket_settings, value);
  for (const name of SOCKETS) {
    const socket = given.get(name);
    if (!isPyObject(socket) || socket.size === 0 || !socket.get('url')) continue;
    if (!startsWith(socket.get('url'), 'wss://'))
      throw invalidAt(name, new Map([['url', 'URL must start with wss://']]));
    if (
      name === 'per_participant_video' &&
      ['webcam_resolution', 'screenshare_resolution'].every((kind) => socket.get(kind) === 'none')
    )
      throw invalidAt(
        name,
        'At least one of webcam_resolution or screenshare_resolution must be set to a non-none value.',
      );
  }
}

/** The vendor looks for its sockets before it looks at the type, and fails where it cannot. */
function crashOnWebsockets(value: PyValue): void {
  if (isPyObject(value)) return;
  const names = typeof value === 'string' || Array.isArray(value) ? value : undefined;
  if (names === undefined || SOCKETS.slice(0, 2).some((name) => names.includes(name)))
    throw new VendorCrash('websocket_settings');
}

export function checkRtmp({ rules }: AttendeeContract, value: PyValue): void {
  const given = checkSchema(rules.schemas.rtmp_settings, value);
  if (!startsWith(given.get('destination_url'), 'rtmp://', 'rtmps://'))
    throw invalidAt('destination_url', 'URL must start with rtmp:// or rtmps://');
}
