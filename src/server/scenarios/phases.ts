import type { Micros } from '../../clock/instant.js';
import type { MeetingEvents, Participant } from '../engine/meeting.js';
import type { Player } from '../engine/player.js';
import type { World } from '../engine/world.js';
import { comeIn, goOut, lookAround } from './company.js';
import type { ScenarioContents } from './content.js';
import { artefactsOf, instantOf, toHear, wordsOf, type RunContext } from './context.js';
import { planAside, planNext, type Phase } from './phase-jobs.js';
import { beginToSpeak, breakOff, stopSpeaking } from './speech.js';
import type { Milestone } from './timetable.js';

/** Steps that leave something to see for an agent that comes later. */
const SHOWS: ReadonlySet<string> = new Set(['joins', 'leaves']);

/** Plans the events that count from this milestone, which is now. */
export function planEvents(world: World, context: RunContext, milestone: Milestone | 'start'): void {
  const { events } = context.plan;
  // Most agents have no events, and there are many agents.
  if (events.length === 0) return;
  events.forEach(({ due }, index) => {
    const absolute = due.from === 'start' || due.from === 'end';
    if (absolute ? milestone !== 'start' : due.from !== milestone) return;
    const at = Math.max(world.now(), instantOf(context, due, world.now()));
    planAside(world, context.run, at, { phase: 'event', index });
  });
}

/** An agent that enters a phase. */
interface Turn {
  readonly world: World;
  readonly context: RunContext;
  readonly agent: string;
  /** The vendor's side of the agent. */
  readonly events: MeetingEvents;
  /** The number of the step or the event. */
  readonly index: number;
}

/** The agent may record, or may not: then it hears nothing (assumed). */
function setRecording(turn: Turn, allowed: boolean): void {
  const { world, context, agent, events } = turn;
  if (allowed) {
    if (context.run.deaf) delete context.run.deaf;
    return events.recordingAllowed?.(world, agent);
  }
  breakOff(world, context.run);
  context.run.deaf = true;
  events.recordingDenied?.(world, agent, context.plan.refusal);
}

export type PhaseTable = Readonly<Record<Phase, (turn: Turn) => void>>;

/** The code of every phase. */
export function phasesOf({
  contents,
  player,
}: {
  readonly contents: ScenarioContents;
  readonly player: Pick<Player, 'exit' | 'flush' | 'forget' | 'halt'>;
}): PhaseTable {
  const personOf = ({ world, context }: Turn, id: string | null): Participant | undefined =>
    id === null ? undefined : contents.of(world.seed, context.source).people.get(id);
  return {
    joinFails: ({ world, context, agent, events }) =>
      events.couldNotJoin?.(world, agent, context.plan.joinFails!.reason, wordsOf(context)),
    lobby: waitInLobby,
    denied: (turn) => turn.events.denied?.(turn.world, turn.agent, personOf(turn, turn.context.plan.denied!.by)),
    admitted: ({ world, context, agent, events }) => {
      const { recordingAllowed, recordingDenied } = context.plan;
      comeIn(world, context.run);
      events.admitted?.(world, agent);
      planEvents(world, context, 'admitted');
      if (recordingAllowed === null) planOnWay(world, context, recordingDenied, 'recordingDenied');
      else planOnWay(world, context, recordingAllowed, 'recording');
    },
    recordingDenied: (turn) => {
      const { world, context } = turn;
      setRecording(turn, false);
      planEvents(world, context, 'recording');
      lookAround(world, context.run);
      planStep(world, context, 0);
    },
    recording: (turn) => {
      const { world, context, agent, events } = turn;
      setRecording(turn, true);
      planEvents(world, context, 'recording');
      if (context.scenario.captions === 'unavailable') events.captionsUnavailable?.(world, agent);
      lookAround(world, context.run);
      planStep(world, context, 0);
    },
    step: (turn) => {
      const { world, context, index } = turn;
      const ends = context.scenario.steps[index]!.what === 'ends';
      if (ends) player.flush(world, context.run.agent);
      else planStep(world, context, index + 1);
      playStep(turn, contents);
      if (ends) player.exit(world, context.run.agent);
    },
    said: ({ world, context, index }) => stopSpeaking(world, context.run, index),
    event: (turn) => {
      const event = turn.context.plan.events[turn.index]!;
      playEvent(turn, player, event.what === 'removed' ? personOf(turn, event.by) : undefined);
    },
    transcribed: ({ world, agent, events }) => events.transcribed?.(world, agent),
    artefacts: ({ world, context, agent, events }) => {
      events.artefactsReady?.(world, agent, artefactsOf(context.plan, world.now()));
      player.forget(world, agent);
    },
  };
}

/** Without a host or somebody to open, only the agent's own patience or the end of the meeting ends the wait. */
function waitInLobby({ world, context, agent, events }: Turn): void {
  const { scenario, plan: own, start } = context;
  if (scenario.starts === null) return events.waitsForHost?.(world, agent);
  const untilHost = start + scenario.starts - world.now();
  if (untilHost > 0) {
    events.waitsForHost?.(world, agent);
    return planOnWay(world, context, untilHost, 'lobby');
  }
  events.reachedLobby?.(world, agent);
  planEvents(world, context, 'lobby');
  if (own.denied) planOnWay(world, context, own.denied.after, 'denied');
  else planOnWay(world, context, own.admitted ?? Number.POSITIVE_INFINITY, 'admitted');
}

/**
 * Plans what comes next, so long from now, for an agent that is on its way in. If the meeting is over before, its end comes
 * instead; in one instant the end is last, as among the steps. Without a host there is no meeting that could end.
 */
export function planOnWay(world: World, { run, scenario, start }: RunContext, after: Micros, phase: Phase): void {
  const due = world.now() + after;
  const end = start + scenario.end;
  if (scenario.starts === null || due <= end) planNext(world, run, due, phase);
  else planNext(world, run, end, { phase: 'step', index: scenario.steps.length - 1 });
}

/** Steps that are past when the agent comes are made up for if they still show: who is there. Speech is missed. */
function planStep(world: World, { run, scenario: { steps }, start }: RunContext, from: number): void {
  let index = from;
  while (index < steps.length - 1 && !SHOWS.has(steps[index]!.what) && start + steps[index]!.at < world.now()) index++;
  planNext(world, run, Math.max(start + steps[index]!.at, world.now()), { phase: 'step', index });
}

function playStep(turn: Turn, contents: ScenarioContents): void {
  const { world, context, agent, events, index } = turn;
  const { scenario } = context;
  const content = contents.of(world.seed, scenario);
  const step = scenario.steps[index]!;
  switch (step.what) {
    case 'joins':
      return events.participantJoined?.(world, agent, content.people.get(step.who.id)!);
    case 'leaves':
      breakOff(world, context.run, step.who.id);
      return events.participantLeft?.(world, agent, content.people.get(step.who.id)!);
    case 'speaks': {
      const speaker = content.people.get(step.who.id)!;
      const said = { speaker, at: world.now(), text: content.lines[index]!, duration: step.lasts };
      return beginToSpeak(world, context.run, toHear(world, context, index, said));
    }
    case 'writes': {
      const { who, text, toAgent } = step;
      const sender = content.people.get(who.id)!;
      return events.wrote?.(world, agent, { key: `chat/${index}`, sender, text, toAgent });
    }
    case 'breakout':
      return events.breakout?.(world, agent, step.phase);
    case 'ends':
      return events.meetingEnded?.(world, agent);
  }
}

/** An event that concerns this agent alone. */
function playEvent(turn: Turn, player: Pick<Player, 'flush' | 'halt'>, by: Participant | undefined): void {
  const { world, context, agent, events, index } = turn;
  const event = context.plan.events[index]!;
  switch (event.what) {
    case 'crash':
      player.halt(world, agent);
      if (event.how === 'vanishes') goOut(world, context.run, true);
      return events.crashed?.(world, agent, event.how, wordsOf(context));
    case 'removed':
      player.flush(world, agent);
      return events.removed?.(world, agent, by);
    case 'leaves':
      return events.left?.(world, agent, event.because);
    case 'withdrawn':
      return setRecording(turn, false);
    case 'restored':
      return setRecording(turn, true);
    case 'vendor':
      if (event.vendor === context.run.provider) events.vendorEvent?.(world, agent, event.event);
  }
}
