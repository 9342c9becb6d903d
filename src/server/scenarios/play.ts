import type { Micros } from '../../clock/instant.js';
import type { Job } from '../../clock/queue.js';
import type { ProviderName } from '../../contracts/contract.js';
import { loadNames, namesLoaded, personName, sentence } from '../engine/names.js';
import type { Attendee, CastingHints, JobDefinition, Play } from '../engine/part.js';
import { Random } from '../engine/random.js';
import { Collection, type Slice } from '../engine/records.js';
import type { World } from '../engine/world.js';
import type { ScenarioLibrary } from './library.js';
import type { Person, Story } from './story.js';

/** What an agent is told next. */
type Cue = 'lobby' | 'admitted' | 'recording' | 'beat' | 'artefacts';

/** A meeting that is played: one URL, from its first agent's joining to its end. */
interface Meeting {
  readonly url: string;
  readonly scenario: string;
  readonly startedAt: Micros;
}

/** An agent's part in a meeting. */
interface Role {
  readonly agent: string;
  readonly provider: ProviderName;
  /** The scenario of the meeting, which need not be the one that this agent was cast for. */
  scenario: string;
  /** When the meeting that it is in began. */
  meetingStart: Micros | null;
  /** The next job of this role. */
  job: number | null;
  /** Its place among the roles: with many lives, finding it by number beats finding it by name. */
  readonly number: number;
}

interface Stage extends Slice {
  /** The last meeting at each URL. */
  readonly meetings: Collection<Meeting>;
  /** By number; a role that is over leaves a gap. */
  readonly roles: (Role | null)[];
  /** The role of each agent. */
  readonly numbers: Collection<{ readonly agent: string; readonly number: number }>;
}

const createStage = (): Stage => ({
  meetings: new Collection<Meeting>((meeting) => meeting.url),
  roles: [],
  numbers: new Collection<{ readonly agent: string; readonly number: number }>(({ agent }) => agent),
});

const stageOf = (world: World): Stage => world.stage as Stage;

function roleOf(world: World, agent: string): Role | undefined {
  const { roles, numbers } = stageOf(world);
  return roles[numbers.get(agent)?.number ?? -1] ?? undefined;
}

/** A story with every name and every line filled in. */
interface Cast {
  readonly people: ReadonlyMap<Person, Attendee>;
  /** What is said at each beat. */
  readonly lines: readonly string[];
}

const SEEDS_KEPT = 200;

/**
 * Plays scenarios: casts them, and gives every agent its cues at their instants. Between cues an agent has exactly one
 * job in the queue.
 */
export class ScenarioPlay implements Play {
  readonly createStage = createStage;
  readonly #library: ScenarioLibrary;
  readonly #casts = new Map<number, Map<string, Cast>>();

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
    const { roles, numbers } = stageOf(world);
    const number = roles.length;
    numbers.add({ agent, number });
    roles.push({ agent, provider, scenario, meetingStart: null, job: null, number });
    if (scenario === wanted) world.note('casting', agent, `plays ${scenario} (${rule})`);
    else
      world.note(
        'casting',
        agent,
        `plays ${scenario}, because there is no scenario "${wanted}" (${rule}); known are ${this.#library.names().join(', ')}`,
      );
  }

  plays(world: World, agent: string): boolean {
    const role = roleOf(world, agent);
    return role !== undefined && this.#library.get(role.scenario).plays;
  }

  enter(world: World, agent: string, meetingUrl: string): void {
    const role = roleOf(world, agent);
    if (!role || !this.#library.get(role.scenario).plays) return;
    const meeting = this.#meetingAt(world, meetingUrl, role.scenario);
    if (meeting.scenario !== role.scenario)
      world.note('casting', agent, `joins a meeting that plays ${meeting.scenario} already, and with it that story`);
    role.scenario = meeting.scenario;
    role.meetingStart = meeting.startedAt;
    this.#schedule(world, role, world.now() + this.#library.get(role.scenario).lobbyReached, 'lobby');
  }

  exit(world: World, agent: string): void {
    const role = roleOf(world, agent);
    if (!role || role.meetingStart === null) return;
    world.clock.cancel(role.job);
    this.#schedule(world, role, world.now() + this.#library.get(role.scenario).artefactsReady, 'artefacts');
  }

  forget(world: World, agent: string): void {
    const role = roleOf(world, agent);
    if (!role) return;
    world.clock.cancel(role.job);
    const { roles, numbers } = stageOf(world);
    roles[role.number] = null;
    numbers.delete(agent);
  }

  /** The meeting that is on at this URL, or one that begins now. */
  #meetingAt(world: World, url: string, scenario: string): Meeting {
    const { meetings } = stageOf(world);
    const last = meetings.get(url);
    if (last && world.now() < last.startedAt + this.#library.get(last.scenario).end) return last;
    return meetings.add({ url, scenario, startedAt: world.now() });
  }

  #schedule(world: World, role: Role, due: Micros, cue: Cue, index = 0): void {
    const args = { cue, index, role: role.number };
    role.job = world.clock.schedule({ due, kind: 'play.cue', subject: role.agent, args });
  }

  #cue(world: World, job: Job): void {
    const role = stageOf(world).roles[Number(job.args['role'])];
    if (!role || role.meetingStart === null) return;
    role.job = null;
    const { actor } = world.part(role.provider);
    const story = this.#library.get(role.scenario);
    switch (job.args['cue'] as Cue) {
      case 'lobby':
        return this.#wait(world, role, story, role.meetingStart);
      case 'admitted':
        actor.admitted(world, role.agent);
        return this.#schedule(world, role, world.now() + story.recordingAllowed, 'recording');
      case 'recording':
        actor.recordingAllowed(world, role.agent);
        if (!story.captions) actor.captionsUnavailable?.(world, role.agent);
        return this.#scheduleBeat(world, role, story, role.meetingStart, 0);
      case 'beat':
        return this.#playBeat(world, role, story, role.meetingStart, Number(job.args['index']));
      case 'artefacts':
        actor.artefactsReady(world, role.agent);
        return this.forget(world, role.agent);
    }
  }

  /** Without a host or somebody to open, only the agent's own patience or the end of the meeting ends the wait. */
  #wait(world: World, role: Role, story: Story, start: Micros): void {
    const { actor } = world.part(role.provider);
    if (!story.starts) return actor.waitsForHost?.(world, role.agent);
    actor.reachedLobby(world, role.agent);
    if (story.admitted === null) this.#schedule(world, role, start + story.end, 'beat', story.beats.length - 1);
    else this.#schedule(world, role, world.now() + story.admitted - story.lobbyReached, 'admitted');
  }

  /** Beats that are past when the agent comes are made up for if they still show: who is there. Speech is missed. */
  #scheduleBeat(world: World, role: Role, { beats }: Story, start: Micros, from: number): void {
    let index = from;
    while (index < beats.length - 1 && beats[index]!.what === 'speaks' && start + beats[index]!.at < world.now())
      index++;
    this.#schedule(world, role, Math.max(start + beats[index]!.at, world.now()), 'beat', index);
  }

  #playBeat(world: World, role: Role, story: Story, start: Micros, index: number): void {
    const ends = story.beats[index]!.what === 'ends';
    if (!ends) this.#scheduleBeat(world, role, story, start, index + 1);
    this.#perform(world, role, story, index);
    if (ends) this.exit(world, role.agent);
  }

  #perform(world: World, role: Role, story: Story, index: number): void {
    const { actor } = world.part(role.provider);
    const cast = this.#castOf(world, story);
    const beat = story.beats[index]!;
    switch (beat.what) {
      case 'joins':
        return actor.participantJoined(world, role.agent, cast.people.get(beat.who)!);
      case 'leaves':
        return actor.participantLeft(world, role.agent, cast.people.get(beat.who)!);
      case 'speaks':
        return actor.spoke(world, role.agent, {
          speaker: cast.people.get(beat.who)!,
          text: cast.lines[index]!,
          duration: beat.lasts,
        });
      case 'ends':
        return actor.meetingEnded(world, role.agent);
    }
  }

  /** Who plays a story in worlds of this seed, and what they say: made once, for making names is slow. */
  #castOf({ seed }: World, story: Story): Cast {
    let ofSeed = this.#casts.get(seed);
    if (!ofSeed) {
      if (this.#casts.size >= SEEDS_KEPT) this.#casts.clear();
      ofSeed = new Map();
      this.#casts.set(seed, ofSeed);
    }
    let cast = ofSeed.get(story.name);
    if (!cast) {
      cast = fillParts(new Random(seed), story);
      ofSeed.set(story.name, cast);
    }
    return cast;
  }
}

function fillParts(random: Random, { name, beats }: Story): Cast {
  const people = new Map<Person, Attendee>();
  for (const beat of beats) {
    if (beat.what === 'ends' || people.has(beat.who)) continue;
    const { id, name: called, host } = beat.who;
    people.set(beat.who, { key: id, name: called ?? personName(random.seedFor(`${name}/person/${id}`)), host });
  }
  const lines = beats.map((beat, i) =>
    beat.what === 'speaks' ? (beat.text ?? sentence(random.seedFor(`${name}/line/${i}`))) : '',
  );
  return { people, lines };
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
