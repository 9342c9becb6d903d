import type { Greenroom } from '../client/greenroom.js';
import type { FetchReceiver, WorkspaceOptions } from '../client/options.js';
import type { Vendor } from '../server/providers/provider.js';

/** An app while it runs: functions that receive, by origin, or the URL of its webhook endpoint. */
export interface RunningApp {
  readonly receivers?: Readonly<Record<string, FetchReceiver>>;
  readonly url?: string;
  readonly close?: () => unknown;
}

/** One meeting of an execution. */
export interface Meeting {
  readonly url: string;
  /** ISO 8601. */
  readonly joinAt: string;
  /** From 1 on. */
  readonly number: number;
  /** The vendor's id of its event, where users have it in their calendars. */
  readonly event?: string;
}

export type Act<A> = (app: A, meeting: Meeting) => unknown;
/** `id` is what `schedule` answered as `id`, else the vendor's. */
export type ActOn<A> = (app: A, id: string, meeting: Meeting) => unknown;

/** What the app's user does. An act that is missing is not explored. */
export interface Acts<A> {
  readonly schedule: Act<A>;
  readonly reschedule?: ActOn<A>;
  readonly cancel?: ActOn<A>;
}

export interface ExploreOptions<A extends RunningApp = RunningApp> {
  /** Starts the app; called for each execution with a room of its own. */
  readonly app: (room: Greenroom) => A | Promise<A>;
  /** How the app's user schedules a meeting. Without it greenroom asks the vendor for the agent itself. */
  readonly act?: Act<A> | Acts<A>;
  /**
   * Users have each meeting in their own calendar, two hours before it begins: the app hears of it as of any change there,
   * and asks for the agent itself where there is no `act`.
   */
  readonly calendar?: boolean;
  /** What the app has made of a meeting, as JSON. */
  readonly state?: (app: A, id: string, meeting: Meeting) => unknown;
  /** What must hold of every state. */
  readonly always?: Readonly<Record<string, (state: never) => boolean>>;
  /** What must hold of some state. */
  readonly sometimes?: Readonly<Record<string, (state: never) => boolean>>;
  /** The vendor whose webhooks are explored; the one that `act` calls if nothing is said. */
  readonly provider?: string;
  /** Names of scenarios; all that fit the vendor if nothing is said. */
  readonly scenarios?: readonly string[];
  /** 300 if neither this nor a time is said. */
  readonly executions?: number;
  /** Real time, such as `60s`. */
  readonly time?: string;
  /** Ends the search when it is aborted: the report tells what was found until then. */
  readonly signal?: AbortSignal;
  readonly seed?: number;
  /** JSON pointers into the state that are not compared; `*` stands for any one step. */
  readonly ignore?: readonly string[];
  /** Kinds of deviations that are not tried, such as `lost`. */
  readonly without?: readonly string[];
  /** Executions at a time, where time is not led. The report is the same with any number. */
  readonly workers?: number;
  /** The app's timers follow the clock; true if nothing is said. */
  readonly lockstep?: boolean;
  /** How each room is made. */
  readonly room?: Omit<WorkspaceOptions, 'id' | 'seed' | 'ids_given' | 'receivers' | 'clock'>;
  readonly vendors?: readonly Vendor[];
  /** Plays each finding and its quiet life once more, and keeps all that happened for `report.html()`. */
  readonly record?: boolean;
  /** Hears how far it is, and of each finding when it is found. */
  readonly progress?: (line: string, about: 'search' | 'finding') => void;
}

/** The acts of the options in one form. */
export const actsOf = <A>(act: Act<A> | Acts<A> | undefined): Acts<A> | undefined =>
  typeof act === 'function' ? { schedule: act } : act;
