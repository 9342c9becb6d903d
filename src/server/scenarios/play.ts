import type { Micros } from '../../clock/instant.js';
import type { Job } from '../../clock/queue.js';
import type { ProviderName } from '../../contracts/contract.js';
import type { CastingBody } from '../../contracts/control/casting.js';
import { loadNames, namesLoaded } from '../engine/names.js';
import type { Attendee, CastingHints, JobDefinition, Play } from '../engine/part.js';
import type { World } from '../engine/world.js';
import { Casts } from './cast.js';
import { addRule, chooseScenario } from './casting.js';
import type { Incident } from './parts.js';
import type { Repertoire } from './repertoire.js';
import { artefactsOf, instantOf, utteranceOf, wordsOf, type Scene } from './scene.js';
import { createStage, roleOf, stageOf, type Meeting, type Role } from './stage.js';
import type { Story } from './story.js';
import type { Stage } from './timetable.js';

/** What an agent is told next. */
type Cue =
  | 'joinFails'
  | 'lobby'
  | 'admitted'
  | 'denied'
  | 'recording'
  | 'recordingDenied'
  | 'beat'
  | 'incident'
  | 'transcribed'
  | 'artefacts';

/**
 * Plays scenarios: casts them, and gives every agent its cues at their instants. Between cues an agent has one job in
 * the queue, and one for each thing that will befall it alone.
 */
export class ScenarioPlay implements Play {
  readonly createStage = createStage;
  readonly #repertoire: Repertoire;
  readonly #casts = new Casts();

  constructor(repertoire: Repertoire) {
    this.#repertoire = repertoire;
  }

  readonly jobs: Readonly<Record<string, JobDefinition>> = {
    'play.cue': {
      label: (job) => `cue: ${String(job.args['cue'])}`,
      run: (world, job) => {
        // Only what people say and are called needs the word lists.
        if (!namesLoaded() && NAMING.has(job.args['cue'] as Cue)) return loadNames().then(() => this.#cue(world, job));
        return this.#cue(world, job);
      },
    },
  };

  assertKnown(world: World, scenario: string): void {
    this.#repertoire.story(world, this.#repertoire.demand(world, scenario));
  }

  addRule(world: World, rule: CastingBody): string {
    this.#repertoire.demand(world, rule.scenario);
    return addRule(world, rule).id;
  }

  cast(world: World, provider: ProviderName, agent: string, hints: CastingHints): void {
    const { scenario: wanted, why, asked } = chooseScenario(world, provider, hints);
    const found = this.#repertoire.keyOf(world, wanted);
    const scenario = found ?? this.#repertoire.demand(world, world.scenario);
    const { roles, numbers } = stageOf(world);
    const number = roles.length;
    numbers.add({ agent, number });
    const own = asked && found !== undefined ? scenario : null;
    roles.push({ agent, provider, scenario, own, meetingStart: null, order: 0, job: null, number });
    if (found !== undefined) return world.note('casting', agent, `plays ${wanted} (${why})`);
    const known = this.#repertoire.names(world).join(', ');
    world.note(
      'casting',
      agent,
      `plays ${world.scenario}, because there is no scenario "${wanted}" (${why}); known are ${known}`,
    );
  }

  plays(world: World, agent: string): boolean {
    const role = roleOf(world, agent);
    return role !== undefined && this.#repertoire.story(world, role.own ?? role.scenario).plays;
  }

  launch(world: World, agent: string): Story['launch'] {
    const role = roleOf(world, agent);
    return role ? this.#repertoire.story(world, role.own ?? role.scenario).launch : 0;
  }

  getsStuck(world: World, agent: string): boolean {
    const role = roleOf(world, agent);
    return role?.meetingStart != null && this.#sceneOf(world, role).part.stuck;
  }

  enter(world: World, agent: string, meetingUrl: string): void {
    const role = roleOf(world, agent);
    if (!role || !this.#repertoire.story(world, role.own ?? role.scenario).plays) return;
    const meeting = this.#meetingAt(world, meetingUrl, role.scenario);
    role.order = meeting.arrivals++;
    if (meeting.scenario !== role.scenario) this.#noteOther(world, role, meeting);
    role.scenario = meeting.scenario;
    role.meetingStart = meeting.startedAt;
    const scene = this.#sceneOf(world, role);
    const { joinFails, lobbyReached } = scene.part;
    this.#planIncidents(world, scene, 'start');
    this.#planIncidents(world, scene, 'joining');
    if (joinFails) this.#schedule(world, role, world.now() + joinFails.after, 'joinFails');
    else this.#schedule(world, role, world.now() + lobbyReached, 'lobby');
  }

  exit(world: World, agent: string): void {
    const role = roleOf(world, agent);
    if (!role || role.meetingStart === null) return;
    world.clock.cancel(role.job);
    const { part } = this.#sceneOf(world, role);
    if (part.simple) return this.#schedule(world, role, world.now() + part.artefactsReady, 'artefacts');
    const { transcriptPatience = Number.POSITIVE_INFINITY } = world.part(role.provider).actor;
    const { late } = part.transcript;
    if (late !== null && late <= transcriptPatience)
      this.#scheduleAside(world, role, world.now() + late, 'transcribed');
    const waits = [Math.min(late ?? 0, transcriptPatience), part.audio.late ?? 0, part.video.late ?? 0];
    this.#schedule(world, role, world.now() + Math.max(part.artefactsReady, ...waits), 'artefacts');
  }

  halt(world: World, agent: string): void {
    const role = roleOf(world, agent);
    if (role) cancelJobs(world, role);
  }

  forget(world: World, agent: string): void {
    const role = roleOf(world, agent);
    if (!role) return;
    cancelJobs(world, role);
    const { roles, numbers } = stageOf(world);
    roles[role.number] = null;
    numbers.delete(agent);
  }

  /** The meeting that is on at this URL, or one that begins now. */
  #meetingAt(world: World, url: string, scenario: string): Meeting {
    const { meetings } = stageOf(world);
    const last = meetings.get(url);
    if (last && world.now() < last.startedAt + this.#repertoire.story(world, last.scenario).end) return last;
    return meetings.add({ url, scenario, startedAt: world.now(), arrivals: 0 });
  }

  #noteOther(world: World, role: Role, { scenario }: Meeting): void {
    const name = (key: string): string => this.#repertoire.story(world, key).name;
    const own = role.own === null ? '' : `; what befalls it alone is told by ${name(role.own)}`;
    world.note(
      'casting',
      role.agent,
      `joins a meeting that plays ${name(scenario)} already, and with it that story${own}`,
    );
  }

  #sceneOf(world: World, role: Role): Scene {
    const story = this.#repertoire.story(world, role.scenario);
    const teller = role.own === null || role.own === role.scenario ? story : this.#repertoire.story(world, role.own);
    const order = teller === story ? role.order : 0;
    const part = teller.parts[Math.min(order, teller.parts.length - 1)]!;
    return { role, start: role.meetingStart!, story, part, teller };
  }

  #schedule(world: World, role: Role, due: Micros, cue: Cue, index = 0): void {
    const args = { cue, index, role: role.number };
    role.job = world.clock.schedule({ due, kind: 'play.cue', subject: role.agent, args });
  }

  /** Beside the next job of the role, not in its place. */
  #scheduleAside(world: World, role: Role, due: Micros, cue: Cue, index = 0): void {
    const args = { cue, index, role: role.number };
    (role.incidents ??= []).push(world.clock.schedule({ due, kind: 'play.cue', subject: role.agent, args }));
  }

  /** Plans what counts from this stage, which is now. */
  #planIncidents(world: World, scene: Scene, stage: Stage | 'start'): void {
    const { incidents } = scene.part;
    // Nothing befalls most agents, and there are many.
    if (incidents.length === 0) return;
    incidents.forEach(({ due }, index) => {
      const absolute = due.from === 'start' || due.from === 'end';
      if (absolute ? stage !== 'start' : due.from !== stage) return;
      const at = Math.max(world.now(), instantOf(scene, due, world.now()));
      this.#scheduleAside(world, scene.role, at, 'incident', index);
    });
  }

  #cue(world: World, job: Job): void {
    const role = stageOf(world).roles[Number(job.args['role'])];
    if (!role || role.meetingStart === null) return;
    const cue = job.args['cue'] as Cue;
    const index = Number(job.args['index']);
    const scene = this.#sceneOf(world, role);
    if (cue === 'incident') return this.#befall(world, scene, scene.part.incidents[index]!);
    const { actor } = world.part(role.provider);
    if (cue === 'transcribed') return actor.transcribed?.(world, role.agent);
    role.job = null;
    const { story, part } = scene;
    switch (cue) {
      case 'joinFails':
        return actor.couldNotJoin(world, role.agent, part.joinFails!.reason, wordsOf(scene));
      case 'lobby':
        return this.#wait(world, scene);
      case 'denied':
        return actor.denied(world, role.agent, this.#personOf(world, scene, part.denied!.by));
      case 'admitted':
        actor.admitted(world, role.agent);
        this.#planIncidents(world, scene, 'admitted');
        if (part.recordingAllowed === null)
          return this.#schedule(world, role, world.now() + part.recordingDenied, 'recordingDenied');
        return this.#schedule(world, role, world.now() + part.recordingAllowed, 'recording');
      case 'recordingDenied':
        actor.recordingDenied(world, role.agent, part.refusal);
        this.#planIncidents(world, scene, 'recording');
        return this.#scheduleBeat(world, scene, 0);
      case 'recording':
        actor.recordingAllowed(world, role.agent);
        this.#planIncidents(world, scene, 'recording');
        if (!story.captions) actor.captionsUnavailable?.(world, role.agent);
        return this.#scheduleBeat(world, scene, 0);
      case 'beat':
        return this.#playBeat(world, scene, index);
      case 'artefacts':
        actor.artefactsReady(world, role.agent, artefactsOf(part, world.now()));
        return this.forget(world, role.agent);
    }
  }

  /** Without a host or somebody to open, only the agent's own patience or the end of the meeting ends the wait. */
  #wait(world: World, scene: Scene): void {
    const { role, story, part, start } = scene;
    const { actor } = world.part(role.provider);
    if (story.starts === null) return actor.waitsForHost?.(world, role.agent);
    if (world.now() < start + story.starts) {
      actor.waitsForHost?.(world, role.agent);
      return this.#schedule(world, role, start + story.starts, 'lobby');
    }
    actor.reachedLobby(world, role.agent);
    this.#planIncidents(world, scene, 'lobby');
    if (part.denied) this.#schedule(world, role, world.now() + part.denied.after, 'denied');
    else if (part.admitted === null) this.#schedule(world, role, start + story.end, 'beat', story.beats.length - 1);
    else this.#schedule(world, role, world.now() + part.admitted, 'admitted');
  }

  /** Beats that are past when the agent comes are made up for if they still show: who is there. Speech is missed. */
  #scheduleBeat(world: World, { role, story: { beats }, start }: Scene, from: number): void {
    let index = from;
    while (index < beats.length - 1 && !SHOWS.has(beats[index]!.what) && start + beats[index]!.at < world.now())
      index++;
    this.#schedule(world, role, Math.max(start + beats[index]!.at, world.now()), 'beat', index);
  }

  #playBeat(world: World, scene: Scene, index: number): void {
    const ends = scene.story.beats[index]!.what === 'ends';
    if (!ends) this.#scheduleBeat(world, scene, index + 1);
    this.#perform(world, scene, index);
    if (ends) this.exit(world, scene.role.agent);
  }

  #perform(world: World, { role, story, part }: Scene, index: number): void {
    const { actor } = world.part(role.provider);
    const cast = this.#casts.of(world.seed, story);
    const beat = story.beats[index]!;
    switch (beat.what) {
      case 'joins':
        return actor.participantJoined(world, role.agent, cast.people.get(beat.who.id)!);
      case 'leaves':
        return actor.participantLeft(world, role.agent, cast.people.get(beat.who.id)!);
      case 'speaks':
        return actor.spoke(world, role.agent, utteranceOf(cast, part, beat, index));
      case 'writes': {
        const { who, text, toAgent } = beat;
        const sender = cast.people.get(who.id)!;
        return actor.wrote?.(world, role.agent, { key: `chat/${index}`, sender, text, toAgent });
      }
      case 'breakout':
        return actor.breakout?.(world, role.agent, beat.phase);
      case 'ends':
        return actor.meetingEnded(world, role.agent);
    }
  }

  /** Something befalls this agent alone. */
  #befall(world: World, scene: Scene, incident: Incident): void {
    const { agent, provider } = scene.role;
    const { actor } = world.part(provider);
    switch (incident.what) {
      case 'crash':
        this.halt(world, agent);
        return actor.crashed(world, agent, incident.how, wordsOf(scene));
      case 'removed':
        return actor.removed(world, agent, this.#personOf(world, scene, incident.by));
      case 'leaves':
        return actor.left(world, agent, incident.because);
      case 'withdrawn':
        return actor.recordingDenied(world, agent, scene.part.refusal);
      case 'restored':
        return actor.recordingAllowed(world, agent);
      case 'logs':
        return actor.logged?.(world, agent, incident);
    }
  }

  #personOf(world: World, { teller }: Scene, id: string | null): Attendee | undefined {
    return id === null ? undefined : this.#casts.of(world.seed, teller).people.get(id);
  }
}

/** Cues that may name somebody. */
const NAMING: ReadonlySet<Cue> = new Set(['beat', 'denied', 'incident']);
/** Beats that leave something to see for who comes later. */
const SHOWS: ReadonlySet<string> = new Set(['joins', 'leaves']);

function cancelJobs(world: World, role: Role): void {
  world.clock.cancel(role.job);
  role.job = null;
  if (!role.incidents) return;
  for (const job of role.incidents) world.clock.cancel(job);
  delete role.incidents;
}
