import type { Micros } from '../../clock/instant.js';
import type { MeetingEvents, Utterance } from '../engine/meeting.js';
import type { World } from '../engine/world.js';
import { plan } from './phase-jobs.js';
import type { AgentRun, Heard } from './state.js';

/** Speech as an agent hears it: its words are told when they are over, for until then nobody knows them. */

const eventsOf = (world: World, { provider }: AgentRun): MeetingEvents => world.vendor(provider).meetingEvents;

/** Somebody begins to speak. */
export function beginToSpeak(world: World, run: AgentRun, what: Omit<Heard, 'job'>): void {
  if (run.deaf) return;
  const { number, utterance } = what;
  const due = utterance.at + utterance.duration;
  const job = plan(world, run, due, { phase: 'said', index: number });
  (run.hears ??= []).push({ ...what, job });
  eventsOf(world, run).beganSpeaking?.(world, run.agent, utterance.speaker, due);
}

/** An utterance is over. */
export function stopSpeaking(world: World, run: AgentRun, number: number): void {
  const heard = run.hears?.find((candidate) => candidate.number === number);
  if (heard) end(world, run, heard);
}

/** The agent hears no more of this speaker, or of anybody: what was said until now is all that it has of it. */
export function breakOff(world: World, run: AgentRun, speaker?: string): void {
  const broken = (run.hears ?? []).filter(
    ({ job, utterance }) => job !== null && (speaker === undefined || utterance.speaker.key === speaker),
  );
  for (const heard of broken) {
    world.clock.cancel(heard.job);
    end(world, run, heard);
  }
}

/** The agent is about to be out: it is told everything that it has heard. */
export function tellAll(world: World, run: AgentRun): void {
  const { hears = [] } = run;
  forgetSpeech(world, run);
  for (const { utterance } of hears) tell(world, run, utterance);
}

export function forgetSpeech(world: World, run: AgentRun): void {
  if (!run.hears) return;
  for (const { job } of run.hears) world.clock.cancel(job);
  delete run.hears;
}

function end(world: World, run: AgentRun, heard: Heard): void {
  const { utterance } = heard;
  heard.job = null;
  eventsOf(world, run).stoppedSpeaking?.(world, run.agent, utterance.speaker);
  if (heard.heldBack) heard.utterance = { ...utterance, ...saidUntil(utterance, world.now()) };
  else {
    run.hears!.splice(run.hears!.indexOf(heard), 1);
    tell(world, run, utterance);
  }
}

function tell(world: World, run: AgentRun, utterance: Utterance): void {
  const said = saidUntil(utterance, world.now());
  if (said.text !== '') eventsOf(world, run).spoke?.(world, run.agent, { ...utterance, ...said });
}

/** As much of an utterance as was said until an instant: its words are spread evenly over its time (assumed). */
function saidUntil({ at, text, duration }: Utterance, now: Micros): Pick<Utterance, 'text' | 'duration'> {
  if (now >= at + duration) return { text, duration };
  const ends = [...text.matchAll(/\S+/g)].map(({ index, 0: word }) => index + word.length);
  const words = Math.floor(((now - at) * ends.length) / duration);
  return { text: text.slice(0, ends[words - 1] ?? 0), duration: Math.floor((duration * words) / ends.length) };
}
