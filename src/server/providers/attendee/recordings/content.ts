import { shared } from '../../../engine/shared.js';
import type { World } from '../../../engine/world.js';
import { asJsonb, COMPACT, isPyObject, parsePython, writePython, type PyValue } from '../python/json.js';
import type { Bot } from '../state.js';
import { notifyBot } from '../webhooks.js';
import { isRecording } from './recording.js';
import {
  contentOf,
  seenBy,
  type Participant,
  type ParticipantEvent,
  type ParticipantEventType,
  type Utterance,
} from './state.js';

/** Everything that a bot sees and hears, stored and sent (observed). */

/** Somebody in the meeting, as the platform names them. */
export interface Person {
  readonly uuid: string;
  readonly user_uuid?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly is_host?: boolean | undefined;
  readonly is_the_bot?: boolean | undefined;
}

/** What many bots hear of one story is kept once. */
const stored = (value: PyValue): string => shared(writePython(asJsonb(value), COMPACT));

/** The participant of this uuid: made at the first use, and not altered by later ones. */
export function participantOf(world: World, bot: Bot, person: Person): Participant {
  const { participants } = contentOf(bot);
  const known = participants.find(({ uuid }) => uuid === person.uuid);
  if (known) return known;
  const participant: Participant = {
    id: world.random.id('par'),
    uuid: person.uuid,
    user_uuid: person.user_uuid ?? null,
    name: person.name ?? null,
    is_host: person.is_host ?? false,
    isTheBot: person.is_the_bot ?? false,
    created_at: world.now(),
  };
  participants.push(participant);
  return participant;
}

export const participantById = (bot: Bot, id: string): Participant =>
  seenBy(bot)!.participants.find((participant) => participant.id === id)!;

export interface NewParticipantEvent {
  readonly person: Person;
  readonly timestamp_ms: number;
  readonly data?: PyValue;
}

export function addParticipantEvent(
  world: World,
  bot: Bot,
  event_type: ParticipantEventType,
  { person, timestamp_ms, data = new Map() }: NewParticipantEvent,
): void {
  const participant = participantOf(world, bot, person);
  const event: ParticipantEvent = {
    id: world.random.id('pe'),
    participant: participant.id,
    event_type,
    event_data: stored(data),
    timestamp_ms,
    created_at: world.now(),
  };
  contentOf(bot).events.push(event);
  if (participant.isTheBot) return;
  const isSpeech = event_type === 'speech_start' || event_type === 'speech_stop';
  notifyBot(world, bot, {
    trigger: isSpeech ? 'participant_events.speech_start_stop' : 'participant_events.join_leave',
    data: () => ({
      id: event.id,
      participant_name: participant.name,
      participant_uuid: participant.uuid,
      participant_user_uuid: participant.user_uuid,
      participant_is_host: participant.is_host,
      event_type,
      event_data: parsePython(event.event_data),
      timestamp_ms,
    }),
  });
}

/** Something that somebody said, as a caption or a transcription provider reports it. */
export interface NewUtterance {
  readonly person: Person;
  readonly source: string | null;
  readonly transcription: PyValue;
  readonly timestamp_ms: number;
  readonly duration_ms: number;
}

/** A caption or a transcribed utterance. The same source again replaces it; without a recording it is lost. */
export function addUtterance(world: World, bot: Bot, given: NewUtterance): void {
  if (!isRecording(bot)) return;
  const utterance = upsertUtterance(world, bot, given);
  utterance.transcription = stored(given.transcription);
  notifyOfUtterance(world, bot, participantOf(world, bot, given.person), given);
}

/** The provider answers for pending utterances: every text is there, and sent. */
export function giveText(world: World, bot: Bot): void {
  for (const utterance of bot.content ? contentOf(bot).utterances : []) {
    const { awaited, participant } = utterance;
    if (awaited === undefined) continue;
    delete utterance.awaited;
    utterance.updated_at = world.now();
    const transcription: PyValue = new Map([['transcript', awaited]]);
    utterance.transcription = stored(transcription);
    notifyOfUtterance(world, bot, participantById(bot, participant), { ...utterance, transcription });
  }
}

type Spoken = Pick<NewUtterance, 'timestamp_ms' | 'duration_ms' | 'transcription'>;

function notifyOfUtterance(world: World, bot: Bot, speaker: Participant, spoken: Spoken): void {
  const { timestamp_ms, duration_ms, transcription } = spoken;
  notifyBot(world, bot, {
    trigger: 'transcript.update',
    data: () => ({
      speaker_name: speaker.name,
      speaker_uuid: speaker.uuid,
      speaker_user_uuid: speaker.user_uuid,
      speaker_is_host: speaker.is_host,
      timestamp_ms,
      duration_ms,
      transcription: withoutWords(transcription),
    }),
  });
}

/** Webhooks leave out the single words (observed). */
function withoutWords(transcription: PyValue): PyValue {
  if (!isPyObject(transcription)) return transcription;
  return new Map([...transcription].filter(([key]) => key !== 'words'));
}

/** An utterance without a webhook: its text is pending, empty, or will never be there. */
export function addSilentUtterance(
  world: World,
  bot: Bot,
  given: NewUtterance,
  outcome: Partial<Pick<Utterance, 'failure' | 'awaited' | 'transcription'>>,
): void {
  if (isRecording(bot)) Object.assign(upsertUtterance(world, bot, given), outcome);
}

function upsertUtterance(world: World, bot: Bot, given: NewUtterance): Utterance {
  const { source, timestamp_ms, duration_ms } = given;
  const participant = participantOf(world, bot, given.person);
  if (bot.transcription_state === 'not_started') bot.transcription_state = 'in_progress';
  const { utterances } = contentOf(bot);
  const known = source === null ? undefined : utterances.find((utterance) => utterance.source === source);
  if (known) return Object.assign(known, { timestamp_ms, duration_ms, updated_at: world.now() });
  const utterance: Utterance = {
    source: source === null ? null : shared(source),
    participant: participant.id,
    timestamp_ms,
    duration_ms,
    transcription: null,
    failure: null,
    updated_at: world.now(),
  };
  utterances.push(utterance);
  return utterance;
}

export interface NewChatMessage {
  readonly person: Person;
  readonly source: string;
  readonly text: string;
  readonly timestamp: number;
  readonly toBot: boolean;
  readonly additional: PyValue;
}

/** A chat message. The same source again replaces it; without a recording it is lost. */
export function addChatMessage(world: World, bot: Bot, given: NewChatMessage): void {
  if (!isRecording(bot)) return;
  const { person, source, text, timestamp, toBot, additional } = given;
  const participant = participantOf(world, bot, person);
  const { messages } = contentOf(bot);
  const fields = {
    text,
    timestamp,
    to: toBot ? ('only_bot' as const) : ('everyone' as const),
    additional_data: stored(additional),
  };
  let message = messages.find((candidate) => candidate.source === source);
  if (message) Object.assign(message, fields);
  else {
    message = { id: world.random.id('msg'), source, participant: participant.id, created_at: world.now(), ...fields };
    messages.push(message);
  }
  const { id } = message;
  notifyBot(world, bot, {
    trigger: 'chat_messages.update',
    data: () => ({
      id,
      to: fields.to,
      text,
      timestamp,
      timestamp_ms: timestamp * 1000,
      sender_name: participant.name,
      sender_uuid: participant.uuid,
      sender_user_uuid: participant.user_uuid,
      additional_data: parsePython(fields.additional_data),
    }),
  });
}

/** `delete_data`: everything that was seen and heard is gone; the bot stays, and its async transcriptions without words. */
export function forgetContent(bot: Bot): void {
  const kept = seenBy(bot)?.asyncTranscriptions ?? [];
  bot.content = null;
  if (kept.length > 0) contentOf(bot).asyncTranscriptions = kept.map((one) => ({ ...one, utterances: [] }));
  bot.recordingFile = null;
}
