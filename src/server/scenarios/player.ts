import type { Micros } from '../../clock/instant.js';
import type { Job } from '../../clock/queue.js';
import type { VendorName } from '../../contracts/contract.js';
import type { CastingBody } from '../../contracts/control/casting.js';
import { loadNames, namesLoaded } from '../engine/names.js';
import type { Participant, CastingHints, JobDefinition, Player } from '../engine/vendor.js';
import type { World } from '../engine/world.js';
import { ScenarioContents } from './content.js';
import { addRule, chooseScenario } from './casting.js';
import type { AgentEvent } from './plan.js';
import type { ScenarioStore } from './store.js';
import { artefactsOf, instantOf, utteranceOf, wordsOf, type RunContext } from './context.js';
import { createPlayState, runOf, playStateOf, type Meeting, type AgentRun } from './state.js';
import type { Scenario } from './scenario.js';
import type { Milestone } from './timetable.js';

/** The next thing that happens to an agent in its meeting, with the label of its job. */
const PHASES = {
  joinFails: 'cannot join',
  lobby: 'reaches the lobby',
  admitted: 'is admitted',
  denied: 'is turned away',
  recording: 'may record',
  recordingDenied: 'may not record',
  step: 'next step of the meeting',
  event: 'an event of this agent alone',
  transcribed: 'a late transcript is ready',
  artefacts: 'recording and transcript are ready',
} as const;
type Phase = keyof typeof PHASES;

/**
 * Plays scenarios: chooses one for each agent, and runs the agent's phases at their instants. An agent has one job for its
 * next phase, and one for each event that concerns it alone.
 */
export class ScenarioPlayer implements Player {
  readonly createState = createPlayState;
  readonly #store: ScenarioStore;
  readonly #contents = new ScenarioContents();

  constructor(store: ScenarioStore) {
    this.#store = store;
  }

  readonly jobs: Readonly<Record<string, JobDefinition>> = {
    'scenario.phase': {
      label: (job) => `scenario: ${PHASES[job.args['phase'] as Phase]}`,
      run: (world, job) => {
        // Only what people say and are called needs the word lists.
        if (!namesLoaded() && NAMING.has(job.args['phase'] as Phase))
          return loadNames().then(() => this.#enterPhase(world, job));
        return this.#enterPhase(world, job);
      },
    },
  };

  assertKnown(world: World, scenario: string): void {
    this.#store.scenario(world, this.#store.require(world, scenario));
  }

  addRule(world: World, rule: CastingBody): string {
    this.#store.require(world, rule.scenario);
    return addRule(world, rule).id;
  }

  cast(world: World, provider: VendorName, agent: string, hints: CastingHints): void {
    const { scenario: wanted, why, asked } = chooseScenario(world, provider, hints);
    const found = this.#store.keyOf(world, wanted);
    const scenario = found ?? this.#store.require(world, world.scenario);
    const { runs, numbers } = playStateOf(world);
    const number = runs.length;
    numbers.add({ agent, number });
    const own = asked && found !== undefined ? scenario : null;
    runs.push({ agent, provider, scenario, own, meetingStart: null, order: 0, job: null, number });
    if (found !== undefined) return world.note('casting', agent, `plays ${wanted} (${why})`);
    const known = this.#store.names(world).join(', ');
    world.note(
      'casting',
      agent,
      `plays ${world.scenario}, because there is no scenario "${wanted}" (${why}); known are ${known}`,
    );
  }

  plays(world: World, agent: string): boolean {
    const run = runOf(world, agent);
    return run !== undefined && this.#store.scenario(world, run.own ?? run.scenario).plays;
  }

  launch(world: World, agent: string): Scenario['launch'] {
    const run = runOf(world, agent);
    return run ? this.#store.scenario(world, run.own ?? run.scenario).launch : 0;
  }

  getsStuck(world: World, agent: string): boolean {
    const run = runOf(world, agent);
    return run?.meetingStart != null && this.#contextOf(world, run).plan.stuck;
  }

  enter(world: World, agent: string, meetingUrl: string): void {
    const run = runOf(world, agent);
    if (!run || !this.#store.scenario(world, run.own ?? run.scenario).plays) return;
    const meeting = this.#meetingAt(world, meetingUrl, run.scenario);
    run.order = meeting.arrivals++;
    if (meeting.scenario !== run.scenario) this.#noteOther(world, run, meeting);
    run.scenario = meeting.scenario;
    run.meetingStart = meeting.startedAt;
    const context = this.#contextOf(world, run);
    const { joinFails, lobbyReached } = context.plan;
    this.#planEvents(world, context, 'start');
    this.#planEvents(world, context, 'joining');
    if (joinFails) this.#schedule(world, run, world.now() + joinFails.after, 'joinFails');
    else this.#schedule(world, run, world.now() + lobbyReached, 'lobby');
  }

  exit(world: World, agent: string): void {
    const run = runOf(world, agent);
    if (!run || run.meetingStart === null) return;
    world.clock.cancel(run.job);
    const { plan } = this.#contextOf(world, run);
    if (plan.simple) return this.#schedule(world, run, world.now() + plan.artefactsReady, 'artefacts');
    const { transcriptPatience = Number.POSITIVE_INFINITY } = world.vendor(run.provider).meetingEvents;
    const { late } = plan.transcript;
    if (late !== null && late <= transcriptPatience) this.#scheduleAside(world, run, world.now() + late, 'transcribed');
    const waits = [Math.min(late ?? 0, transcriptPatience), plan.audio.late ?? 0, plan.video.late ?? 0];
    this.#schedule(world, run, world.now() + Math.max(plan.artefactsReady, ...waits), 'artefacts');
  }

  halt(world: World, agent: string): void {
    const run = runOf(world, agent);
    if (run) cancelJobs(world, run);
  }

  forget(world: World, agent: string): void {
    const run = runOf(world, agent);
    if (!run) return;
    cancelJobs(world, run);
    const { runs, numbers } = playStateOf(world);
    runs[run.number] = null;
    numbers.delete(agent);
  }

  /** The meeting that is on at this URL, or one that begins now. */
  #meetingAt(world: World, url: string, scenario: string): Meeting {
    const { meetings } = playStateOf(world);
    const last = meetings.get(url);
    if (last && world.now() < last.startedAt + this.#store.scenario(world, last.scenario).end) return last;
    return meetings.add({ url, scenario, startedAt: world.now(), arrivals: 0 });
  }

  #noteOther(world: World, run: AgentRun, { scenario }: Meeting): void {
    const name = (key: string): string => this.#store.scenario(world, key).name;
    const own = run.own === null ? '' : `; what befalls it alone is told by ${name(run.own)}`;
    world.note(
      'casting',
      run.agent,
      `joins a meeting that plays ${name(scenario)} already, and with it that story${own}`,
    );
  }

  #contextOf(world: World, run: AgentRun): RunContext {
    const scenario = this.#store.scenario(world, run.scenario);
    const source = run.own === null || run.own === run.scenario ? scenario : this.#store.scenario(world, run.own);
    const order = source === scenario ? run.order : 0;
    const plan = source.plans[Math.min(order, source.plans.length - 1)]!;
    return { run, start: run.meetingStart!, scenario, plan, source };
  }

  #schedule(world: World, run: AgentRun, due: Micros, phase: Phase, index = 0): void {
    const args = { phase, index, run: run.number };
    run.job = world.clock.schedule({ due, kind: 'scenario.phase', subject: run.agent, args });
  }

  /** Beside the next job of the run, not in its place. */
  #scheduleAside(world: World, run: AgentRun, due: Micros, phase: Phase, index = 0): void {
    const args = { phase, index, run: run.number };
    (run.eventJobs ??= []).push(world.clock.schedule({ due, kind: 'scenario.phase', subject: run.agent, args }));
  }

  /** Plans what counts from this stage, which is now. */
  #planEvents(world: World, context: RunContext, stage: Milestone | 'start'): void {
    const { events } = context.plan;
    // Nothing befalls most agents, and there are many.
    if (events.length === 0) return;
    events.forEach(({ due }, index) => {
      const absolute = due.from === 'start' || due.from === 'end';
      if (absolute ? stage !== 'start' : due.from !== stage) return;
      const at = Math.max(world.now(), instantOf(context, due, world.now()));
      this.#scheduleAside(world, context.run, at, 'event', index);
    });
  }

  #enterPhase(world: World, job: Job): void {
    const run = playStateOf(world).runs[Number(job.args['run'])];
    if (!run || run.meetingStart === null) return;
    const phase = job.args['phase'] as Phase;
    const index = Number(job.args['index']);
    const context = this.#contextOf(world, run);
    if (phase === 'event') return this.#happen(world, context, context.plan.events[index]!);
    const { meetingEvents } = world.vendor(run.provider);
    if (phase === 'transcribed') return meetingEvents.transcribed?.(world, run.agent);
    run.job = null;
    const { scenario, plan } = context;
    switch (phase) {
      case 'joinFails':
        return meetingEvents.couldNotJoin(world, run.agent, plan.joinFails!.reason, wordsOf(context));
      case 'lobby':
        return this.#wait(world, context);
      case 'denied':
        return meetingEvents.denied(world, run.agent, this.#personOf(world, context, plan.denied!.by));
      case 'admitted':
        meetingEvents.admitted(world, run.agent);
        this.#planEvents(world, context, 'admitted');
        if (plan.recordingAllowed === null)
          return this.#schedule(world, run, world.now() + plan.recordingDenied, 'recordingDenied');
        return this.#schedule(world, run, world.now() + plan.recordingAllowed, 'recording');
      case 'recordingDenied':
        meetingEvents.recordingDenied(world, run.agent, plan.refusal);
        this.#planEvents(world, context, 'recording');
        return this.#scheduleStep(world, context, 0);
      case 'recording':
        meetingEvents.recordingAllowed(world, run.agent);
        this.#planEvents(world, context, 'recording');
        if (!scenario.captions) meetingEvents.captionsUnavailable?.(world, run.agent);
        return this.#scheduleStep(world, context, 0);
      case 'step':
        return this.#playStep(world, context, index);
      case 'artefacts':
        meetingEvents.artefactsReady(world, run.agent, artefactsOf(plan, world.now()));
        return this.forget(world, run.agent);
    }
  }

  /** Without a host or somebody to open, only the agent's own patience or the end of the meeting ends the wait. */
  #wait(world: World, context: RunContext): void {
    const { run, scenario, plan, start } = context;
    const { meetingEvents } = world.vendor(run.provider);
    if (scenario.starts === null) return meetingEvents.waitsForHost?.(world, run.agent);
    if (world.now() < start + scenario.starts) {
      meetingEvents.waitsForHost?.(world, run.agent);
      return this.#schedule(world, run, start + scenario.starts, 'lobby');
    }
    meetingEvents.reachedLobby(world, run.agent);
    this.#planEvents(world, context, 'lobby');
    if (plan.denied) this.#schedule(world, run, world.now() + plan.denied.after, 'denied');
    else if (plan.admitted === null)
      this.#schedule(world, run, start + scenario.end, 'step', scenario.steps.length - 1);
    else this.#schedule(world, run, world.now() + plan.admitted, 'admitted');
  }

  /** Beats that are past when the agent comes are made up for if they still show: who is there. Speech is missed. */
  #scheduleStep(world: World, { run, scenario: { steps }, start }: RunContext, from: number): void {
    let index = from;
    while (index < steps.length - 1 && !SHOWS.has(steps[index]!.what) && start + steps[index]!.at < world.now())
      index++;
    this.#schedule(world, run, Math.max(start + steps[index]!.at, world.now()), 'step', index);
  }

  #playStep(world: World, context: RunContext, index: number): void {
    const ends = context.scenario.steps[index]!.what === 'ends';
    if (!ends) this.#scheduleStep(world, context, index + 1);
    this.#perform(world, context, index);
    if (ends) this.exit(world, context.run.agent);
  }

  #perform(world: World, { run, scenario, plan }: RunContext, index: number): void {
    const { meetingEvents } = world.vendor(run.provider);
    const cast = this.#contents.of(world.seed, scenario);
    const step = scenario.steps[index]!;
    switch (step.what) {
      case 'joins':
        return meetingEvents.participantJoined(world, run.agent, cast.people.get(step.who.id)!);
      case 'leaves':
        return meetingEvents.participantLeft(world, run.agent, cast.people.get(step.who.id)!);
      case 'speaks':
        return meetingEvents.spoke(world, run.agent, utteranceOf(cast, plan, step, index));
      case 'writes': {
        const { who, text, toAgent } = step;
        const sender = cast.people.get(who.id)!;
        return meetingEvents.wrote?.(world, run.agent, { key: `chat/${index}`, sender, text, toAgent });
      }
      case 'breakout':
        return meetingEvents.breakout?.(world, run.agent, step.phase);
      case 'ends':
        return meetingEvents.meetingEnded(world, run.agent);
    }
  }

  /** Something befalls this agent alone. */
  #happen(world: World, context: RunContext, event: AgentEvent): void {
    const { agent, provider } = context.run;
    const { meetingEvents } = world.vendor(provider);
    switch (event.what) {
      case 'crash':
        this.halt(world, agent);
        return meetingEvents.crashed(world, agent, event.how, wordsOf(context));
      case 'removed':
        return meetingEvents.removed(world, agent, this.#personOf(world, context, event.by));
      case 'leaves':
        return meetingEvents.left(world, agent, event.because);
      case 'withdrawn':
        return meetingEvents.recordingDenied(world, agent, context.plan.refusal);
      case 'restored':
        return meetingEvents.recordingAllowed(world, agent);
      case 'logs':
        return meetingEvents.logged?.(world, agent, event);
    }
  }

  #personOf(world: World, { source }: RunContext, id: string | null): Participant | undefined {
    return id === null ? undefined : this.#contents.of(world.seed, source).people.get(id);
  }
}

/** Cues that may name somebody. */
const NAMING: ReadonlySet<Phase> = new Set(['step', 'denied', 'event']);
/** Beats that leave something to see for who comes later. */
const SHOWS: ReadonlySet<string> = new Set(['joins', 'leaves']);

function cancelJobs(world: World, run: AgentRun): void {
  world.clock.cancel(run.job);
  run.job = null;
  if (!run.eventJobs) return;
  for (const job of run.eventJobs) world.clock.cancel(job);
  delete run.eventJobs;
}
