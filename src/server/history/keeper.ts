import { after, nextTurn } from '../../clock/real-time.js';
import { GreenroomError } from '../../errors.js';
import type { Input, Position } from '../engine/inputs.js';
import type { Workspace } from '../workspace.js';
import { DirectoryLog } from './directory.js';
import type { Frame } from './frames.js';
import type { RunHead } from './run-file.js';
import { headOf, type RunMaker } from './run-text.js';
import { RunLog, type RunStore } from './store.js';

/** So many inputs or jobs take a fraction of a second to be replayed; after more of them a frame takes their place in a quiet moment. */
const LONG = 2000;
/** To write and to read so many characters of a frame takes as long as to replay one of them. */
const FRAME_COST = 2000;
/** Characters of a frame that are written at a time: calls wait no longer than for these. */
const PART = 2 ** 19;
/** A pause of those who call again and again is shorter. */
const QUIET_MS = 1000;
const PART_MS = 1;

/** A workspace whose run is kept. */
interface Kept {
  readonly workspace: Workspace;
  readonly log: RunLog;
  /** The jobs that had begun when the run began. */
  jobs: number;
  /** The characters of the last frame. */
  size: number;
  /** Something of it is to be written. */
  isWaiting: boolean;
  /** Its run has to begin with the world as it is now. */
  isDue: boolean;
}

/** What the lines of a run hold. */
interface WrittenRun {
  readonly head: RunHead;
  readonly count: number;
  readonly jobs: number;
  readonly end: Position;
  /** The characters of its frame. */
  readonly size: number;
}

export interface KeeperOptions extends RunMaker {
  /** Hears sentences for a person at the terminal. */
  readonly warn: (text: string) => void;
}

/** Keeps the runs of all workspaces of a server: each input is written before the answer that tells of it goes out. */
export class Keeper {
  readonly #store: RunStore;
  readonly #maker: RunMaker;
  readonly #warn: (text: string) => void;
  readonly #kept = new Map<string, Kept>();
  /** Runs that are to be removed. */
  readonly #gone = new Set<string>();
  readonly directory: DirectoryLog;
  /** Of whose runs something is to be written. */
  #waiting: Kept[] = [];
  /** Whose runs are better begun with a frame. */
  readonly #long = new Set<Kept>();
  #failure: GreenroomError | undefined;
  #isPlanned = false;
  /** Nothing has come since the last look. */
  #isQuiet = false;
  #cancelTidying: (() => void) | undefined;
  /** A frame that is being made, part by part. */
  #framing: Generator<number> | undefined;

  constructor(store: RunStore, { warn, ...maker }: KeeperOptions) {
    this.#store = store;
    this.#maker = maker;
    this.#warn = warn;
    this.directory = new DirectoryLog(store.directory.open());
  }

  /** From now on the run of this workspace is kept; `written`: what its lines hold already. */
  keep(workspace: Workspace, written?: WrittenRun): void {
    const log = new RunLog(this.#store.open(workspace.id), () => headOf(workspace, this.#maker));
    const { jobs = 0, size = 0 } = written ?? {};
    const kept = { workspace, log, jobs, size, isWaiting: false, isDue: false };
    this.#kept.set(workspace.id, kept);
    this.#gone.delete(workspace.id);
    if (written) log.resume(written);
    else log.begin();
    workspace.keeper = this;
    this.#touch(kept);
  }

  take(id: string, at: Position, input: Input): void {
    const kept = this.#kept.get(id);
    if (!kept) return;
    kept.log.add(at, input);
    this.#touch(kept);
  }

  moved(id: string, at: Position): void {
    this.#with(id, ({ log }) => log.moved(at));
  }

  /** Another world, or the same after a frame: its run begins with these. */
  begin(id: string, frame?: Frame): void {
    this.#with(id, (kept) => {
      kept.log.begin(frame);
      kept.jobs = frame?.jobs ?? 0;
      kept.size = frame?.snapshot?.length ?? 0;
      kept.isDue = false;
    });
  }

  /** The same world on other terms: its run begins with it as it is. */
  renew(id: string): void {
    this.#with(id, (kept) => (kept.isDue = true));
  }

  /** The workspace is no more. */
  forget(id: string): void {
    this.#with(id, (kept) => {
      kept.log.close();
      this.#kept.delete(id);
      this.#gone.add(id);
    });
  }

  /** Writes what waits. Returns why it cannot; then calls are refused until it can. */
  flush(): GreenroomError | undefined {
    const before = this.#failure;
    try {
      this.directory.flush();
      for (const id of this.#gone) {
        this.#store.remove(id);
        this.#gone.delete(id);
      }
      for (const kept of this.#waiting) if (kept.isWaiting) this.#flush(kept);
      this.#failure = undefined;
    } catch (error) {
      this.#failure = cannotWrite(this.#store.name, error);
    } finally {
      this.#waiting = this.#waiting.filter(({ isWaiting }) => isWaiting);
    }
    if (this.#failure && !before) this.#warn(this.#failure.message);
    if (before && !this.#failure) this.#warn(`${this.#store.name} can be written to again: calls are served.`);
    return this.#failure;
  }

  /** Why nothing can be written at present; `undefined` if it can, again or still. */
  unwritable(): GreenroomError | undefined {
    return this.#failure && this.flush();
  }

  /** Writes the rest, and lets the folder go. Long runs begin with a frame then, so that the next start is short. */
  close(): void {
    this.#stopTidying();
    for (const kept of this.#kept.values()) {
      kept.log.moved({ ...kept.workspace.world.position, seq: Number.NaN });
      kept.isDue ||= isLong(kept);
      this.#wait(kept);
    }
    this.flush();
    for (const { log } of this.#kept.values()) log.close();
    this.#kept.clear();
    this.directory.close();
    this.#store.close();
  }

  #flush(kept: Kept): void {
    const { log } = kept;
    if ((kept.isDue || log.isLost) && isAtRest(kept)) {
      const framing = this.#shorten(kept);
      while (!framing.next().done);
    }
    if (log.isWaiting || log.isLost) log.flush();
    kept.isWaiting = kept.isDue;
    if (isLong(kept)) this.#long.add(kept);
    else if (this.#long.size > 0) this.#long.delete(kept);
  }

  #with(id: string, work: (kept: Kept) => void): void {
    const kept = this.#kept.get(id);
    if (!kept) return;
    work(kept);
    this.#touch(kept);
    if (this.#kept.has(id)) return;
    kept.isWaiting = false;
    this.#long.delete(kept);
  }

  /** Has what nobody is answered for written at the end of this turn. */
  #touch(kept: Kept): void {
    if (this.#framing) this.#stopTidying();
    this.#isQuiet = false;
    this.#wait(kept);
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    nextTurn(() => {
      this.#isPlanned = false;
      this.flush();
      this.#tidyLater();
    });
  }

  #wait(kept: Kept): void {
    if (kept.isWaiting) return;
    kept.isWaiting = true;
    this.#waiting.push(kept);
  }

  #stopTidying(): void {
    this.#cancelTidying?.();
    this.#cancelTidying = undefined;
    this.#framing?.return(0);
    this.#framing = undefined;
  }

  #tidyLater(): void {
    if (this.#long.size > 0) this.#cancelTidying ??= after(QUIET_MS, () => this.#tidy());
  }

  /** Calls come between two parts of a frame; after a call it would not be of one moment, and is given up. */
  #tidy(): void {
    this.#cancelTidying = undefined;
    const wasQuiet = this.#isQuiet;
    this.#isQuiet = true;
    if (!wasQuiet) return this.#tidyLater();
    const kept = [...this.#long].find(isAtRest);
    if (!kept) return;
    this.#framing ??= this.#shorten(kept);
    try {
      for (let size = 0; size < PART;) {
        const { done, value } = this.#framing.next();
        if (done) {
          this.#framing = undefined;
          return this.#tidyLater();
        }
        size += value;
      }
    } catch {
      // The lines are as they were. If nothing can be written, the next call finds it out.
      return this.#stopTidying();
    }
    this.#cancelTidying = after(PART_MS, () => this.#tidy());
  }

  /** Puts a frame in the place of a run, and tells how many characters were written at each step. */
  *#shorten(kept: Kept): Generator<number> {
    const { workspace, log } = kept;
    const { frame, snapshot } = workspace.frame();
    let size = 0;
    for (const written of log.reframe(frame, snapshot)) {
      size += written;
      yield written;
    }
    kept.jobs = frame.jobs;
    kept.size = size;
    kept.isDue = false;
    this.#long.delete(kept);
  }
}

/** True if nothing is on its way in a world: a frame of it would not have it. */
const isAtRest = ({ workspace: { world } }: Kept): boolean => world.isWhole && !world.clock.advancing;

/** True if a replay takes longer than to begin with a frame. */
const isLong = (kept: Kept): boolean => lengthOf(kept) > Math.max(LONG, kept.size / FRAME_COST);

const lengthOf = ({ workspace, log, jobs }: Kept): number => log.count + workspace.world.clock.jobsRun - jobs;

function cannotWrite(name: string, error: unknown): GreenroomError {
  const { code, message } = error as NodeJS.ErrnoException;
  const reason = code === undefined ? message : `${code}, ${message.replace(`${code}: `, '')}`;
  return new GreenroomError(
    'STORE_FAILED',
    `Failed to write to ${name}: ${reason}. Calls are refused until greenroom can write there. Make room, or let it write, and call again; a call that was under way when this began may have been done all the same.`,
  );
}
