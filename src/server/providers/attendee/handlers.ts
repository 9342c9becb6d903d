import { readRecording } from './recording-link.js';
import type { Call, Handler, Reply } from '../provider.js';
import * as appSessions from './app-sessions.js';
import { createAsyncTranscription } from './async.js';
import { botHandlers } from './bots.js';
import * as calendars from './calendars.js';
import { detail, serverError } from './errors.js';
import { VendorCrash } from './fields.js';
import * as listings from './listings.js';
import * as media from './media.js';
import { indented, refuseRepresentation } from './negotiate.js';
import { sliceOf } from './state.js';
import { throttle } from './throttle.js';
import * as zoom from './zoom-connections.js';

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
