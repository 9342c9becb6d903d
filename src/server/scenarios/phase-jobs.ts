import type { Micros } from '../../clock/instant.js';
import type { Job } from '../../clock/queue.js';
import type { World } from '../engine/world.js';
import type { AgentRun } from './state.js';

/** The next thing that happens to an agent in its meeting, with the label of its job. */
export const PHASES = {
  joinFails: 'cannot join',
  lobby: 'reaches the lobby',
  admitted: 'is admitted',
  denied: 'is turned away',
  recording: 'may record',
  recordingDenied: 'may not record',
  step: 'next step of the meeting',
  said: 'somebody has said something',
  event: 'an event of this agent alone',
  transcribed: 'a late transcript is ready',
  artefacts: 'recording and transcript are ready',
} as const;
export type Phase = keyof typeof PHASES;

export const PHASE_JOB = 'scenario.phase';
/** Phases beside the next one of an agent. */
export const ASIDE: ReadonlySet<Phase> = new Set(['said', 'event', 'transcribed']);
export const phaseIn = (job: Job): Phase => job.args['phase'] as Phase;

/** One of several of its kind: a step, or an event. */
interface Indexed {
  readonly phase: Phase;
  readonly index: number;
}

/** Plans a phase of an agent, and gives its job. */
export function plan(world: World, run: AgentRun, due: Micros, next: Phase | Indexed): number {
  const { phase, index } = typeof next === 'string' ? { phase: next, index: 0 } : next;
  const args = { phase, index, run: run.number };
  return world.clock.schedule({ due, kind: PHASE_JOB, subject: run.agent, args });
}

/** Plans the next phase of an agent. */
export function planNext(world: World, run: AgentRun, due: Micros, next: Phase | Indexed): void {
  run.job = plan(world, run, due, next);
}

/** Plans a phase beside the next one, not in its place. */
export function planAside(world: World, run: AgentRun, due: Micros, next: Phase | Indexed): void {
  (run.eventJobs ??= []).push(plan(world, run, due, next));
}
