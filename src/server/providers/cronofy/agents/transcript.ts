import { MICROS_PER_SECOND, type Micros } from '../../../../clock/instant.js';
import type { Transcript } from '../../../../contracts/cronofy/agents.js';
import type { Utterance } from '../../../engine/meeting.js';
import { Packed, unpacked } from '../../../engine/packed.js';
import type { World } from '../../../engine/world.js';
import { subscriptionsOf } from '../webhooks.js';
import { settingsOf } from '../settings.js';
import { sliceOf, type Agent, type Hearing, type Said } from '../state.js';

/**
 * What an agent hears, and what becomes of it: the transcript. Without subscriptions nobody can ever get at it
 * (documented), so nothing is kept.
 */
export function listen(world: World, agent: Agent): void {
  if (subscriptionsOf(world, agent).length > 0) startHearing(world, agent);
}

function startHearing(world: World, { sub }: Agent): Hearing {
  const { hearings } = sliceOf(world);
  return hearings.get(sub) ?? hearings.add({ agent: sub, since: world.now(), said: [], given: null });
}

/** Somebody has spoken. What was said before the agent could record is lost. */
export function hear(world: World, { sub }: Agent, { speaker, at, text, duration }: Utterance): void {
  const { key, name } = speaker;
  const hearing = sliceOf(world).hearings.get(sub);
  if (!hearing) return;
  hearing.said = unpacked(hearing.said);
  hearing.said.push({ speaker: key, name, at, lasts: duration, text });
}

/** Nothing more is heard. */
export function stopListening(world: World, { sub }: Agent): void {
  const hearing = sliceOf(world).hearings.get(sub);
  if (hearing) hearing.said = new Packed(unpacked(hearing.said));
}

/** The test says what the transcript is. */
export function giveTranscript(world: World, agent: Agent, transcript: Transcript['transcript']): void {
  startHearing(world, agent).given = transcript;
}

/** The transcript file of an agent. */
export function renderTranscript(world: World, sub: string): Transcript {
  const { hearings, agents } = sliceOf(world);
  const hearing = hearings.get(sub);
  const heard = hearing && agents.get(sub)?.artefacts?.transcript?.what !== 'empty';
  const transcript = hearing?.given ?? (heard ? transcribe(world, hearing) : { summary: SILENCE, paragraphs: [] });
  return { meeting_agent: { sub }, transcript };
}

const SILENCE = 'Nobody spoke.';

function transcribe(world: World, hearing: Hearing): Transcript['transcript'] {
  const { since } = hearing;
  const said = unpacked(hearing.said).toSorted((a, b) => a.at - b.at);
  const identifiers = new Map<string, string>();
  const names: string[] = [];
  const { speaker_names } = settingsOf(world);
  const paragraphs: Transcript['transcript']['paragraphs'] = [];
  let last: string | undefined;
  for (const { speaker, name, at, lasts, text } of said) {
    if (!identifiers.has(speaker)) {
      identifiers.set(speaker, letter(identifiers.size));
      names.push(name);
    }
    const [start, end] = [seconds(at - since), seconds(at - since + lasts)];
    const sentence = { text, start, end };
    const paragraph = paragraphs.at(-1);
    // Who goes on speaking stays in one paragraph.
    if (paragraph && speaker === last) {
      paragraph.sentences.push(sentence);
      paragraph.end = end;
    } else {
      const identifier = identifiers.get(speaker)!;
      const who = speaker_names ? { identifier, name } : { identifier };
      paragraphs.push({ speaker: who, start, end, sentences: [sentence] });
    }
    last = speaker;
  }
  return { summary: summarize(said, names), paragraphs };
}

function summarize(said: readonly Said[], names: readonly string[]): string {
  if (said.length === 0) return SILENCE;
  return `${names.join(' and ')} spoke ${said.length} times, beginning with: ${said[0]!.text}`;
}

/** A, B, … Z, AA, AB, … */
function letter(n: number): string {
  return n < 26 ? String.fromCodePoint(65 + n) : letter(Math.floor(n / 26) - 1) + letter(n % 26);
}

const seconds = (duration: Micros): number => Math.max(0, duration / MICROS_PER_SECOND);
