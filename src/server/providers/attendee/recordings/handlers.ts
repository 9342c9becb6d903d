import type { Handler } from '../../provider.js';
import { botOf } from '../bots/find.js';
import { page } from '../framework/pages.js';
import { lastOf, queryOf, timeParameter } from '../framework/query.js';
import { empty, jsonText, refuse } from '../framework/replies.js';
import { isPyObject, parsePython } from '../python/json.js';
import { pythonStrip } from '../python/repr.js';
import { renderChatMessage, renderParticipant, renderParticipantEvent, renderUtterance } from '../render.js';
import type { Bot } from '../state.js';
import { asyncTranscriptionOf, createAsyncTranscription } from './async-transcription.js';
import { participantById } from './content.js';
import { recordingLink } from './link.js';
import { splitOnTurns } from './speaker-turns.js';
import { contentOf, seenBy, type Utterance } from './state.js';

/** Reads of everything that a bot has collected. */

const listParticipants: Handler = (call) => {
  const bot = botOf(call);
  const query = queryOf(call.request);
  const host = readHost(query);
  const id = lastOf(query, 'id');
  const people = (seenBy(bot)?.participants ?? []).filter(
    (participant) =>
      !participant.isTheBot && (host === undefined || participant.is_host === host) && (!id || participant.id === id),
  );
  return page(call, people, renderParticipant, { searched: [id] });
};

/** Here an empty parameter is not an absent one (observed in the vendor's public code). */
function readHost(query: URLSearchParams): boolean | undefined {
  const given = lastOf(query, 'is_host');
  if (given === undefined) return undefined;
  const word = pythonStrip(given).toLowerCase();
  if (word !== 'true' && word !== 'false') refuse(400, 'Invalid is_host value. Use true or false.');
  return word === 'true';
}

export const listParticipantEvents: Handler = (call) => {
  const bot = botOf(call);
  const query = queryOf(call.request);
  const from = timeParameter(query, 'after') ?? Number.NEGATIVE_INFINITY;
  const to = timeParameter(query, 'before') ?? Number.POSITIVE_INFINITY;
  const events = (seenBy(bot)?.events ?? []).filter(
    ({ participant, created_at }) =>
      !participantById(bot, participant).isTheBot && created_at > from && created_at < to,
  );
  return page(call, events, (event) => renderParticipantEvent(event, participantById(bot, event.participant)));
};

const listChatMessages: Handler = (call) => {
  const bot = botOf(call);
  // The vendor calls it updated_after and filters on created_at (observed).
  const from = timeParameter(queryOf(call.request), 'updated_after') ?? Number.NEGATIVE_INFINITY;
  const messages = (seenBy(bot)?.messages ?? []).filter(({ created_at }) => created_at > from);
  return page(call, messages, (message) => renderChatMessage(message, participantById(bot, message.participant)));
};

export const getTranscript: Handler = (call) => {
  const bot = botOf(call);
  const query = queryOf(call.request);
  const source = utterancesOf(bot, lastOf(query, 'async_transcription_id'));
  const from = timeParameter(query, 'updated_after') ?? Number.NEGATIVE_INFINITY;
  const spoken = source
    .filter(({ transcription, failure, updated_at }) => hasText(transcription) && failure === null && updated_at > from)
    .sort((a, b) => a.timestamp_ms - b.timestamp_ms);
  const shown =
    lastOf(query, 'split_on_turns') === 'true'
      ? splitOnTurns(spoken, ({ participant }) => participantById(bot, participant).uuid)
      : spoken;
  const items = shown.map((utterance) => renderUtterance(utterance, participantById(bot, utterance.participant)));
  return jsonText(200, `[${items.join(',')}]`);
};

/** The utterances of the meeting, or of one async transcription once it is complete. */
function utterancesOf(bot: Bot, id: string | undefined): readonly Utterance[] {
  if (!id) return seenBy(bot)?.utterances ?? [];
  const { state, utterances } = asyncTranscriptionOf(bot, id);
  if (state !== 'complete') refuse(400, `Async transcription ${id} is not complete. It is in state ${state}`);
  return utterances;
}

/** Empty ones are stored, and not shown. */
function hasText(transcription: string | null): boolean {
  const parsed = transcription === null ? null : parsePython(transcription);
  return isPyObject(parsed) && Boolean(parsed.get('transcript'));
}

export const deleteTranscript: Handler = (call) => {
  const bot = botOf(call);
  const id = lastOf(queryOf(call.request), 'async_transcription_id');
  if (id) asyncTranscriptionOf(bot, id).utterances.length = 0;
  else if (bot.content) contentOf(bot).utterances = [];
  return empty();
};

const getRecording: Handler = (call) =>
  recordingLink(call, botOf(call)) ?? refuse(404, 'No recording file found for bot');

export const contentHandlers = {
  getRecording,
  getTranscript,
  createAsyncTranscription,
  deleteTranscript,
  listChatMessages,
  listParticipants,
  listParticipantEvents,
} satisfies Readonly<Record<string, Handler>>;
