import type { Micros } from '../../clock/instant.js';
import type * as control from '../../contracts/control/casting.js';
import type { ScenarioFile } from '../../contracts/control/scenario.js';
import type { Utterance } from '../engine/meeting.js';
import { Collection, type Slice } from '../engine/records.js';
import type { World } from '../engine/world.js';

/** What scenarios keep in a world. Plain data, all of it. */

/** A meeting that is played: one URL, from its first agent's joining to its end. */
export interface Meeting {
  readonly url: string;
  readonly scenario: string;
  readonly startedAt: Micros;
  /** How many agents have come. */
  arrivals: number;
  /** The agents that are there, by the numbers of their runs. */
  readonly present: number[];
  /** How often agents have said or written something. */
  outputs: number;
}

/** What an agent hears somebody say, until it is told. */
export interface Heard {
  /** Of its meeting: the number of its step; what agents say counts down from -1. */
  readonly number: number;
  utterance: Utterance;
  /** The platform keeps it to itself until the agent is about to be out. */
  readonly heldBack: boolean;
  /** Its end; `null`: it is over, and held back. */
  job: number | null;
}

/** One agent in a meeting. */
export interface AgentRun {
  readonly agent: string;
  readonly provider: string;
  /** The key of its meeting's scenario; before it is in one, of the scenario that it was cast for. */
  scenario: string;
  /** The key of the scenario that somebody has asked for: it plays for this agent in any meeting. */
  readonly own: string | null;
  /** When the meeting that it is in began. */
  meetingStart: Micros | null;
  /** Which of its meeting's agents it is, from 0. */
  order: number;
  /** The next job of this run. */
  job: number | null;
  /** The jobs that concern this agent alone; none for most. */
  eventJobs?: number[];
  /** What is being said, or held back; none for most. */
  hears?: Heard[];
  /** Where its meeting is; as {@link meetingStart}. */
  meetingUrl?: string;
  /** It sees what happens in the meeting. */
  watches?: true;
  /** It may not record, and hears nothing (assumed). */
  deaf?: true;
  /** Its place among the roles: with many lives, finding it by number beats finding it by name. */
  readonly number: number;
}

/** A scenario that belongs to this world alone. */
export interface WorldScenario {
  /** Of name and edition, `mine#2`: a run that plays an earlier edition goes on with that one. */
  readonly key: string;
  readonly name: string;
  readonly file: ScenarioFile;
}

/** Who plays what, unless the client says so itself. */
export interface CastingRule extends Readonly<Omit<control.CastingRule, 'times' | 'used'>> {
  /** `null`: as often as it matches. */
  readonly times: number | null;
  used: number;
}

export interface PlayState extends Slice {
  /** The last meeting at each URL. */
  readonly meetings: Collection<Meeting>;
  /** By number; a run that is over leaves a gap. */
  readonly runs: (AgentRun | null)[];
  /** The run of each agent. */
  readonly numbers: Collection<{ readonly agent: string; readonly number: number }>;
  /** By key: the present editions, and earlier ones that are still played. */
  readonly scenarios: Collection<WorldScenario>;
  /** The present edition of each name. */
  readonly editions: Collection<{ readonly name: string; readonly key: string }>;
  readonly casting: Collection<CastingRule>;
  /** Events whose calendar acts are planned, by vendor and key. */
  readonly booked: Record<string, true>;
  /** How many editions and rules were ever made. */
  scenariosMade: number;
  rulesMade: number;
}

export const createPlayState = (): PlayState => ({
  meetings: new Collection<Meeting>((meeting) => meeting.url),
  runs: [],
  numbers: new Collection<{ readonly agent: string; readonly number: number }>(({ agent }) => agent),
  scenarios: new Collection<WorldScenario>(({ key }) => key),
  editions: new Collection<{ readonly name: string; readonly key: string }>(({ name }) => name),
  casting: new Collection<CastingRule>(({ id }) => id),
  booked: {},
  scenariosMade: 0,
  rulesMade: 0,
});

export const playStateOf = (world: World): PlayState => world.playState as PlayState;

export function runOf(world: World, agent: string): AgentRun | undefined {
  const { runs, numbers } = playStateOf(world);
  return runs[numbers.get(agent)?.number ?? -1] ?? undefined;
}
