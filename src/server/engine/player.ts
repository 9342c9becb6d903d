import type { Micros } from '../../clock/instant.js';
import type { CastingBody } from '../../contracts/control/casting.js';
import type { JobDefinition } from './jobs.js';
import type { Slice } from './records.js';
import type { World } from './world.js';

/** What is known of an agent when its scenario is chosen. */
export interface CastingHints {
  /** `Greenroom-Scenario`. */
  readonly header?: string | undefined;
  /** As it was sent. */
  readonly meetingUrl: string;
  /** As the vendor keeps it. */
  readonly normalUrl?: string | undefined;
  readonly agentName?: string | undefined;
  /** The text of this name in what the client keeps with the agent. */
  readonly metadata?: ((name: string) => string | undefined) | undefined;
  readonly schedulingKey?: string | null | undefined;
  readonly eventId?: string | null | undefined;
}

/** An agent and the event that it is for, by its key. */
export interface Booking {
  readonly provider: string;
  readonly agent: string;
  readonly event: string;
  readonly startsAt: Micros;
}

/** Plays the meetings of a world, as vendors see it. Agents are named by their vendor ids. */
export interface Player {
  /** The code of the jobs that play. */
  readonly jobs: Readonly<Record<string, JobDefinition>>;
  readonly createState: () => Slice;
  /** Throws UNKNOWN_SCENARIO if there is none of this name in the world, or INVALID_SCENARIO. */
  readonly assertKnown: (world: World, scenario: string) => void;
  /** Throws INVALID_BODY or INVALID_SCENARIO if the world, which comes from a snapshot, holds what cannot be played. */
  readonly assertPlayable: (world: World) => void;
  /** Adds a casting rule after those that are there, and gives its id; `at` is where it stands. Throws UNKNOWN_SCENARIO and INVALID_BODY. */
  readonly addRule: (world: World, rule: CastingBody, at?: string) => string;
  /** Decides which scenario an agent plays, and says in the journal why. */
  readonly cast: (world: World, provider: string, agent: string, hints: CastingHints) => void;
  /** An agent is for an event of a calendar: from then on, users do to that what the story tells, once. */
  readonly book: (world: World, booking: Booking) => void;
  /** False if nothing happens to the agent by itself. */
  readonly plays: (world: World, agent: string) => boolean;
  /**
   * The agent begins to join: its meeting starts, or it comes to the one that is on. `delay` is how much later than its
   * scenario says it gets there.
   */
  readonly enter: (world: World, agent: string, meetingUrl: string, delay?: Micros) => void;
  /** The agent says something: the other agents of its meeting hear it. */
  readonly says: (world: World, agent: string, text: string) => void;
  /** The agent writes into the chat, to everyone or to the participant of this key: the others see it. */
  readonly writes: (world: World, agent: string, text: string, to?: string) => void;
  /** The agent is about to be out of the meeting: it is told what it has heard until now. */
  readonly flush: (world: World, agent: string) => void;
  /** The agent is out of the meeting: its last cue is its artefacts. */
  readonly exit: (world: World, agent: string) => void;
  /** What becomes of the agent before it begins to join: nothing special, or it is late by so much. */
  readonly launch: (world: World, agent: string) => Micros | 'never' | 'out_of_credits';
  /** True if the agent never gets out once it leaves. */
  readonly getsStuck: (world: World, agent: string) => boolean;
  /** No more cues, though the agent is not over. */
  readonly halt: (world: World, agent: string) => void;
  /** The agent has failed, is done or is gone: no more cues. */
  readonly forget: (world: World, agent: string) => void;
}
