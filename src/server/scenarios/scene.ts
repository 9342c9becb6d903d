import type { Micros } from '../../clock/instant.js';
import type { Artefact, Artefacts, Utterance, VendorWords } from '../engine/part.js';
import type { Cast } from './cast.js';
import type { Fate, Part } from './parts.js';
import type { Role } from './stage.js';
import type { Story } from './story.js';
import type { Due } from './timetable.js';

/** A role in its meeting, with the stories that it is told by. */
export interface Scene {
  readonly role: Role;
  readonly start: Micros;
  /** Of the meeting. */
  readonly story: Story;
  /** Of this agent alone: its own story's, if it was cast for one, or the meeting's. */
  readonly part: Part;
  readonly teller: Story;
}

/** What the story says in the words of this agent's vendor alone. */
export const wordsOf = ({ role, teller }: Scene): VendorWords => teller.vendors[role.provider] ?? {};

/** The instant of a moment of this agent's; `now` is when it passes the stage that the moment counts from. */
export function instantOf({ start, story }: Scene, { from, offset }: Due, now: Micros): Micros {
  if (from === 'start') return start + offset;
  return from === 'end' ? start + story.end + offset : now + offset;
}

/** What this agent hears of a beat. */
export function utteranceOf(
  cast: Cast,
  { transcript }: Part,
  beat: Story['beats'][number] & { readonly what: 'speaks' },
  index: number,
): Utterance {
  const said = { speaker: cast.people.get(beat.who.id)!, text: cast.lines[index]!, duration: beat.lasts };
  if (transcript.fails !== null) return { ...said, outcome: { fails: transcript.fails } };
  if (transcript.late !== null) return { ...said, outcome: 'pending' };
  return transcript.what === 'ready' ? said : { ...said, outcome: transcript.what };
}

const ALL_READY: Artefacts = {
  transcript: { what: 'ready', expires: null },
  audio: { what: 'ready', expires: null },
  video: { what: 'ready', expires: null },
};

/** What this agent brings back. */
export function artefactsOf({ simple, transcript, audio, video }: Part, now: Micros): Artefacts {
  if (simple) return ALL_READY;
  return {
    transcript: artefactOf(transcript.fails === null ? transcript : { ...transcript, what: 'missing' }, now),
    audio: artefactOf(audio, now),
    video: artefactOf(video, now),
  };
}

const artefactOf = ({ what, expires }: Fate, now: Micros): Artefact => ({
  what,
  expires: expires === null ? null : now + expires,
});
