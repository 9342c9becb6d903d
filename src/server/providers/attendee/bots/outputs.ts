import type { Call, Handler, Reply } from '../../provider.js';
import { decodeBase64 } from '../python/base64.js';
import { checkSchema } from './settings-fields.js';
import { noSuchParticipant, withBot } from './handlers.js';
import { readBody, readFields } from '../framework/body.js';
import { readChatMessage } from './chat-field.js';
import { contentOf } from '../recordings/content.js';
import type { MediaRequest } from '../recordings/state.js';
import { empty, error, jsonText } from '../framework/errors.js';
import { boolean, invalid, json, Serializer, text, url, VendorCrash } from '../framework/fields.js';
import { checkImage } from './image-field.js';
import { isInMeeting } from '../lifecycle.js';
import { isPyObject, type PyValue } from '../python/json.js';
import { CAPTION_LANGUAGE_PATCH, TEXT_TO_SPEECH_SETTINGS } from './settings-schemas.js';
import { settingsOf } from '../settings.js';
import { projectId, sliceOf, type Bot } from '../state.js';
import { applyEvent } from './life.js';
import { renderBot } from './render.js';

/** What a bot in its meeting can be asked to do (observed: order of the checks, and their words). */

type Work = (bot: Bot, fields: Serializer) => Reply;

/** Finds the bot, then reads the body. */
const onBot =
  (work: Work): Handler =>
  (call) =>
    withBot(call, (bot) => {
      const read = readFields(call);
      return 'refusal' in read ? read.refusal : work(bot, new Serializer(read.input));
    });

const refuseState = (bot: Bot, what: string): Reply | undefined =>
  isInMeeting(bot.state) ? undefined : error(400, `Bot is in state ${bot.state} and cannot ${what}`);

export const sendChatMessage = onBot((bot, fields) => {
  const message = readChatMessage(fields);
  if (!message || fields.errors.any) return fields.errors.reply();
  const refusal = refuseState(bot, 'send chat messages');
  if (refusal) return refusal;
  const uuid = message.to_user_uuid ?? '';
  const known = bot.content?.participants.some((participant) => participant.uuid === uuid);
  return message.to === 'specific_user' && !known ? noSuchParticipant(uuid) : empty();
});

export const outputSpeech: Handler = (call) =>
  onBot((bot, fields) => {
    const asJson = json(fields.input);
    fields.required('text', (value) => text(value));
    fields.required('text_to_speech_settings', (value) => checkSchema(TEXT_TO_SPEECH_SETTINGS, asJson(value)));
    if (fields.errors.any) return fields.errors.reply();
    const refusal = refuseState(bot, 'play media');
    if (refusal) return refusal;
    const { google_tts_credentials, api_key } = settingsOf(call.world);
    if (!google_tts_credentials)
      return error(
        400,
        `Google Text-to-Speech credentials are required. Please add credentials at ${call.request.origin}/projects/${projectId(api_key)}/credentials`,
      );
    return play(bot, 'audio');
  })(call);

function play(bot: Bot, type: MediaRequest['type']): Reply {
  contentOf(bot).media.push({ type, state: 'enqueued' });
  return empty();
}

const isPlaying = (bot: Bot, ...types: MediaRequest['type'][]): boolean =>
  (bot.content?.media ?? []).some(({ type, state }) => state === 'playing' && types.includes(type));

const MP3 = 'audio/mp3';

/** Here the body is looked at before the bot. */
export const outputAudio: Handler = (call) => {
  const read = readBody(call);
  if ('refusal' in read) return read.refusal;
  if (typeof read.value !== 'object' || read.value === null) throw new VendorCrash('body');
  const data = isPyObject(read.value) ? read.value : new Map<string, PyValue>();
  if (!data.has('type') || !data.has('data')) return error(400, 'Both type and data are required');
  if (data.get('type') !== MP3) return error(400, 'Invalid audio content type');
  const bytes = bytesOf(data.get('data')!);
  if (!bytes) return error(400, 'Invalid base64 encoded data');
  return withBot(call, (bot) => {
    const refusal = refuseState(bot, 'play media');
    if (refusal) return refusal;
    return play(bot, 'audio');
  });
};

const bytesOf = (value: PyValue): Buffer | undefined => (typeof value === 'string' ? decodeBase64(value) : undefined);

export const outputImage = onBot((bot, fields) => {
  const refusal = refuseState(bot, 'play media');
  if (refusal) return refusal;
  if (isPlaying(bot, 'video')) return error(400, 'Bot is already playing a video. Please wait for it to finish.');
  checkImage(fields);
  return fields.errors.any ? fields.errors.reply() : play(bot, 'image');
});

export const outputVideo: Handler = (call) =>
  onBot((bot, fields) => {
    fields.required('url', readVideoUrl);
    fields.optional('loop', boolean);
    fields.optional('mute_video', boolean);
    if (fields.errors.any) return fields.errors.reply();
    if (bot.platform === 'zoom' && !settingsOf(call.world).zoom_video_output)
      return error(400, 'Video output is not supported in this meeting type');
    const refusal = refuseState(bot, 'play media');
    if (refusal) return refusal;
    if (isPlaying(bot, 'video', 'audio', 'image'))
      return error(400, 'Bot is already playing media. Please wait for it to finish.');
    return play(bot, 'video');
  })(call);

function readVideoUrl(value: PyValue): string {
  const given = url(value);
  if (!given.startsWith('https://')) throw invalid('URL must start with https://');
  if (!given.endsWith('.mp4')) throw invalid('URL must end with .mp4');
  return given;
}

const recordingCommand =
  (event: 'recording_paused' | 'recording_resumed', state: Bot['state'], verb: string, refusal: string): Handler =>
  (call: Call) =>
    withBot(call, (bot) => {
      if (bot.state !== state) return error(400, `Bot is in state ${bot.state} and cannot ${refusal}`);
      const silent = Object.hasOwn(sliceOf(call.world).silentProcesses, bot.id);
      if (silent || applyEvent(call.world, bot, event) !== undefined) return error(400, `Unable to ${verb} recording`);
      return jsonText(200, renderBot(bot));
    });

export const pauseRecording = recordingCommand('recording_paused', 'joined_recording', 'pause', 'pause recording');
export const resumeRecording = recordingCommand(
  'recording_resumed',
  'joined_recording_paused',
  'resume',
  'resume recording.',
);

export const patchVoiceAgentSettings = onBot((bot, fields) => {
  const refusal = refuseState(bot, 'update voice agent settings');
  if (refusal) return refusal;
  if (!bot.voiceAgent)
    return error(
      400,
      'Voice agent resources were not reserved. You must create the bot with voice_agent_settings.reserve_resources set to true.',
    );
  const agent = fields.optional('url', readAgentUrl);
  const screen = fields.optional('screenshare_url', readAgentUrl);
  if (!fields.errors.any && agent && screen)
    fields.errors.add('non_field_errors', 'Cannot provide both url and screenshare_url. Please specify only one.');
  return fields.errors.any ? fields.errors.reply() : empty();
});

function readAgentUrl(value: PyValue): string {
  const given = text(value, { blank: true });
  if (given !== '' && !given.toLowerCase().startsWith('https://')) throw invalid('URL must start with https://');
  return given;
}

export const patchTranscriptionSettings = onBot((bot, fields) => {
  const refusal = refuseState(bot, 'update transcription settings');
  if (refusal) return refusal;
  if (!bot.captions) return error(400, 'Bot is not transcribing with meeting closed captions');
  const asJson = json(fields.input);
  fields.required('transcription_settings', (value) => checkSchema(CAPTION_LANGUAGE_PATCH, asJson(value)));
  return fields.errors.any ? fields.errors.reply() : empty();
});

export const admitFromWaitingRoom: Handler = (call) =>
  withBot(call, (bot) => {
    if (bot.platform !== 'zoom')
      return error(400, 'Admitting from waiting room is not supported for this meeting type');
    return refuseState(bot, 'admit from waiting room') ?? empty();
  });

export const changeGalleryViewPage: Handler = (call) =>
  withBot(call, (bot) => {
    if (bot.platform !== 'zoom') return error(400, 'Changing gallery view page is not supported for this meeting type');
    if (!bot.zoomWeb) return error(400, 'Changing gallery view page is only supported for Zoom Web SDK');
    if (bot.recording.view !== 'gallery_view')
      return error(400, 'Changing gallery view page is only supported for gallery view recordings');
    return refuseState(bot, 'change gallery view page') ?? empty();
  });
