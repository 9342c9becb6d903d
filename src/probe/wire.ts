import type { Wake } from '../clock/lockstep/app-timers.js';

/** What a probe and greenroom say to each other: a line of JSON each, over a local socket. */
export const WIRE = 1;

/** Who a probe is: a process, or a worker thread of one. */
export interface Hello {
  readonly secret: string;
  readonly pid: number;
  /** 0 for the main thread. */
  readonly thread: number;
  /** What runs the code, for people. */
  readonly runtime?: string;
  /** False if its clock and its timers are real. */
  readonly led?: boolean;
}

/** Of requests that a process had in hand together: all of them are answered. */
export interface Answered {
  /** Those that they came over, as {@link nameOfConnection} says it. */
  readonly connections: readonly string[];
  /** When the first of them came. */
  readonly since: number;
  /** It has begun nothing since then that goes on by itself, and is at rest. If false, that is to be asked. */
  readonly rests: boolean;
}

/**
 * What keeps a process alive: something may come from outside, or it waits for led timers alone. Its children, and what passes
 * between processes, count as nothing: they say themselves what they live for.
 */
export type Life = 'outside' | 'time' | 'nothing';

/** A job that waits in a queue of the app, as a process tells of it. */
export interface Job {
  readonly id: string;
  /** For people, too. */
  readonly queue: string;
  /** What it does, for people. */
  readonly name?: string;
  /** When it was put in, or left. */
  readonly at: number;
}

export type FromProbe =
  | { readonly hello: Hello }
  /** The answer to a question: at rest. */
  | {
      readonly rest: number;
      /** The requests that it was sent since the instant of the question. */
      readonly seen: number;
      /** Counts what has happened in it: equal numbers mean that nothing did in between. */
      readonly stirs: number;
      /** What it has started since, as `nameOf` says it: not at rest until it has spoken for itself. */
      readonly started: readonly string[];
      /** The connections of what it has asked greenroom and has no answer to: a call that is not in hand there is on its way, or its answer is. */
      readonly calls?: readonly string[];
      readonly timers?: readonly Timer[];
      readonly life?: Life;
      /** The timers of its own time, if that was asked. */
      readonly wakes?: readonly Wake[];
    }
  /** Unasked. */
  | { readonly answered: Answered }
  /** The timers of a process whose time is led are others, or what it lives for is. */
  | { readonly timers: readonly Timer[]; readonly life: Life }
  | { readonly busy: number; readonly why: string }
  /** Before it is at rest: the connections over which what it has in hand reads greenroom, and goes on when that answers. */
  | { readonly reading: number; readonly connections: readonly string[] }
  /** A thread stands still until another wakes it, so it is at rest, and answers nothing; it does so for the first time, the second, or 0: it goes on. */
  | { readonly stands: number; readonly started: readonly string[] }
  /** A job is about to go into a queue. */
  | { readonly put: Job }
  /** A job has left its queue: a worker has it in hand, or nobody is to take it. */
  | { readonly taken: Job }
  /** All jobs have left this queue. */
  | { readonly emptied: Omit<Job, 'id' | 'name'> }
  /** The process ends by itself. */
  | { readonly bye: true };

export type ToProbe =
  | { readonly welcome: true }
  | { readonly refused: string }
  /** Say when you are at rest; `since` is when the first message went out that you may be working on. */
  | {
      readonly ask: number;
      readonly since: number;
      /** Or this is, and `since` is zero as a process has begun meanwhile. */
      readonly sent?: number;
      /** Before that, take this for the present, in milliseconds. */
      readonly now?: number;
      /** And call the earliest timer. */
      readonly fire?: boolean;
      /** Or say it as soon as you do nothing but wait, with a request in hand too. */
      readonly waits?: boolean;
      /** False: whether timers of your own time wait or not. */
      readonly timers?: boolean;
      /** And say which timers of your own time wait. */
      readonly wakes?: boolean;
    };

/** A timer of a process whose time is led: its id, when it is due in milliseconds, and 1 for an interval. */
export type Timer = readonly [id: number, due: number, repeats: 0 | 1];

/** Why a process is busy that has a request in hand. */
export const UNANSWERED = 'a request that it has not answered';

/** A connection, by the ports of the one who made it and of the one who answers: both ends know them. */
export const nameOfConnection = (from: number | undefined, to: number | undefined): string => `${from}-${to}`;

export const nameOf = (pid: number, thread = 0): string => (thread === 0 ? String(pid) : `${pid}/${thread}`);

/** In the environment of an app: where greenroom listens, and the secret of the workspace. */
export const VARIABLE = 'GREENROOM_PROBE';
/** The folder from which Python loads the probe, for whoever adds it to PYTHONPATH: that is the user's own, and is not replaced. */
export const PYTHON_VARIABLE = 'GREENROOM_PROBE_PYTHON';
/** Is there if greenroom is on another machine: what goes there is on its way for a while. */
export const FAR_VARIABLE = 'GREENROOM_FAR';
export const renderPlace = (secret: string, path: string): string => `${secret}@${path}`;
export function readPlace(text: string): { readonly secret: string; readonly path: string } {
  const at = text.indexOf('@');
  return { secret: text.slice(0, Math.max(at, 0)), path: text.slice(at + 1) };
}

export const line = (message: FromProbe | ToProbe): string => `${JSON.stringify({ probe: WIRE, ...message })}\n`;

const LONGEST = 65_536;

/** Reads lines as they come in pieces. Calls back with `undefined` for what is no message of this version, and reads no more. */
export function readLines<T extends FromProbe | ToProbe>(
  hear: (message: T | undefined) => void,
): (text: string) => void {
  let rest = '';
  let broken = false;
  return (text) => {
    if (broken) return;
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    const messages = lines.map((one) => read(one) as T | undefined);
    if (rest.length > LONGEST) messages.push(undefined);
    for (const message of messages) {
      broken ||= message === undefined;
      hear(message);
      if (broken) return;
    }
  };
}

function read(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isOurs = typeof value === 'object' && value !== null && (value as { probe?: unknown }).probe === WIRE;
    return isOurs ? value : undefined;
  } catch {
    return undefined;
  }
}
