import type { Name } from '../../mask.js';
import type { Story } from '../stories/story.js';

/** One attempt of a webhook, as the receiver saw it. */
export interface SeenAttempt {
  /** Virtual time. */
  readonly at: string;
  readonly seq: number;
  /** The receiver's own answer: a status, `none` for a broken connection, `timeout`; nothing if it was not sent. */
  readonly answer?: number | 'none' | 'timeout';
  readonly error?: string;
  /** The receiver got the vendor's own words with the vendor's own signature. */
  readonly genuine: boolean;
}

export interface SeenDelivery {
  readonly id: string;
  readonly type: string;
  readonly state?: string;
  readonly sub_type?: string;
  readonly meeting: number;
  /** It is about no agent: it tells of calendars. */
  readonly isNews?: true;
  /** Among those of its meeting, type and state, from 1 on; a copy has the number of its original. */
  readonly number: number;
  readonly isCopy: boolean;
  /** When it was made. */
  readonly at: string;
  readonly attempts: readonly SeenAttempt[];
}

/** True if the app took the vendor's own words. */
export const isTaken = ({ genuine, answer }: SeenAttempt): boolean =>
  genuine && typeof answer === 'number' && answer < 300;

/** A message for people: its type, and the state that it tells. */
export const wordsFor = ({ type, state }: Pick<SeenDelivery, 'type' | 'state'>): string =>
  state === undefined ? type : `${type} ${state}`;

/** A call of the app to the vendor. */
export interface SeenCall {
  readonly seq: number;
  readonly at: string;
  readonly operation: string | null;
  readonly method: string;
  /** With what only this execution has masked. */
  readonly target: string;
  readonly path: string;
  readonly body: string;
  readonly status: number | undefined;
  readonly answer: string;
  /** What greenroom told beside the answer. */
  readonly hint: string | undefined;
  readonly meeting: number | undefined;
  /** The id of the agent that it asked for, if it did and got one. */
  readonly made?: string;
  /** A deviation struck it. */
  readonly struck: boolean;
}

/** What was read of the vendor: whether the last that the app saw is how things are at the end. */
export interface Reading {
  readonly operation: string;
  readonly target: string;
  readonly meeting: number | undefined;
  readonly isCurrent: boolean;
}

/** The state of each meeting at one moment of a life in which nothing goes wrong. */
export interface Sample {
  /** The webhook that had just been answered. */
  readonly after: string;
  readonly at: string;
  readonly meeting: number;
  readonly states: readonly unknown[];
}

/** A meeting as its user wants it at the end, as it stands in the calendar, and the agents that were made for it. */
export interface MeetingPlan {
  /** The time at which the app's user wants it. */
  readonly wanted: string;
  /** Nothing if it is in no calendar. */
  readonly event?: {
    readonly start: string;
    readonly deleted: boolean;
    readonly declined: boolean;
    readonly meeting_url: string | null;
    /** The last change of it. */
    readonly updated_at: string;
  };
  /** When other events stand in the calendar at its link: the occurrences, if it repeats. */
  readonly others: readonly string[];
  readonly agents: readonly {
    readonly id: string;
    readonly join_at: string | null;
    readonly meeting_url: string;
    readonly cancelled: boolean;
    /** Since when it is on its way, or was. */
    readonly began?: string;
    /** A call of the app asked for it. */
    readonly made: boolean;
  }[];
}

/** A meeting of which the app told its user that it could not be scheduled, though it had asked for an agent. */
export interface Disowned {
  readonly meeting: number;
  /** The agents that it had asked for until then. */
  readonly asked: number;
  /** What the user was told. */
  readonly error: string;
  /** The same of the second try; nothing if that went well. */
  readonly again?: string;
}

/** What the app told its user twice that it had failed, though the vendor had done it. */
export interface Denied {
  readonly act: 'reschedule' | 'cancel';
  /** What the user was told at the second try. */
  readonly again: string;
}

/** Something that is wrong by itself, whatever the quiet execution was like. */
export interface Fault {
  readonly oracle: string;
  /** Tells it from others of its oracle. */
  readonly what: string;
  readonly sentence: string;
  readonly expected: string;
  readonly was: string;
}

const ENDS = ['hang', 'end', 'crash'] as const;

/** The kinds of faults that are the end of the app. */
export type End = (typeof ENDS)[number];

/** How the app came to its end, if it did: that it does not tell its state then is no wonder. */
export const endOf = ({ faults }: Pick<Outcome, 'faults'>): string | undefined =>
  faults.find(({ oracle, what }) => oracle === 'answers' && (ENDS as readonly string[]).includes(what))?.was;

/** What one execution came to. */
export interface Outcome {
  readonly story: Story;
  readonly joinAt: string;
  readonly deliveries: readonly SeenDelivery[];
  readonly calls: readonly SeenCall[];
  readonly readings: readonly Reading[];
  /** The state of each meeting at rest, masked; empty where no state can be asked for. */
  readonly states: readonly unknown[];
  /** The same at the moment of the last webhook, where a message was kept from the app or was not the vendor's. */
  readonly atOnce: readonly unknown[];
  /** When the vendor had nothing more to do. */
  readonly overAt: string;
  readonly samples: readonly Sample[];
  readonly faults: readonly Fault[];
  /** Of each meeting. */
  readonly plans: readonly MeetingPlan[];
  /** The deviations that struck nothing: numbers into those of the story. */
  readonly missed: readonly number[];
  /** Why a meeting could not be scheduled, moved or called off. */
  readonly refused?: string;
  readonly disowned: readonly Disowned[];
  readonly denied: readonly Denied[];
  /** Why the state could not be read. */
  readonly unread?: string;
  /** Nobody answered the question for it. */
  readonly unanswered: boolean;
  /** Calls in the last hour, when nothing happens any more. */
  readonly restless: number;
  /** The app has called about meetings of earlier executions, which are no part of this one. */
  readonly carriesOver: boolean;
  /** What the app printed, masked, each line once; nothing if nobody hears it. */
  readonly printed: readonly string[];
  /** What happened, a line an event. */
  readonly lines: () => readonly string[];
  /** The state was judged a virtual day after the last event, not at once. */
  readonly waited: boolean;
  /** The app, which keeps its own time, still waited for a timer: what it had not done by then says nothing. */
  readonly leftWaiting: boolean;
  /** For each meeting: the agents that were asked for, and those that came. */
  readonly asked: readonly number[];
  readonly came: readonly number[];
  /** What the state of each meeting was asked by. */
  readonly ids: readonly string[];
  /** The URLs of all meetings. */
  readonly urls: readonly string[];
  /** The agents of all meetings. */
  readonly agents: readonly string[];
  /** What only this execution has: its meetings, agents and ids. */
  readonly names: readonly Name[];
}
