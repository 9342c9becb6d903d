import { after, nextTurn } from '../../clock/real-time.js';
import { GreenroomError } from '../../errors.js';
import type { Input, Position } from '../engine/inputs.js';
import type { Workspace } from '../workspaces/workspace.js';
import { DirectoryLog } from './directory.js';
import type { Frame } from './frames.js';
import { headOf, type RunMaker } from './run-text.js';
import { isAtRest, isLong, isOverfull, keptOf, giveRoom, roomOf, type Kept } from './kept.js';
import { RunLog, type RunStore, type WrittenRun } from './store.js';
import { cannotWrite, overfull, toldStrangers } from './write-errors.js';

/** Characters of a frame that are written at a time: calls wait no longer than for these. */
const PART = 2 ** 19;
/** A pause of those who call again and again is shorter. */
const QUIET_MS = 1000;
const PART_MS = 1;

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
    const kept = keptOf(workspace, log, written);
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
      kept.frameSize = frame?.snapshot?.length ?? 0;
      giveRoom(kept);
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
      this.#flushDirectory();
      for (const kept of this.#waiting) if (kept.isWaiting) this.#flush(kept);
      this.#failure = undefined;
    } catch (error) {
      const failure = cannotWrite(this.#store.name, error);
      if (!before) this.#warn(failure.message);
      this.#failure = this.#maker.server.shared ? toldStrangers(error) : failure;
    } finally {
      this.#waiting = this.#waiting.filter(({ isWaiting }) => isWaiting);
    }
    if (before && !this.#failure) this.#warn(`${this.#store.name} can be written to again: calls are served.`);
    return this.#failure;
  }

  /** Why nothing can be written of a workspace at present; `undefined` if it can, again or still. */
  unwritable(id: string): GreenroomError | undefined {
    const failure = this.#failure && this.flush();
    const kept = this.#kept.get(id);
    if (failure || !kept || !isOverfull(kept)) return failure;
    this.#stopTidying();
    this.#wait(kept);
    return this.flush() ?? (isOverfull(kept) ? overfull(kept) : undefined);
  }

  /** Runs of workspaces that are no more are still there. */
  get hasToRemove(): boolean {
    return this.#gone.size > 0;
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

  /** What is said of workspaces that are gone is written before their runs go, unless there is no room for it until then. */
  #flushDirectory(): void {
    try {
      this.directory.flush();
    } catch (error) {
      if (!this.hasToRemove) throw error;
      this.#removeGone();
      this.directory.flush();
    }
    this.#removeGone();
  }

  #removeGone(): void {
    for (const id of this.#gone) {
      this.#store.remove(id);
      this.#gone.delete(id);
    }
  }

  #flush(kept: Kept): void {
    const { log } = kept;
    if (kept.isDue || log.isLost) this.#shortenNow(kept);
    else if (log.size > kept.mostSize) this.#shortenIfItCan(kept);
    if (log.isWaiting || log.isLost) log.flush();
    kept.isWaiting = kept.isDue;
    if (isLong(kept)) this.#long.add(kept);
    else if (this.#long.size > 0) this.#long.delete(kept);
  }

  /** Once its world is at rest. */
  #shortenNow(kept: Kept): void {
    if (!isAtRest(kept)) return;
    const framing = this.#shorten(kept);
    while (!framing.next().done);
  }

  /** A disk that has no room for a second run may have some for a few more lines of the first. */
  #shortenIfItCan(kept: Kept): void {
    try {
      this.#shortenNow(kept);
    } catch {
      kept.mostSize = kept.log.size + roomOf(kept);
    }
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
    yield* log.reframe(frame, snapshot);
    kept.jobs = frame.jobs;
    kept.frameSize = log.size;
    giveRoom(kept);
    kept.isDue = false;
    this.#long.delete(kept);
  }
}
