import type { Micros } from '../../clock/instant.js';
import type { NewMeeting, VendorPlan } from '../../contracts/control/calendar.js';
import type { CalendarAct } from '../../contracts/control/calendar-acts.js';
import type {
  Crash,
  JoinFailure,
  LeaveReason,
  RecordingRefusal,
  TranscriptionFailure,
} from '../../contracts/control/scenario.js';
import type { World } from './world.js';

/** Somebody in a meeting, as the scenario describes them. */
export interface Participant {
  /** Names the person within the meeting: the same for every agent that is there. */
  readonly key: string;
  readonly name: string;
  readonly host: boolean;
}

export interface Utterance {
  readonly speaker: Participant;
  /** When it began. */
  readonly at: Micros;
  /** As much of it as was said. */
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

/** What becomes of one thing that an agent brings back. */
export interface Artefact {
  readonly what: 'ready' | 'missing' | 'empty';
  /** From when it can be had no more; `null`: it stays. */
  readonly expires: Micros | null;
}
export type Artefacts = Readonly<Record<'transcript' | 'audio' | 'video', Artefact>>;

/** The details of a failure in the words of one vendor. */
export type VendorWords = Readonly<Record<string, unknown>>;

/**
 * What happens to an agent in a meeting, in words of no vendor. Each vendor renders it in its own states and webhooks.
 * The agent is named by its vendor id. An event that a vendor has no word for is left out.
 */
export interface MeetingEvents {
  /** What the others in the meeting see the agent called; `undefined` if it is no participant. */
  readonly nameOf?: (world: World, agent: string) => string | undefined;
  readonly reachedLobby?: (world: World, agent: string) => void;
  /** The agent is there, and the meeting has not begun: its host has not come. */
  readonly waitsForHost?: (world: World, agent: string) => void;
  /** The agent does not even reach the lobby. */
  readonly couldNotJoin?: (world: World, agent: string, reason: JoinFailure, words: VendorWords) => void;
  readonly admitted?: (world: World, agent: string) => void;
  /** Somebody turns the agent away. */
  readonly denied?: (world: World, agent: string, by: Participant | undefined) => void;
  /** True if the agent has its words from the meeting's own captions. */
  readonly readsCaptions?: (world: World, agent: string) => boolean;
  /** The meeting's own captions cannot be turned on. */
  readonly captionsUnavailable?: (world: World, agent: string) => void;
  readonly recordingAllowed?: (world: World, agent: string) => void;
  readonly recordingDenied?: (world: World, agent: string, because: RecordingRefusal) => void;
  readonly participantJoined?: (world: World, agent: string, participant: Participant) => void;
  readonly participantLeft?: (world: World, agent: string, participant: Participant) => void;
  /** Somebody speaks from now on, until about this instant; the words are told when they are over. */
  readonly beganSpeaking?: (world: World, agent: string, speaker: Participant, until: Micros) => void;
  readonly stoppedSpeaking?: (world: World, agent: string, speaker: Participant) => void;
  /** Somebody has spoken: it is over, or the agent hears no more of it. */
  readonly spoke?: (world: World, agent: string, utterance: Utterance) => void;
  readonly wrote?: (world: World, agent: string, message: ChatMessage) => void;
  readonly breakout?: (world: World, agent: string, phase: 'opens' | 'inside' | 'closes' | 'outside') => void;
  /** An event of the vendor's own block of the scenario. */
  readonly vendorEvent?: (world: World, agent: string, event: VendorWords) => void;
  /** The agent leaves by itself. */
  readonly left?: (world: World, agent: string, because: LeaveReason) => void;
  /** Somebody throws the agent out. */
  readonly removed?: (world: World, agent: string, by: Participant | undefined) => void;
  /** The agent breaks. It gets no more cues. */
  readonly crashed?: (world: World, agent: string, how: Crash, words: VendorWords) => void;
  readonly meetingEnded?: (world: World, agent: string) => void;
  /** What was pending has its text. */
  readonly transcribed?: (world: World, agent: string) => void;
  readonly artefactsReady?: (world: World, agent: string, artefacts: Artefacts) => void;
  /** A user does something to an event of a calendar, which is named by its key; gives back why nothing comes of it. */
  readonly userActs?: (world: World, event: string, act: CalendarAct) => string | undefined;
  /** The key of the event that an agent is for, or of one that is named itself. */
  readonly calendarEventOf?: (world: World, subject: string | Readonly<Record<string, string>>) => string | undefined;
  /** A user puts a meeting into the own calendar: the vendor's id of its event, or why nothing comes of it. */
  readonly userBooks?: (world: World, meeting: NewMeeting) => { readonly event: string } | { readonly refused: string };
  /** What people call an event, a calendar or whatever tells of it, and how it stands; nothing for an agent. */
  readonly calendarEntry?: (world: World, id: string) => { readonly name: string; readonly state: string } | undefined;
  /** Everything that stands in calendars, and every agent that is there, from the oldest on. */
  readonly calendarPlan?: (world: World) => VendorPlan;
  /** How long after its leaving an agent waits for text that is pending. */
  readonly transcriptPatience?: Micros;
}
