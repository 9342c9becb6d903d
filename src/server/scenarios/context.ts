import type { Micros } from '../../clock/instant.js';
import type { Artefact, Artefacts, Utterance, VendorWords } from '../engine/meeting.js';
import type { World } from '../engine/world.js';
import type { ArtefactPlan, AgentPlan } from './plan.js';
import type { AgentRun, Heard } from './state.js';
import type { Scenario } from './scenario.js';
import type { Due } from './timetable.js';

/** A run in its meeting, with the scenarios that it plays. */
export interface RunContext {
  readonly run: AgentRun;
  readonly start: Micros;
  /** Of the meeting. */
  readonly scenario: Scenario;
  /** Of this agent alone: its own scenario's, if it was content for one, or the meeting's. */
  readonly plan: AgentPlan;
  readonly source: Scenario;
}

/** What the scenario says in the words of this agent's vendor alone. */
export const wordsOf = ({ run, source }: RunContext): VendorWords => source.blocks[run.provider] ?? {};

/** The instant of a moment of this agent's; `now` is when it passes the stage that the moment counts from. */
export function instantOf({ start, scenario }: RunContext, { from, offset }: Due, now: Micros): Micros {
  if (from === 'start') return start + offset;
  return from === 'end' ? start + scenario.end + offset : now + offset;
}

/** Something that is said as this agent hears it. */
export function toHear(world: World, context: RunContext, number: number, said: Utterance): Omit<Heard, 'job'> {
  const { run, scenario, plan } = context;
  const { readsCaptions } = world.vendor(run.provider).meetingEvents;
  const heldBack = scenario.captions === 'held_back' && readsCaptions?.(world, run.agent) === true;
  return { number, utterance: withOutcome(said, plan), heldBack };
}

/** What becomes of its text. */
function withOutcome(said: Utterance, { transcript }: AgentPlan): Utterance {
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
export function artefactsOf({ simple, transcript, audio, video }: AgentPlan, now: Micros): Artefacts {
  if (simple) return ALL_READY;
  return {
    transcript: artefactOf(transcript.fails === null ? transcript : { ...transcript, what: 'missing' }, now),
    audio: artefactOf(audio, now),
    video: artefactOf(video, now),
  };
}

const artefactOf = ({ what, expires }: ArtefactPlan, now: Micros): Artefact => ({
  what,
  expires: expires === null ? null : now + expires,
});
