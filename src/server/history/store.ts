import type { Input, Position } from '../engine/inputs.js';
import type { Frame } from './frames.js';
import type { Taken } from './taken.js';
import type { RunHead } from './run-file.js';
import { RunWriter } from './run-writer.js';

/** Where the lines of one run are kept: a file that is only ever added to, or replaced as a whole. */
export interface RunLines {
  /** Adds to the lines: all of the text, or nothing and an error. */
  readonly append: (text: string) => void;
  /** Begins other lines, which take the place of these when they are whole: either the old ones are there afterwards or the new. */
  readonly rewrite: () => Rewriting;
  readonly close: () => void;
}

/** Lines on their way to take the place of others. */
export interface Rewriting {
  readonly add: (text: string) => void;
  readonly finish: () => void;
  /** Gives up: the old lines stay. */
  readonly drop: () => void;
}

/** Puts these in the place of all lines, or leaves them as they are and throws. */
export function replaceAll(lines: RunLines, texts: Iterable<string>): void {
  const rewriting = lines.rewrite();
  try {
    for (const text of texts) rewriting.add(text);
    rewriting.finish();
  } catch (error) {
    rewriting.drop();
    throw error;
  }
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
/** So many inputs wait for their lines. */
const INPUTS_MAX = 1000;

/** What the lines of a run hold. */
export interface WrittenRun {
  readonly head: RunHead;
  readonly count: number;
  readonly jobs: number;
  readonly end: Position;
  /** The characters of all lines, and of the frame among them. */
  readonly size: number;
  readonly frameSize: number;
}

/** The run of one workspace on its way to its lines. */
export class RunLog {
  readonly #lines: RunLines;
  readonly #head: () => RunHead;
  #writer = new RunWriter();
  /** What has come in this turn: to write many lines together takes half as long. */
  #inputs: Taken[] = [];
  #waiting = '';
  /** The lines that begin anew, before those that wait. */
  #beginning: readonly string[] | undefined;
  #isLost = false;
  #count = 0;
  #size = 0;
  #end: Position | undefined;

  constructor(lines: RunLines, head: () => RunHead) {
    this.#lines = lines;
    this.#head = head;
  }

  /** How many inputs a replay would have to take. */
  get count(): number {
    return this.#count;
  }

  /** The characters that are written. */
  get size(): number {
    return this.#size;
  }

  /** Something has not been written yet. */
  get isWaiting(): boolean {
    return this.#inputs.length > 0 || this.#waiting !== '' || this.#beginning !== undefined;
  }

  /** Too much could not be written: only a new beginning is of use. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** A run of which so much is written already. What comes after other formats has a head of its own before it. */
  resume({ head, count, size, end }: Pick<WrittenRun, 'head' | 'count' | 'size' | 'end'>): void {
    this.#count = count;
    this.#size = size;
    this.#end = end;
    const { greenroom, format } = this.#head();
    if (head.format !== format) this.#wait(this.#writer.head({ ...head, greenroom, format }));
  }

  add(at: Position, input: Input): void {
    this.#count++;
    this.#end = undefined;
    if (this.#inputs.push({ at, input }) >= INPUTS_MAX) this.#writeInputs();
  }

  /** The world has moved on without an input. */
  moved(at: Position): void {
    const isKnown = this.#end?.jobs === at.jobs && this.#end.now === at.now;
    if (isKnown && (this.#end!.seq === at.seq || Number.isNaN(at.seq))) return;
    this.#end = at;
    this.#writeInputs();
    this.#wait(this.#writer.position(at));
  }

  /** The run begins anew, with a frame or with the first input. */
  begin(frame?: Frame): void {
    const writer = new RunWriter();
    const head = writer.head(this.#head());
    this.#beginAnew(writer, frame?.snapshot === undefined ? [head] : [head, ...writer.frame(frame, [frame.snapshot])]);
  }

  /**
   * Writes a frame in the place of all lines, a piece at each step. Up to the last one, the lines are as they were, and
   * nothing may be added to them.
   */
  *reframe(frame: Frame, snapshot: Iterable<string>): Generator<number> {
    const writer = new RunWriter();
    const lines = this.#lines.rewrite();
    let isWhole = false;
    try {
      const head = writer.head(this.#head());
      let size = head.length;
      lines.add(head);
      for (const piece of writer.frame(frame, snapshot)) {
        lines.add(piece);
        size += piece.length;
        yield piece.length;
      }
      lines.finish();
      isWhole = true;
      this.#beginAnew(writer);
      this.#size = size;
    } finally {
      if (!isWhole) lines.drop();
    }
  }

  /** Writes what waits. Throws what the host says if it cannot; then all of it still waits. */
  flush(): void {
    this.#writeInputs();
    if (this.#isLost) throw new Error('more waits to be written than is kept');
    if (this.#beginning) {
      const all = [...this.#beginning, this.#waiting];
      replaceAll(this.#lines, all);
      this.#size = all.reduce((sum, { length }) => sum + length, 0);
    } else if (this.#waiting !== '') {
      this.#lines.append(this.#waiting);
      this.#size += this.#waiting.length;
    }
    this.#beginning = undefined;
    this.#waiting = '';
  }

  close(): void {
    this.#lines.close();
  }

  #beginAnew(writer: RunWriter, beginning?: readonly string[]): void {
    this.#writer = writer;
    this.#beginning = beginning;
    this.#inputs = [];
    this.#waiting = '';
    this.#isLost = false;
    this.#count = 0;
    this.#size = 0;
    this.#end = undefined;
  }

  #writeInputs(): void {
    for (const { at, input } of this.#inputs) this.#wait(this.#writer.input(at, input));
    this.#inputs = [];
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
