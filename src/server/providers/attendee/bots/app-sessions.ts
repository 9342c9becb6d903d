import type { World } from '../../../engine/world.js';
import { setSubject, type Handler } from '../../provider.js';
import { readBody } from '../framework/body.js';
import { refuseMissing } from '../framework/query.js';
import { jsonText, refuse, VendorCrash } from '../framework/replies.js';
import { Input, Serializer } from '../framework/serializer.js';
import { isPyObject, isTruthy, type PyValue } from '../python/json.js';
import { pythonStr } from '../python/repr.js';
import { createAsyncTranscription } from '../recordings/async-transcription.js';
import { deleteTranscript, getTranscript, listParticipantEvents } from '../recordings/handlers.js';
import { recordingLink } from '../recordings/link.js';
import { renderAppSession } from '../render.js';
import { contractOf } from '../settings.js';
import { sliceOf, type Bot } from '../state.js';
import { addBot, readCreation } from './create.js';
import { planLeaving } from './launch.js';
import { applyEvent, recordHeartbeat } from './life.js';
import { assertCredentials } from './limits.js';
import { readNewBot } from './new-bot.js';

/** Zoom's real-time media streams: bots without a meeting of their own (observed: recordings of v1.64.1). */

const createAppSession: Handler = (call) => {
  const { world, request } = call;
  const { data, isForm } = readCreation(call);
  const wanted = readNewBot(new Serializer(new Input(data, isForm ? data : undefined)), world, 'app_session');
  assertCredentials(call, wanted);
  const session = addBot(call, wanted, 'app_session', null);
  world.player.cast(world, 'attendee', session.id, { meetingUrl: '', header: request.headers['greenroom-scenario'] });
  session.played = world.player.plays(world, session.id);
  applyEvent(world, session, 'app_session_connection_requested', { metadata: { source: 'api' } });
  if (session.played) {
    recordHeartbeat(world, session);
    world.player.enter(world, session.id, `rtms:${session.rtmsStream}`);
  }
  return jsonText(201, renderAppSession(session));
};

const endAppSession: Handler = (call) => {
  const { value } = readBody(call);
  const rtms = isPyObject(value) ? value.get('zoom_rtms') : undefined;
  const stream = isPyObject(rtms) ? (rtms.get('rtms_stream_id') ?? null) : null;
  const text = contractOf(call.world).rules.texts['stream_required'];
  if (text !== undefined && !isTruthy(stream)) refuse(400, text);
  if (!isPyObject(rtms)) throw new VendorCrash('zoom_rtms');
  const session = sessionOf(call.world, stream);
  setSubject(call, session.id);
  const refusal = applyEvent(call.world, session, 'app_session_disconnect_requested');
  if (refusal !== undefined) refuse(400, refusal);
  planLeaving(call.world, session);
  return jsonText(200, renderAppSession(session));
};

/**
 * The one bot that has this stream. The vendor asks for it as it is written: every bot in a meeting has none, and its code fails on
 * several that have the same.
 */
function sessionOf(world: World, stream: PyValue): Bot {
  const wanted = stream === null ? null : pythonStr(stream);
  const found = sliceOf(world).bots.filter(({ rtmsStream }) => rtmsStream === wanted);
  if (found.length > 1) throw new VendorCrash('rtms_stream_id, which several have');
  return found[0] ?? refuseMissing(wanted ?? '', 'App session not found');
}

const getAppSessionMedia: Handler = (call) => {
  const { id } = call.params;
  const session = sliceOf(call.world).bots.get(id ?? '');
  if (!session || session.rtmsStream === null) return refuseMissing(id, 'App session not found');
  setSubject(call, session.id);
  return recordingLink(call, session) ?? refuse(404, 'No media file found for app session');
};

export const appSessionHandlers = {
  createAppSession,
  endAppSession,
  getAppSessionMedia,
  getAppSessionTranscript: getTranscript,
  createAppSessionTranscript: createAsyncTranscription,
  deleteAppSessionTranscript: deleteTranscript,
  listAppSessionParticipantEvents: listParticipantEvents,
} satisfies Readonly<Record<string, Handler>>;
