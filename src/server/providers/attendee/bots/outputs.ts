import type { Handler, Reply } from '../../provider.js';
import { readBody, readFields } from '../framework/body.js';
import { boolean, text, url } from '../framework/fields.js';
import { empty, json, refuse, Refused, VendorCrash } from '../framework/replies.js';
import { invalid } from '../framework/serializer.js';
import { isStorable } from '../metadata.js';
import { decodeBase64 } from '../python/base64.js';
import { isPyObject, toPython, type PyObject, type PyValue } from '../python/json.js';
import { contentOf, seenBy, type MediaRequest } from '../recordings/state.js';
import { contractOf, settingsOf } from '../settings.js';
import { projectId, type Bot } from '../state.js';
import { readChatMessage } from './chat-field.js';
import { assertInMeeting, botOf } from './find.js';
import { readImage } from './image-field.js';
import { isLonger, isTooLarge, refuseLargeImage, refuseParticipant, TOO_LARGE } from './limits.js';
import { checkSchema } from './settings-fields.js';

/** Output of a bot in its meeting (observed: order of the checks, and their words). */

export const sendChatMessage: Handler = (call) => {
  const bot = botOf(call);
  const fields = readFields(call);
  const message = readChatMessage(fields);
  fields.assertValid();
  assertInMeeting(bot, 'send chat messages');
  const { to, to_user_uuid: uuid, message: text } = message!;
  const known = seenBy(bot)?.participants.some((participant) => participant.uuid === uuid);
  if (to === 'specific_user' && !known) refuseParticipant(uuid);
  call.world.player.writes(call.world, bot.id, text, uuid ?? undefined);
  return empty();
};

export const outputSpeech: Handler = (call) => {
  const { world } = call;
  const bot = botOf(call);
  const fields = readFields(call);
  const { text_to_speech_settings: schema } = contractOf(world).rules.schemas;
  const words = fields.required('text', (value) => text(value));
  const voice = fields.required('text_to_speech_settings', (value) => {
    const given = fields.input.readJson(value);
    if (given !== null) checkSchema(schema, given);
    return given;
  });
  fields.assertValid();
  assertInMeeting(bot, 'play media');
  const { google_tts_credentials, api_key } = settingsOf(world);
  if (!google_tts_credentials)
    refuse(
      400,
      `Google Text-to-Speech credentials are required. Please add credentials at ${call.request.origin}/projects/${projectId(api_key)}/credentials`,
    );
  if (!isStorable(voice ?? null)) throw new VendorCrash('text_to_speech_settings');
  world.player.says(world, bot.id, words!);
  return play(bot, 'audio');
};

function play(bot: Bot, type: MediaRequest['type']): Reply {
  contentOf(bot).media.push({ type, state: 'enqueued' });
  return empty();
}

const isPlaying = (bot: Bot, ...types: MediaRequest['type'][]): boolean =>
  (seenBy(bot)?.media ?? []).some(({ type, state }) => state === 'playing' && types.includes(type));

const MP3 = 'audio/mp3';

/** Here the body is looked at before the bot. */
export const outputAudio: Handler = (call) => {
  const data = readTypeAndData(readBody(call).value);
  if (data.get('type') !== MP3) refuse(400, 'Invalid audio content type');
  const given = data.get('data');
  const audio = typeof given === 'string' ? decodeBase64(given) : undefined;
  if (!audio) return refuse(400, 'Invalid base64 encoded data');
  const bot = botOf(call);
  assertInMeeting(bot, 'play media');
  if (isTooLarge(audio.length)) refuseAudio();
  call.world.player.says(call.world, bot.id, settingsOf(call.world).output_audio_text);
  return play(bot, 'audio');
};

function refuseAudio(): never {
  const error = `Error creating the audio blob. Are you sure it's a valid ${MP3} file?`;
  throw new Refused(json(400, toPython({ error, raw_error: TOO_LARGE })));
}

/** The vendor asks whether the words are in the body: a text may hold them, too, and a list, and then its code fails. */
function readTypeAndData(value: PyValue): PyObject {
  const holds = (word: string): boolean => {
    if (isPyObject(value)) return value.has(word);
    if (typeof value === 'string' || Array.isArray(value)) return value.includes(word);
    throw new VendorCrash('body');
  };
  if (!holds('type') || !holds('data')) refuse(400, 'Both type and data are required');
  if (!isPyObject(value)) throw new VendorCrash('body');
  return value;
}

export const outputImage: Handler = (call) => {
  const bot = botOf(call);
  assertInMeeting(bot, 'play media');
  if (isPlaying(bot, 'video')) refuse(400, 'Bot is already playing a video. Please wait for it to finish.');
  const fields = readFields(call);
  const length = readImage(contractOf(call.world), fields);
  fields.assertValid();
  refuseLargeImage(length ?? 0);
  return play(bot, 'image');
};

const VIDEO_URL_MAX = 200;

export const outputVideo: Handler = (call) => {
  const bot = botOf(call);
  const fields = readFields(call);
  const video = fields.required('url', readVideoUrl);
  fields.optional('loop', boolean);
  fields.optional('mute_video', boolean);
  fields.assertValid();
  if (bot.platform === 'zoom' && !settingsOf(call.world).zoom_video_output)
    refuse(400, 'Video output is not supported in this meeting type');
  assertInMeeting(bot, 'play media');
  if (isPlaying(bot, 'video', 'audio', 'image'))
    refuse(400, 'Bot is already playing media. Please wait for it to finish.');
  if (isLonger(video, VIDEO_URL_MAX)) throw new VendorCrash('a url that its database does not take');
  return play(bot, 'video');
};

function readVideoUrl(value: PyValue): string {
  const given = url(value);
  if (!given.startsWith('https://')) throw invalid('URL must start with https://');
  if (!given.endsWith('.mp4')) throw invalid('URL must end with .mp4');
  return given;
}
