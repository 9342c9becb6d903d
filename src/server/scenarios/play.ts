import type { Micros } from '../../clock/instant.js';
import type { Job } from '../../clock/queue.js';
import type { ProviderName } from '../../contracts/contract.js';
import { loadNames, namesLoaded, personName, sentence } from '../engine/names.js';
import type { Attendee, CastingHints, JobDefinition, Play } from '../engine/part.js';
import { Random } from '../engine/random.js';
import type { World } from '../engine/world.js';
import { chooseScenario } from './casting.js';
import type { Repertoire } from './repertoire.js';
import { createStage, roleOf, stageOf, type Meeting, type Role } from './stage.js';
import type { Person, Story } from './story.js';

/** What an agent is told next. */
type Cue = 'lobby' | 'admitted' | 'recording' | 'beat' | 'artefacts';

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
  readonly #repertoire: Repertoire;
  readonly #casts = new Map<number, Map<string, Cast>>();

  constructor(repertoire: Repertoire) {
    this.#repertoire = repertoire;
  }

  assertKnown(world: World, scenario: string): void {
    this.#repertoire.story(world, this.#repertoire.demand(world, scenario));
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
    const { scenario: wanted, why, asked } = chooseScenario(world, provider, hints);
    const found = this.#repertoire.keyOf(world, wanted);
    const scenario = found ?? this.#repertoire.demand(world, world.scenario);
    const { roles, numbers } = stageOf(world);
    const number = roles.length;
    numbers.add({ agent, number });
    const own = asked && found !== undefined ? scenario : null;
    roles.push({ agent, provider, scenario, own, meetingStart: null, job: null, number });
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
    return role !== undefined && this.#repertoire.story(world, role.scenario).plays;
  }

  enter(world: World, agent: string, meetingUrl: string): void {
    const role = roleOf(world, agent);
    if (!role || !this.#repertoire.story(world, role.scenario).plays) return;
    const meeting = this.#meetingAt(world, meetingUrl, role.scenario);
    if (meeting.scenario !== role.scenario)
      world.note(
        'casting',
        agent,
        `joins a meeting that plays ${this.#repertoire.story(world, meeting.scenario).name} already, and with it that story`,
      );
    role.scenario = meeting.scenario;
    role.meetingStart = meeting.startedAt;
    this.#schedule(world, role, world.now() + this.#repertoire.story(world, role.scenario).lobbyReached, 'lobby');
  }

  exit(world: World, agent: string): void {
    const role = roleOf(world, agent);
    if (!role || role.meetingStart === null) return;
    world.clock.cancel(role.job);
    this.#schedule(world, role, world.now() + this.#repertoire.story(world, role.scenario).artefactsReady, 'artefacts');
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
    if (last && world.now() < last.startedAt + this.#repertoire.story(world, last.scenario).end) return last;
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
    const story = this.#repertoire.story(world, role.scenario);
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
