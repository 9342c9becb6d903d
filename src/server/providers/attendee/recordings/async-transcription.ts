import { MICROS_PER_MINUTE, MICROS_PER_SECOND, type Micros } from '../../../../clock/instant.js';
import type { JobDefinition } from '../../../engine/vendor.js';
import type { World } from '../../../engine/world.js';
import type { Handler, Reply } from '../../provider.js';
import { refuseCustom } from '../bots/fields.js';
import { checkSchema } from '../bots/settings-fields.js';
import { withBot } from '../bots/handlers.js';
import { readFields } from '../framework/body.js';
import { notifyBot } from '../webhooks.js';
import { contentOf } from './content.js';
import type { AsyncTranscription, Utterance } from './state.js';
import { error, jsonText } from '../framework/errors.js';
import { invalid, invalidAt, json, Serializer } from '../framework/fields.js';
import { asJsonb, COMPACT, isPyObject, writePython, type PyObject, type PyValue } from '../python/json.js';
import { renderAsyncTranscription } from '../bots/render.js';
import { settingsOf } from '../settings.js';
import { TRANSCRIPTION_SETTINGS } from '../bots/settings-schemas.js';
import { sliceOf, type Bot } from '../state.js';

/** Transcriptions made after the meeting, from the audio that was kept of every speaker (observed). */

const PER_BOT_MAX = 4;
const GIVEN_UP_AFTER: Micros = 30 * MICROS_PER_MINUTE;
const STILL_PENDING = 'utterances_still_in_progress_when_transcription_terminated';

export const createAsyncTranscription: Handler = (call) =>
  withBot(call, (bot) => {
    const { world } = call;
    const read = readFields(call);
    if ('refusal' in read) return read.refusal;
    const refusal = refuse(world, bot);
    if (refusal !== undefined) return error(400, refusal);
    // The vendor hands a missing value on as null.
    if (!read.input.data.has('transcription_settings')) read.input.data.set('transcription_settings', null);
    const fields = new Serializer(read.input);
    const asJson = json(read.input);
    fields.required('transcription_settings', (value) => checkProvider(asJson(value)));
    if (fields.errors.any) return fields.errors.reply();
    const made: AsyncTranscription = {
      id: `tran_${world.random.alphanumeric('tran', 16)}`,
      created_at: world.now(),
      updated_at: world.now(),
      startedAt: null,
      state: 'not_started',
      failureReasons: null,
      utterances: [],
    };
    contentOf(bot).asyncTranscriptions.push(made);
    if (settingsOf(world).backgroundWorkers && bot.played) plan(world, bot, made);
    return jsonText(200, renderAsyncTranscription(bot, made));
  });

function refuse(world: World, bot: Bot): string | undefined {
  if (!settingsOf(world).async_transcription_enabled) return 'Async transcription is not enabled for your account.';
  if (!bot.recording.asyncAudio)
    return 'Cannot generate async transcription because you did not enable recording_settings.record_async_transcription_audio_chunks when you created the bot.';
  if (bot.state !== 'ended')
    return `Cannot create async transcription because bot is not in state ended. It is in state ${bot.state}`;
  const { audioChunks = [], asyncTranscriptions = [] } = bot.content ?? {};
  if (audioChunks.length === 0)
    return 'Cannot create async transcription because the per-speaker audio data has been deleted or was never created.';
  if (asyncTranscriptions.length >= PER_BOT_MAX)
    return `You cannot have more than ${PER_BOT_MAX} async transcriptions per bot.`;
  return undefined;
}

function checkProvider(value: PyValue): PyObject {
  const given = checkSchema(TRANSCRIPTION_SETTINGS, value);
  const refuseProvider = (message: string): never => {
    throw invalidAt('transcription_settings', message);
  };
  if (!isPyObject(value)) throw invalid('Not a valid object.');
  if (given.has('meeting_closed_captions'))
    refuseProvider('Meeting closed captions are not available for async transcription.');
  const deepgram = given.get('deepgram');
  if (isPyObject(deepgram) && deepgram.get('callback'))
    refuseProvider('Deepgram callback is not available for async transcription.');
  refuseCustom(given, refuseProvider);
  if (given.size === 0) refuseProvider('Please specify a transcription provider.');
  return given;
}

/** The utterances of the meeting, or of one async transcription once it is complete. */
export function transcriptOf(
  bot: Bot,
  id: string | undefined,
): { readonly utterances: readonly Utterance[] } | { readonly refusal: Reply } {
  if (!id) return { utterances: bot.content?.utterances ?? [] };
  const found = bot.content?.asyncTranscriptions.find((transcription) => transcription.id === id);
  if (!found) return { refusal: error(404, 'Async Transcription not found') };
  if (found.state === 'complete') return { utterances: found.utterances };
  return { refusal: error(400, `Async transcription ${id} is not complete. It is in state ${found.state}`) };
}

const queued = (world: World): [Bot, AsyncTranscription][] =>
  [...sliceOf(world).bots.values()].flatMap((bot) =>
    (bot.content?.asyncTranscriptions ?? []).map((made): [Bot, AsyncTranscription] => [bot, made]),
  );

/** One pass of the worker over all that is not done. */
export function runAsyncWorker(world: World): void {
  for (const [bot, made] of queued(world)) work(world, bot, made);
}

function work(world: World, bot: Bot, made: AsyncTranscription): void {
  if (made.state === 'not_started') return begin(world, bot, made);
  if (made.state !== 'in_progress') return;
  const pending = made.utterances.some(isPending);
  if (pending && world.now() - made.startedAt! <= GIVEN_UP_AFTER) return;
  const reasons = new Set(made.utterances.flatMap(({ failure }) => failure ?? []));
  if (pending) reasons.add(STILL_PENDING);
  made.failureReasons = reasons.size > 0 ? [...reasons].sort() : null;
  change(world, bot, made, reasons.size > 0 ? 'failed' : 'complete');
}

const isPending = ({ transcription, failure }: Utterance): boolean => transcription === null && failure === null;

function begin(world: World, bot: Bot, made: AsyncTranscription): void {
  made.startedAt = world.now();
  for (const { participant, timestamp_ms, duration_ms } of bot.content?.audioChunks ?? []) {
    const updated_at = world.now();
    const failure = null;
    made.utterances.push({
      source: null,
      participant,
      timestamp_ms,
      duration_ms,
      transcription: null,
      failure,
      updated_at,
    });
  }
  change(world, bot, made, 'in_progress');
}

function change(world: World, bot: Bot, made: AsyncTranscription, state: AsyncTranscription['state']): void {
  made.state = state;
  made.updated_at = world.now();
  notifyBot(world, bot, 'async_transcription.state_change', { state }, () => ({
    id: made.id,
    state,
    failure_data: made.failureReasons && { failure_reasons: made.failureReasons },
  }));
}

/** The provider answers for the utterances that wait, in their order. */
export function answerUtterances(world: World, results: readonly PyValue[]): void {
  const pending = queued(world)
    .filter(([, { state }]) => state === 'in_progress')
    .flatMap(([, { utterances }]) => utterances.filter(isPending));
  results.forEach((result, i) => {
    const utterance = pending[i];
    if (!utterance) return;
    const reason = isPyObject(result) ? result.get('reason') : undefined;
    if (typeof reason === 'string') utterance.failure = reason;
    else utterance.transcription = writePython(asJsonb(result), COMPACT);
    utterance.updated_at = world.now();
  });
}

/** Assumed: a provider needs some seconds. */
const STEP: Micros = 5 * MICROS_PER_SECOND;

function plan(world: World, bot: Bot, made: AsyncTranscription): void {
  const args = { transcription: made.id };
  world.clock.schedule({ due: world.now() + STEP, kind: 'attendee.async', subject: bot.id, args });
}

/** Without a hand backstage, the provider hears the same words as the captions did. */
export const asyncJob: JobDefinition = {
  label: 'async transcription goes on',
  run(world, job) {
    const bot = sliceOf(world).bots.get(job.subject ?? '');
    const made = bot?.content?.asyncTranscriptions.find(({ id }) => id === job.args['transcription']);
    if (!bot || !made) return;
    const waiting = made.utterances.filter(isPending);
    for (const utterance of waiting) {
      const heard = bot.content?.utterances.find(({ timestamp_ms }) => timestamp_ms === utterance.timestamp_ms);
      utterance.transcription = heard?.transcription ?? '{"transcript":""}';
    }
    work(world, bot, made);
    if (made.state === 'in_progress') plan(world, bot, made);
  },
};
