import type { World } from '../../../engine/world.js';
import { notifyBot } from '../webhooks.js';
import {
  emptyContent,
  type ChatMessage,
  type Content,
  type Participant,
  type ParticipantEvent,
  type ParticipantEventType,
  type Utterance,
} from './state.js';
import { COMPACT, asJsonb, isPyObject, parsePython, writePython, type PyValue } from '../python/json.js';
import { isRecording } from './recording.js';
import type { Bot } from '../state.js';

/** What a bot sees and hears, stored and told (observed). */

export interface Person {
  readonly uuid: string;
  readonly user_uuid?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly is_host?: boolean | undefined;
  readonly is_the_bot?: boolean | undefined;
}

export function contentOf(bot: Bot): Content {
  return (bot.content ??= emptyContent());
}

const newId = (world: World, prefix: string): string => `${prefix}_${world.random.alphanumeric(prefix, 16)}`;

/** The participant of this uuid: made at the first use, and not altered by later ones. */
export function participantOf(world: World, bot: Bot, person: Person): Participant {
  const { participants } = contentOf(bot);
  const known = participants.find(({ uuid }) => uuid === person.uuid);
  if (known) return known;
  const made: Participant = {
    id: newId(world, 'par'),
    uuid: person.uuid,
    user_uuid: person.user_uuid ?? null,
    name: person.name ?? null,
    is_host: person.is_host ?? false,
    isTheBot: person.is_the_bot ?? false,
    created_at: world.now(),
  };
  participants.push(made);
  return made;
}

export const personOf = (bot: Bot, id: string): Participant | undefined =>
  bot.content?.participants.find((participant) => participant.id === id);

export function addParticipantEvent(
  world: World,
  bot: Bot,
  event_type: ParticipantEventType,
  { person, timestamp_ms, data = new Map() }: { person: Person; timestamp_ms: number; data?: PyValue },
): void {
  const participant = participantOf(world, bot, person);
  const event: ParticipantEvent = {
    id: newId(world, 'pe'),
    participant: participant.id,
    event_type,
    event_data: writePython(asJsonb(data), COMPACT),
    timestamp_ms,
    created_at: world.now(),
  };
  contentOf(bot).events.push(event);
  if (participant.isTheBot) return;
  const spoken = event_type === 'speech_start' || event_type === 'speech_stop';
  notifyBot(world, bot, spoken ? 'participant_events.speech_start_stop' : 'participant_events.join_leave', {}, () => ({
    id: event.id,
    participant_name: participant.name,
    participant_uuid: participant.uuid,
    participant_user_uuid: participant.user_uuid,
    participant_is_host: participant.is_host,
    event_type,
    event_data: parsePython(event.event_data),
    timestamp_ms,
  }));
}

export interface Heard {
  readonly person: Person;
  readonly source: string | null;
  readonly transcription: PyValue;
  readonly timestamp_ms: number;
  readonly duration_ms: number;
}

/** A caption or a transcribed utterance. The same source again replaces it; without a recording it is lost. */
export function addUtterance(world: World, bot: Bot, heard: Heard): void {
  if (!isRecording(bot)) return;
  const participant = participantOf(world, bot, heard.person);
  const utterance = upsertUtterance(world, bot, participant, heard);
  utterance.transcription = writePython(asJsonb(heard.transcription), COMPACT);
  if (bot.transcription_state === 'not_started') bot.transcription_state = 'in_progress';
  notifyBot(world, bot, 'transcript.update', {}, () => ({
    speaker_name: participant.name,
    speaker_uuid: participant.uuid,
    speaker_user_uuid: participant.user_uuid,
    speaker_is_host: participant.is_host,
    timestamp_ms: heard.timestamp_ms,
    duration_ms: heard.duration_ms,
    transcription: withoutWords(heard.transcription),
  }));
}

/** The provider answers for what is pending: every text is there, and told. */
export function giveText(world: World, bot: Bot): void {
  for (const utterance of bot.content?.utterances ?? []) {
    const { awaited, participant, timestamp_ms, duration_ms } = utterance;
    if (awaited === undefined) continue;
    delete utterance.awaited;
    utterance.updated_at = world.now();
    utterance.transcription = writePython(new Map([['transcript', awaited]]), COMPACT);
    const speaker = personOf(bot, participant)!;
    notifyBot(world, bot, 'transcript.update', {}, () => ({
      speaker_name: speaker.name,
      speaker_uuid: speaker.uuid,
      speaker_user_uuid: speaker.user_uuid,
      speaker_is_host: speaker.is_host,
      timestamp_ms,
      duration_ms,
      transcription: new Map([['transcript', awaited]]),
    }));
  }
}

/** Webhooks leave out the single words (observed). */
function withoutWords(transcription: PyValue): PyValue {
  if (!isPyObject(transcription)) return transcription;
  return new Map([...transcription].filter(([key]) => key !== 'words'));
}

/** An utterance of which nobody is told: its text is pending, empty, or will never be there. */
export function addSilentUtterance(
  world: World,
  bot: Bot,
  heard: Heard,
  what: Partial<Pick<Utterance, 'failure' | 'awaited' | 'transcription'>>,
): void {
  if (!isRecording(bot)) return;
  Object.assign(upsertUtterance(world, bot, participantOf(world, bot, heard.person), heard), what);
  if (bot.transcription_state === 'not_started') bot.transcription_state = 'in_progress';
}

function upsertUtterance(
  world: World,
  bot: Bot,
  participant: Participant,
  { source, timestamp_ms, duration_ms }: Heard,
): Utterance {
  const { utterances } = contentOf(bot);
  const known = source === null ? undefined : utterances.find((utterance) => utterance.source === source);
  if (known) return Object.assign(known, { timestamp_ms, duration_ms, updated_at: world.now() });
  const utterance: Utterance = {
    source,
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

export interface Said {
  readonly person: Person;
  readonly source: string;
  readonly text: string;
  readonly timestamp: number;
  readonly toBot: boolean;
  readonly additional: PyValue;
}

/** A chat message. The same source again replaces it; without a recording it is lost. */
export function addChatMessage(world: World, bot: Bot, said: Said): void {
  if (!isRecording(bot)) return;
  const participant = participantOf(world, bot, said.person);
  const { messages } = contentOf(bot);
  const told = {
    text: said.text,
    timestamp: said.timestamp,
    to: said.toBot ? ('only_bot' as const) : ('everyone' as const),
    additional_data: writePython(asJsonb(said.additional), COMPACT),
  };
  let message = messages.find(({ source }) => source === said.source);
  if (message) Object.assign(message, told);
  else {
    const { source } = said;
    message = { id: newId(world, 'msg'), source, participant: participant.id, created_at: world.now(), ...told };
    messages.push(message);
  }
  const stored: ChatMessage = message;
  notifyBot(world, bot, 'chat_messages.update', {}, () => ({
    id: stored.id,
    to: stored.to,
    text: stored.text,
    timestamp: stored.timestamp,
    timestamp_ms: stored.timestamp * 1000,
    sender_name: participant.name,
    sender_uuid: participant.uuid,
    sender_user_uuid: participant.user_uuid,
    additional_data: parsePython(stored.additional_data),
  }));
}

/** `delete_data`: what was seen and heard is gone; the bot itself stays. */
export function forgetContent(bot: Bot): void {
  bot.content = null;
  bot.recordingFile = null;
}
