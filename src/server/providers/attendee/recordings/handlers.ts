import type { Call, Handler, Reply } from '../../provider.js';
import { transcriptOf } from './async-transcription.js';
import { withBot } from '../bots/handlers.js';
import { personOf } from './content.js';
import type { Participant } from './state.js';
import { empty, error, jsonText } from '../framework/errors.js';
import { page } from '../framework/pages.js';
import { recordingLink } from './link.js';
import { isPyObject, parsePython } from '../python/json.js';
import { lastOf, queryOf, timeParameter } from '../framework/query.js';
import { renderChatMessage, renderParticipant, renderParticipantEvent, renderUtterance } from '../bots/render.js';
import type { Bot } from '../state.js';
import { splitOnTurns } from './speaker-turns.js';

/** What a bot has collected, to read. */

const PAGE_SIZE = 25;
const position = ({ created_at }: { readonly created_at: number }): number => created_at;

const someone = (bot: Bot, id: string): Participant => personOf(bot, id)!;

export const listParticipants: Handler = (call) =>
  withBot(call, (bot) => {
    const query = queryOf(call.request);
    const host = lastOf(query, 'is_host');
    const id = lastOf(query, 'id');
    let people = (bot.content?.participants ?? []).filter(({ isTheBot }) => !isTheBot);
    if (host) {
      if (!/^(true|false)$/i.test(host)) return error(400, 'Invalid is_host value. Use true or false.');
      people = people.filter(({ is_host }) => is_host === (host.toLowerCase() === 'true'));
    }
    if (id) people = people.filter((person) => person.id === id);
    return page(call, people, { pageSize: PAGE_SIZE, position, render: renderParticipant });
  });

export const listParticipantEvents: Handler = (call) => withBot(call, (bot) => participantEvents(call, bot));

export function participantEvents(call: Call, bot: Bot): Reply {
  const query = queryOf(call.request);
  const after = timeParameter(query, 'after');
  if ('refusal' in after) return after.refusal;
  const before = timeParameter(query, 'before');
  if ('refusal' in before) return before.refusal;
  const [from, to] = [after.at ?? Number.NEGATIVE_INFINITY, before.at ?? Number.POSITIVE_INFINITY];
  const events = (bot.content?.events ?? []).filter(
    ({ participant, created_at }) => !someone(bot, participant).isTheBot && created_at > from && created_at < to,
  );
  return page(call, events, {
    pageSize: PAGE_SIZE,
    position,
    render: (event) => renderParticipantEvent(event, someone(bot, event.participant)),
  });
}

export const listChatMessages: Handler = (call) =>
  withBot(call, (bot) => {
    const after = timeParameter(queryOf(call.request), 'updated_after');
    if ('refusal' in after) return after.refusal;
    // The vendor calls it updated_after and filters on created_at (observed).
    const { at: from = Number.NEGATIVE_INFINITY } = after;
    const messages = (bot.content?.messages ?? []).filter(({ created_at }) => created_at > from);
    return page(call, messages, {
      pageSize: PAGE_SIZE,
      position,
      render: (message) => renderChatMessage(message, someone(bot, message.participant)),
    });
  });

export const getTranscript: Handler = (call) => withBot(call, (bot) => transcript(call, bot));

export function transcript(call: Call, bot: Bot): Reply {
  const query = queryOf(call.request);
  const source = transcriptOf(bot, lastOf(query, 'async_transcription_id'));
  if ('refusal' in source) return source.refusal;
  const after = timeParameter(query, 'updated_after');
  if ('refusal' in after) return after.refusal;
  const { at: from = Number.NEGATIVE_INFINITY } = after;
  const spoken = source.utterances
    .filter(({ transcription, failure, updated_at }) => hasText(transcription) && failure === null && updated_at > from)
    .sort((a, b) => a.timestamp_ms - b.timestamp_ms);
  const shown = lastOf(query, 'split_on_turns') === 'true' ? splitOnTurns(spoken) : spoken;
  const items = shown.map((utterance) => renderUtterance(utterance, someone(bot, utterance.participant)));
  return jsonText(200, `[${items.join(',')}]`);
}

/** Empty ones are stored, and not shown. */
function hasText(transcription: string | null): boolean {
  const parsed = transcription === null ? null : parsePython(transcription);
  return isPyObject(parsed) && Boolean(parsed.get('transcript'));
}

export const deleteTranscript: Handler = (call) =>
  withBot(call, (bot) => {
    const id = lastOf(queryOf(call.request), 'async_transcription_id');
    const { content } = bot;
    if (id) {
      const found = content?.asyncTranscriptions.find((transcription) => transcription.id === id);
      if (!found) return error(404, 'Async Transcription not found');
      found.utterances.length = 0;
    } else if (content) content.utterances = [];
    return empty();
  });

export const getRecording: Handler = (call) =>
  withBot(call, (bot) => recordingLink(call.world, call.request, bot) ?? error(404, 'No recording file found for bot'));
