import { COPIES, DRIVER, READ_LATE, RECORDED } from '../evidence.js';
import * as queries from '../queries.js';
import * as schemas from '../schemas.js';
import { done, listing, ok, operation, READS_BODY, REFUSES, FAILS } from './operation.js';

export const contentOperations = [
  operation('getRecording', 'GET', '/bots/{id}/recording', {
    summary: 'A link to the recording',
    ok: ok('A link that expires', schemas.Recording),
  }),
  operation('getTranscript', 'GET', '/bots/{id}/transcript', {
    summary: 'The utterances: an array, not a page',
    query: queries.TranscriptQuery,
    ok: ok('The utterances', schemas.Transcript),
    errors: REFUSES,
    evidence: [
      RECORDED,
      { ...COPIES, date: '2026-11-30', note: 'turns are cut in whole milliseconds; words that are none are a failure' },
    ],
  }),
  operation('createAsyncTranscription', 'POST', '/bots/{id}/transcript', {
    undocumented: true,
    summary: 'Transcribe an ended meeting from its audio',
    body: schemas.TranscriptionRequest,
    ok: ok('The async transcription', schemas.AsyncTranscription),
    errors: READS_BODY,
    evidence: [RECORDED, READ_LATE],
  }),
  operation('deleteTranscript', 'DELETE', '/bots/{id}/transcript', {
    summary: 'Delete the transcript',
    query: queries.WhichTranscriptQuery,
    undocumented: true,
    ok: done,
  }),
  operation('listChatMessages', 'GET', '/bots/{id}/chat_messages', {
    ...listing('The chat of the meeting', queries.ChatMessagesQuery, schemas.ChatMessagePage),
    errors: { ...REFUSES, ...FAILS },
  }),
  operation('listParticipants', 'GET', '/bots/{id}/participants', {
    ...listing('The participants', queries.ParticipantsQuery, schemas.ParticipantPage),
    errors: { ...REFUSES, ...FAILS },
    evidence: [RECORDED, DRIVER],
  }),
  operation('listParticipantEvents', 'GET', '/bots/{id}/participant_events', {
    ...listing('Joins, leaves and speech', queries.ParticipantEventsQuery, schemas.ParticipantEventPage),
    errors: { ...REFUSES, ...FAILS },
  }),
];
