import type { Micros } from '../../clock/instant.js';
import type { Job } from '../../clock/queue.js';
import type { ProviderName } from '../../contracts/contract.js';
import { loadNames, namesLoaded, personName, sentence } from '../engine/names.js';
import type { Attendee, CastingHints, JobDefinition, Play } from '../engine/part.js';
import { Collection, type Slice } from '../engine/records.js';
import type { World } from '../engine/world.js';
import type { ScenarioLibrary } from './library.js';
import type { Beat, Person } from './story.js';

/** What an agent is told next. */
type Cue = 'lobby' | 'admitted' | 'recording' | 'beat' | 'artefacts';

/** A meeting that is played: one URL, from its first agent's joining to its end. */
interface Meeting {
  readonly id: string;
  readonly url: string;
  readonly scenario: string;
  readonly startedAt: Micros;
  ended: boolean;
}

/** An agent's part in a meeting. */
interface Role {
  readonly agent: string;
  readonly provider: ProviderName;
  readonly scenario: string;
  meeting: string | null;
  /** The next job of this role. */
  job: number | null;
}

interface Stage extends Slice {
  readonly meetings: Collection<Meeting>;
  readonly roles: Collection<Role>;
  /** The meeting that is on at each URL. */
  readonly current: Record<string, string>;
}

const createStage = (): Stage => ({
  meetings: new Collection<Meeting>((meeting) => meeting.id),
  roles: new Collection<Role>((role) => role.agent),
  current: {},
});

const stageOf = (world: World): Stage => world.stage as Stage;

/**
 * Plays scenarios: casts them, and gives every agent its cues at their instants. Between cues an agent has exactly one
 * job in the queue.
 */
export class ScenarioPlay implements Play {
  readonly createStage = createStage;
  readonly #library: ScenarioLibrary;

  constructor(library: ScenarioLibrary) {
    this.#library = library;
  }

  readonly jobs: Readonly<Record<string, JobDefinition>> = {
    'play.cue': {
      label: (job) => `cue: ${String(job.args['cue'])}`,
      run: (world, job) => {
        // Only what people say and are called needs the word lists.
        if (!namesLoaded() && job.args['cue'] === 'beat') return loadNames().then(() => this.#cue(world, job));
        return this.#cue(world, job);
      },
    },
  };

  cast(world: World, provider: ProviderName, agent: string, hints: CastingHints): void {
    const [wanted, rule] = chooseScenario(world, hints);
    const scenario = this.#library.has(wanted) ? wanted : world.scenario;
    stageOf(world).roles.add({ agent, provider, scenario, meeting: null, job: null });
    if (scenario === wanted) world.note('casting', agent, `plays ${scenario} (${rule})`);
    else
      world.note(
        'casting',
        agent,
        `plays ${scenario}, because there is no scenario "${wanted}" (${rule}); known are ${this.#library.names().join(', ')}`,
      );
  }

  plays(world: World, agent: string): boolean {
    const role = stageOf(world).roles.get(agent);
    return role !== undefined && this.#library.get(role.scenario).plays;
  }

  enter(world: World, agent: string, meetingUrl: string): void {
    const stage = stageOf(world);
    const role = stage.roles.get(agent);
    if (!role || !this.plays(world, agent)) return;
    const on = stage.meetings.get(stage.current[meetingUrl] ?? '');
    const meeting = on && !on.ended ? on : this.#begin(world, meetingUrl, role.scenario);
    role.meeting = meeting.id;
    const story = this.#library.get(meeting.scenario);
    this.#schedule(world, role, world.now() + story.lobbyReached, 'lobby');
  }

  exit(world: World, agent: string): void {
    const role = stageOf(world).roles.get(agent);
    if (!role) return;
    world.clock.cancel(role.job);
    role.job = null;
    const meeting = stageOf(world).meetings.get(role.meeting ?? '');
    if (!meeting) return;
    this.#schedule(world, role, world.now() + this.#library.get(meeting.scenario).artefactsReady, 'artefacts');
  }

  forget(world: World, agent: string): void {
    const { roles } = stageOf(world);
    world.clock.cancel(roles.get(agent)?.job);
    roles.delete(agent);
  }

  #begin(world: World, url: string, scenario: string): Meeting {
    const stage = stageOf(world);
    const id = world.random.hex('meeting', 12);
    stage.current[url] = id;
    return stage.meetings.add({ id, url, scenario, startedAt: world.now(), ended: false });
  }

  #schedule(world: World, role: Role, due: Micros, cue: Cue, index = 0): void {
    role.job = world.clock.schedule({ due, kind: 'play.cue', subject: role.agent, args: { cue, index } });
  }

  #cue(world: World, job: Job): void {
    const stage = stageOf(world);
    const role = stage.roles.get(job.subject ?? '');
    const meeting = stage.meetings.get(role?.meeting ?? '');
    if (!role || !meeting) return;
    role.job = null;
    const { actor } = world.part(role.provider);
    const story = this.#library.get(meeting.scenario);
    switch (job.args['cue'] as Cue) {
      case 'lobby':
        actor.reachedLobby(world, role.agent);
        return this.#schedule(world, role, world.now() + story.admitted - story.lobbyReached, 'admitted');
      case 'admitted':
        actor.admitted(world, role.agent);
        return this.#schedule(world, role, world.now() + story.recordingAllowed, 'recording');
      case 'recording':
        actor.recordingAllowed(world, role.agent);
        return this.#scheduleBeat(world, role, meeting, 0);
      case 'beat':
        return this.#playBeat(world, role, meeting, Number(job.args['index']));
      case 'artefacts':
        actor.artefactsReady(world, role.agent);
        return this.forget(world, role.agent);
    }
  }

  /** Beats that are past when the agent comes are made up for if they still show: who is there. Speech is missed. */
  #scheduleBeat(world: World, role: Role, meeting: Meeting, from: number): void {
    const { beats } = this.#library.get(meeting.scenario);
    let index = from;
    while (
      index < beats.length - 1 &&
      beats[index]!.what === 'speaks' &&
      meeting.startedAt + beats[index]!.at < world.now()
    )
      index++;
    const beat = beats[index];
    if (beat) this.#schedule(world, role, Math.max(meeting.startedAt + beat.at, world.now()), 'beat', index);
  }

  #playBeat(world: World, role: Role, meeting: Meeting, index: number): void {
    const beat = this.#library.get(meeting.scenario).beats[index]!;
    this.#perform(world, role, meeting, beat, index);
    if (beat.what === 'ends') this.exit(world, role.agent);
    else if (role.job === null && stageOf(world).roles.get(role.agent))
      this.#scheduleBeat(world, role, meeting, index + 1);
  }

  #perform(world: World, role: Role, meeting: Meeting, beat: Beat, index: number): void {
    const { actor } = world.part(role.provider);
    switch (beat.what) {
      case 'joins':
        return actor.participantJoined(world, role.agent, attend(world, meeting, beat.who));
      case 'leaves':
        return actor.participantLeft(world, role.agent, attend(world, meeting, beat.who));
      case 'speaks': {
        const text = beat.text ?? sentence(world.random.seedFor(`${meeting.id}/utterance/${index}`));
        return actor.spoke(world, role.agent, {
          speaker: attend(world, meeting, beat.who),
          text,
          duration: beat.lasts,
        });
      }
      case 'ends':
        meeting.ended = true;
        return actor.meetingEnded(world, role.agent);
    }
  }
}

function attend(world: World, meeting: Meeting, person: Person): Attendee {
  const key = `${meeting.id}/${person.id}`;
  return { key, name: person.name ?? personName(world.random.seedFor(key)), host: person.host };
}

const NAMED = /^mock:([\w.-]+)$/;

function chooseScenario(
  world: World,
  { header, meetingUrl, agentName, metadata }: CastingHints,
): [scenario: string, rule: string] {
  if (header !== undefined) return [header, 'header Greenroom-Scenario'];
  const query = /[?&]greenroom=([\w.-]+)/.exec(meetingUrl)?.[1];
  if (query !== undefined) return [query, 'greenroom= in the meeting URL'];
  const named = NAMED.exec(agentName ?? '')?.[1];
  if (named !== undefined) return [named, "the agent's name"];
  if (metadata !== undefined) return [metadata, 'metadata.greenroom_scenario'];
  return [world.scenario, "the workspace's default"];
}
