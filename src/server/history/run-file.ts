import { GreenroomError } from '../../errors.js';
import type { CallInput, Input, Position } from '../engine/inputs.js';
import type { WorkspaceOptions } from '../workspaces/workspace.js';
import type { Frame } from './frames.js';
import { assertShape, FRAME, HEAD, HEADERS, INPUT, INPUTS, POSITION } from './run-shape.js';
import type { Taken } from './taken.js';

/**
 * A run as lines of JSON: what the workspace was made with, a frame if the history does not begin with the first input,
 * and the inputs, each with its position. Headers that come again are written once, and so is a call without a body, of a
 * client that polls: after that only its number. A body that looks like JSON stands at the end of its line as it was sent, and its length at the
 * beginning: to quote it takes longer than all else that is done for a line. The last line may be a position alone.
 */

export const RUN_FORMAT = 2;
/** The format 1 had all bodies quoted. */
const READABLE: readonly number[] = [1, RUN_FORMAT];

/** How a line begins that ends with a body, and what stands before the body. */
export const [LENGTH_FIRST, BODY_LAST] = ['{"length":', ',"body":'] as const;

/** What a run needs beside its inputs. */
export interface RunHead {
  /** The version that wrote it. */
  readonly greenroom: string;
  readonly format: number;
  readonly workspace: {
    readonly id: string;
    readonly number: number;
    readonly options: WorkspaceOptions;
  };
  readonly server: RunServer;
}

/** Options of the server on which a run depends. */
export interface RunServer {
  readonly vendors: readonly string[];
  readonly maxBody: number;
  readonly allowHosts: readonly string[];
  /** False if hosts of its machine were like all others. */
  readonly loopback?: boolean;
  readonly forwardTo?: string;
  /** The origins that functions of the process receive. */
  readonly receivers: readonly string[];
  /** Listeners took what was sent. */
  readonly shared?: true;
}

/** A run as it was read. */
export interface Run {
  readonly head: RunHead;
  readonly frame: Frame | undefined;
  readonly taken: readonly Taken[];
  /** Where the world was when the last line was written. */
  readonly end: Position;
}

export type Headers = Readonly<Record<string, string>>;

type Line =
  | RunHead
  | { readonly frame: Pick<Frame, 'jobs' | 'now' | 'given'> }
  | { readonly headers: number; readonly are: Headers }
  | {
      readonly at: readonly [jobs: number, now: number, seq: number | null];
      readonly input?: WrittenInput;
      /** The number of a call that may come again. */
      readonly call?: number;
      readonly again?: number;
    };

type WrittenInput =
  | Exclude<Input, CallInput>
  | (Omit<CallInput, 'request'> & {
      readonly request: Omit<CallInput['request'], 'headers' | 'body' | 'bytes'> & {
        readonly headers: number;
        /** Absent if it ends the line. */
        readonly body?: string;
        readonly bytes?: string;
      };
    });

/** Reads a run. `name` is told in errors. Throws USAGE with the line that is wrong. */
export function readRun(lines: Iterable<string>, name: string): Run {
  const reader = new RunReader();
  let number = 0;
  for (const text of lines) {
    number++;
    try {
      reader.read(text);
    } catch (error) {
      if (error instanceof GreenroomError) throw wrongRun(`${name}, line ${number}`, error.message);
      throw wrongRun(`${name}, line ${number}`, 'expected a line of a run as greenroom writes it');
    }
  }
  return reader.whole(name);
}

class RunReader {
  #head: RunHead | undefined;
  #frame: Frame | undefined;
  readonly #headers = new Map<number, Headers>();
  readonly #taken: Taken[] = [];
  readonly #calls = new Map<number, CallInput>();
  #end: Position = { jobs: 0, now: Number.NaN, seq: 0 };

  read(text: string): void {
    if (this.#frame && this.#frame.snapshot === undefined) {
      this.#frame = { ...this.#frame, snapshot: text };
      return;
    }
    const { line, body } = lineIn(text);
    if (!this.#head || 'greenroom' in line) this.#head = headIn(line);
    else if ('frame' in line) {
      assertShape(FRAME, line);
      this.#frame = { count: 0, ...line.frame };
    } else if ('are' in line) {
      assertShape(HEADERS, line);
      this.#headers.set(line.headers, Object.freeze(line.are));
    } else this.#take(line, body);
  }

  whole(name: string): Run {
    if (!this.#head) throw wrongRun(name, NO_HEAD);
    return { head: this.#head, frame: this.#frame, taken: this.#taken, end: this.#end };
  }

  #take(line: Extract<Line, { at: unknown }>, body: string): void {
    assertShape(POSITION, line);
    const { input, call, again } = line;
    const [jobs, now, seq] = line.at;
    if (input !== undefined) assertInput(line);
    const at = { jobs, now, seq: seq ?? Number.NaN };
    const taken = again === undefined ? input && this.#inputIn(input, call, body) : this.#callAgain(again);
    // Lines that the input itself has written are not counted.
    this.#end = taken ? { jobs, now, seq: Number.NaN } : at;
    if (taken) this.#taken.push({ at, input: taken });
  }

  #callAgain(number: number): CallInput {
    const call = this.#calls.get(number);
    if (!call) throw new GreenroomError('USAGE', `expected the call ${number} on a line before`);
    return call;
  }

  #inputIn(input: WrittenInput, call: number | undefined, last: string): Input {
    if (input.kind !== 'call') return input;
    const { method, path, query, headers: number, origin, body = last, bytes: raw } = input.request;
    const headers = this.#headers.get(number);
    if (!headers) throw new GreenroomError('USAGE', `expected the headers ${number} on a line before`);
    const bytes = raw === undefined ? undefined : Buffer.from(raw, 'base64');
    const { kind, route, params, credential, attributed, tooLarge = false, hint } = input;
    const request = { method, path, query, headers, origin, body, bytes };
    const taken = { kind, route, request, params, credential, attributed, tooLarge, hint };
    if (call !== undefined) this.#calls.set(call, taken);
    return taken;
  }
}

function assertInput(line: object): void {
  assertShape(INPUT, line);
  const { kind } = (line as { readonly input: { readonly kind: string } }).input;
  assertShape(INPUTS[kind]!, line);
}

/** A line, without the body that ends it. */
function lineIn(text: string): { readonly line: Line; readonly body: string } {
  if (!text.startsWith(LENGTH_FIRST)) return { line: JSON.parse(text) as Line, body: '' };
  const length = Number.parseInt(text.slice(LENGTH_FIRST.length), 10);
  const start = text.length - 1 - length;
  const end = start - BODY_LAST.length;
  if (!(end > 0) || !text.startsWith(BODY_LAST, end) || !text.endsWith('}')) throw new SyntaxError('no body');
  return { line: JSON.parse(`${text.slice(0, end)}}`) as Line, body: text.slice(start, -1) };
}

/** Reads the first line of a run, and no more. Throws USAGE. */
export function readHead(lines: Iterable<string>, name: string): RunHead {
  for (const text of lines) return readRun([text], name).head;
  throw wrongRun(name, NO_HEAD);
}

const NO_HEAD = 'expected a first line {"greenroom": …}, was none';

function headIn(line: Line): RunHead {
  if (!('greenroom' in line)) throw new GreenroomError('USAGE', NO_HEAD);
  const { format } = line;
  if (READABLE.includes(format)) {
    assertShape(HEAD, line);
    return line;
  }
  throw new GreenroomError(
    'USAGE',
    `expected the format ${RUN_FORMAT}, was ${JSON.stringify(format)} of greenroom ${JSON.stringify(line.greenroom)}: use that version to read it`,
  );
}

const wrongRun = (where: string, what: string): GreenroomError =>
  new GreenroomError('USAGE', `Failed to read the run: at ${where}, ${what}.`);
