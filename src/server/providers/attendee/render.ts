import type { Calendar, CalendarEvent, ConnectionFailure } from './calendars/state.js';
import { COMPACT, toPython, writePython } from './python/json.js';
import { apiTime, isoTime } from './python/times.js';
import type { AsyncTranscription, ChatMessage, Participant, ParticipantEvent, Utterance } from './recordings/state.js';
import type { Bot } from './state.js';
import type { ZoomConnection } from './zoom/state.js';

/** The vendor's objects as answers show them, keys in its order. Stored JSON text goes in as it is. */

const text = (value: string | null): string => (value === null ? 'null' : writePython(value, COMPACT));
const time = (at: number | null): string => (at === null ? 'null' : `"${apiTime(at)}"`);

function eventsOf(bot: Bot): string {
  const events = bot.events.map(({ type, at, sub_type }) => {
    const subType = sub_type === undefined ? '' : `,"sub_type":${text(sub_type)}`;
    return `{"type":"${type}","created_at":"${apiTime(at)}"${subType}}`;
  });
  return `[${events.join(',')}]`;
}

/** The bot. `metadata` may be given as the client wrote it, for the answers that do not re-read it. */
export function renderBot(bot: Bot, metadata = bot.metadata): string {
  return (
    `{"id":"${bot.id}","metadata":${metadata ?? 'null'},"meeting_url":${text(bot.meeting_url)},"state":"${bot.state}",` +
    `"events":${eventsOf(bot)},"transcription_state":"${bot.transcription_state}","recording_state":"${bot.recording_state}",` +
    `"join_at":${time(bot.join_at)},"deduplication_key":${text(bot.deduplication_key)}}`
  );
}

/** All that a bot's text is made of, as it was. */
interface Rendered extends Pick<
  Bot,
  | 'metadata'
  | 'meeting_url'
  | 'state'
  | 'events'
  | 'transcription_state'
  | 'recording_state'
  | 'join_at'
  | 'deduplication_key'
> {
  /** Events are only ever added. */
  readonly count: number;
  readonly text: string;
}

/** So many bots are known as they were read last. */
const KNOWN = 2048;
let known = new WeakMap<Bot, Rendered>();
let knownCount = 0;

/** The bot, for one that is read: clients that poll read it many times before it changes. */
export function renderRead(bot: Bot): string {
  const { metadata, meeting_url, state, events, transcription_state, recording_state, join_at, deduplication_key } =
    bot;
  const before = known.get(bot);
  if (
    before !== undefined &&
    before.state === state &&
    before.events === events &&
    before.count === events.length &&
    before.metadata === metadata &&
    before.meeting_url === meeting_url &&
    before.transcription_state === transcription_state &&
    before.recording_state === recording_state &&
    before.join_at === join_at &&
    before.deduplication_key === deduplication_key
  )
    return before.text;
  const text = renderBot(bot);
  if (before === undefined && ++knownCount > KNOWN) {
    known = new WeakMap();
    knownCount = 1;
  }
  known.set(bot, {
    metadata,
    meeting_url,
    state,
    events,
    transcription_state,
    recording_state,
    join_at,
    deduplication_key,
    count: events.length,
    text,
  });
  return text;
}

export function renderAppSession(bot: Bot): string {
  return (
    `{"id":"${bot.id}","metadata":${bot.metadata ?? 'null'},"state":"${bot.state}","events":${eventsOf(bot)},` +
    `"transcription_state":"${bot.transcription_state}","recording_state":"${bot.recording_state}",` +
    `"deduplication_key":${text(bot.deduplication_key)},"zoom_rtms_stream_id":${text(bot.rtmsStream)}}`
  );
}

export const renderParticipant = ({ id, name, uuid, user_uuid, is_host }: Participant): string =>
  `{"id":"${id}","name":${text(name)},"uuid":${text(uuid)},"user_uuid":${text(user_uuid)},"is_host":${is_host}}`;

export const renderParticipantEvent = (event: ParticipantEvent, who: Participant): string =>
  `{"id":"${event.id}","participant_name":${text(who.name)},"participant_uuid":${text(who.uuid)},` +
  `"participant_user_uuid":${text(who.user_uuid)},"participant_is_host":${who.is_host},"event_type":"${event.event_type}",` +
  `"event_data":${event.event_data},"timestamp_ms":${event.timestamp_ms}}`;

export const renderChatMessage = (message: ChatMessage, who: Participant): string =>
  `{"id":"${message.id}","text":${text(message.text)},"timestamp_ms":${message.timestamp * 1000},` +
  `"timestamp":${message.timestamp},"to":"${message.to}","sender_name":${text(who.name)},"sender_uuid":${text(who.uuid)},` +
  `"sender_user_uuid":${text(who.user_uuid)},"additional_data":${message.additional_data}}`;

type Spoken = Pick<Utterance, 'timestamp_ms' | 'duration_ms' | 'transcription'>;

export const renderUtterance = ({ timestamp_ms, duration_ms, transcription }: Spoken, who: Participant): string =>
  `{"speaker_name":${text(who.name)},"speaker_uuid":${text(who.uuid)},"speaker_user_uuid":${text(who.user_uuid)},` +
  `"speaker_is_host":${who.is_host},"timestamp_ms":${timestamp_ms},"duration_ms":${duration_ms},` +
  `"transcription":${transcription ?? 'null'}}`;

export const renderAsyncTranscription = (bot: Bot, { id, state, ...rest }: AsyncTranscription): string =>
  `{"bot_id":"${bot.id}","id":"${id}","created_at":${time(rest.created_at)},"updated_at":${time(rest.updated_at)},` +
  `"state":"${state}","failure_data":${failureData(rest.failureReasons)}}`;

const failureData = (reasons: readonly string[] | null): string =>
  reasons === null ? 'null' : writePython(toPython({ failure_reasons: reasons }), COMPACT);

const connectionFailure = (failure: ConnectionFailure | null): string =>
  failure === null ? 'null' : writePython(toPython({ error: failure.error, timestamp: isoTime(failure.at) }), COMPACT);

/** `metadata` may be given as the client wrote it. */
export const renderCalendar = (calendar: Calendar, metadata = calendar.metadata): string =>
  `{"id":"${calendar.id}","platform":"${calendar.platform}","client_id":${text(calendar.client_id)},` +
  `"platform_uuid":${text(calendar.platform_uuid)},"state":"${calendar.state}","metadata":${metadata ?? 'null'},` +
  `"deduplication_key":${text(calendar.deduplication_key)},"connection_failure_data":${connectionFailure(calendar.connectionFailure)},` +
  `"created_at":${time(calendar.created_at)},"updated_at":${time(calendar.updated_at)},` +
  `"last_successful_sync_at":${time(calendar.last_successful_sync_at)},"last_attempted_sync_at":${time(calendar.last_attempted_sync_at)}}`;

export function renderCalendarEvent({ id, calendar, facts, ...rest }: CalendarEvent, bots: readonly Bot[]): string {
  const attendees = facts.attendees.map(({ name, email }) => `{"name":${text(name)},"email":${text(email)}}`);
  return (
    `{"id":"${id}","calendar_id":"${calendar}","platform_uuid":${text(facts.platform_uuid)},` +
    `"meeting_url":${text(facts.meeting_url)},"start_time":${time(facts.start_time)},"end_time":${time(facts.end_time)},` +
    `"is_deleted":${facts.is_deleted},"attendees":[${attendees.join(',')}],"ical_uid":${text(facts.ical_uid)},` +
    `"name":${text(facts.name)},"raw":${facts.shown ?? facts.raw},"bots":[${bots.map((bot) => renderBot(bot)).join(',')}],` +
    `"created_at":${time(rest.created_at)},"updated_at":${time(rest.updated_at)}}`
  );
}

/** `metadata` may be given as the client wrote it, and the time of the last check as the answer had it. */
export const renderZoomConnection = (
  connection: ZoomConnection,
  appId: string,
  { metadata = connection.metadata, checked = connection.last_attempted_sync_at } = {},
): string =>
  `{"id":"${connection.id}","zoom_oauth_app_id":"${appId}","user_id":${text(connection.user_id)},` +
  `"account_id":${text(connection.account_id)},"state":"${connection.state}","metadata":${metadata ?? 'null'},` +
  `"is_local_recording_token_supported":${connection.is_local_recording_token_supported},` +
  `"is_onbehalf_token_supported":${connection.is_onbehalf_token_supported},` +
  `"connection_failure_data":${connectionFailure(connection.connectionFailure)},"created_at":${time(connection.created_at)},` +
  `"updated_at":${time(connection.updated_at)},"last_successful_sync_at":null,"last_attempted_sync_at":${time(checked)}}`;
