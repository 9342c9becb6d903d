import type { Micros } from '../../clock/instant.js';
import type { Job } from '../../clock/queue.js';
import type { Contract, VendorName } from '../../contracts/contract.js';
import type { CastingBody } from '../../contracts/control/casting.js';
import type {
  Crash,
  JoinFailure,
  LeaveReason,
  RecordingRefusal,
  TranscriptionFailure,
} from '../../contracts/control/scenario.js';
import type { Delivery } from './outbox.js';
import type { Slice } from './records.js';
import type { Corruption } from './corruption.js';
import type { World } from './world.js';

/** The code of a kind of job. The queue holds only its name and plain arguments. */
export interface JobDefinition {
  /** What the job does, in a few words, for `pending` and the report. */
  readonly label: string | ((job: Job) => string);
  readonly run: (world: World, job: Job) => void | Promise<void>;
}

/** How a vendor writes, signs and repeats its webhooks. */
export interface WebhookFormat {
  /**
   * Headers in the order and case in which the vendor sends them, without Host and Content-Length. What a fault makes of
   * the message is signed as the vendor would sign it, unless the signature is the fault.
   */
  readonly render: (
    world: World,
    delivery: Delivery,
    tampering: Corruption,
  ) => { readonly headers: Record<string, string>; readonly body: string };
  /** How long the vendor waits for a receiver's answer. */
  readonly timeout: (world: World) => Micros;
  /** The wait after each failed attempt; after as many more attempts the webhook is lost. */
  readonly retryDelays: (world: World) => readonly Micros[];
}

/** Somebody in a meeting, as its story tells it. */
export interface Participant {
  /** Names the person within the meeting: the same for every agent that is there. */
  readonly key: string;
  readonly name: string;
  readonly host: boolean;
}

export interface Utterance {
  readonly speaker: Participant;
  readonly text: string;
  readonly duration: Micros;
  /** What becomes of its text, unless it is simply there: nothing, an empty one, one that comes later, or a failure. */
  readonly outcome?: 'missing' | 'empty' | 'pending' | { readonly fails: TranscriptionFailure };
}

export interface ChatMessage {
  /** Names the message within the meeting. */
  readonly key: string;
  readonly sender: Participant;
  readonly text: string;
  readonly toAgent: boolean;
}

export interface LogEntry {
  readonly level: string;
  readonly entry: string;
  readonly message: string;
}

/** What becomes of one thing that an agent brings back. */
export interface Artefact {
  readonly what: 'ready' | 'missing' | 'empty';
  /** From when it can be had no more; `null`: it stays. */
  readonly expires: Micros | null;
}
export type Artefacts = Readonly<Record<'transcript' | 'audio' | 'video', Artefact>>;

/** What a story says of a failure in the words of one vendor alone. */
export type VendorWords = Readonly<Record<string, unknown>>;

/**
 * What happens to an agent in a meeting, in words of no vendor. Each vendor renders it in its own states and webhooks.
 * The agent is named by its vendor id. A cue that a vendor has no word for does nothing.
 */
export interface MeetingEvents {
  readonly reachedLobby: (world: World, agent: string) => void;
  /** The agent is there, and the meeting has not begun: its host has not come. */
  readonly waitsForHost?: (world: World, agent: string) => void;
  /** The agent does not even reach the lobby. */
  readonly couldNotJoin: (world: World, agent: string, reason: JoinFailure, words: VendorWords) => void;
  readonly admitted: (world: World, agent: string) => void;
  /** Somebody turns the agent away. */
  readonly denied: (world: World, agent: string, by: Participant | undefined) => void;
  /** The meeting's own captions cannot be turned on. */
  readonly captionsUnavailable?: (world: World, agent: string) => void;
  readonly recordingAllowed: (world: World, agent: string) => void;
  readonly recordingDenied: (world: World, agent: string, because: RecordingRefusal) => void;
  readonly participantJoined: (world: World, agent: string, participant: Participant) => void;
  readonly participantLeft: (world: World, agent: string, participant: Participant) => void;
  readonly spoke: (world: World, agent: string, utterance: Utterance) => void;
  readonly wrote?: (world: World, agent: string, message: ChatMessage) => void;
  readonly breakout?: (world: World, agent: string, phase: 'opens' | 'inside' | 'closes' | 'outside') => void;
  readonly logged?: (world: World, agent: string, entry: LogEntry) => void;
  /** The agent leaves by itself. */
  readonly left: (world: World, agent: string, because: LeaveReason) => void;
  /** Somebody throws the agent out. */
  readonly removed: (world: World, agent: string, by: Participant | undefined) => void;
  /** The agent breaks. It gets no more cues. */
  readonly crashed: (world: World, agent: string, how: Crash, words: VendorWords) => void;
  readonly meetingEnded: (world: World, agent: string) => void;
  /** What was pending has its text. */
  readonly transcribed?: (world: World, agent: string) => void;
  readonly artefactsReady: (world: World, agent: string, artefacts: Artefacts) => void;
  /** How long after its leaving an agent waits for text that is pending. */
  readonly transcriptPatience?: Micros;
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
export interface Player {
  /** The code of the jobs that play. */
  readonly jobs: Readonly<Record<string, JobDefinition>>;
  readonly createState: () => Slice;
  /** Throws UNKNOWN_SCENARIO if there is none of this name in the world, or INVALID_SCENARIO. */
  readonly assertKnown: (world: World, scenario: string) => void;
  /** Adds a casting rule after those that are there, and gives its id. Throws UNKNOWN_SCENARIO and INVALID_BODY. */
  readonly addRule: (world: World, rule: CastingBody) => string;
  /** Decides which scenario an agent plays, and says in the journal why. */
  readonly cast: (world: World, provider: VendorName, agent: string, hints: CastingHints) => void;
  /** False if nothing happens to the agent by itself. */
  readonly plays: (world: World, agent: string) => boolean;
  /** The agent begins to join: its meeting starts, or it comes to the one that is on. */
  readonly enter: (world: World, agent: string, meetingUrl: string) => void;
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

/** An agent as `until`, faults and tests name it. */
export interface SubjectState {
  readonly id: string;
  /** The state of its life cycle. */
  readonly state: string;
}

/** What a vendor puts into a world. The engine knows no more of it. */
export interface VendorRuntime {
  readonly name: VendorName;
  readonly contract: Contract;
  readonly webhookFormat: WebhookFormat;
  readonly meetingEvents: MeetingEvents;
  readonly jobs: Readonly<Record<string, JobDefinition>>;
  /** The vendor's empty tables. */
  readonly createState: () => Slice;
  /** Finds an agent by its vendor id, or by another name that the vendor knows. */
  readonly findSubject: (
    world: World,
    reference: string | Readonly<Record<string, string>>,
  ) => SubjectState | undefined;
}
