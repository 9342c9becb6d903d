import type { World } from '../engine/world.js';
import { FRAME_MAX } from './frames.js';
import type { Workspace } from '../workspaces/workspace.js';

/** A frame is kept after so many jobs at the earliest, and so rarely that copies take a few hundredths of the time of the jobs. */
const FRAME_JOBS = 200;
const COPIED_IN_A_JOB = 500;
/** With its neighbours, a record has at least so many characters: of a world that is too large for a frame no copy is begun. */
const RECORD_MIN = 200;
/** Records that are copied in one go on a server that strangers share. */
const COPIED_BESIDE_OTHERS = 1000;

/** Keeps frames of a workspace while it lives, so that a rewind finds one near. */
export class FrameMaker {
  readonly #workspace: Pick<Workspace, 'world' | 'history' | 'given' | 'copyWorld'>;
  /** After so many jobs the next one is due. */
  #due = FRAME_JOBS;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** Another world has taken the place of the one before. */
  renew(): void {
    this.#wait(FRAME_JOBS);
  }

  /** No more are kept. */
  stop(): void {
    this.#due = Number.POSITIVE_INFINITY;
  }

  /** A job is about to begin. */
  next(): void {
    if (this.#workspace.world.clock.jobsRun >= this.#due) this.keep();
  }

  /** Keeps the world as it is, unless something is on its way. */
  keep(): void {
    const { world, history, given } = this.#workspace;
    const { taken, frames, lostAt } = history;
    if (lostAt !== undefined || hasDropped(world)) {
      // Frames would hold on to what the world itself has let go.
      frames.clear();
      return this.stop();
    }
    const [at, last] = [world.position, taken.at(-1)?.input];
    if (!world.isWhole) return;
    if (frames.has(at, last)) return this.#wait(FRAME_JOBS);
    // Others would wait for the copy of a world that is large.
    if (world.limits && world.recordCount > COPIED_BESIDE_OTHERS) return this.stop();
    if (world.recordCount * RECORD_MIN > FRAME_MAX) return this.stop();
    const { copy, size } = this.#workspace.copyWorld();
    const frame = { count: taken.length, jobs: at.jobs, now: at.now, world: copy, given };
    frames.keep({ frame, at, size, last });
    // So large a world grows on: to copy it again would cost much, and nothing would come of it.
    if (size > FRAME_MAX) return this.stop();
    this.#wait(Math.max(FRAME_JOBS, Math.ceil(size / COPIED_IN_A_JOB)));
  }

  #wait(jobs: number): void {
    this.#due = this.#workspace.world.clock.jobsRun + jobs;
  }
}

/** True if something of its past was let go. */
const hasDropped = ({ journal, requests, outbox }: World): boolean =>
  journal.dropped > 0 || requests.dropped > 0 || outbox.dropped > 0;
