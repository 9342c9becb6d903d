import { MICROS_PER_MINUTE, type Micros } from '../../../clock/instant.js';
import { TRIGGERS } from '../../../contracts/attendee/vocabulary.js';
import { isLoopback } from '../../engine/courier.js';
import { FieldErrors, NOT_A_STRING, NOT_BLANK, NOT_NULL, REQUIRED } from './errors.js';
import { normalizeMeetingUrl, type MeetingUrl } from './meeting-url.js';
import { COMPACT, floatRepr, isPyObject, PyFloat, writePython, type PyObject, type PyValue } from './python-json.js';
import type { ProjectWebhook } from './settings.js';
import { parseDjangoTime } from './times.js';

/** The rules of the vendor's serializers, in its words (observed: recordings of v1.64.1). */

const OBJECT_FIELDS = [
  'callback_settings',
  'external_media_storage_settings',
  'voice_agent_settings',
  'transcription_settings',
  'recording_settings',
  'automatic_leave_settings',
  'google_meet_settings',
  'teams_settings',
  'zoom_settings',
  'websocket_settings',
  'rtmp_settings',
  'debug_settings',
  'kubernetes_settings',
  'bot_image',
  'bot_chat_message',
] as const;
const CREATE_FIELDS = [
  'meeting_url',
  'bot_name',
  'metadata',
  'join_at',
  'calendar_event_id',
  'deduplication_key',
  'webhooks',
  ...OBJECT_FIELDS,
];

const JOIN_AT_FORMAT =
  'Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].';
const THREE_YEARS: Micros = 3 * 365 * 24 * 60 * MICROS_PER_MINUTE;
const METADATA_LIMIT = 1000;

export interface NewBot {
  readonly meeting: MeetingUrl;
  readonly bot_name: string;
  readonly metadata: PyObject | null;
  readonly join_at: Micros | null;
  readonly deduplication_key: string | null;
  readonly webhooks: readonly ProjectWebhook[];
  readonly zoomWeb: boolean;
}

export interface BotPatch {
  readonly meeting?: MeetingUrl;
  readonly bot_name?: string;
  readonly metadata?: PyObject;
  readonly join_at?: Micros;
}

export interface CreateRules {
  readonly now: Micros;
  /** The vendor takes https only; greenroom lets loopback URLs pass unless strict. */
  readonly allowsUrl: (url: string) => boolean;
}

/** The fields of `POST /api/v1/bots`; `undefined` if `errors` has some. */
export function readNewBot(body: PyObject, rules: CreateRules, errors: FieldErrors): NewBot | undefined {
  const meeting = readMeetingUrl(body, errors, true);
  const bot_name = readBotName(body, errors, true);
  const metadata = readMetadata(body, errors);
  const join_at = readJoinAt(body, errors, rules.now);
  const deduplication_key = readText(body, 'deduplication_key', errors);
  const webhooks = readWebhooks(body, errors, rules);
  for (const field of OBJECT_FIELDS) readSettings(body, field, errors);
  if (!errors.any) rejectUnknownFields(body, errors);
  if (errors.any || !meeting || bot_name === undefined) return undefined;
  const zoomSettings = body.get('zoom_settings');
  return {
    meeting,
    bot_name,
    metadata: metadata ?? null,
    join_at: join_at ?? null,
    deduplication_key: deduplication_key ?? null,
    webhooks,
    zoomWeb: isPyObject(zoomSettings) && zoomSettings.get('sdk') === 'web',
  };
}

/** The fields of `PATCH /api/v1/bots/{id}`; unknown ones are ignored by the vendor. */
export function readPatch(body: PyObject, now: Micros, errors: FieldErrors): BotPatch {
  const meeting = readMeetingUrl(body, errors, false);
  const bot_name = readBotName(body, errors, false);
  const metadata = readMetadata(body, errors);
  const join_at = readJoinAt(body, errors, now);
  return {
    ...(meeting ? { meeting } : {}),
    ...(bot_name === undefined ? {} : { bot_name }),
    ...(metadata ? { metadata } : {}),
    ...(join_at === undefined ? {} : { join_at }),
  };
}

function readMeetingUrl(body: PyObject, errors: FieldErrors, required: boolean): MeetingUrl | undefined {
  const text = readText(body, 'meeting_url', errors, required);
  if (text === undefined) return undefined;
  const meeting = normalizeMeetingUrl(text);
  if (!meeting) errors.add('meeting_url', 'Invalid meeting URL');
  return meeting;
}

function readBotName(body: PyObject, errors: FieldErrors, required: boolean): string | undefined {
  const name = readText(body, 'bot_name', errors, required);
  if (name === undefined) return undefined;
  if ([...name].some((character) => character.codePointAt(0)! > 0xffff)) {
    errors.add('bot_name', 'Bot name cannot contain emojis or rare script characters.');
  }
  return name;
}

/** A string field as the framework reads it: numbers become texts, and the ends are trimmed. */
function readText(body: PyObject, field: string, errors: FieldErrors, required = false): string | undefined {
  const value = body.get(field);
  if (value === undefined) {
    if (required) errors.add(field, REQUIRED);
    return undefined;
  }
  if (value === null) {
    errors.add(field, NOT_NULL);
    return undefined;
  }
  if (
    typeof value !== 'string' &&
    typeof value !== 'number' &&
    typeof value !== 'bigint' &&
    !(value instanceof PyFloat)
  ) {
    errors.add(field, NOT_A_STRING);
    return undefined;
  }
  const text = (value instanceof PyFloat ? floatRepr(value.value) : String(value)).trim();
  if (text === '') {
    errors.add(field, NOT_BLANK);
    return undefined;
  }
  return text;
}

function readMetadata(body: PyObject, errors: FieldErrors): PyObject | undefined {
  const value = body.get('metadata');
  if (value === undefined) return undefined;
  if (value === null) errors.add('metadata', NOT_NULL);
  else if (!isPyObject(value)) errors.add('metadata', 'Metadata must be an object not an array or other type');
  else if (value.size === 0) errors.add('metadata', 'Metadata must have at least one key');
  else {
    const wrong = [...value].find(([, inner]) => typeof inner !== 'string');
    if (wrong) errors.add('metadata', `Value for key '${wrong[0]}' must be a string`);
    else if (writePython(value, { ...COMPACT, item: ', ', pair: ': ', ascii: true }).length > METADATA_LIMIT) {
      errors.add('metadata', 'Metadata must be less than 1000 characters');
    } else return value;
  }
  return undefined;
}

function readJoinAt(body: PyObject, errors: FieldErrors, now: Micros): Micros | undefined {
  const value = body.get('join_at');
  if (value === undefined) return undefined;
  if (value === null) {
    errors.add('join_at', NOT_NULL);
    return undefined;
  }
  const at = typeof value === 'string' ? parseDjangoTime(value) : undefined;
  if (at === undefined) errors.add('join_at', JOIN_AT_FORMAT);
  else if (at < now) errors.add('join_at', 'join_at cannot be in the past');
  else if (at > now + THREE_YEARS) errors.add('join_at', 'join_at cannot be more than 3 years in the future');
  else return at;
  return undefined;
}

function readSettings(body: PyObject, field: string, errors: FieldErrors): void {
  const value = body.get(field);
  if (value === undefined || isPyObject(value)) return;
  errors.add(field, value === null ? NOT_NULL : `${pythonRepr(value)} is not of type 'object'`);
}

function readWebhooks(body: PyObject, errors: FieldErrors, rules: CreateRules): ProjectWebhook[] {
  const value = body.get('webhooks');
  if (value === undefined) return [];
  const fail = (message: string): ProjectWebhook[] => {
    errors.add('webhooks', message);
    return [];
  };
  if (value === null) return fail(NOT_NULL);
  if (!Array.isArray(value)) return fail(`${pythonRepr(value)} is not of type 'array'`);
  const webhooks: ProjectWebhook[] = [];
  for (const item of value) {
    if (!isPyObject(item)) return fail(`${pythonRepr(item)} is not of type 'object'`);
    const fault = webhookFault(item, rules);
    if (fault !== undefined) return fail(fault);
    webhooks.push({ url: item.get('url') as string, triggers: item.get('triggers') as string[] });
  }
  return webhooks;
}

function webhookFault(item: PyObject, { allowsUrl }: CreateRules): string | undefined {
  for (const name of ['url', 'triggers']) if (!item.has(name)) return `'${name}' is a required property`;
  const extra = [...item.keys()].find((key) => key !== 'url' && key !== 'triggers');
  if (extra !== undefined) return `Additional properties are not allowed ('${extra}' was unexpected)`;
  const url = item.get('url')!;
  if (typeof url !== 'string') return `${pythonRepr(url)} is not of type 'string'`;
  if (!url.startsWith('https://') && !allowsUrl(url)) return `${pythonRepr(url)} does not match '^https://.*'`;
  const triggers = item.get('triggers')!;
  if (!Array.isArray(triggers)) return `${pythonRepr(triggers)} is not of type 'array'`;
  const known: readonly PyValue[] = TRIGGERS;
  const unknown = triggers.find((trigger) => !known.includes(trigger));
  if (unknown !== undefined) return `${pythonRepr(unknown)} is not one of ${pythonRepr([...TRIGGERS])}`;
  if (triggers.length === 0) return '[] should be non-empty';
  if (new Set(triggers).size !== triggers.length) return `${pythonRepr(triggers)} has non-unique elements`;
  return undefined;
}

function rejectUnknownFields(body: PyObject, errors: FieldErrors): void {
  const unknown = [...body.keys()].filter((field) => !CREATE_FIELDS.includes(field)).sort();
  if (unknown.length === 0) return;
  const allowed = [...CREATE_FIELDS].sort().join(', ');
  errors.add('non_field_errors', `Unexpected field(s): ${unknown.join(', ')}. Allowed fields are: ${allowed}`);
}

/** True for a URL on this machine, which the vendor would refuse and greenroom exists to allow. */
export const isLocalUrl = (url: string): boolean =>
  URL.canParse(url) && /^https?:/.test(url) && isLoopback(new URL(url).hostname);

/** A value as Python's `repr` shows it in the framework's messages. */
export function pythonRepr(value: PyValue): string {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'string') return reprString(value);
  if (value instanceof PyFloat) return floatRepr(value.value);
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`;
  if (isPyObject(value))
    return `{${[...value].map(([key, inner]) => `${reprString(key)}: ${pythonRepr(inner)}`).join(', ')}}`;
  return String(value);
}

function reprString(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
}
