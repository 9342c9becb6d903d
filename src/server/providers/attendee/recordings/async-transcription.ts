import { MICROS_PER_MINUTE, MICROS_PER_SECOND, type Micros } from '../../../../clock/instant.js';
import { Packed } from '../../../engine/packed.js';
import type { World } from '../../../engine/world.js';
import type { Handler } from '../../provider.js';
import { botOf } from '../bots/find.js';
import { readAsyncTranscription } from '../bots/transcription-field.js';
import { readObject } from '../framework/body.js';
import { refuseMissing } from '../framework/query.js';
import { jsonText, refuse, VendorCrash } from '../framework/replies.js';
import { Input, Serializer } from '../framework/serializer.js';
import { jobs, type JobTable } from '../jobs.js';
import { isStorable } from '../metadata.js';
import { asJsonb, COMPACT, isPyObject, writePython, type PyValue } from '../python/json.js';
import { renderAsyncTranscription } from '../render.js';
import { contractOf, settingsOf } from '../settings.js';
import { sliceOf, type Bot } from '../state.js';
import { notifyBot } from '../webhooks.js';
import { contentOf, seenBy, type AsyncTranscription, type Utterance } from './state.js';

/** Transcriptions made after the meeting, from the audio that was kept of every speaker (observed). */

const PER_BOT_MAX = 4;
const GIVEN_UP_AFTER: Micros = 30 * MICROS_PER_MINUTE;
const STILL_PENDING = 'utterances_still_in_progress_when_transcription_terminated';

export const createAsyncTranscription: Handler = (call) => {
  const { world } = call;
  const bot = botOf(call);
  assertTranscribable(world, bot);
  // Of a form, the vendor hands the text on as it is, and a missing value as null.
  const given = readObject(call).input.data.get('transcription_settings') ?? null;
  const fields = new Serializer(new Input(new Map([['transcription_settings', given]])));
  fields.required('transcription_settings', (value) =>
    readAsyncTranscription(contractOf(world), fields.input.readJson(value)),
  );
  fields.assertValid();
  if (!isStorable(given)) throw new VendorCrash('transcription_settings');
  const transcription: AsyncTranscription = {
    id: world.random.id('tran'),
    created_at: world.now(),
    updated_at: world.now(),
    startedAt: null,
    state: 'not_started',
    failureReasons: null,
    utterances: [],
  };
  contentOf(bot).asyncTranscriptions.push(transcription);
  if (settingsOf(world).backgroundWorkers && bot.played) planStep(world, bot, transcription);
  return jsonText(200, renderAsyncTranscription(bot, transcription));
};

function assertTranscribable(world: World, bot: Bot): void {
  const { recording, state } = bot;
  if (!settingsOf(world).async_transcription_enabled)
    refuse(400, 'Async transcription is not enabled for your account.');
  if (!recording.asyncAudio)
    refuse(
      400,
      'Cannot generate async transcription because you did not enable recording_settings.record_async_transcription_audio_chunks when you created the bot.',
    );
  if (state !== 'ended')
    refuse(400, `Cannot create async transcription because bot is not in state ended. It is in state ${state}`);
  const { audioChunks = [], asyncTranscriptions = [] } = seenBy(bot) ?? {};
  if (audioChunks.length === 0)
    refuse(
      400,
      'Cannot create async transcription because the per-speaker audio data has been deleted or was never created.',
    );
  if (asyncTranscriptions.length >= PER_BOT_MAX)
    refuse(400, `You cannot have more than ${PER_BOT_MAX} async transcriptions per bot.`);
}

/** What is packed has none. */
const transcriptionsOf = ({ content }: Bot): readonly AsyncTranscription[] =>
  content === null || content instanceof Packed ? [] : content.asyncTranscriptions;

/** Refuses one that the bot does not have. */
export const asyncTranscriptionOf = (bot: Bot, id: string): AsyncTranscription =>
  transcriptionsOf(bot).find((transcription) => transcription.id === id) ??
  refuseMissing(id, 'Async Transcription not found');

const allTranscriptions = (world: World): [Bot, AsyncTranscription][] =>
  [...sliceOf(world).bots.values()].flatMap((bot) =>
    transcriptionsOf(bot).map((transcription): [Bot, AsyncTranscription] => [bot, transcription]),
  );

/** One pass of the worker over every transcription that is not done. */
export function runAsyncWorker(world: World): void {
  for (const [bot, transcription] of allTranscriptions(world)) advance(world, bot, transcription);
}

function advance(world: World, bot: Bot, transcription: AsyncTranscription): void {
  const { state, utterances, startedAt } = transcription;
  if (state === 'not_started') return start(world, bot, transcription);
  if (state !== 'in_progress') return;
  const pending = utterances.some(isPending);
  if (pending && world.now() - startedAt! <= GIVEN_UP_AFTER) return;
  const reasons = new Set(utterances.flatMap(({ failure }) => failure ?? []));
  if (pending) reasons.add(STILL_PENDING);
  transcription.failureReasons = reasons.size > 0 ? [...reasons].sort() : null;
  changeState(world, bot, transcription, reasons.size > 0 ? 'failed' : 'complete');
}

const isPending = ({ transcription, failure }: Utterance): boolean => transcription === null && failure === null;

function start(world: World, bot: Bot, transcription: AsyncTranscription): void {
  const updated_at = (transcription.startedAt = world.now());
  for (const chunk of seenBy(bot)?.audioChunks ?? [])
    transcription.utterances.push({ ...chunk, source: null, transcription: null, failure: null, updated_at });
  changeState(world, bot, transcription, 'in_progress');
}

function changeState(
  world: World,
  bot: Bot,
  transcription: AsyncTranscription,
  state: AsyncTranscription['state'],
): void {
  transcription.state = state;
  transcription.updated_at = world.now();
  const { id, failureReasons } = transcription;
  const data = () => ({ id, state, failure_data: failureReasons && { failure_reasons: failureReasons } });
  notifyBot(world, bot, { trigger: 'async_transcription.state_change', state, data });
}

/** The provider answers for the utterances that wait, in their order. */
export function answerUtterances(world: World, results: readonly PyValue[]): void {
  const pending = allTranscriptions(world)
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

function planStep(world: World, { id: subject }: Bot, { id }: AsyncTranscription): void {
  jobs.plan(world, 'async', { due: world.now() + STEP, subject, args: { transcription: id } });
}

export const asyncJobs: Pick<JobTable, 'async'> = {
  /** Without a hand backstage, the provider hears the same words as the captions. */
  async: {
    label: 'async transcription goes on',
    run(world, subject, { transcription: id }) {
      const bot = sliceOf(world).bots.get(subject);
      const transcription = bot && transcriptionsOf(bot).find((candidate) => candidate.id === id);
      if (!transcription) return;
      for (const utterance of transcription.utterances.filter(isPending)) {
        const caption = seenBy(bot)?.utterances.find(({ timestamp_ms }) => timestamp_ms === utterance.timestamp_ms);
        utterance.transcription = caption?.transcription ?? '{"transcript":""}';
      }
      advance(world, bot, transcription);
      if (transcription.state === 'in_progress') planStep(world, bot, transcription);
    },
  },
};
