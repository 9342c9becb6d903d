import type { Micros } from '../../../../clock/instant.js';
import { Packed, unpacked } from '../../../engine/packed.js';
import type { Bot } from '../state.js';

/** Everything that a bot has seen and heard. Plain data; JSON that must keep its form is kept as text. */

export interface Participant {
  readonly id: string;
  readonly uuid: string;
  readonly user_uuid: string | null;
  readonly name: string | null;
  is_host: boolean;
  readonly isTheBot: boolean;
  readonly created_at: Micros;
}

export type ParticipantEventType = 'join' | 'leave' | 'speech_start' | 'speech_stop' | 'update';

export interface ParticipantEvent {
  readonly id: string;
  readonly participant: string;
  readonly event_type: ParticipantEventType;
  /** JSON text. */
  readonly event_data: string;
  readonly timestamp_ms: number;
  readonly created_at: Micros;
}

export interface Utterance {
  /** Names the utterance for the captions' provider: a later one of the same name replaces it. */
  readonly source: string | null;
  readonly participant: string;
  timestamp_ms: number;
  duration_ms: number;
  /** JSON text; `null` while the answer of the transcription is out. */
  transcription: string | null;
  /** The reason for which its transcription failed. */
  failure: string | null;
  /** The text that a scenario will give it later. */
  awaited?: string;
  updated_at: Micros;
}

export interface ChatMessage {
  readonly id: string;
  readonly source: string;
  readonly participant: string;
  text: string;
  timestamp: number;
  to: 'only_bot' | 'everyone';
  /** JSON text. */
  additional_data: string;
  readonly created_at: Micros;
}

export interface AudioChunk {
  readonly participant: string;
  readonly timestamp_ms: number;
  readonly duration_ms: number;
}

export interface AsyncTranscription {
  readonly id: string;
  readonly created_at: Micros;
  updated_at: Micros;
  startedAt: Micros | null;
  state: 'not_started' | 'in_progress' | 'complete' | 'failed';
  failureReasons: readonly string[] | null;
  readonly utterances: Utterance[];
}

export interface MediaRequest {
  readonly type: 'image' | 'audio' | 'video';
  state: 'enqueued' | 'playing';
}

export interface Content {
  participants: Participant[];
  events: ParticipantEvent[];
  messages: ChatMessage[];
  utterances: Utterance[];
  audioChunks: AudioChunk[];
  asyncTranscriptions: AsyncTranscription[];
  media: MediaRequest[];
}

const emptyContent = (): Content => ({
  participants: [],
  events: [],
  messages: [],
  utterances: [],
  audioChunks: [],
  asyncTranscriptions: [],
  media: [],
});

/** What a bot has seen and heard, to add to it. */
export function contentOf(bot: Bot): Content {
  return (bot.content = unpacked(bot.content) ?? emptyContent());
}

/** To read it. */
export const seenBy = ({ content }: Bot): Readonly<Content> | null => unpacked(content);

/** Nothing more is seen or heard. A transcription that is made later goes on by itself. */
export function packContent(bot: Bot): void {
  const content = seenBy(bot);
  if (content?.asyncTranscriptions.length === 0) bot.content = new Packed<Content>(content);
}
