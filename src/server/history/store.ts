import { GreenroomError } from '../../errors.js';
import type { Input, Position } from '../engine/inputs.js';
import type { Frame } from './frames.js';
import { RunWriter, type RunHead } from './run-file.js';

/** Where the lines of one run are kept: a file that is only ever added to, or replaced as a whole. */
export interface RunLines {
  /** Adds to the lines: all of the text, or nothing and an error. */
  readonly append: (text: string) => void;
  /** Puts these in the place of all lines: either the old ones are there afterwards or these. */
  readonly replace: (texts: readonly string[]) => void;
  readonly close: () => void;
}

/** A folder of runs, one for each workspace. */
export interface RunStore {
  /** What people know it by. */
  readonly name: string;
  /** The workspaces whose runs are there. */
  readonly ids: () => readonly string[];
  /** The lines of a run, from the first on; one that was never finished is dropped, and `warn` hears of it. */
  readonly read: (id: string, warn: (text: string) => void) => Iterable<string>;
  readonly open: (id: string) => RunLines;
  /** What people know a run by. */
  readonly nameOf: (id: string) => string;
  /** Lines about the workspaces, see {@link DirectoryLog}. */
  readonly directory: {
    readonly name: string;
    readonly read: (warn: (text: string) => void) => Iterable<string>;
    readonly open: () => RunLines;
  };
  readonly remove: (id: string) => void;
  /** Lets others have the folder. */
  readonly close: () => void;
}

/** What cannot be written is kept up to so many characters; then it is let go, and a frame takes its place. */
const WAITING_MAX = 64 * 2 ** 20;

/** The run of one workspace on its way to its lines. */
export class RunLog {
  readonly #lines: RunLines;
  readonly #head: () => RunHead;
  #writer = new RunWriter();
  #waiting = '';
  /** The lines that begin anew, before those that wait. */
  #beginning: readonly string[] | undefined;
  #isLost = false;
  #count = 0;
  #end: Position | undefined;

  constructor(lines: RunLines, head: () => RunHead) {
    this.#lines = lines;
    this.#head = head;
  }

  /** How many inputs a replay would have to take. */
  get count(): number {
    return this.#count;
  }

  /** Something has not been written yet. */
  get isWaiting(): boolean {
    return this.#waiting !== '' || this.#beginning !== undefined;
  }

  /** Too much could not be written: only a new beginning is of use. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** A run of which so much is written already. */
  resume(count: number, end: Position): void {
    this.#count = count;
    this.#end = end;
  }

  add(at: Position, input: Input): void {
    this.#count++;
    this.#end = undefined;
    this.#wait(this.#writer.input(at, input));
  }

  /** The world has moved on without an input. */
  moved(at: Position): void {
    const isKnown = this.#end?.jobs === at.jobs && this.#end.now === at.now;
    if (isKnown && (this.#end!.seq === at.seq || Number.isNaN(at.seq))) return;
    this.#end = at;
    this.#wait(this.#writer.position(at));
  }

  /** The run begins anew, with a frame or with the first input. */
  begin(frame?: Frame): void {
    this.#writer = new RunWriter();
    const head = this.#writer.head(this.#head());
    this.#beginning = frame?.snapshot === undefined ? [head] : [head, this.#writer.frame(frame)];
    this.#waiting = '';
    this.#isLost = false;
    this.#count = 0;
    this.#end = undefined;
  }

  /** Writes what waits. Throws what the host says if it cannot; then all of it still waits. */
  flush(): void {
    if (this.#isLost) throw new GreenroomError('STORE_FAILED', 'more waits to be written than is kept');
    if (this.#beginning) this.#lines.replace([...this.#beginning, this.#waiting]);
    else if (this.#waiting !== '') this.#lines.append(this.#waiting);
    this.#beginning = undefined;
    this.#waiting = '';
  }

  close(): void {
    this.#lines.close();
  }

  #wait(line: string): void {
    if (this.#isLost) return;
    this.#waiting += line;
    if (this.#waiting.length <= WAITING_MAX) return;
    this.#isLost = true;
    this.#waiting = '';
    this.#beginning = undefined;
  }
}
