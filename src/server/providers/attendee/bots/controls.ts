import type { World } from '../../../engine/world.js';
import type { Handler } from '../../provider.js';
import { fieldsOf, readBody, readObject } from '../framework/body.js';
import { text } from '../framework/fields.js';
import { empty, jsonText, refuse } from '../framework/replies.js';
import { invalid } from '../framework/serializer.js';
import type { PyValue } from '../python/json.js';
import { renderBot } from '../render.js';
import { isRecording } from '../recordings/recording.js';
import { contractOf } from '../settings.js';
import { sliceOf, type Bot } from '../state.js';
import { planPage } from './agent-page.js';
import { assertInMeeting, botOf } from './find.js';
import { applyEvent } from './life.js';
import { localUrls, noteLocalUrl, type IsLocal } from './local-url.js';
import { checkSchema } from './settings-fields.js';
import { isPageUrl } from './voice-agent-field.js';

/** Requests that change a bot in its meeting (observed: order of the checks, and their words). */

const recordingCommand =
  (event: 'recording_paused' | 'recording_resumed', state: Bot['state'], verb: string, refusal: string): Handler =>
  (call) => {
    const bot = botOf(call);
    if (bot.state !== state) refuse(400, `Bot is in state ${bot.state} and cannot ${refusal}`);
    const silent = Object.hasOwn(sliceOf(call.world).silentProcesses, bot.id);
    if (silent || applyEvent(call.world, bot, event) !== undefined) refuse(400, `Unable to ${verb} recording`);
    return jsonText(200, renderBot(bot));
  };

export const pauseRecording = recordingCommand('recording_paused', 'joined_recording', 'pause', 'pause recording');
export const resumeRecording = recordingCommand(
  'recording_resumed',
  'joined_recording_paused',
  'resume',
  'resume recording.',
);

export const patchVoiceAgentSettings: Handler = (call) => {
  const { world } = call;
  const bot = botOf(call);
  const body = readBody(call);
  assertInMeeting(bot, 'update voice agent settings');
  if (!bot.voiceAgent)
    refuse(
      400,
      'Voice agent resources were not reserved. You must create the bot with voice_agent_settings.reserve_resources set to true.',
    );
  const fields = fieldsOf(body);
  const readPageUrl = (value: PyValue): string => readAgentUrl(value, localUrls(world));
  const agent = fields.optional('url', readPageUrl);
  const screen = fields.optional('screenshare_url', readPageUrl);
  fields.refuseOthers();
  if (!fields.hasErrors && agent && screen)
    fields.addError('non_field_errors', 'Cannot provide both url and screenshare_url. Please specify only one.');
  fields.assertValid();
  if (agent !== undefined || screen !== undefined) showPage(world, bot, agent, screen);
  return empty();
};

/** Another page is loaded at once if the bot records; an empty URL takes it away. */
function showPage(world: World, bot: Bot, agent: string | undefined, screen: string | undefined): void {
  // What is shared is written after what the camera shows, and takes its place.
  const url = screen ?? agent;
  bot.agentPage = url ? { field: screen === undefined ? 'url' : 'screenshare_url', url } : null;
  if (url) noteLocalUrl(world, 'voice agent', url);
  if (isRecording(bot)) planPage(world, bot);
}

function readAgentUrl(value: PyValue, isLocal: IsLocal): string {
  const given = text(value, { blank: true });
  if (given !== '' && !isPageUrl(given, isLocal)) throw invalid('URL must start with https://');
  return given;
}

export const patchTranscriptionSettings: Handler = (call) => {
  const bot = botOf(call);
  const body = readBody(call);
  assertInMeeting(bot, 'update transcription settings');
  if (!bot.captions) refuse(400, 'Bot is not transcribing with meeting closed captions');
  const fields = fieldsOf(body);
  fields.required('transcription_settings', (value) =>
    checkSchema(contractOf(call.world).rules.schemas.caption_language, fields.input.readJson(value)),
  );
  fields.assertValid();
  return empty();
};

export const admitFromWaitingRoom: Handler = (call) => {
  const bot = botOf(call);
  if (bot.platform !== 'zoom') refuse(400, 'Admitting from waiting room is not supported for this meeting type');
  assertInMeeting(bot, 'admit from waiting room');
  return empty();
};

export const changeGalleryViewPage: Handler = (call) => {
  const bot = botOf(call);
  if (bot.platform !== 'zoom') refuse(400, 'Changing gallery view page is not supported for this meeting type');
  if (!bot.zoomWeb) refuse(400, 'Changing gallery view page is only supported for Zoom Web SDK');
  if (bot.recording.view !== 'gallery_view')
    refuse(400, 'Changing gallery view page is only supported for when recording in gallery view');
  assertInMeeting(bot, 'change the gallery view page');
  // Whatever the direction, there is nothing to see of it.
  readObject(call);
  return empty();
};
