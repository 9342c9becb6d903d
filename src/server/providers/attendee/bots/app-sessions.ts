import type { Handler } from '../../provider.js';
import { recordingLink } from '../recordings/link.js';
import { setSubject } from '../../provider.js';
import { readBody } from '../framework/body.js';
import { readNewBot } from './fields.js';
import { makeBot, outOfCredits, refuseConcurrency, refuseStorage, withBot } from './handlers.js';
import { isOutOfCredits } from './credits.js';
import { error, jsonText } from '../framework/errors.js';
import { Input, Serializer, VendorCrash } from '../framework/fields.js';
import { beat, applyEvent } from './life.js';
import { planLeaving } from './launch.js';
import { participantEvents, transcript } from '../recordings/handlers.js';
import { isPyObject } from '../python/json.js';
import { renderAppSession } from './render.js';
import { sliceOf } from '../state.js';

/** Zoom's real-time media streams: bots without a meeting of their own (observed: recordings of v1.64.1). */

export const createAppSession: Handler = (call) => {
  const { world } = call;
  const read = readBody(call);
  if ('refusal' in read) return read.refusal;
  if (isOutOfCredits(world)) return outOfCredits();
  if (!isPyObject(read.value)) throw new VendorCrash('body');
  const fields = new Serializer(new Input(read.value, read.form));
  const wanted = readNewBot(fields, world, 'app_session');
  if (!wanted) return fields.errors.reply();
  const refusal = refuseConcurrency(call) ?? refuseStorage(call, wanted, 'app_session');
  if (refusal) return refusal;
  const session = makeBot(call, wanted, null);
  world.player.cast(world, 'attendee', session.id, {
    meetingUrl: '',
    header: call.request.headers['greenroom-scenario'],
  });
  session.played = world.player.plays(world, session.id);
  applyEvent(world, session, 'app_session_connection_requested', { metadata: { source: 'api' } });
  if (session.played) {
    beat(world, session);
    world.player.enter(world, session.id, `rtms:${session.rtmsStream}`);
  }
  return jsonText(201, renderAppSession(session));
};

export const endAppSession: Handler = (call) => {
  const read = readBody(call);
  if ('refusal' in read) return read.refusal;
  const rtms = isPyObject(read.value) ? read.value.get('zoom_rtms') : undefined;
  if (!isPyObject(rtms) || !rtms.has('rtms_stream_id')) throw new VendorCrash('zoom_rtms');
  const stream = rtms.get('rtms_stream_id');
  const { bots } = sliceOf(call.world);
  const session = [...bots.values()].findLast(({ rtmsStream }) => rtmsStream !== null && rtmsStream === stream);
  if (!session) return error(404, 'App session not found');
  setSubject(call, session.id);
  const refusal = applyEvent(call.world, session, 'app_session_disconnect_requested');
  if (refusal !== undefined) return error(400, refusal);
  planLeaving(call.world, session);
  return jsonText(200, renderAppSession(session));
};

export const getAppSessionMedia: Handler = (call) => {
  const session = sliceOf(call.world).bots.get(call.params['id'] ?? '');
  if (!session || session.rtmsStream === null) return error(404, 'App session not found');
  setSubject(call, session.id);
  return recordingLink(call.world, call.request, session) ?? error(404, 'No media file found for app session');
};

export const getAppSessionTranscript: Handler = (call) => withBot(call, (bot) => transcript(call, bot));

export const listAppSessionParticipantEvents: Handler = (call) => withBot(call, (bot) => participantEvents(call, bot));
