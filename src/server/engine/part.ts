import type { Micros } from '../../clock/instant.js';
import type { Job } from '../../clock/queue.js';
import type { Contract, ProviderName } from '../../contracts/contract.js';
import type { Delivery } from './outbox.js';
import type { Slice } from './records.js';
import type { Tampering } from './tampering.js';
import type { World } from './world.js';

/** The code of a kind of job. The queue holds only its name and plain arguments. */
export interface JobDefinition {
  /** What the job does, in a few words, for `pending` and the report. */
  readonly label: string | ((job: Job) => string);
  readonly run: (world: World, job: Job) => void | Promise<void>;
}

/** How a vendor writes, signs and repeats its webhooks. */
export interface Dialect {
  /**
   * Headers in the order and case in which the vendor sends them, without Host and Content-Length. What a fault makes of
   * the message is signed as the vendor would sign it, unless the signature is the fault.
   */
  readonly render: (
    world: World,
    delivery: Delivery,
    tampering: Tampering,
  ) => { readonly headers: Record<string, string>; readonly body: string };
  /** How long the vendor waits for a receiver's answer. */
  readonly timeout: (world: World) => Micros;
  /** The wait after each failed attempt; after as many more attempts the webhook is lost. */
  readonly retryDelays: (world: World) => readonly Micros[];
}

/** Somebody in a meeting, as its story tells it. */
export interface Attendee {
  /** Names the person within the meeting: the same for every agent that is there. */
  readonly key: string;
  readonly name: string;
  readonly host: boolean;
}

export interface Utterance {
  readonly speaker: Attendee;
  readonly text: string;
  readonly duration: Micros;
}

/**
 * What happens to an agent in a meeting, in words of no vendor. Each vendor renders it in its own states and webhooks.
 * The agent is named by its vendor id. A cue that a vendor has no word for does nothing.
 */
export interface Actor {
  readonly reachedLobby: (world: World, agent: string) => void;
  /** The agent is there, and the meeting has not begun: its host has not come. */
  readonly waitsForHost?: (world: World, agent: string) => void;
  readonly admitted: (world: World, agent: string) => void;
  /** The meeting's own captions cannot be turned on. */
  readonly captionsUnavailable?: (world: World, agent: string) => void;
  readonly recordingAllowed: (world: World, agent: string) => void;
  readonly participantJoined: (world: World, agent: string, participant: Attendee) => void;
  readonly participantLeft: (world: World, agent: string, participant: Attendee) => void;
  readonly spoke: (world: World, agent: string, utterance: Utterance) => void;
  readonly meetingEnded: (world: World, agent: string) => void;
  readonly artefactsReady: (world: World, agent: string) => void;
}

/** What is known of an agent when its scenario is chosen. */
export interface CastingHints {
  /** `Greenroom-Scenario`. */
  readonly header?: string | undefined;
  /** As it was sent. */
  readonly meetingUrl: string;
  /** As the vendor keeps it. */
  readonly normalUrl?: string | undefined;
  readonly agentName?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly schedulingKey?: string | null | undefined;
  readonly eventId?: string | null | undefined;
}

/** Plays the meetings of a world, as vendors see it. Agents are named by their vendor ids. */
export interface Play {
  /** The code of the jobs that play. */
  readonly jobs: Readonly<Record<string, JobDefinition>>;
  readonly createStage: () => Slice;
  /** Throws UNKNOWN_SCENARIO if there is none of this name in the world, or INVALID_SCENARIO. */
  readonly assertKnown: (world: World, scenario: string) => void;
  /** Decides which scenario an agent plays, and says in the journal why. */
  readonly cast: (world: World, provider: ProviderName, agent: string, hints: CastingHints) => void;
  /** False if nothing happens to the agent by itself. */
  readonly plays: (world: World, agent: string) => boolean;
  /** The agent begins to join: its meeting starts, or it comes to the one that is on. */
  readonly enter: (world: World, agent: string, meetingUrl: string) => void;
  /** The agent is out of the meeting: its last cue is its artefacts. */
  readonly exit: (world: World, agent: string) => void;
  /** The agent has failed, is done or is gone: no more cues. */
  readonly forget: (world: World, agent: string) => void;
}

/** An agent as `until`, faults and tests name it. */
export interface SubjectState {
  readonly id: string;
  /** The state of its life cycle. */
  readonly state: string;
}

/** What a vendor puts into a world. The engine knows no more of it. */
export interface WorldPart {
  readonly name: ProviderName;
  readonly contract: Contract;
  readonly dialect: Dialect;
  readonly actor: Actor;
  readonly jobs: Readonly<Record<string, JobDefinition>>;
  /** The vendor's empty tables. */
  readonly createSlice: () => Slice;
  /** Finds an agent by its vendor id, or by another name that the vendor knows. */
  readonly findSubject: (
    world: World,
    reference: string | Readonly<Record<string, string>>,
  ) => SubjectState | undefined;
}
