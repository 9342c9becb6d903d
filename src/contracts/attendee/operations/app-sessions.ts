import { COPIES, RECORDED, STORED } from '../evidence.js';
import * as queries from '../queries.js';
import * as schemas from '../schemas.js';
import { done, FAILS, json, listing, ok, operation, READS_BODY, REFUSES } from './operation.js';

export const appSessionOperations = [
  operation('createAppSession', 'POST', '/app_sessions', {
    undocumented: true,
    summary: "Receive a Zoom meeting's media stream",
    body: schemas.CreateAppSessionRequest,
    ok: [201, json('The app session', schemas.AppSession)],
    errors: { ...READS_BODY, ...FAILS },
    evidence: [
      RECORDED,
      STORED,
      {
        ...COPIES,
        date: '2026-11-30',
        note: 'a chat message is taken and not sent, an image neither; captions are asked for where nothing is',
      },
    ],
  }),
  operation('endAppSession', 'POST', '/app_sessions/end', {
    undocumented: true,
    summary: 'End the app session of a stream',
    body: schemas.EndAppSessionRequest,
    ok: ok('The app session, disconnecting', schemas.AppSession),
    errors: { ...READS_BODY, ...FAILS },
    evidence: [
      RECORDED,
      {
        ...COPIES,
        note: 'a stream that several sessions have is a failure, and one that is not named is that of every bot',
      },
    ],
  }),
  operation('getAppSessionMedia', 'GET', '/app_sessions/{id}/media', {
    undocumented: true,
    summary: 'A link to the recording',
    ok: ok('A link that expires', schemas.Recording),
  }),
  operation('getAppSessionTranscript', 'GET', '/app_sessions/{id}/transcript', {
    undocumented: true,
    summary: 'The utterances',
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
    summary: 'Delete the transcript',
    query: queries.WhichTranscriptQuery,
    ok: done,
  }),
  operation('listAppSessionParticipantEvents', 'GET', '/app_sessions/{id}/participant_events', {
    ...listing('Joins, leaves and speech', queries.ParticipantEventsQuery, schemas.ParticipantEventPage),
    undocumented: true,
    errors: { ...REFUSES, ...FAILS },
  }),
];
