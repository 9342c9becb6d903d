import { Type, type TObject, type TSchema } from '@sinclair/typebox';
import { defineContract, type Evidence, type Operation, type ResponseContract } from '../contract.js';
import { RECORDED, SCHEDULED_BOTS, STORE, WEBHOOKS } from './evidence.js';
import { BACK, BOT_LIFECYCLE, SUB_TYPES } from './lifecycle.js';
import * as queries from './queries.js';
import * as schemas from './schemas.js';
import { TRIGGERS, type Trigger } from './vocabulary.js';

const json = (description: string, body: TSchema): ResponseContract => ({
  description,
  body,
  contentType: 'application/json',
  evidence: RECORDED,
});
const empty = (description: string): ResponseContract => ({ description, evidence: RECORDED });

const COMMON: Readonly<Record<number, ResponseContract>> = {
  401: json('The token is missing, malformed, unknown or disabled', schemas.Detail),
  404: json('No such thing in this project, or no such format or cursor', schemas.NotFound),
  406: json('Only JSON is served', schemas.Detail),
};
const READS_BODY: Readonly<Record<number, ResponseContract>> = {
  400: json('A field or the state does not allow it', schemas.BadRequest),
  415: json('The body is neither JSON nor a form', schemas.Detail),
};
const REFUSES = { 400: READS_BODY[400]! };
const THROTTLED = { 429: json("The project's window of POSTs is full", schemas.Detail) };
const FAILS = {
  500: {
    description: "The vendor's own code fails",
    contentType: 'text/html; charset=utf-8',
    evidence: RECORDED,
    body: schemas.Page,
  },
};

interface Row {
  readonly summary: string;
  readonly ok: readonly [status: 200 | 201, answer: ResponseContract];
  readonly body?: TSchema;
  readonly query?: TObject;
  readonly undocumented?: true;
  readonly errors?: Readonly<Record<number, ResponseContract>>;
  readonly evidence?: readonly Evidence[];
}

/** One operation of the API. Every path stands under `/api/v1`. */
function operation<const Id extends string>(
  id: Id,
  method: Operation['method'],
  path: string,
  { summary, ok: [status, answer], body, query, undocumented, errors = {}, evidence = [RECORDED] }: Row,
): Operation & { readonly id: Id } {
  return {
    id,
    method,
    path: `/api/v1${path}`,
    summary,
    auth: 'token',
    ...(body ? { body } : {}),
    ...(query ? { query } : {}),
    ...(undocumented ? { undocumented } : {}),
    responses: { ...COMMON, ...errors, [status]: answer },
    evidence,
  };
}

const ok = (description: string, body: TSchema): Row['ok'] => [200, json(description, body)];
const bot = (description = 'The bot'): Row['ok'] => ok(description, schemas.Bot);
const done: Row['ok'] = [200, empty('Done; no body')];

const POSTS = { ...READS_BODY, ...THROTTLED };

const botOperations = [
  operation('listBots', 'GET', '/bots', {
    summary: 'The bots of the project, oldest first, 25 a page',
    query: queries.BotsQuery,
    ok: ok('A page', schemas.BotPage),
    errors: { ...REFUSES, ...FAILS },
  }),
  operation('createBot', 'POST', '/bots', {
    summary: 'Send a bot to a meeting now, or at join_at',
    body: schemas.CreateBotRequest,
    ok: [201, json('The bot', schemas.Bot)],
    errors: { ...POSTS, ...FAILS },
    evidence: [SCHEDULED_BOTS, RECORDED],
  }),
  operation('getBot', 'GET', '/bots/{id}', { summary: 'One bot', ok: bot() }),
  operation('patchBot', 'PATCH', '/bots/{id}', {
    summary: 'Reschedule or change a bot that is still scheduled; its metadata at any time',
    body: schemas.PatchBotRequest,
    ok: bot(),
    errors: READS_BODY,
    evidence: [SCHEDULED_BOTS, RECORDED],
  }),
  operation('deleteBot', 'DELETE', '/bots/{id}', {
    summary: 'Unschedule a bot that is still scheduled',
    ok: [200, empty('Gone; no body')],
    errors: REFUSES,
    evidence: [SCHEDULED_BOTS, RECORDED],
  }),
  operation('leaveMeeting', 'POST', '/bots/{id}/leave', {
    summary: 'Ask a bot to leave',
    ok: bot('The bot, leaving'),
    errors: REFUSES,
  }),
  operation('deleteData', 'POST', '/bots/{id}/delete_data', {
    summary: 'Delete what a bot that is over has collected',
    ok: bot('The bot, without its data'),
    errors: REFUSES,
  }),
];

const contentOperations = [
  operation('getRecording', 'GET', '/bots/{id}/recording', {
    summary: 'Where the recording is',
    ok: ok('A link that expires', schemas.Recording),
  }),
  operation('getTranscript', 'GET', '/bots/{id}/transcript', {
    summary: 'What was said: an array, not a page',
    query: queries.TranscriptQuery,
    ok: ok('The utterances', schemas.Transcript),
    errors: REFUSES,
  }),
  operation('createAsyncTranscription', 'POST', '/bots/{id}/transcript', {
    undocumented: true,
    summary: 'Transcribe a meeting that is over from its audio',
    body: schemas.TranscriptionRequest,
    ok: ok('The async transcription', schemas.AsyncTranscription),
    errors: READS_BODY,
  }),
  operation('deleteTranscript', 'DELETE', '/bots/{id}/transcript', {
    summary: 'Forget what was said',
    query: queries.WhichTranscriptQuery,
    undocumented: true,
    ok: done,
  }),
  operation('listChatMessages', 'GET', '/bots/{id}/chat_messages', {
    summary: 'The chat of the meeting',
    query: queries.ChatMessagesQuery,
    ok: ok('A page', schemas.ChatMessagePage),
    errors: { ...REFUSES, ...FAILS },
  }),
  operation('listParticipants', 'GET', '/bots/{id}/participants', {
    summary: 'Who was there',
    query: queries.ParticipantsQuery,
    ok: ok('A page', schemas.ParticipantPage),
    errors: { ...REFUSES, ...FAILS },
  }),
  operation('listParticipantEvents', 'GET', '/bots/{id}/participant_events', {
    summary: 'Who came, left and spoke when',
    query: queries.ParticipantEventsQuery,
    ok: ok('A page', schemas.ParticipantEventPage),
    errors: { ...REFUSES, ...FAILS },
  }),
];

const command = (summary: string, body?: TSchema): Row => ({
  summary,
  ...(body ? { body } : {}),
  ok: done,
  errors: POSTS,
});

const meetingOperations = [
  operation(
    'sendChatMessage',
    'POST',
    '/bots/{id}/send_chat_message',
    command('Write into the chat', schemas.SendChatMessageRequest),
  ),
  operation('outputSpeech', 'POST', '/bots/{id}/speech', command('Say a text', schemas.SpeechRequest)),
  operation('outputAudio', 'POST', '/bots/{id}/output_audio', command('Play audio', schemas.MediaRequest)),
  operation('outputImage', 'POST', '/bots/{id}/output_image', command('Show an image', schemas.MediaRequest)),
  operation('outputVideo', 'POST', '/bots/{id}/output_video', command('Play a video', schemas.OutputVideoRequest)),
  operation('pauseRecording', 'POST', '/bots/{id}/pause_recording', { ...command('Pause the recording'), ok: bot() }),
  operation('resumeRecording', 'POST', '/bots/{id}/resume_recording', { ...command('Resume it'), ok: bot() }),
  operation('patchVoiceAgentSettings', 'PATCH', '/bots/{id}/voice_agent_settings', {
    summary: 'Start, change or stop the voice agent',
    body: schemas.VoiceAgentRequest,
    ok: done,
    errors: READS_BODY,
  }),
  operation('patchTranscriptionSettings', 'PATCH', '/bots/{id}/transcription_settings', {
    undocumented: true,
    summary: 'Change the language of the captions',
    body: schemas.TranscriptionRequest,
    ok: done,
    errors: READS_BODY,
  }),
  operation('admitFromWaitingRoom', 'POST', '/bots/{id}/admit_from_waiting_room', {
    ...command('Let everybody in'),
    undocumented: true,
  }),
  operation('changeGalleryViewPage', 'POST', '/bots/{id}/change_gallery_view_page', {
    ...command('Turn the page of the gallery', schemas.GalleryRequest),
    undocumented: true,
  }),
];

const calendarOperations = [
  operation('listCalendars', 'GET', '/calendars', {
    summary: 'The calendars of the project, newest first',
    query: queries.CalendarsQuery,
    ok: ok('A page', schemas.CalendarPage),
    errors: FAILS,
  }),
  operation('createCalendar', 'POST', '/calendars', {
    summary: 'Connect a calendar',
    body: schemas.CreateCalendarRequest,
    ok: [201, json('The calendar', schemas.Calendar)],
    errors: POSTS,
  }),
  operation('getCalendar', 'GET', '/calendars/{id}', { summary: 'One calendar', ok: ok('It', schemas.Calendar) }),
  operation('patchCalendar', 'PATCH', '/calendars/{id}', {
    summary: 'Renew credentials or metadata',
    body: schemas.PatchCalendarRequest,
    ok: ok('The calendar', schemas.Calendar),
    errors: READS_BODY,
  }),
  operation('deleteCalendar', 'DELETE', '/calendars/{id}', { summary: 'Disconnect a calendar', ok: done }),
  operation('listCalendarEvents', 'GET', '/calendar_events', {
    summary: 'The events of all calendars, 100 a page',
    query: queries.CalendarEventsQuery,
    ok: ok('A page', schemas.CalendarEventPage),
    errors: { ...REFUSES, ...FAILS },
  }),
];

const zoomOperations = [
  operation('listZoomConnections', 'GET', '/zoom_oauth_connections', {
    summary: 'The connected Zoom users, newest first',
    query: queries.PageQuery,
    ok: ok('A page', schemas.ZoomConnectionPage),
    errors: FAILS,
  }),
  operation('createZoomConnection', 'POST', '/zoom_oauth_connections', {
    summary: 'Connect a Zoom user, or renew the connection',
    body: schemas.CreateZoomConnectionRequest,
    ok: [201, json('The connection', schemas.ZoomConnection)],
    errors: POSTS,
  }),
  operation('getZoomConnection', 'GET', '/zoom_oauth_connections/{id}', {
    summary: 'One connection',
    ok: ok('It', schemas.ZoomConnection),
  }),
  operation('deleteZoomConnection', 'DELETE', '/zoom_oauth_connections/{id}', { summary: 'Forget it', ok: done }),
];

const appSessionOperations = [
  operation('createAppSession', 'POST', '/app_sessions', {
    undocumented: true,
    summary: "Receive a Zoom meeting's media stream",
    body: schemas.CreateAppSessionRequest,
    ok: [201, json('The app session', schemas.AppSession)],
    errors: { ...READS_BODY, ...FAILS },
  }),
  operation('endAppSession', 'POST', '/app_sessions/end', {
    undocumented: true,
    summary: 'End the app session of a stream',
    body: schemas.EndAppSessionRequest,
    ok: ok('The app session, disconnecting', schemas.AppSession),
    errors: { ...READS_BODY, ...FAILS },
  }),
  operation('getAppSessionMedia', 'GET', '/app_sessions/{id}/media', {
    undocumented: true,
    summary: 'Where the recording is',
    ok: ok('A link that expires', schemas.Recording),
  }),
  operation('getAppSessionTranscript', 'GET', '/app_sessions/{id}/transcript', {
    undocumented: true,
    summary: 'What was said',
    query: queries.TranscriptQuery,
    ok: ok('The utterances', schemas.Transcript),
    errors: REFUSES,
  }),
  operation('createAppSessionTranscript', 'POST', '/app_sessions/{id}/transcript', {
    undocumented: true,
    summary: 'Transcribe from the audio',
    body: schemas.TranscriptionRequest,
    ok: ok('The async transcription', schemas.AsyncTranscription),
    errors: READS_BODY,
  }),
  operation('deleteAppSessionTranscript', 'DELETE', '/app_sessions/{id}/transcript', {
    undocumented: true,
    summary: 'Forget it',
    query: queries.WhichTranscriptQuery,
    ok: done,
  }),
  operation('listAppSessionParticipantEvents', 'GET', '/app_sessions/{id}/participant_events', {
    undocumented: true,
    summary: 'Who came, left and spoke when',
    query: queries.ParticipantEventsQuery,
    ok: ok('A page', schemas.ParticipantEventPage),
    errors: { ...REFUSES, ...FAILS },
  }),
];

const WEBHOOK_SUMMARIES: Readonly<Record<Trigger, string>> = {
  'bot.state_change': 'A bot has gone from one state to another',
  'transcript.update': 'Somebody has said something, or a caption was corrected',
  'chat_messages.update': 'Somebody has written into the chat',
  'participant_events.join_leave': 'Somebody has come or left',
  'calendar.events_update': 'A sync has changed events',
  'calendar.state_change': 'A calendar was disconnected',
  'async_transcription.state_change': 'An async transcription has begun or is over',
  'zoom_oauth_connection.state_change': 'A Zoom connection broke, or works again',
  'bot_logs.update': "A line in a bot's log",
  'participant_events.speech_start_stop': 'Somebody begins or ceases to speak',
};

/** The states that a bot comes to; none comes to `ready` or `scheduled`, which it is made in. */
const REACHED = [...new Set(Object.values(BOT_LIFECYCLE).map(({ to }) => to))].filter((state) => state !== BACK);

const WEBHOOK_STATES: Partial<Record<Trigger, readonly string[]>> = {
  'bot.state_change': REACHED,
  'calendar.events_update': ['connected'],
  'calendar.state_change': ['disconnected'],
  'async_transcription.state_change': ['in_progress', 'complete', 'failed'],
  'zoom_oauth_connection.state_change': ['disconnected', 'connected'],
};

/** What an object store serves, by the link that the API gave out. */
const storeOperations = [
  {
    id: 'readRecording',
    method: 'GET',
    path: '/recordings/{id}/{file}',
    summary: 'The recording itself, as an object store serves it',
    auth: 'none',
    elsewhere: true,
    responses: {
      200: { description: 'The bytes', body: Type.String(), contentType: 'application/octet-stream', evidence: STORE },
      400: {
        description: "The API's token stands beside the signed link",
        body: Type.String(),
        contentType: 'application/xml',
        evidence: STORE,
      },
      403: {
        description: 'The link has expired, or nobody signed it',
        body: Type.String(),
        contentType: 'application/xml',
        evidence: STORE,
      },
    },
    evidence: [STORE],
  },
] as const satisfies readonly Operation[];

/** What greenroom knows of the Attendee bot API. */
export const attendeeContract = defineContract({
  provider: 'attendee',
  title: 'Attendee bot API',
  version: '1.64.1',
  servers: ['https://app.attendee.dev'],
  operations: [
    ...botOperations,
    ...contentOperations,
    ...meetingOperations,
    ...calendarOperations,
    ...zoomOperations,
    ...appSessionOperations,
    ...storeOperations,
  ],
  webhooks: TRIGGERS.map((type) => ({
    type,
    summary: WEBHOOK_SUMMARIES[type],
    body: schemas.WEBHOOK_BODIES[type],
    ...(WEBHOOK_STATES[type] ? { states: WEBHOOK_STATES[type] } : {}),
    evidence: [WEBHOOKS, RECORDED],
  })),
  lifecycle: { events: BOT_LIFECYCLE, subTypes: SUB_TYPES },
  signature: {
    header: 'X-Webhook-Signature',
    summary:
      'Base64 of the HMAC-SHA256 of the canonical JSON of the payload (sorted keys, no spaces, no escapes), keyed with the bytes that the secret encodes in base64',
    evidence: RECORDED,
  },
  shapes: schemas,
});
