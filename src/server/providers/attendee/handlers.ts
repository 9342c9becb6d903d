import { readRecording } from './recordings/link.js';
import type { Call, Handler, Reply } from '../provider.js';
import * as appSessions from './bots/app-sessions.js';
import { createAsyncTranscription } from './recordings/async-transcription.js';
import { botHandlers } from './bots/handlers.js';
import * as calendars from './calendars/handlers.js';
import { detail, serverError } from './framework/errors.js';
import { VendorCrash } from './framework/fields.js';
import * as listings from './recordings/handlers.js';
import * as media from './bots/outputs.js';
import { indented, refuseRepresentation } from './framework/negotiate.js';
import { sliceOf } from './state.js';
import { throttle } from './framework/throttle.js';
import * as zoom from './zoom/handlers.js';

/** The operations whose calls share the project's rolling window (observed). */
const THROTTLED = [
  'createBot',
  'sendChatMessage',
  'outputSpeech',
  'outputAudio',
  'outputImage',
  'outputVideo',
  'pauseRecording',
  'resumeRecording',
  'admitFromWaitingRoom',
  'changeGalleryViewPage',
  'createCalendar',
  'createZoomConnection',
];

const operations: Readonly<Record<string, Handler>> = {
  ...botHandlers,
  getRecording: listings.getRecording,
  getTranscript: listings.getTranscript,
  createAsyncTranscription,
  deleteTranscript: listings.deleteTranscript,
  listChatMessages: listings.listChatMessages,
  listParticipants: listings.listParticipants,
  listParticipantEvents: listings.listParticipantEvents,
  ...media,
  ...calendars,
  createZoomConnection: zoom.createZoomConnection,
  listZoomConnections: zoom.listZoomConnections,
  getZoomConnection: zoom.getZoomConnection,
  deleteZoomConnection: zoom.deleteZoomConnection,
  ...appSessions,
  createAppSessionTranscript: createAsyncTranscription,
  deleteAppSessionTranscript: listings.deleteTranscript,
};

/** What every call goes through before its operation, in the framework's order. */
export function refuseCall(call: Call): Reply | undefined {
  const representation = refuseRepresentation(call.request);
  if (representation) return representation;
  if (sliceOf(call.world).project.api_key_enabled === false)
    return detail(401, 'Invalid or disabled API key', { 'WWW-Authenticate': 'Token' });
  return undefined;
}

function guarded(id: string, handler: Handler): Handler {
  const isThrottled = THROTTLED.includes(id);
  return async (call) => {
    const refusal = refuseCall(call) ?? (isThrottled ? throttle(call.world) : undefined);
    return indented(refusal ?? (await attempt(handler, call)), call.request);
  };
}

async function attempt(handler: Handler, call: Call): Promise<Reply> {
  try {
    return await handler(call);
  } catch (crash) {
    if (!(crash instanceof VendorCrash)) throw crash;
    return serverError();
  }
}

export const handlers: Readonly<Record<string, Handler>> = {
  ...Object.fromEntries(Object.entries(operations).map(([id, handler]) => [id, guarded(id, handler)])),
  // The store knows nothing of the API's formats and limits.
  readRecording,
};
