import { Type } from '@sinclair/typebox';
import { parseDuration } from '../../clock/duration.js';
import type { Job } from '../../clock/queue.js';
import type { CastingBody } from '../../contracts/control/casting.js';
import { Count, wordOf } from '../../contracts/control/fields.js';
import type { JobDefinition } from '../engine/jobs.js';
import type { Participant } from '../engine/meeting.js';
import type { Booking, CastingHints, Player } from '../engine/player.js';
import { nearest } from '../../contracts/nearest.js';
import type { World } from '../engine/world.js';
import { addRule, chooseScenario } from './casting.js';
import { asParticipant, goOut, meetingOf, watchersOf } from './company.js';
import { CALENDAR_JOB, calendarJob, noteNoCalendar, planActs } from './calendar.js';
import { ScenarioContents } from './content.js';
import { toHear, type RunContext } from './context.js';
import { ASIDE, PHASE_JOB, PHASES, phaseIn, planAside, planNext, type Phase } from './phase-jobs.js';
import { phasesOf, planEvents, planOnWay, type PhaseTable } from './phases.js';
import { assertPlayable } from './restored.js';
import { LASTS, type Scenario } from './scenario.js';
import { beginToSpeak, forgetSpeech, tellAll } from './speech.js';
import { createPlayState, playStateOf, runOf, type AgentRun, type Meeting } from './state.js';
import type { ScenarioStore } from './store.js';

/**
 * Plays scenarios: chooses one for each agent, and runs the agent's phases at their instants. An agent has one job for its
 * next phase, and one for each event that concerns it alone.
 */
export class ScenarioPlayer implements Player {
  readonly createState = createPlayState;
  readonly #store: ScenarioStore;
  readonly #phases: PhaseTable;
  #lastCast = { wanted: '', why: '', text: '' };

  constructor(store: ScenarioStore) {
    this.#store = store;
    this.#phases = phasesOf({ contents: new ScenarioContents(), player: this });
  }

  readonly jobs: Readonly<Record<string, JobDefinition>> = {
    [PHASE_JOB]: {
      args: Type.Object({ phase: wordOf(Object.keys(PHASES)), index: Type.Integer(), run: Count }),
      label: (job) => `scenario: ${PHASES[phaseIn(job)]}`,
      run: (world, job) => this.#enterPhase(world, job),
    },
    [CALENDAR_JOB]: calendarJob,
  };

  assertKnown(world: World, scenario: string): void {
    const key = this.#store.require(world, scenario);
    // Those that come with greenroom are sound, and are made ready when somebody plays them.
    if (!this.#store.library.isOurs(key)) this.#store.scenario(world, key);
  }

  assertPlayable(world: World): void {
    assertPlayable(world, this.#store);
  }

  addRule(world: World, rule: CastingBody, at = ''): string {
    this.#store.require(world, rule.scenario, `${at}/scenario`);
    return addRule(world, rule, at).id;
  }

  cast(world: World, provider: string, agent: string, hints: CastingHints): void {
    const { scenario: wanted, why, asked } = chooseScenario(world, provider, hints);
    const found = this.#store.keyOf(world, wanted);
    const scenario = found ?? this.#store.require(world, world.scenario);
    const { runs, numbers } = playStateOf(world);
    const number = runs.length;
    numbers.add({ agent, number });
    const own = asked && found !== undefined ? scenario : null;
    runs.push({ agent, provider, scenario, own, meetingStart: null, order: 0, job: null, number });
    if (found === undefined) return this.#refuseUnknown(world, { provider, agent, wanted, why });
    world.note('casting', agent, this.#toldCast(wanted, why));
    const story = this.#store.scenario(world, found);
    this.#noteUntold(world, provider, story);
    if (hints.eventId == null) noteNoCalendar(world, agent, story.calendar);
  }

  /** One text for all that are cast in one way: each of many would keep one of its own. */
  #toldCast(wanted: string, why: string): string {
    if (this.#lastCast.wanted !== wanted || this.#lastCast.why !== why)
      this.#lastCast = { wanted, why, text: `plays ${wanted} (${why})` };
    return this.#lastCast.text;
  }

  /** The call is answered as the vendor would, which knows no scenarios; but what the test meant is not played. */
  #refuseUnknown(
    world: World,
    { provider, agent, wanted, why }: Readonly<Record<'provider' | 'agent' | 'wanted' | 'why', string>>,
  ): void {
    const meant = nearest(wanted, this.#store.names(world));
    world.violation(provider, 'casting', agent, {
      rule: 'unknown-scenario',
      severity: 'error',
      pointer: '',
      expected: `a known scenario${meant === undefined ? ' (GET /_greenroom/scenarios lists them)' : `, perhaps "${meant}"`}`,
      was: `"${wanted}" (${why}); ${world.scenario} is played`,
    });
  }

  /** Says once what of a story the vendor does not tell: nobody should believe to have tested it. */
  #noteUntold(world: World, provider: string, { name, unsupported }: Scenario): void {
    const { title } = world.vendor(provider).profile;
    const untold = unsupported[provider] ?? [];
    if (untold.length === 0) return;
    const words = untold.map(({ pointer, why }) => `${pointer} (${why})`).join(', ');
    world.noteOnce('casting', `Of the story ${name}, ${title} does not tell ${words}`);
  }

  book(world: World, booking: Booking): void {
    const run = runOf(world, booking.agent);
    if (run) planActs(world, booking, this.#store.scenario(world, run.own ?? run.scenario).calendar);
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

  enter(world: World, agent: string, meetingUrl: string, delay = 0): void {
    const run = runOf(world, agent);
    if (!run || !this.#store.scenario(world, run.own ?? run.scenario).plays) return;
    const meeting = this.#meetingAt(world, meetingUrl, run.scenario);
    // What has befallen an agent does not befall it again when it comes a second time.
    const isBack = run.meetingStart !== null;
    if (!isBack) run.order = meeting.arrivals++;
    if (meeting.scenario !== run.scenario) this.#noteOther(world, run, meeting);
    run.scenario = meeting.scenario;
    run.meetingStart = meeting.startedAt;
    run.meetingUrl = meetingUrl;
    const context = this.#contextOf(world, run);
    const { joinFails, lobbyReached } = context.plan;
    if (!isBack) {
      planEvents(world, context, 'start');
      planEvents(world, context, 'joining');
    }
    if (joinFails) planNext(world, run, world.now() + joinFails.after, 'joinFails');
    else planOnWay(world, context, Math.max(0, lobbyReached + delay), 'lobby');
  }

  flush(world: World, agent: string): void {
    const run = runOf(world, agent);
    if (run?.hears) tellAll(world, run);
  }

  says(world: World, agent: string, text: string): void {
    this.#output(world, agent, (other, speaker, output) => {
      const utterance = { speaker, at: world.now(), text, duration: parseDuration(LASTS)! };
      beginToSpeak(world, other, toHear(world, this.#contextOf(world, other), -output, utterance));
    });
  }

  writes(world: World, agent: string, text: string, to?: string): void {
    this.#output(world, agent, (other, sender, output) => {
      const toAgent = to !== undefined && to === asParticipant(world, other)?.key;
      if (to !== undefined && !toAgent) return;
      const message = { key: `${sender.key}/chat/${output}`, sender, text, toAgent };
      world.vendor(other.provider).meetingEvents.wrote?.(world, other.agent, message);
    });
  }

  /** An agent does something that the other agents of its meeting hear or see. */
  #output(world: World, agent: string, tell: (other: AgentRun, who: Participant, output: number) => void): void {
    const run = runOf(world, agent);
    const meeting = run && meetingOf(world, run);
    const who = run && asParticipant(world, run);
    if (!meeting || !who || !meeting.present.includes(run.number)) return;
    const output = ++meeting.outputs;
    for (const other of watchersOf(world, run)) tell(other, who, output);
  }

  exit(world: World, agent: string): void {
    const run = runOf(world, agent);
    if (!run || (run.meetingStart === null && !this.plays(world, agent))) return;
    // Whoever was told to leave before it came has nothing to bring back, and is done as soon.
    run.meetingStart ??= world.now();
    this.flush(world, agent);
    world.clock.cancel(run.job);
    const { plan, scenario } = this.#contextOf(world, run);
    goOut(world, run, world.now() < run.meetingStart + scenario.end);
    if (plan.simple) return planNext(world, run, world.now() + plan.artefactsReady, 'artefacts');
    const { transcriptPatience = Number.POSITIVE_INFINITY } = world.vendor(run.provider).meetingEvents;
    const { late } = plan.transcript;
    if (late !== null && late <= transcriptPatience) planAside(world, run, world.now() + late, 'transcribed');
    const waits = [Math.min(late ?? 0, transcriptPatience), plan.audio.late ?? 0, plan.video.late ?? 0];
    planNext(world, run, world.now() + Math.max(plan.artefactsReady, ...waits), 'artefacts');
  }

  halt(world: World, agent: string): void {
    const run = runOf(world, agent);
    if (run) cancelJobs(world, run);
  }

  forget(world: World, agent: string): void {
    const run = runOf(world, agent);
    if (!run) return;
    cancelJobs(world, run);
    goOut(world, run, true);
    const { runs, numbers } = playStateOf(world);
    runs[run.number] = null;
    numbers.delete(agent);
  }

  /** The meeting that is on at this URL, or one that begins now. */
  #meetingAt(world: World, url: string, scenario: string): Meeting {
    const { meetings } = playStateOf(world);
    const last = meetings.get(url);
    if (last && world.now() < last.startedAt + this.#store.scenario(world, last.scenario).end) return last;
    return meetings.add({ url, scenario, startedAt: world.now(), arrivals: 0, present: [], outputs: 0 });
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

  #enterPhase(world: World, job: Job): void {
    const run = playStateOf(world).runs[Number(job.args['run'])];
    if (!run || run.meetingStart === null) return;
    const context = this.#contextOf(world, run);
    const { meetingEvents: events } = world.vendor(run.provider);
    const phase = phaseIn(job);
    const index = Number(job.args['index']);
    if (!isTold(context, phase, index)) return;
    if (!ASIDE.has(phase)) run.job = null;
    this.#phases[phase]({ world, context, events, agent: run.agent, index });
  }
}

/** Only a job of a snapshot that was changed is about something that its scenario does not tell. */
function isTold({ plan, scenario }: RunContext, phase: Phase, index: number): boolean {
  if (phase === 'joinFails') return plan.joinFails != null;
  if (phase === 'denied') return plan.denied != null;
  if (phase === 'step') return index in scenario.steps;
  return phase !== 'event' || index in plan.events;
}

function cancelJobs(world: World, run: AgentRun): void {
  world.clock.cancel(run.job);
  run.job = null;
  forgetSpeech(world, run);
  if (!run.eventJobs) return;
  for (const job of run.eventJobs) world.clock.cancel(job);
  delete run.eventJobs;
}
